// What the page of a drawing can do: light up where values come from and go, show details, step through layers, unfold.
(() => {
  "use strict";
  const details = JSON.parse(document.getElementById("details").textContent);
  const pictures = [...document.querySelectorAll("figure svg")];
  const panel = document.getElementById("panel");
  const state = { step: null, pinned: null, opener: null };
  const last = Math.max(...pictures.flatMap((svg) => layersOf(svg).map((layer) => Number(layer.dataset.key))));

  const shown = () => pictures.find((svg) => !svg.hasAttribute("hidden"));
  const part = (node) => node instanceof Element && node.closest(".value, .head");
  const find = (key) => shown().querySelector(`.value[data-key="${key}"], .head[data-key="${key}"]`);

  function layersOf(svg) {
    return [...svg.querySelectorAll(".layer")];
  }

  // ----------------------------------------------------------------------------- where values come from and go

  // The parts that can be reached from a key along the wires, each with its distance: 1 for its neighbours.
  function reached(key, from, to) {
    const distance = new Map([[key, 0]]);
    const waiting = [key];
    for (const next of waiting) {
      for (const wire of shown().querySelectorAll(`.wire[data-${from}="${next}"]`)) {
        const other = wire.dataset[to];
        if (!distance.has(other)) {
          distance.set(other, distance.get(next) + 1);
          waiting.push(other);
        }
      }
    }
    return distance;
  }

  function light(key) {
    const svg = shown();
    dark();
    svg.classList.add("lighting");
    const before = reached(key, "to", "from");
    const after = reached(key, "from", "to");
    for (const node of svg.querySelectorAll(".value, .head")) {
      const distance = before.get(node.dataset.key) ?? after.get(node.dataset.key);
      if (distance !== undefined) node.classList.add(["lit", "near"][distance] ?? "far");
    }
    for (const wire of svg.querySelectorAll(".wire")) {
      const { from, to } = wire.dataset;
      if (from === key || to === key) wire.classList.add("near");
      else if ((before.has(from) && before.has(to)) || (after.has(from) && after.has(to))) wire.classList.add("far");
    }
  }

  function dark() {
    for (const svg of pictures) {
      svg.classList.remove("lighting");
      for (const node of svg.querySelectorAll(".lit, .near, .far")) node.classList.remove("lit", "near", "far");
    }
  }

  // ------------------------------------------------------------------------------------------------- details

  function open(node) {
    const about = details[node.dataset.key];
    const list = document.createElement("dl");
    for (const [term, text] of about.lines) {
      const dt = document.createElement("dt");
      const dd = document.createElement("dd");
      dt.textContent = term;
      dd.textContent = text;
      list.append(dt, dd);
    }
    panel.querySelector("h2").textContent = about.title;
    panel.querySelector(".about").replaceChildren(list);
    panel.hidden = false;
    state.opener = node.dataset.key;
    state.pinned = node.dataset.key;
    light(node.dataset.key);
    panel.querySelector(".close").focus();
  }

  function close() {
    panel.hidden = true;
    state.pinned = null;
    dark();
    const opener = state.opener && find(state.opener);
    if (opener) opener.focus();
    state.opener = null;
  }

  // ------------------------------------------------------------------------------------- layers and folding

  function step(to) {
    state.step = to === null || to > last ? null : Math.max(0, to);
    const all = state.step === null;
    for (const svg of pictures) {
      for (const layer of layersOf(svg)) layer.classList.toggle("later", !all && Number(layer.dataset.key) > state.step);
      for (const wire of svg.querySelectorAll(".wire")) {
        wire.classList.toggle("later", !all && Number(wire.dataset.layer) > state.step);
      }
    }
    document.getElementById("step").textContent = all ? "all layers" : state.step ? `up to layer ${state.step}` : "the input";
    document.getElementById("back").disabled = state.step === 0;
    document.getElementById("next").disabled = all;
    const layer = layersOf(shown()).find((each) => Number(each.dataset.key) === state.step);
    if (layer) layer.scrollIntoView({ block: "nearest" });
  }

  const forward = () => step(state.step === null ? null : state.step + 1);
  const backward = () => step(state.step === null ? last : state.step - 1);

  function fold() {
    if (pictures.length < 2) return;
    if (!panel.hidden) close();
    for (const svg of pictures) svg.toggleAttribute("hidden");
    const button = document.getElementById("fold");
    const unfolded = shown() === pictures[1];
    button.setAttribute("aria-pressed", String(unfolded));
    button.textContent = unfolded ? "fold values" : "unfold values";
  }

  // ------------------------------------------------------------------------------------------------- events

  for (const svg of pictures) {
    svg.addEventListener("pointerover", (event) => {
      const node = part(event.target);
      if (node) light(node.dataset.key);
      else if (state.pinned) light(state.pinned);
      else dark();
    });
    svg.addEventListener("pointerleave", () => (state.pinned ? light(state.pinned) : dark()));
    svg.addEventListener("focusin", (event) => part(event.target) && light(part(event.target).dataset.key));
    svg.addEventListener("focusout", () => (state.pinned ? light(state.pinned) : dark()));
    svg.addEventListener("click", (event) => part(event.target) && open(part(event.target)));
  }

  const keys = {
    ArrowRight: forward,
    ArrowLeft: backward,
    j: forward,
    k: backward,
    Home: () => step(0),
    End: () => step(null),
    f: fold,
    Escape: () => (panel.hidden ? (dark(), step(null)) : close()),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const node = part(event.target);
    if (node && (event.key === "Enter" || event.key === " ")) open(node);
    else if (Object.hasOwn(keys, event.key)) keys[event.key]();
    else return;
    event.preventDefault();
  });
  document.getElementById("back").addEventListener("click", backward);
  document.getElementById("next").addEventListener("click", forward);
  document.getElementById("fold").addEventListener("click", fold);
  panel.querySelector(".close").addEventListener("click", close);
  for (const node of document.querySelectorAll(".scripted")) node.hidden = false;
  step(null);
})();
