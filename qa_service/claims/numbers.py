"""Numbers in a sentence: digits, words, dozens, fractions, vague plurals, each with its value and its bound."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from qa_service.claims.statement import Bound

_ONES = {
    word: value
    for value, word in enumerate(
        """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
    """.split()
    )
}
_TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
}
_VAGUE = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2_000, "millions": 2e6, "billions": 2e9}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10}

_one = "|".join(sorted(_ONES, key=len, reverse=True))
_ten = "|".join(_TENS)
_below_100 = rf"(?:(?:{_ten})(?:[- ](?:{_one}))?|(?:{_one}))"
_below_1000 = rf"(?:(?:{_below_100}|a)\shundred(?:(?:\sand)?\s{_below_100})?|{_below_100})"
_words = rf"(?:(?:{_below_1000}|a)\sthousand(?:,?\s(?:and\s)?{_below_1000})?|{_below_1000})"
_digits = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:[\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?"
_scale = r"(?:[ \u00a0-]?(?:hundred|thousand|million|billion|trillion)\b|[ ]?(?:bn|mn|tn|m|k)\b)"
_part = r"(?:half|halves|thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?|tenths?)"

_NUMBER = re.compile(
    rf"""
      (?P<vague>\b(?:(?:tens|hundreds)\sof\s(?:thousands|millions|billions)|dozens|scores|hundreds|thousands|millions|billions)\b)
    | (?P<odds>\b(?:{_one}|\d+)\s(?:in|out\sof)\s(?:every\s)?(?:{_one}|\d+)\b(?!\s*[-–%,.]?\d))
    | (?P<part_of_scale>\b(?:half|(?:a|one|three)[ -]quarters?\sof|two[ -]thirds\sof)\sa\s(?:dozen|hundred
        |thousand|million|billion)\b)
    | (?P<part>\b(?:(?:an?|{_one})[ -]{_part}\b(?=\s(?:of|the|its|their|his|her|all)\b|\s*(?:[,.;]|$)
        |\s(?:were|are|was|have|had|is)\b)
        |half\b(?=\s(?:of|the|its|their|his|her|all|were|are|have)\b)|(?<=by\s)half\b))
    | (?P<dozen>\b(?:half\sa|an?|{_one}|\d+)\sdozen\b)
    | (?P<currency>(?:US|A|C|NZ|HK)?\$
        |[€£¥])\s?(?P<money>{_digits})(?:\s(?P<money_half>and\sa\shalf))?(?P<money_scale>{_scale})?
    | (?<![\w.])(?P<minus>minus\s|[-−](?=\d))?(?P<digits>{_digits})(?P<digit_scale>{_scale})?
    | (?P<word_half>\b(?:{_one}|a)\sand\sa\shalf)(?P<half_scale>\s(?:hundred|thousand|million|billion
        |trillion|dozen)\b)?
    | \b(?P<words>{_words}|an?(?=\s(?:million|billion|trillion)\b))(?P<word_scale>\s(?:million|billion|trillion)\b)?\b
    """,
    re.VERBOSE | re.IGNORECASE,
)

_TOKEN = re.compile(r"[^\W\d_]+\$?|[-−]?\d|[$€£¥]")
_BEGINS = frozenset({*_ONES, *_TENS, *_VAGUE, "tens", "half", "a", "an", "minus", "us", "c", "nz", "hk"})
"""Words with which a number can begin."""

_BOUNDS: dict[str, Bound] = {
    **dict.fromkeys(
        [
            *("at least", "more than", "over", "above", "upwards of", "upward of", "no fewer than", "no less than"),
            *("not fewer than", "not less than", "a minimum of", "minimum of", "in excess of", "exceeded", "exceeds"),
            *("exceeding", "surpassed", "surpasses", "topped", "greater than", "higher than"),
        ],
        "at_least",
    ),
    **dict.fromkeys(
        [
            *("up to", "at most", "at the most", "no more than", "not more than", "fewer than", "less than", "under"),
            *("below", "as many as", "as much as", "not exceed", "not exceeding", "within", "a maximum of"),
            *("maximum of", "at the very most"),
        ],
        "at_most",
    ),
    **dict.fromkeys(
        [
            *("about", "around", "some", "nearly", "almost", "roughly", "an estimated", "estimated", "close to"),
            *("closer to", "approximately", "nearer to", "nearer", "approaching", "estimated at", "in the region of"),
            *("circa", "something like", "getting on for"),
        ],
        "about",
    ),
}
_BEFORE = re.compile(
    r"(?<![\w-])(" + "|".join(sorted(_BOUNDS, key=len, reverse=True)) + r")\s+"
    r"((?:another|an?\s(?:further|additional|extra|total\sof|record)|the\slast|its|their|his|her)\s+)?$",
    re.IGNORECASE,
)
_INSIDE_SPAN = re.compile(r"(?<![\w-])(?:another|an?\s(?:further|additional|extra))\s+$", re.IGNORECASE)
_AFTER = (
    (
        re.compile(r",?\sor\s(?:possibly\s|even\s|perhaps\s)?more\b|,?\sat\sleast\b|\sand\scounting\b|\splus\b|\+"),
        "at_least",
    ),
    (re.compile(r",?\sor\s(?:possibly\s)?(?:fewer|less)\b|,?\sat\s(?:the\s)?most\b"), "at_most"),
    (re.compile(r"-odd\b|,?\sor\sso\b|,?\sor\sthereabouts\b"), "about"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as written: ``[start, end)`` is the number itself, ``lead`` where its bound words begin."""

    start: int
    end: int
    lead: int
    value: float
    bound: Bound
    vague: bool = False
    percent: bool = False
    """A fraction or odds of a whole, in percent."""
    currency: str | None = None
    """The sign before it."""
    scaled: bool = False
    """Written with million, bn and the like, or as dozens."""
    digits: bool = False
    """Written in digits."""
    slack: bool = False
    """Bounds came from the words before it."""


