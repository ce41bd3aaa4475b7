"""Whether a quantity is denied, disputed, corrected or unconfirmed by the sentence that states it."""

from __future__ import annotations

import re

_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|disput(?:es|ed|ing)|refut(?:es|ed|ing)|ruled\sout"
    r"|(?:would|will|did|could)\snot\s(?:say|confirm)\s(?:whether|if|that)|has\snot\sconfirmed|have\snot\sconfirmed|contradict(?:s|ed)"
    r"|no\sevidence\s(?:that|of)|not\strue\sthat|unconfirmed|unverified|declined\sto\sconfirm|refused\sto\sconfirm|disown(?:s|ed)|questioned"
    r"|debunked)\b",
    re.IGNORECASE,
)
_ENDS_DENIAL = re.compile(
    r";|(?:,|\band\b|\bbut\b)\s*(?:\w+\s){0,4}(?:said|says|saying|put|puts|putting|spoke|insist\w*|confirmed|announced|gave|listing|listed|claimed|set)\b"
    r"|,\s(?:but|while|which|though|although)\b",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(r"\b(?:not|rather\sthan)\s(?:by\s|of\s|at\s|the\s)?$", re.IGNORECASE)
_WRONG = (
    r"(?:wrong|false|untrue|absurd|nonsense|exaggerated|inaccurate|incorrect|mistaken|baseless|fabricated|invented|ridiculous|"
    r"inflated|misleading|pure\s(?:invention|fiction|fantasy)|an?\s(?:\w+\s)?(?:lie|invention|fabrication|exaggeration)|propaganda|too\shigh|too\slow)"
)
_AFTER = re.compile(
    rf"\b(?:could|can)\s?not\s(?:immediately\s)?(?:be\s(?:independently\s|immediately\s)?)?(?:verif|confirm|check|establish|corroborat)\w*"
    rf"|\b(?:has|have|had|was|were|is|are)\s(?:not|yet\sto|never)\s(?:yet\s)?(?:been\s|be\s)?(?:independently\s|officially\s)?(?:confirmed|verified|corroborated|true)"
    rf"|\b(?:turn(?:ed|s)\sout\sto\sbe|proved(?:\sto\sbe)?|was|were|is|are|as|call(?:ed|s)|branded"
    rf"|termed)\s(?:[\w’' -]{{0,40}}?)[“\"‘]?{_WRONG}"
    rf"|\b(?:den(?:y|ies|ied)|reject(?:s|ed)?|disput(?:e|es|ed)|dismiss(?:es|ed)?|contest(?:s|ed)?|challeng(?:es|ed)|contradict(?:s|ed)?|question(?:s|ed)?|doubts)\s"
    rf"(?:this|that|it|the\s(?:figure|number|claim|count|toll|report|estimate|total|allegation)s?|both|as\b|categorically|outright)\b"
    rf"|\b(?:claim|figure|number|report|toll|count|total|estimate|charge|allegation|assertion)(?:\s(?:that"
    rf"|which))?\s(?:[\w’' -]{{0,40}}?)"
    rf"\b(?:denie[sd]|den(?:y)|reject(?:s|ed)?|disput(?:es?|ed)|dismiss(?:es|ed)?|contest(?:s|ed)?|call(?:s|ed)\s{_WRONG}|contradict(?:s|ed)?|rejects)\b"
    rf"|\b(?:was|were|is|are|been)\s(?:\w+ly\s)?(?:denied|rejected|disputed|dismissed|contested|refuted|withdrawn|retracted)\b"
    rf"|\bunconfirmed\b|\bunverified\b|\bremains?\s(?:unconfirmed|disputed|unverified)|\bawaits?\sconfirmation",
    re.IGNORECASE,
)
_CALLED = re.compile(rf"\bcall(?:s|ed)\b[^;]*?[“\"‘]?{_WRONG}", re.IGNORECASE)
_NEXT_CLAUSE = re.compile(r"[:]\s")


def is_denied(sentence: str, lead: int, end: int, next_start: int | None) -> bool:
    """Whether the quantity at ``[lead, end)`` is denied; ``next_start`` is where the next quantity begins."""
    before = sentence[:lead]
    if _NOT_BEFORE.search(before) and not re.search(r"\bif\snot\s$", before):
        return True
    for found in _DENIES.finditer(before):
        between = before[found.end() :]
        if not _ENDS_DENIAL.search(between) and not re.search(r"\b(?:not|never|n.t)\s$", before[: found.start()]):
            return True
    for found in _CALLED.finditer(sentence):
        if found.start() < lead and end <= found.end():
            return True
    limit = len(sentence) if next_start is None else _limit(sentence, end, next_start)
    colon = _NEXT_CLAUSE.search(sentence, end)
    limit = min(limit, colon.start()) if colon else limit
    return _AFTER.search(sentence, end, limit) is not None


def _limit(sentence: str, end: int, next_start: int) -> int:
    """Denials after the next quantity speak of both only where the two are parts of one list."""
    joined = re.fullmatch(r"[\s,]*(?:[\w’' -]{0,30}\s)?(?:and|or)?\s?[\w ]{0,12}", sentence[end:next_start])
    return len(sentence) if joined and " but " not in sentence[end:next_start] else next_start
