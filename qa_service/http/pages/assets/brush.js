// Draws a range on the histogram, by pointer or by arrow keys, and goes to the page with it as date filter.
"use strict";

for (const link of document.querySelectorAll("a[data-lists]")) {
  link.addEventListener("click", () => { document.getElementById(link.dataset.lists).open = true; });
}

const brushed = document.querySelector(".brushed");
if (brushed) {
  const days = brushed.dataset.days.split(" ");
  const last = days.length - 2;
  const left = Number(brushed.dataset.left);
  const width = (100 - 2 * left) / (last + 1);
  let range = brushed.dataset.chosen.split(" ").map(Number);
  const before = [...range];

  const say = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const words = (day) => say.format(new Date(`${day}T00:00:00Z`));
  const firstDay = (bin) => days[bin];
  const lastDay = (bin) => {
    if (bin === last) return days[last + 1];
    const end = new Date(`${days[bin + 1]}T00:00:00Z`);
    end.setUTCDate(end.getUTCDate() - 1);
    return end.toISOString().slice(0, 10);
  };

  const box = document.createElement("div");
  box.className = "brush";
  const handles = ["From", "To"].map((name, which) => {
    const handle = document.createElement("div");
    handle.className = "handle";
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", name);
    handle.setAttribute("aria-valuemin", "0");
    handle.setAttribute("aria-valuemax", String(last));
    handle.addEventListener("keydown", (event) => moved(event, which));
    return handle;
  });
  const told = document.createElement("p");
  told.className = "range";
  told.hidden = true;
  const apply = document.createElement("button");
  apply.type = "button";
  apply.addEventListener("click", go);
  told.append(apply);
  brushed.append(box, ...handles);
  brushed.after(told);
  brushed.classList.add("ready");
  for (const link of brushed.querySelectorAll("a")) link.tabIndex = -1;

  function draw() {
    const ends = [left + range[0] * width, left + (range[1] + 1) * width];
    box.style.left = `${ends[0]}%`;
    box.style.width = `${ends[1] - ends[0]}%`;
    const changed = range.some((bin, which) => bin !== before[which]);
    box.classList.toggle("moved", changed);
    told.hidden = !changed;
    apply.textContent = `Show ${words(firstDay(range[0]))} to ${words(lastDay(range[1]))}`;
    handles.forEach((handle, which) => {
      handle.style.left = `${ends[which]}%`;
      handle.setAttribute("aria-valuenow", String(range[which]));
      handle.setAttribute("aria-valuetext", words(which ? lastDay(range[1]) : firstDay(range[0])));
    });
  }

  function go() {
    const address = new URL(brushed.dataset.url, location.href);
    address.searchParams.set("published_from", firstDay(range[0]));
    address.searchParams.set("published_to", lastDay(range[1]));
    location.assign(address);
  }

  function moved(event, which) {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5, Home: -last, End: last }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") go();
    else if (event.key === "Escape") range = [...before];
    else if (step === undefined) return;
    else {
      const [low, high] = which ? [range[0], last] : [0, range[1]];
      range[which] = Math.min(Math.max(range[which] + step, low), high);
    }
    event.preventDefault();
    event.stopPropagation();
    draw();
  }

  const binAt = (event) => {
    const place = brushed.getBoundingClientRect();
    const at = Math.floor(((100 * (event.clientX - place.left)) / place.width - left) / width);
    return Math.min(Math.max(at, 0), last);
  };

  let from = null;
  let dragging = null;
  let fixed = 0;
  brushed.addEventListener("dragstart", (event) => event.preventDefault());
  brushed.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const which = handles.indexOf(event.target);
    from = event.clientX;
    fixed = which < 0 ? binAt(event) : range[1 - which];
    dragging = which < 0 ? null : which;
  });
  brushed.addEventListener("pointermove", (event) => {
    if (from === null) return;
    if (dragging === null && Math.abs(event.clientX - from) < 5) return;
    if (dragging === null) dragging = -1;
    brushed.classList.add("drawing");
    if (!brushed.hasPointerCapture(event.pointerId)) brushed.setPointerCapture(event.pointerId);
    const bin = binAt(event);
    range = [Math.min(fixed, bin), Math.max(fixed, bin)];
    draw();
  });
  brushed.addEventListener("pointerup", () => {
    const drawn = from !== null && dragging !== null && !told.hidden;
    from = null;
    brushed.classList.remove("drawing");
    if (drawn) go();
  });
  brushed.addEventListener("pointercancel", () => { brushed.classList.remove("drawing"); from = null; range = [...before]; draw(); });
  brushed.addEventListener("click", (event) => {
    if (dragging !== null) event.preventDefault();
    dragging = null;
  }, true);
  draw();
}