def numbers(sentence: str) -> list[Number]:
    """Every number of ``sentence``, in text order, with the bound that its neighbouring words give it."""
    return [_bounded(sentence, _read(found)) for found in _found(sentence)]


def _found(sentence: str) -> list[re.Match[str]]:
    """The matches of the number pattern, which is tried only where a number can begin."""
    found: list[re.Match[str]] = []
    end = 0
    for token in _TOKEN.finditer(sentence):
        word = token[0].lower()
        if token.start() < end or (word.isalpha() and word not in _BEGINS):
            continue
        match = _NUMBER.match(sentence, token.start()) or (
            _NUMBER.match(sentence, token.start() + 1) if word[0] in "-−" else None
        )
        if match is not None:
            found.append(match)
            end = match.end()
    return found


def after_bound(sentence: str, end: int) -> tuple[int, Bound] | None:
    """The end and the sense of bound words right after ``end``: "or more", "or so"."""
    for pattern, bound in _AFTER:
        found = pattern.match(sentence, end)
        if found:
            return found.end(), bound  # type: ignore[return-value]
    return None


def _bounded(sentence: str, number: Number) -> Number:
    before = sentence[max(0, number.start - 48) : number.start]
    found = _BEFORE.search(before)
    if number.vague:
        if found:
            number = replace(number, lead=number.start - len(before) + found.start())
        return number
    if found:
        bound = _BOUNDS[" ".join(found[1].lower().split())]
        end = number.end + len("-odd") * sentence.startswith("-odd", number.end)
        return replace(number, bound=bound, lead=number.start - len(before) + found.start(), end=end, slack=True)
    after = after_bound(sentence, number.end)
    if after:
        return replace(number, bound=after[1], end=after[0] if sentence[number.end] == "-" else number.end)
    found = _INSIDE_SPAN.search(before)
    if found:
        return replace(number, lead=number.start - len(before) + found.start())
    return number


def _read(found: re.Match[str]) -> Number:
    start, end = found.span()
    kind = found.lastgroup or ""
    value, extra = _value(found)
    vague = found["vague"] is not None
    return Number(
        start=start,
        end=end,
        lead=start,
        value=value,
        bound="at_least" if vague else "exact",
        vague=vague,
        percent=found["odds"] is not None or found["part"] is not None,
        currency=found["currency"],
        scaled=extra or "scale" in kind or found["dozen"] is not None,
        digits=found["digits"] is not None or found["money"] is not None,
    )


def _value(found: re.Match[str]) -> tuple[float, bool]:
    """The number multiplied out, and whether a scale word was part of it."""
    lower = {name: text.lower() for name, text in found.groupdict().items() if text}
    value, scaled = 0.0, True
    if "vague" in lower:
        first, _, second = lower["vague"].partition(" of ")
        base = _VAGUE[second or first]
        value = {"tens": 10, "hundreds": 100}[first] * base if second else base
    elif "odds" in lower:
        top, bottom = re.split(r"\s(?:in|out\sof)\s(?:every\s)?", lower["odds"])
        value = round(100 * _plain(top) / max(1.0, _plain(bottom)), 1)
    elif "part_of_scale" in lower:
        head, _, scale = lower["part_of_scale"].rpartition(" a ")
        share = {"half": 0.5, "three": 0.75, "two": 2 / 3}.get(re.split("[ -]", head)[0], 0.25)
        value = share * (12 if scale == "dozen" else _SCALES[scale])
    elif "part" in lower:
        words = re.split("[ -]", lower["part"])
        whole = _PARTS["half" if words[-1] == "halves" else words[-1].removesuffix("s")]
        count = 1 if len(words) == 1 or words[0] in ("a", "an") else _ONES[words[0]]
        value = round(100 * count / whole, 1)
    elif "dozen" in lower:
        head = lower["dozen"].rpartition(" dozen")[0]
        value = 6 if head == "half a" else 12 * (1 if head in ("a", "an") else _plain(head))
    elif "money" in lower:
        value, scaled = _scaled(_plain(lower["money"]) + 0.5 * ("money_half" in lower), lower.get("money_scale"))
    elif "digits" in lower:
        value, scaled = _scaled(_plain(lower["digits"]), lower.get("digit_scale"))
        value = -value if "minus" in lower else value
    elif "word_half" in lower:
        head = lower["word_half"].split()[0]
        scale = lower.get("half_scale", "").strip()
        value = (1 if head == "a" else _ONES[head]) + 0.5
        value, scaled = (value * 12, True) if scale == "dozen" else _scaled(value, scale or None)
    else:
        value, scaled = _scaled(_plain(lower["words"]), lower.get("word_scale"))
    return _tidy(value), scaled


def _scaled(value: float, scale: str | None) -> tuple[float, bool]:
    return (value, False) if scale is None else (value * _SCALES[scale.strip(" -\u00a0")], True)


def _tidy(value: float) -> float:
    """Floating-point dust removed: 3.4 billion is 3400000000."""
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


def _plain(words: str) -> float:
    """The value of digits or of number words below a million."""
    digits = re.sub(r"[,\u00a0\u202f]", "", words)
    if digits[:1].isdigit():
        return float(digits)
    total = part = 0.0
    for word in re.split(r"[\s,-]+", words):
        if word == "hundred":
            part = (part or 1) * 100
        elif word == "thousand":
            total, part = total + (part or 1) * 1000, 0.0
        elif word in ("a", "an"):
            part += 1
        elif word != "and":
            part += _TENS.get(word, 0) + _ONES.get(word, 0)
    return total + part
