"""Archive text inside Markdown: it must show word for word, and must never become markup, an image or a link.

Article text is not to be trusted: ``![](https://…)`` in an article would have a front-end fetch that address.
"""

from __future__ import annotations

import re

_ACTIVE = re.compile(r"[\\`*<\[|]|~~|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_ESCAPED = re.compile(r"\\([\\`*<\[|~_&])")
_UNSAFE_IN_LINK = re.compile(r"[\s()<>\\\"'`|]")


def one_line(text: str) -> str:
    """``text`` on one line: each line break with the space around it becomes one space; no control characters."""
    return _BREAKS.sub(" ", _CONTROL.sub("", text)).strip()


def escaped(text: str) -> str:
    """``text`` on one line, with a backslash before each character that Markdown would act on."""
    return _ACTIVE.sub(lambda found: "".join("\\" + ch for ch in found.group()), one_line(text))


def unescaped(text: str) -> str:
    """What a reader sees of an escaped text: ``unescaped(escaped(x)) == one_line(x)``."""
    return _ESCAPED.sub(r"\1", text)


def link(address: str) -> str:
    """``address`` as the target of a Markdown link: what would end the link is percent-encoded."""
    return _UNSAFE_IN_LINK.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), address)
