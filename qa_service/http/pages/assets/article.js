// With scripts: copy buttons show, and selected words become a link that cites them. Offsets count code points.
"use strict";

if (navigator.clipboard) for (const one of document.querySelectorAll("button[data-copies]")) one.hidden = false;

const bar = document.querySelector("#selected");

const blocks = [...document.querySelectorAll("[data-at]")];
const points = (text) => [...text].length;

// Where a boundary of the selection lies in the article's text; an end before a paragraph is the end of the one above.
function place(node, offset, isEnd) {
  const block = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-at]");
  if (!block) return null;
  const before = document.createRange();
  before.setStart(block, 0);
  before.setEnd(node, offset);
  const above = blocks[blocks.indexOf(block) - 1];
  if (isEnd && above && !before.toString()) return Number(above.dataset.at) + points(above.textContent);
  return Number(block.dataset.at) + points(before.toString());
}

function cite() {
  const selection = document.getSelection();
  const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  const start = range && place(range.startContainer, range.startOffset, false);
  const end = range && place(range.endContainer, range.endOffset, true);
  bar.hidden = start === null || end === null || !range || start >= end;
  if (!bar.hidden) bar.firstElementChild.href = `${bar.dataset.article}&span=${start}-${end}#quote`;
}

if (bar) document.addEventListener("selectionchange", cite);
