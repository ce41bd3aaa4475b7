"""Whether a request comes from a browser that wants to show a page (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re

_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*((?:;[^;]*)*)")
_WEIGHT = re.compile(r";\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?=;|\Z)", re.IGNORECASE)


def prefers_html(accept: str | None) -> bool:
    """Whether an ``Accept`` field names ``text/html``, above JSON; who takes anything gets JSON."""
    weights: dict[str, float] = {}
    for part in (accept or "").split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        weight = _WEIGHT.search(found[3])
        weights[f"{found[1]}/{found[2]}".lower()] = 1.0 if weight is None else float(weight[1])
    html = weights.get("text/html", 0.0)
    others = ("application/json", "application/*", "*/*")
    json = next((weights[one] for one in others if one in weights), 0.0)
    return html > json
