// With scripts: copy buttons show, and selected words become a link that cites them. Offsets count code points.
"use strict";

if (navigator.clipboard) for (const one of document.querySelectorAll("button[data-copies]")) one.hidden = false;

const bar = document.querySelector("#selected");

function place(node, offset) {
  const block = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-at]");
  if (!block) return null;
  const before = document.createRange();
  before.setStart(block, 0);
  before.setEnd(node, offset);
  return Number(block.dataset.at) + [...before.toString()].length;
}

function cite() {
  const selection = document.getSelection();
  const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  const start = range && place(range.startContainer, range.startOffset);
  const end = range && place(range.endContainer, range.endOffset);
  bar.hidden = start === null || end === null || !range || start >= end;
  if (!bar.hidden) bar.firstElementChild.href = `${bar.dataset.article}&span=${start}-${end}#quote`;
}

if (bar) document.addEventListener("selectionchange", cite);
