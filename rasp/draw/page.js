// The page is complete without this script, which highlights values along the wires, steps through the layers, and
// copies the table of a value or head into the panel. As a module, it defines no global names.
const query = (selector, root = document) => [...root.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const panel = byId("panel"), status = byId("status"), tip = byId("tip");
const folded = byId("fold"); // null where no values are folded
let step = -1; // the layer up to which the drawing is shown; -1 for all of it
let opener = ""; // the key of the value or head in the panel

const whole = () => query(".drawing > svg:not(.slice)");
let kept = null; // the lines that a click or key keeps: the key of a head, "query" or "key", and a position
let zoom = 1;

const drawing = () => {
  const found = query(".drawing:not([hidden]) > svg:not(.slice)");
  return found.find((each) => each.getClientRects().length) || found[0];
};
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
  if (panel.hidden) for (const each of whole()) each.style.width = `${each.getBoundingClientRect().width || innerWidth}px`;
  panel.hidden = false;
}

function select(event) {
  // In the panel of a head: marks the keys that the query under the mouse selects.
  const head = event.currentTarget, matrix = head.querySelector(".matrix");
  if (panel.hidden || head.dataset.key !== opener || !matrix) return;
  const { top, height } = matrix.getBoundingClientRect(), rows = query("tr", byId("about")).slice(1);
  const row = rows[Math.floor(((event.clientY - top) / height) * rows.length)];
  if (!row) return;
  const [position, ...values] = [...row.cells].map((each) => {
    const part = document.createElement("bdi"); // isolates the direction of the text
    part.append(...each.cloneNode(true).childNodes);
    return part;
  });
  const selected = values.pop(), shown = values.flatMap((each, at) => [at ? ", " : " (", each]);
  byId("selected").replaceChildren("query ", position, ...shown, shown.length ? ")" : "", " selects keys: ", selected);
  for (const each of rows) each.classList.toggle("pointed", each === row);
}

function close() {
  panel.hidden = true;
  resize(zoom);
  (node(opener) || folded || byId("on")).focus({ preventScroll: true }); // it may be hidden by now
}

function leave() {
  // Ends one thing at a time: the panel, the highlight, the step.
  if (kept) unlink(true);
  else if (!panel.hidden) close();
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
  layers.forEach((layer, index) => layer.classList.toggle("now", index === step));
  for (const each of query(".layer, .wire", drawing())) each.classList.toggle("later", Number(each.dataset.layer) > number);
  const name = step < 0 ? "all layers" : layers[step].getAttribute("aria-label");
  status.textContent = step > 0 ? `${name} of ${layers.length - 1}` : name;
  if (step >= 0) layers[step].scrollIntoView({ block: "nearest", inline: "nearest" });
  const wanted = step < 0 ? "" : `#layer=${number}`;
  // A frame of a notebook has no address of its own.
  if (wanted !== location.hash && location.protocol !== "about:") history.replaceState(null, "", wanted || location.pathname + location.search);
}

function goToHash() {
  // `#layer=2` in the address shows the layers up to 2.
  const wanted = /^#layer=(\d+)$/.exec(location.hash);
  const index = wanted ? query(".layer", drawing()).findIndex((each) => each.dataset.layer === wanted[1]) : -1;
  if (wanted && index >= 0) go(index);
}

function resize(to) {
  // The picture fills the window, or has the width that fits; a larger one scrolls.
  zoom = Math.min(Math.max(to, 0.25), 8);
  for (const each of whole()) each.style.width = zoom === 1 ? "" : `calc(${zoom} * var(--fit, 100%))`;
}

// --------------------------------------------------------------------------------------------- from token to token

function pattern(key) {
  // The rows of a head's matrix: numbers from 0 to 1.
  const { weights, selected } = byId(`about-${key}`).dataset;
  if (weights) return weights.split(";").map((row) => row.split(" ").map((weight) => weight / 1000));
  return selected.split(";").map((row) => [...row].map(Number));
}

function unlink(all = false) {
  // Removes the lines between tokens, also those that are kept if `all`.
  for (const each of query(".lines")) each.remove();
  for (const each of query(".linked")) each.classList.remove("linked");
  tip.hidden = true;
  if (all) kept = null;
  else if (kept && node(kept[0])) link(...kept);
}

function texts(head, role, at) {
  // The texts of a position at the edges of a head; marks them.
  const cells = query(`.edge[data-role="${role}"]`, head).map((edge) => query(":scope > g > text", edge)[at]);
  cells.forEach((each) => each?.classList.add("linked"));
  return cells.map((each) => each?.textContent || "").filter(Boolean).join(", ");
}

