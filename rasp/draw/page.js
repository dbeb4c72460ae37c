// The page is complete without this script, which highlights values along the wires, steps through the layers, and
// copies the table of a value or head into the panel. As a module, it defines no global names.
const query = (selector, root = document) => [...root.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const panel = byId("panel"), status = byId("status"), folded = byId("fold");
let step = -1; // the layer up to which the drawing is shown; -1 for all of it
let opener = ""; // the key of the value or head in the panel

const drawing = () => query(".drawing").find((each) => !each.hidden).querySelector("svg");
const node = (key) => drawing().querySelector(`[data-key="${key}"]`);

function reach(key, from, to) {
  // All keys that can be reached along the wires, including the key itself.
  const found = new Set([key]);
  for (const each of found)
    for (const wire of query(`.wire[data-${from}="${each}"]`, drawing())) found.add(wire.dataset[to]);
  return found;
}

function follow(key) {
  unfollow();
  const root = drawing(), sources = reach(key, "to", "from"), readers = reach(key, "from", "to");
  root.classList.add("following");
  for (const wire of query(".wire", root)) {
    const { from, to } = wire.dataset;
    if (from === key || to === key) {
      wire.classList.add("near");
      node(from === key ? to : from).classList.add("near");
    } else if ((sources.has(from) && sources.has(to)) || (readers.has(from) && readers.has(to))) wire.classList.add("far");
  }
  for (const each of [...sources, ...readers]) if (each !== key) node(each).classList.add("far");
  node(key).classList.add("self");
  for (const edge of query(".edge", root)) edge.classList.toggle("lit", edge.dataset.feeds.split(" ").includes(key));
}

function unfollow() {
  for (const each of query(".following, .self, .near, .far, .lit"))
    each.classList.remove("following", "self", "near", "far", "lit");
}

function rest() {
  // Replaces the highlight under the mouse by that of the focused element.
  const key = document.activeElement.dataset.key;
  if (key) follow(key);
  else unfollow();
}

function show(key) {
  const copy = byId(`about-${key}`).cloneNode(true);
  copy.removeAttribute("id");
  byId("about").replaceChildren(copy);
  byId("selected").textContent = "";
  opener = key;
  panel.hidden = false;
}

function select(event) {
  // In the panel of a head: marks the keys that the query under the mouse selects.
  const head = event.currentTarget, matrix = head.querySelector(".matrix");
  if (panel.hidden || head.dataset.key !== opener || !matrix) return;
  const { top, height } = matrix.getBoundingClientRect(), rows = query("tr", byId("about")).slice(1);
  const row = rows[Math.floor(((event.clientY - top) / height) * rows.length)];
  if (!row) return;
  const [place, ...values] = [...row.cells].map((each) => {
    const part = document.createElement("bdi"); // isolates the direction of the text
    part.append(...each.cloneNode(true).childNodes);
    return part;
  });
  const selected = values.pop(), shown = values.flatMap((each, at) => [at ? ", " : " (", each]);
  byId("selected").replaceChildren("query ", place, ...shown, shown.length ? ")" : "", " selects keys: ", selected);
  for (const each of rows) each.classList.toggle("pointed", each === row);
}

function close() {
  panel.hidden = true;
  (node(opener) || folded).focus({ preventScroll: true }); // it may be hidden by now
}

function leave() {
  // Ends one thing at a time: the panel, the highlight, the step.
  if (!panel.hidden) close();
  else if (drawing().classList.contains("following")) {
    if (document.activeElement.dataset.key) document.activeElement.blur();
    unfollow();
  } else go(-1);
}

function go(to) {
  const layers = query(".layer", drawing());
  step = to < -1 ? Math.max(layers.length - 2, 0) : to >= layers.length ? -1 : to;
  const number = step < 0 ? Infinity : Number(layers[step].dataset.layer);
  drawing().classList.toggle("stepping", step >= 0);
  layers.forEach((layer, place) => layer.classList.toggle("now", place === step));
  for (const each of query(".layer, .wire", drawing())) each.classList.toggle("later", Number(each.dataset.layer) > number);
  const name = step < 0 ? "all layers" : layers[step].getAttribute("aria-label");
  status.textContent = step > 0 ? `${name} of ${layers.length - 1}` : name;
  if (step >= 0) layers[step].scrollIntoView({ block: "nearest", inline: "nearest" });
}

function fold() {
  const key = document.activeElement.dataset.key;
  unfollow();
  query(".drawing").forEach((each) => (each.hidden = (each.id === "all") !== folded.checked));
  go(step);
  if (key) (node(key) || folded).focus({ preventScroll: true });
}

const keys = {
  ArrowRight: () => go(step + 1),
  ArrowLeft: () => go(step - 1),
  j: () => go(step + 1),
  k: () => go(step - 1),
  Home: () => go(0),
  End: () => go(-1),
  f: () => folded.click(),
  Escape: leave,
};

for (const each of query("[data-key]")) {
  const key = each.dataset.key;
  each.addEventListener("pointerenter", () => follow(key));
  each.addEventListener("pointerleave", rest);
  each.addEventListener("focus", () => follow(key));
  each.addEventListener("blur", unfollow);
  each.addEventListener("pointermove", select);
  each.addEventListener("click", (event) => {
    show(key);
    select(event);
  });
  each.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    show(key);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in keys)) return;
  if (event.key === "f" && folded.disabled) return;
  event.preventDefault();
  keys[event.key]();
});
byId("back").addEventListener("click", () => go(step - 1));
byId("on").addEventListener("click", () => go(step + 1));
byId("close").addEventListener("click", close);
folded.addEventListener("change", fold);
query(".script").forEach((each) => (each.hidden = false));
