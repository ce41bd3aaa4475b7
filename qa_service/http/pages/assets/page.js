// What a browser with scripts adds: keys, copying, and saying aloud what was found. Everything works without.
"use strict";

const field = document.querySelector("#q");
const keys = document.querySelector("#keys");
const live = document.querySelector("#live");
const results = [...document.querySelectorAll(".passage")];

function say(words) {
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = words; });
}

function step(by) {
  const now = results.indexOf(document.activeElement.closest?.(".passage"));
  const next = results[now < 0 ? (by > 0 ? 0 : results.length - 1) : now + by];
  if (!next) return false;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function open(result) {
  const link = result.querySelector("h3 a");
  if (link) link.click();
}

document.addEventListener("keydown", (event) => {
  const inField = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
  if (inField) {
    if (event.key === "Escape") inField.blur();
    return;
  }
  if (event.key === "/" && field) { field.focus(); field.select(); }
  else if (event.key === "?") keys.showModal();
  else if (event.key === "ArrowDown" && results.length && step(1)) { /* moved */ }
  else if (event.key === "ArrowUp" && results.length && step(-1)) { /* moved */ }
  else if (event.key === "Enter" && event.target.matches(".passage")) open(event.target);
  else return;
  event.preventDefault();
});

document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  const copier = event.target.closest("[data-copies]");
  if (copier && navigator.clipboard) {
    event.preventDefault();
    await navigator.clipboard.writeText(copier.dataset.copies || copier.href);
    const before = copier.textContent;
    copier.textContent = "Copied";
    say("Copied");
    setTimeout(() => { copier.textContent = before; }, 1500);
  }
});

// An address says what was set, and nothing of what was left empty.
document.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

for (const one of document.querySelectorAll(".keys-hint")) one.hidden = false;
const told = document.querySelector("#told");
if (told) say(told.textContent);
