"""Which measures can answer a question: money, or units of length, area, weight, share, strength."""

from __future__ import annotations

import re

from qa_service.claims.units import SPANS

_COST = re.compile(
    r"\b(?:how\smuch\b.*\b(?:cost(?:s|ing)?|pay|paid|spend|spent|worth|owed?|raised?|price|fine|fined|lose|lost|"
    r"earn(?:ed)?|make|made|profits?|charge|charged|receive[ds]?|embezzled?|stolen|steal|stole|invest(?:ed)?|"
    r"donat(?:e|ed)|borrow(?:ed)?|sold\sfor|funding|money|damages?|compensation|ransom|fee|debts?|loan|bribes?)"
    r"|how\s(?:expensive|costly|dear)\b"
    r"|what\sdid\b.*\b(?:pay|cost|earn|spend|fetch)|how\s(?:large|big|high|great|heavy)\b.*\b(?:loss(?:es)?|debts?|"
    r"profits?|bill|fine|deficit|budget|ransom|bribes?|fee|costs?|damages?|sum)"
    r"|what\b.*\b(?:costs?|costing|price(?:\stag)?|fine|budget|bill|fee|sum|salary|profits?|revenue|turnover|damages|"
    r"refund|worth|ransom|losses|deficit|value|paid)|for\s(?:how\smuch|what\ssum|what\sprice))\b",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"(?:did|does|do|is|are|was|were|has|have|had|will|would|more|less|higher|lower|better|time|longer|money|of|profit|"
    r"compensation|damages?|interest|tax|revenue|debt|support|power|land|area|can|could|should|might)\b"
)
SUBSTANCE = re.compile(rf"\bhow\smuch\s(?!{_AUXILIARY})[a-z]+", re.IGNORECASE)
"""As in: how much sewage."""
_LENGTHS = frozenset({"km", "m", "cm", "mm", "miles", "nautical miles", "feet", "inches"})
_AREAS = frozenset({"km2", "m2", "hectares", "acres", "square miles", "square feet"})
_WEIGHTS = frozenset({"kg", "g", "tonnes", "tons", "litres", "pounds", "barrels"})
_TIMES = frozenset(SPANS) - {"years old"}
_SHARES = frozenset({"percent", "points"})
_CHANGE = (
    r"(?:rise|risen|rose|fall|fallen|fell|grow|grown|grew|increase|drop|decline|shrink|shrunk|jump|climb|slip|slow|"
    r"go\s(?:up|down)|gone\s(?:up|down)|come\sdown|change|soar|plunge)"
)
_MEASURES: tuple[tuple[str, frozenset[str]], ...] = (
    (
        (
            r"\bhow\s(?:large|big|much)\b.*\b(?:area|land|forest|woodland|farmland|ground|territory)\b|\bwhat\sarea\b"
            r"|\bhow\smuch\b.*\b(?:burn(?:ed|t)?|flooded|under\swater)\b"
        ),
        _AREAS,
    ),
    (
        r"\bhow\s(?:far|deep|tall|wide|high)\b|\bwhat\b.*\b(?:length|depth|height|width|distance)\b",
        _LENGTHS | _SHARES,
    ),
    (
        (
            r"\bhow\sheavy\b|\bweigh\b|\bhow\smuch\s(?:(?!did|does|do|has|have|had|will|is|was)\w+\s)?(?:oil|fuel|water|"
            r"grain|gas|rubbish|sewage|milk|ore|waste|food|aid|coal|diesel)\b"
        ),
        _WEIGHTS,
    ),
    (rf"\b(?:how\smuch|how\sfar|how\sfast|how\ssharply|what)\b.*\b{_CHANGE}\b", _SHARES),
    (r"\bhow\sold\b|\bwhat\s(?:is|was)\b.*\bage\b|\bwhat\sage\b", frozenset({"years old"})),
    (r"\bhow\slong\b|\bfor\show\smany\s(?:hours|days|weeks|months|years)\b", _TIMES | _LENGTHS),
    (r"\bhow\s(?:strong|powerful|big|large)\b.*\b(?:quake|earthquake|tremor)\b", frozenset({"magnitude"})),
    (r"\bhow\s(?:strong|powerful)\b|\bmagnitude\b", frozenset({"magnitude", "km/h", "mph", "percent"})),
    (SUBSTANCE.pattern, _WEIGHTS | _AREAS),
    (r"\bhow\sfast\b|\bat\swhat\sspeed\b|\bwhat\sspeed\b", frozenset({"km/h", "mph"})),
    (r"\bhow\s(?:hot|cold|warm)\b|\btemperature\b", frozenset({"C", "F"})),
    (
        (
            r"\b(?:what|which)\s(?:share|percentage|proportion|part|fraction)\b|\bwhat\s(?:was|is)\sthe\s.*\b(?:turnout|rate|share)\b"
            r"|\bhow\s(?:high|low)\b.*\b(?:turnout|inflation|unemployment|rate)\b|\bby\swhat\smargin\b"
        ),
        _SHARES,
    ),
)
_READ = tuple((re.compile(words, re.IGNORECASE), units) for words, units in _MEASURES)
_MEASURE = re.compile(
    r"\bhow\s(?:much|far|long|high|deep|tall|wide|heavy|fast|strong|powerful|big|large|hot|cold|old|low|sharply)\b"
    r"|\bwhat\s(?:share|percentage|proportion|part|fraction|margin|turnout|area|speed|age)\b"
    r"|\bwhat\s(?:was|is|were)\sthe\s(?:[\w’'-]+\s){0,3}?(?:turnout|length|height|depth|width|distance|temperature|magnitude|rate|share|speed|size|age|weight)\b"
    r"|\bwhat\smagnitude\b",
    re.IGNORECASE,
)


def asks_money(question: str) -> bool:
    """Whether a sum of money is asked for."""
    return _COST.search(question) is not None and SUBSTANCE.search(question) is None


def asks_measure(question: str) -> bool:
    """Whether a question asks how much, how far, how strong."""
    return _MEASURE.search(question) is not None


def units_asked(question: str) -> frozenset[str]:
    """The units that can answer a question for a measure; empty where any may."""
    return next((units for words, units in _READ if words.search(question)), frozenset[str]())
