"""Units of measure and money: what stands before or after a number, under the name that claims give it."""

from __future__ import annotations

import re

_ISO = "USD|EUR|GBP|CHF|JPY|AUD|CAD|RUB|TRY|CNY|INR|SEK|NOK|DKK|AMD|AZN|UAH|PLN"
_SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "$": "USD", "us$": "USD", "a$": "AUD", "c$": "CAD", "hk$": "HKD"}
_CURRENCIES = {
    "dollars": "USD",
    "dollar": "USD",
    "euros": "EUR",
    "euro": "EUR",
    "pounds sterling": "GBP",
    "sterling": "GBP",
    "pounds": "GBP",
}
_MONEY_WORDS = """
    crowns francs kroner kronor kronur pence cents roubles rubles yen yuan renminbi rupees drams manats manat
    lira liras lire pesos dinars dirhams shekels zloty zlotys forints hryvnias hryvnia rand riyals ringgit baht
    marks guilders tenge lari lei leva talers florins ducats shillings
    """.split()
_MEASURES: tuple[tuple[str, str], ...] = (
    (r"%|per\s?cent\b|pct\b", "percent"),
    (r"percentage[\s-]points?\b", "points"),
    (r"basis[\s-]points?\b", "basis points"),
    (r"points?\b", "points"),
    (r"square\s(?:kilomet(?:re|er)s?|km)\b|km2\b|km²|sq\.?\s?km\b", "km2"),
    (r"square\smet(?:re|er)s?\b|m2\b|m²", "m2"),
    (r"square\s(?:miles?|feet)\b", ""),
    (r"(?:kilomet(?:re|er)s?|km)\s?(?:an\shour|per\shour|/h)|km/h\b|kph\b|kmh\b", "km/h"),
    (r"(?:miles\s(?:an|per)\shour|mph)\b", "mph"),
    (r"nautical\smiles?\b", "nautical miles"),
    (r"(?:kilomet(?:re|er)s?|kms?)\b", "km"),
    (r"(?:centimet(?:re|er)s?|cm)\b", "cm"),
    (r"(?:millimet(?:re|er)s?|mm)\b", "mm"),
    (r"(?:met(?:re|er)s?|m)\b", "m"),
    (r"(?:kilogram(?:me)?s?|kilos?|kgs?)\b", "kg"),
    (r"(?:grams?|grammes?)\b", "g"),
    (r"(?:tonnes?|metric\stons?)\b", "tonnes"),
    (r"tons?\b", "tons"),
    (r"lit(?:re|er)s?\b", "litres"),
    (r"hectares?\b|ha\b", "hectares"),
    (r"acres?\b", "acres"),
    (r"gigawatts?\b|GW\b", "GW"),
    (r"megawatts?\b|MW\b", "MW"),
    (r"kilowatts?\b|kW\b", "kW"),
    (r"miles?\b", "miles"),
    (r"degrees?\sF(?:ahrenheit)?\b|°\s?F\b|F\b", "F"),
    (r"degrees?(?:\s(?:C|Celsius|Centigrade))?\b|°\s?C?\b|C\b", "C"),
    (r"magnitude\b", "magnitude"),
)
_MAGNITUDE_BEFORE = re.compile(r"(?:magnitude|(?:earth)?quake)[\s-](?:of\s)?$", re.IGNORECASE)
_AFTER = re.compile(
    r"(?P<gap>[\s-]?)(?:(?P<iso>"
    + _ISO
    + r")\b|(?P<money>(?:US\s|Swiss\s|Danish\s|Norwegian\s)?(?:"
    + "|".join([*_CURRENCIES, *_MONEY_WORDS])
    + r")\b(?!\sof\b))|"
    + "|".join(rf"(?P<m{n}>{pattern})" for n, (pattern, _) in enumerate(_MEASURES))
    + ")"
)
SPANS = {
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86_400,
    "weeks": 604_800,
    "months": 2_629_800,
    "years": 31_557_600,
    "years old": 31_557_600,
}
"""Units of time and age, in seconds; read only where a question asks how long or how old."""
_TIME = re.compile(
    r"(?:\s\w+)??[\s-](?P<unit>seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b(?P<age>[\s-]old\b|\sof\sage\b)?",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[€£¥]|\$|\b(?:" + "|".join([*_CURRENCIES, *_MONEY_WORDS]) + r")\b", re.IGNORECASE)


def unit_after(sentence: str, end: int) -> tuple[str, int] | None:
    """The unit that follows a number ending at ``end``, and where the unit ends."""
    found = _AFTER.match(sentence, end)
    if not found:
        return None
    if found["iso"]:
        return found["iso"], found.end()
    if found["money"]:
        word = found["money"].split()[-1].lower()
        return _CURRENCIES.get(found["money"].lower(), _CURRENCIES.get(word, word)), found.end()
    number = int((found.lastgroup or "m0")[1:])
    words = found[found.lastgroup or 0]
    if not found["gap"] and words[0].isalpha() and len(words) > 2:
        return None
    return (_MEASURES[number][1] or " ".join(words.lower().split())), found.end()


def unit_before(sentence: str, start: int, sign: str | None) -> tuple[str, int] | None:
    """The unit that stands before a number beginning at ``start``, and where it begins."""
    if sign is not None:
        return _SIGNS.get(sign.lower(), "USD"), start
    found = _MAGNITUDE_BEFORE.search(sentence[:start])
    if found:
        begin = found.start() if found[0].lower().startswith("magnitude") else start
        return "magnitude", begin
    iso = re.search(rf"\b({_ISO})\s?$", sentence[:start])
    return (iso[1], iso.start()) if iso else None


def currency_named(text: str) -> str | None:
    """The currency that ``text`` names last, as a sign or a word."""
    found = None
    for found in _NAMED.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    if found is None:
        return None
    word = found[0].lower()
    return _SIGNS.get(word) or _CURRENCIES.get(word, word)


def is_money(unit: str | None) -> bool:
    """Whether a unit is a currency."""
    return unit is not None and (re.fullmatch(r"[A-Z]{3}", unit) is not None or unit in _MONEY_WORDS)


def span_of_time(sentence: str, end: int) -> tuple[str, int] | None:
    """The unit of time that follows a number ending at ``end``, and where it ends; "years old" for an age."""
    found = _TIME.match(sentence, end)
    if found is None:
        return None
    return ("years old" if found["age"] else f"{found['unit'].lower().rstrip('s')}s"), found.end()


def is_measure(unit: str | None) -> bool:
    """Whether a unit is one of measure or money, so that nothing is being counted one by one."""
    return unit is not None and (
        is_money(unit) or unit in {name for _, name in _MEASURES} or unit == "mph" or unit in SPANS
    )
