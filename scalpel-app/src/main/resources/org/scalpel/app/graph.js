"use strict";
// Draws a graph that is laid out already: pan, zoom, colour by cost or tier, tooltips, search.
// Names come from model files: they only ever become text nodes.
const TIER_COLOURS = ["#8fd19e", "#ffd27a", "#8ec3f5", "#d6b3f0", "#f5a9a9", "#9fe0dc"];

function drawGraph(host, data) {
  const SVG = "http://www.w3.org/2000/svg";
  host.classList.add("graph");
  const element = (name, attributes, parent) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (parent) parent.appendChild(made);
    return made;
  };
  const html = (tag, parent, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  };

  const svg = element("svg", {}, host);
  const defs = element("defs", {}, svg);
  const marker = element("marker", { id: "head", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7,
    markerHeight: 7, orient: "auto", markerUnits: "userSpaceOnUse" }, defs);
  element("path", { d: "M0,0.5 L8,4 L0,7.5 z", fill: "#8794a3" }, marker);
  const world = element("g", {}, svg);

  // --- colours
  const planned = data.tiers.length > 0;
  const ramp = (cost) => {                        // pale yellow → orange → deep red, by square root
    const stops = [[255, 252, 235], [254, 217, 118], [253, 141, 60], [189, 0, 38]];
    const at = Math.sqrt(Math.max(0, Math.min(1, cost))) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(at));
    const mix = stops[low].map((v, i) => Math.round(v + (stops[low + 1][i] - v) * (at - low)));
    return { fill: `rgb(${mix.join(",")})`, dark: at > 2.35 };
  };
  const colour = (node, mode) => {
    if (node.kind !== "kernel") return { fill: "#e9eef5", dark: false };
    if (mode === "tier") return { fill: TIER_COLOURS[node.tier % TIER_COLOURS.length] || "#fff", dark: false };
    return ramp(node.cost);
  };

  // --- edges below, nodes above
  const tierOf = (index) => data.nodes[index].tier;
  const drawnEdges = data.edges.map((edge) => {
    const p = edge.points;
    let d = `M${p[0]},${p[1]}`;
    let i = 2;
    for (; i + 5 < p.length; i += 6) d += ` C${p[i]},${p[i + 1]} ${p[i + 2]},${p[i + 3]} ${p[i + 4]},${p[i + 5]}`;
    for (; i + 1 < p.length; i += 2) d += ` L${p[i]},${p[i + 1]}`;
    const cross = planned && tierOf(edge.from) >= 0 && tierOf(edge.to) >= 0 && tierOf(edge.from) !== tierOf(edge.to);
    const width = Math.max(1, Math.min(6, edge.bytes > 0 ? Math.log10(edge.bytes) - 2.4 : 1)) + (cross ? 1.2 : 0);
    const line = element("path", { d, class: "edge" + (cross ? " cross" : ""), "stroke-width": width,
      "marker-end": "url(#head)" }, world);
    const hit = element("path", { d, class: "edgehit" }, world);
    hover(hit, () => edge.details, "tensor", () => line.classList.add("lit"), () => line.classList.remove("lit"));
    return { edge, line };
  });
  const cut = (text, room) => (text.length > room ? text.slice(0, room - 1) + "…" : text);
  const drawnNodes = data.nodes.map((node, index) => {
    const group = element("g", { class: "node " + node.kind + (node.cut ? " cut" : ""),
      transform: `translate(${node.x},${node.y})` }, world);
    const rect = element("rect", { width: node.w, height: node.h, rx: node.kind === "kernel" ? 7 : node.h / 2 }, group);
    const title = element("text", { x: node.w / 2, y: node.kind === "kernel" ? 19 : 19.5, "text-anchor": "middle", "font-weight": 600 }, group);
    title.textContent = cut(node.title, 22);
    let name = null;
    if (node.kind === "kernel") {
      name = element("text", { x: node.w / 2, y: 35, "text-anchor": "middle", class: "name" }, group);
      name.textContent = cut(node.name, 29);
    }
    const mine = () => drawnEdges.filter((e) => e.edge.from === index || e.edge.to === index);
    hover(group, () => node.details, node.title, () => mine().forEach((e) => e.line.classList.add("lit")),
      () => mine().forEach((e) => e.line.classList.remove("lit")));
    return { node, group, rect, texts: name ? [title, name] : [title] };
  });

  // --- tooltips
  const tip = html("div", document.body, "card tip");
  function hover(target, details, heading, enter, leave) {
    target.addEventListener("mouseenter", () => {
      enter();
      tip.replaceChildren();
      html("b", tip, "", heading);
      const list = html("dl", tip, "facts");
      for (const [key, value] of details()) { html("dt", list, "", key); html("dd", list, "", value); }
      tip.style.display = "block";
    });
    target.addEventListener("mousemove", (event) => {
      const room = 14;
      tip.style.left = Math.min(event.clientX + room, innerWidth - tip.offsetWidth - room) + "px";
      tip.style.top = Math.min(event.clientY + room, innerHeight - tip.offsetHeight - room) + "px";
    });
    target.addEventListener("mouseleave", () => { leave(); tip.style.display = "none"; });
  }

  // --- pan and zoom
  const view = { x: 0, y: 0, k: 1 };
  const apply = () => {
    world.setAttribute("transform", `translate(${view.x},${view.y}) scale(${view.k})`);
    host.classList.toggle("far", view.k < 0.42);
  };
  const zoom = (factor, cx, cy) => {
    const k = Math.max(0.01, Math.min(4, view.k * factor));
    view.x = cx - (cx - view.x) * (k / view.k);
    view.y = cy - (cy - view.y) * (k / view.k);
    view.k = k;
    apply();
  };
  svg.addEventListener("wheel", (event) => {
    if (data.embedded && !event.ctrlKey && !event.metaKey) return;   // the page scrolls
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * 0.0016), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  let grip = null;
  svg.addEventListener("pointerdown", (event) => { grip = [event.clientX - view.x, event.clientY - view.y]; svg.classList.add("dragging"); svg.setPointerCapture(event.pointerId); });
  svg.addEventListener("pointermove", (event) => { if (grip) { view.x = event.clientX - grip[0]; view.y = event.clientY - grip[1]; apply(); } });
  svg.addEventListener("pointerup", () => { grip = null; svg.classList.remove("dragging"); });
  const whole = () => {
    const left = data.title ? bar.firstChild.offsetWidth + 30 : 20;
    const top = tools.offsetHeight + 24;
    const room = host.clientHeight - top - 20;
    view.k = Math.min(1.1, (host.clientWidth - left - 20) / data.width, room / data.height);
    view.x = left + Math.max(0, (host.clientWidth - left - 20 - data.width * view.k) / 2);
    view.y = top + Math.max(0, (room - data.height * view.k) / 3);
    apply();
  };
  const head = () => {                                   // readable from the start: the inputs on top
    view.k = Math.max(Math.min(1, (host.clientWidth - 40) / data.width), 0.5);
    const first = data.nodes.reduce((a, b) => (b.y < a.y ? b : a), data.nodes[0]);
    view.x = Math.min(host.clientWidth / 2 - (first.x + first.w / 2) * view.k, host.clientWidth / 2);
    view.y = bar.offsetHeight + 24 - first.y * view.k;
    apply();
  };

  // --- what stands around it
  const bar = html("div", host, "bar");
  if (data.title) {
    const card = html("div", bar, "card");
    html("h1", card, "", data.title);
    const list = html("dl", card, "facts");
    for (const [key, value] of data.facts) { html("dt", list, "", key); html("dd", list, "", value); }
  }
  const tools = html("div", bar, "card tools");
  const search = html("input", tools);
  search.placeholder = "find a layer…";
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const { node, group } of drawnNodes) {
      const hit = wanted && (node.name + " " + node.title + " " + node.details.flat().join(" ")).toLowerCase().includes(wanted);
      group.classList.toggle("hit", Boolean(hit));
      group.classList.toggle("faded", Boolean(wanted) && !hit);
    }
  });
  const mode = html("select", tools);
  for (const name of planned ? ["tier", "cost"] : ["cost"]) html("option", mode, "", "colour by " + name).value = name;
  for (const [label, act] of [["whole", whole], ["start", head], ["+", () => zoom(1.4, host.clientWidth / 2, host.clientHeight / 2)], ["−", () => zoom(1 / 1.4, host.clientWidth / 2, host.clientHeight / 2)]]) {
    html("button", tools, "", label).addEventListener("click", act);
  }
  const legend = html("div", host, "card legend");
  const paint = () => {
    for (const { node, rect, texts } of drawnNodes) {
      const { fill, dark } = colour(node, mode.value);
      rect.setAttribute("fill", fill);
      texts.forEach((text) => text.setAttribute("fill", dark ? "#fff" : "#1d2733"));
    }
    legend.replaceChildren();
    if (mode.value === "tier") {
      data.tiers.forEach((tier, index) => {
        const entry = html("span", legend);
        html("i", entry).style.background = TIER_COLOURS[index % TIER_COLOURS.length];
        entry.append(tier);
      });
      const entry = html("span", legend);
      html("i", entry).style.cssText = "background:#d4380d;height:3px;vertical-align:3px;border:0;width:18px";
      entry.append("crosses a link");
    } else {
      const entry = html("span", legend, "", "cheap");
      html("b", entry, "ramp").style.background = `linear-gradient(90deg, ${[0, .06, .25, .5, 1].map((c) => ramp(c).fill).join(",")})`;
      entry.append("expensive");
    }
    const marked = html("span", legend);
    html("i", marked).style.cssText = "border:2.2px solid #1d2733;background:#fff";
    marked.append("cut vertex");
  };
  mode.addEventListener("change", paint);
  paint();
  if (data.nodes.length) whole();
}
