"""What a measure or a sum of money is a measure of: "budget", "stadium cost", "emissions fall"."""

from __future__ import annotations

import re

from qa_service.claims.speakers import subject

_NOUN_OF = re.compile(
    r"(?P<noun>\b[A-Za-z][a-z]{2,})\s(?:of|at|is|was|stood\sat|reached|hit)\s(?:\w+\s){0,3}$|(?P<put>[a-z]{3,})\sat\s(?:\w+\s){0,3}$"
)
_HEAD = re.compile(r"\A(?P<head>.*?)(?:\s(?:of|in|at|for|from|outside|with|on|to|by|between)\s.*)?\Z")
_RISE = re.compile(
    r"\b(?:rose|risen|rises?|rising|grew|grown|up|climb\w+|increas\w+|jump\w+|lift\w+|gain\w+|more|raise|higher|warmer)\b"
)
_FALL = re.compile(
    r"\b(?:fell|fallen|falls?|falling|dropp?\w*|down|declin\w+|shrank|shrunk|sank|slipp?\w*|less|lower\w*|cheaper|cooler)\b"
)
_BY = re.compile(r"\bby\s(?:\w+\s){0,3}$")
_KINDS = (
    (re.compile(r"\s(?:tall|high)\b"), "height"),
    (re.compile(r"\sdeep\b|\sbelow\b"), "depth"),
    (re.compile(r"\slong\b"), "length"),
    (re.compile(r"\swide\b"), "width"),
    (re.compile(r"\s(?:off|away|from)\b"), "distance"),
)
_VERB_KINDS = (
    (re.compile(r"\b(?:cost|costs|costing|price\stag)\b"), "cost"),
    (re.compile(r"\bweigh\w*\b"), "weight"),
    (re.compile(r"\b(?:raised|collected)\b"), "funds raised"),
    (re.compile(r"\b(?:lost)\b"), "loss"),
    (re.compile(r"\b(?:won|paid|pay)\b"), "payment"),
)
_LENGTHS = {"km", "m", "cm", "mm", "miles", "nautical miles"}
_SKIPPED = {
    "price",
    "tag",
    "total",
    "figure",
    "number",
    "sum",
    "amount",
    "about",
    "some",
    "between",
    "nearly",
    "and",
    "least",
    "than",
    "come",
    "stood",
    "peaked",
    "reported",
}


def measure_of(sentence: str, start: int, end: int, unit: str | None) -> str | None:
    """What the measure at ``[start, end)`` measures, in the sentence's words where it says so."""
    if unit in ("C", "F"):
        return "temperature"
    if unit == "magnitude":
        return "magnitude"
    clause = sentence[max(sentence.rfind("; ", 0, start), 0) : start]
    of_whole = re.match(r"\sof\s(?:the\s(?:[\d,]+\s)?|its\s|all\s)?(?P<noun>[a-z]+)\b", sentence[end:])
    if unit == "percent" and of_whole:
        return of_whole["noun"]
    named = _NOUN_OF.search(clause)
    noun = named and (named["noun"] or named["put"])
    if noun and noun.lower() not in _SKIPPED:
        return noun.lower()
    kind = next((word for pattern, word in _KINDS if unit in _LENGTHS and pattern.match(sentence, end)), None)
    kind = kind or next((word for pattern, word in _VERB_KINDS if pattern.search(clause)), None)
    if kind in ("loss", "payment", "funds raised"):
        return kind
    who = subject(sentence)
    found = _HEAD.match(who) if who else None
    head = found["head"] if found else ""
    head = head.lower() if head and not re.match(r"[A-Z]\w+\s[A-Z]|.*\d", head) and len(head.split()) < 4 else ""
    direction = None
    if unit in ("percent", "points", "basis points") or _BY.search(clause):
        near = f"{clause[-24:]} {sentence[end : end + 12]}"
        direction = "rise" if _RISE.search(near) else "fall" if _FALL.search(near) else None
    words = [word for word in (head, kind or direction) if word]
    return " ".join(words) or None
