"""How a speaker is worded: the noun phrase before a verb of saying, trimmed; names; subjects; pronouns."""

from __future__ import annotations

import re

from qa_service.claims.numbers import numbers

PRONOUNS = {
    **dict.fromkeys(["he", "she", "him", "her"], "person"),
    "it": "body",
    "they": "several",
    "them": "several",
    "who": "relative",
    "which": "relative",
    "that": "relative",
}
_LEAD_IN = re.compile(
    r"(?:(?:on|by|early\son|late\son|earlier\son|later\son)\s(?:\w+day)(?:\s(?:morning|evening|afternoon|night))?\s"
    r"|(?:meanwhile|however|separately|earlier|later|but|and|yet|still|also|or|so|then|now|while|though|"
    r"although|that|as"
    r"|because|since|when|after|before|where|whereas|if|yesterday|today|here|nor|even|only|both|than|"
    r"whether|for\sits\spart"
    r"|(?:an?|the)\s(?:figure|number|claim|report|charge|allegation|estimate|toll|count|accusation|"
    r"assertion|total)(?:\s(?:that|which))?)\b,?\s*)+",
    re.IGNORECASE,
)
_NO_SPEAKER = frozenset(
    "citing quoting there reports in of to with by from we i you no for nothing nobody everything".split()
)
_ADVERBS = re.compile(
    r"(?:(?:,?\s(?:had|has|have|is|are|was|were|would|will|could|also|later|earlier|still|now|again|then|"
    r"repeatedly|first|initially"
    r"|previously|already|both|all|since|only|officially|publicly|in\sturn|for\s(?:its|his|her|their)\spart|on\s\w+day"
    r"|(?:on\s)?\w+day\s(?:evening|morning|night|afternoon)|yesterday|today|angrily|flatly|not|did|does|"
    r"do|to|reportedly|never|once"
    r"|quickly|in\sa\s[\w\s]{3,20}|categorically|firmly|strongly|merely|itself|themselves|however|meanwhile))+\s*)\Z",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\A(?:the|an?)\s", re.IGNORECASE)
_NAME = re.compile(
    r"(?:(?:Mr|Ms|Mrs|Dr|Sir|Dame|Lord|Lady)\.?\s)?[A-Z][\w’'.-]*(?:\s(?:al|bin|de|van|von|da|der|la|el|"
    r"[A-Z][\w’'.-]*)){0,3}\Z"
)
_FINITE = re.compile(
    r"\b(?:was|were|is|are|has|had|have|been|be|will|would|could|may|might|must|died|killed|wounded|"
    r"injured|lost|left|went"
    r"|came|took|made|fled|said|says|told|there|not|does|did|do|can|shall|should|got|rose|fell|reached|"
    r"hit|saw|began|set"
    r"|denied|claimed|reported|dismissed|rejected|announced|recovered|took)\b"
)
_FIRST_VERB = re.compile(
    r"\s(?:(?:now|also|still|then|later|already|once|often|never)\s)?(?:was|were|is|are|has|had|have|will|"
    r"would|could|may|might|must|can"
    r"|[a-z]{3,}(?<!hundr)(?<!re)ed|said|says|told|spoke|published|came|went|took|made|left|won|led|held|"
    r"met|saw|put|cut|set|got|gave"
    r"|grew|rose|fell|heard|broke|ran|sent|brought|began|sold|bought|spent|lost|found|kept|built|flew|drove|chose|hid|paid|opens?|plans?|wants?|runs?|makes?|spoke|warns?|"
    r"arrived|sells?|owns?|(?:hold|blame|accuse|insist|believe|think|fear|deny|keep|need|live|stand|face|demand|know)s?)\b"
)
_TITLED = re.compile(r"(?P<title>(?:(?<!\w)[A-Z]?[a-z][\w’'-]*\s){0,4})(?P<name>[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)+)")
_ROLE_STOP = re.compile(
    r"(?:.*\b(?:the|an?|of|to|by|with|for|and|that|in|on|at|from|said|told|but|as|his|her|its|their|"
    r"heckled|met)\s|.*(?:ed|ing|es|ew|id|ay)\s)",
    re.IGNORECASE,
)
_PASSIVE_BY = re.compile(r"\b(?:was|were|been|is|are)\s\w+(?:ed|en|wn|nt|de|ut)\sby\s(?P<agent>[^,.;]+)")
_BOUNDARY = re.compile(
    r"[,;:“”\"‘]\s?|[.!?]\s|(?:\A|\s)(?:–|—|-)\s|\s(?:that|because|though|although|whereas|while|but|when|"
    r"after|whether|where|if|than|as)\s|’\s(?=[a-z])"
)
_AUTHOR = re.compile(
    r"\A(?:exit\s|opinion\s)?(?:polls?|surveys?|reports?|study|studies|estimates?|counts?|audits?|"
    r"analysis|tally)\sby\s(?P<who>.+)\Z"
)
_MADE_PUBLIC = re.compile(
    r"\A[\w’' -]{3,40}?\s(?:published|released|leaked|obtained|seen|circulated|signed|written|posted|"
    r"shown|passed\son|made\spublic)\sby\s(?P<who>.+)\Z"
)
_AND_CLAUSE = re.compile(r".*\d.*\sand\s|.*\b(?:ed|died|fled|left)\s.*\sand\s")


def strip_article(words: str) -> str:
    """Without a leading "the", "a" or "an", quotation marks, and what surrounds them."""
    return _ARTICLE.sub("", words.strip(' ,;:"“”‘\n\t'), count=1).strip(' ,;:"“”‘')


def phrase_before(sentence: str, verb: int) -> tuple[str, int] | None:
    """The speaker named before a verb of saying at ``verb``, and where the words begin; None if there is none."""
    head = sentence[:verb].rstrip()
    head = _ADVERBS.sub("", f"{head} ").rstrip() if _ADVERBS.search(f"{head} ") else head
    if re.search(r"(?:\A|\s)(?:and|but)\Z", head):
        shared = subject(head)
        return (shared, 0) if shared else None
    closed = head.endswith(",")
    chunks = _chunks(head.rstrip(" ,"))
    for place in range(len(chunks) - 1, -1, -1):
        words, start = chunks[place]
        previous = chunks[place - 1][0] if place else ""
        first = words.split(" ", 1)[0].lower()
        if (
            closed
            and place
            and (first in ("who", "which", "whose", "where", "while", "once") or re.fullmatch(r"\d+", words))
        ):
            continue
        if place and (first in ("who", "which") or (closed and first.endswith("ing"))):
            continue
        if closed and place and is_name(previous) and not is_name(words) and previous[0].isupper() and _known(previous):
            return previous, chunks[place - 1][1]
        found = _valid(words, start)
        if found is not None:
            return found
        if not closed:
            return None
    return None


def _chunks(head: str) -> list[tuple[str, int]]:
    """The pieces of ``head`` between boundaries, each with its start."""
    pieces: list[tuple[str, int]] = []
    at = 0
    for found in _BOUNDARY.finditer(head):
        if found.start() > at:
            pieces.append((head[at : found.start()], at))
        at = found.end()
    if at < len(head):
        pieces.append((head[at:], at))
    return pieces


def _known(words: str) -> bool:
    return len(words.split()) >= 2


def _valid(words: str, start: int) -> tuple[str, int] | None:
    stripped = words.lstrip()
    start += len(words) - len(stripped)
    lead = _LEAD_IN.match(stripped)
    if lead and lead.end() < len(stripped):
        start, stripped = start + lead.end(), stripped[lead.end() :]
    clause = _AND_CLAUSE.match(stripped)
    if clause or (" and " in stripped and _FINITE.search(stripped.rpartition(" and ")[0])):
        cut = stripped.rfind(" and ") + 5
        start, stripped = start + cut, stripped[cut:]
    lead = _LEAD_IN.match(stripped)
    if lead and lead.end() < len(stripped):
        start, stripped = start + lead.end(), stripped[lead.end() :]
    stripped = re.split(r"\s(?:who|whom|which)\s", stripped)[0]
    if not stripped or len(stripped.split()) > 12 or _FINITE.search(stripped.lower()):
        return None
    if not re.match(r"[^\W\d]", stripped) or stripped.split(" ", 1)[0].lower() in _NO_SPEAKER:
        return None
    author = _AUTHOR.match(strip_article(stripped)) or _MADE_PUBLIC.match(strip_article(stripped))
    return (strip_article(author["who"]), start) if author else (strip_article(stripped), start)


def phrase_after(sentence: str, start: int) -> str | None:
    """The speaker named from ``start`` on, up to a verb or comma; a name in apposition wins."""
    tail = sentence[start:]
    found = re.match(
        r"\s*([^,;:.“”\"()]*(?:\b(?:[A-Z]|Mr|Ms|Mrs|Dr|"
        r"St)\.\s?[^,;:.“”\"()]*)*(?:(?<=\d)\.\d[^,;:.“”\"()]*)*)(,?)\s?([^,;:.]*)",
        tail,
    )
    if not found:
        return None
    words = re.split(
        r"\s(?:and\s(?:said|added|warned)|who|which|whose|that|after|as|on\s\w+day|in\sa\s|said|says|but|"
        r"while|at\sleast|more\sthan|some|about|nearly"
        r"|\d|when|since|because|told|were|was|are|had|have|has)\b",
        found[1],
    )[0]
    apposition = found[3].strip(" .")
    if (
        found[2]
        and is_name(apposition)
        and not is_name(re.sub(r"^(?:the|its|an?)\s", "", words.strip()))
        and len(apposition.split()) > 1
    ):
        return apposition
    words = strip_article(words)
    author = _AUTHOR.match(words)
    return strip_article(author["who"]) if author else words or None


def is_name(words: str) -> bool:
    """Whether ``words`` look like a proper name and nothing else."""
    return _NAME.match(words.strip()) is not None


def subject(sentence: str) -> str | None:
    """The subject of a sentence: what stands before its first verb; for a passive with an agent, the agent."""
    agent = _PASSIVE_BY.search(sentence)
    if agent:
        return strip_article(agent["agent"])
    found = _FIRST_VERB.search(sentence)
    if not found:
        return None
    words = sentence[: found.start()]
    if numbers(words):
        return None
    words = (
        words.rpartition(", ")[2]
        if re.match(r"(?:in|on|at|by|after|before|when|for)\s", words, re.IGNORECASE)
        else words.split(",")[0]
    )
    lead = _LEAD_IN.match(words)
    words = strip_article(words[lead.end() :] if lead else words)
    return words if words and len(words.split()) <= 10 and words.lower() not in PRONOUNS else None


def titled_name(sentence: str) -> str | None:
    """A person's name in ``sentence`` with the office before it: ``finance minister Paola Deen``."""
    for found in _TITLED.finditer(sentence):
        title = _ROLE_STOP.sub("", found["title"])
        if title or found.start("name") == 0 or sentence[: found.start("name")].endswith(("by ", "with ", ", ", "to ")):
            return strip_article(f"{title}{found['name']}")
    return None