function link(key, side, at) {
  // Draws lines from a query to its keys, or from a key to its queries, and tells their weights.
  for (const each of query(".lines")) each.remove();
  for (const each of query(".linked")) each.classList.remove("linked");
  const head = node(key), rows = pattern(key), n = rows.length, box = head.querySelector(".matrix");
  const [left, top, size] = ["x", "y", "width"].map((name) => box[name].baseVal.value), pitch = size / n;
  const found = [];
  for (let other = 0; other < n; other++) {
    const [row, column] = side === "query" ? [at, other] : [other, at], weight = rows[row][column];
    if (weight < 0.005) continue;
    const x = left + (column + 0.5) * pitch, y = top + (row + 0.5) * pitch, bend = pitch / 2;
    const path = document.createElementNS(head.namespaceURI, "path");
    path.setAttribute("d", `M${left - 3} ${y}H${x - bend}Q${x} ${y} ${x} ${y - bend}V${top - 2}`);
    path.setAttribute("stroke-width", (0.6 + weight * Math.min(4, pitch / 4)).toFixed(2));
    path.classList.add("lines");
    head.append(path);
    found.push([other, weight]);
  }
  const other = side === "query" ? "key" : "query", own = texts(head, side, at);
  const graded = "weights" in byId(`about-${key}`).dataset;
  const parts = found.sort((a, b) => b[1] - a[1]).slice(0, 12).map(([position, weight]) => {
    const text = texts(head, other, position);
    return `${position}${text ? ` (${text})` : ""}${graded ? ` ${weight.toFixed(2)}` : ""}`;
  });
  const rest = found.length > parts.length ? " …" : "", none = found.length ? "" : "none";
  tell(`${side} ${at}${own ? ` (${own})` : ""} → ${other === "key" ? "keys" : "queries"} ${parts.join(", ")}${rest}${none}`);
}

function tell(text, x, y) {
  // Shows a text near a point of the window, or in its corner.
  tip.textContent = text;
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x === undefined ? 8 : x + 14, innerWidth - width - 8))}px`;
  tip.style.top = `${Math.max(4, Math.min(y === undefined ? innerHeight : y + 18, innerHeight - height - 8))}px`;
}

function aim(event) {
  // What the mouse points at in a head: a query beside its matrix, a key above it, or a cell; null elsewhere.
  const box = event.currentTarget.querySelector(".matrix"), key = event.currentTarget.dataset.key;
  if (!box) return null;
  const { left, top, width, height } = box.getBoundingClientRect(), n = pattern(key).length;
  const row = Math.floor(((event.clientY - top) / height) * n), column = Math.floor(((event.clientX - left) / width) * n);
  if (row >= 0 && row < n && column < n) return [key, "query", row, column];
  if (row < 0 && column >= 0 && column < n && event.target.closest('.edge[data-role="key"], .edge[data-role="value"]'))
    return [key, "key", column];
  return null;
}

function trace(event) {
  const found = aim(event);
  if (!found) return unlink();
  const [key, side, at, column] = found;
  link(key, side, at);
  if (column >= 0) {
    const head = node(key), weight = pattern(key)[at][column], graded = "weights" in byId(`about-${key}`).dataset;
    const from = texts(head, "query", at), to = texts(head, "key", column);
    const told = graded ? weight.toFixed(3) : weight ? "selected" : "not selected";
    tell(`query ${at}${from ? ` (${from})` : ""}, key ${column}${to ? ` (${to})` : ""}: ${told}`, event.clientX, event.clientY);
  } else tell(tip.textContent, event.clientX, event.clientY);
}

function walk(event, key) {
  // The arrow keys move from query to query of a head, with Shift from key to key.
  if (!/^Arrow(Up|Down)$/.test(event.key) || !node(key).querySelector(".matrix")) return;
  event.preventDefault();
  const side = event.shiftKey ? "key" : "query", n = pattern(key).length, by = event.key === "ArrowDown" ? 1 : -1;
  const same = kept && kept[0] === key && kept[1] === side;
  kept = [key, side, same ? (kept[2] + by + n) % n : by > 0 ? 0 : n - 1];
  link(...kept);
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
  "+": () => resize(zoom * 1.25),
  "=": () => resize(zoom * 1.25),
  "-": () => resize(zoom / 1.25),
  0: () => resize(1),
  Escape: leave,
};

for (const each of query("[data-key]")) {
  const key = each.dataset.key;
  each.addEventListener("pointerenter", () => follow(key));
  each.addEventListener("pointerleave", rest);
  each.addEventListener("focus", () => follow(key));
  each.addEventListener("blur", unfollow);
  each.addEventListener("pointermove", (event) => {
    select(event);
    trace(event);
  });
  each.addEventListener("pointerleave", () => unlink());
  each.addEventListener("click", (event) => {
    kept = aim(event)?.slice(0, 3) || null;
    show(key);
    select(event);
  });
  each.addEventListener("keydown", (event) => {
    walk(event, key);
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    show(key);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in keys)) return;
  if (event.key === "f" && !folded) return;
  event.preventDefault();
  keys[event.key]();
});
byId("back").addEventListener("click", () => go(step - 1));
byId("on").addEventListener("click", () => go(step + 1));
byId("close").addEventListener("click", close);
folded?.addEventListener("change", fold);
byId("smaller").addEventListener("click", () => resize(zoom / 1.25));
byId("larger").addEventListener("click", () => resize(zoom * 1.25));
byId("fit").addEventListener("click", () => resize(1));
addEventListener("hashchange", goToHash);
matchMedia("(max-width: 36rem)").addEventListener("change", () => {
  // The other picture shows the same step, and the same lines.
  unlink();
  go(step);
});
query(".script").forEach((each) => (each.hidden = false));
goToHash();
