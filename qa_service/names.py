"""Names in a sentence, and what they look like names of: a person, a place, an organisation.

Surface cues only, no model: titles before a name, prepositions of place, legal forms, and the countries and cities that
news speaks of most.
"""

from __future__ import annotations

import re
from typing import Literal

from index.article import Span

Named = Literal["person", "place", "organisation"]

_PART = r"[A-Z][\w'’-]*(?:\.[A-Z]\.?)*"
_NAME = re.compile(
    rf"(?:\b{_PART}|\b[a-z]{{1,2}}[A-Z]\w+)\.?(?:(?: (?:of the|of|de|von|van|al|bin|el|la|du) | |-)(?:{_PART}|\d+\b))*"
)
_POSSESSIVE = re.compile(r"['’]s$")
_INITIALS = re.compile(r"(?:\b\w\.)+\w$")
_ROLE_AFTER = re.compile(r"\s*(?:,|\(|said|says|told|who\b)")
_PLACE_AFTER = re.compile(r", [A-Z]")
_OPENING = re.compile(r"(?:^|[.!?:]|[“\"‘(])\s*[\"'“‘(]*$")

TITLES = frozenset(
    "president minister chancellor senator mayor governor judge king queen prince princess pope ceo founder actor "
    "actress singer rapper director author coach player quarterback leader spokesman spokeswoman official chief "
    "general secretary lawyer lawmaker congressman congresswoman justice star artist musician comedian host".split()
)
"""What a person may be called, alone or before the name."""
_BEFORE_A_PERSON = TITLES | frozenset(
    "mr mrs ms dr sir lord lady rep sen gov gen professor prof archbishop bishop emperor duke captain commander "
    "colonel lt capt sgt first attorney prime vice former".split()
)
_BEFORE_A_PLACE = frozenset(
    "in at from to near into across around outside inside toward towards through throughout off".split()
)
_PLACES = frozenset(
    "afghanistan africa albania algeria america antarctica argentina armenia asia australia austria azerbaijan "
    "bahrain bangladesh belarus belgium bolivia bosnia brazil britain bulgaria burma cambodia cameroon canada chad "
    "chile china colombia congo croatia cuba cyprus denmark ecuador egypt england eritrea estonia ethiopia europe "
    "finland france gaza georgia germany ghana greece greenland guatemala guinea haiti honduras hungary iceland india "
    "indonesia iran iraq ireland israel italy jamaica japan jordan kazakhstan kenya kosovo kuwait latvia lebanon "
    "libya lithuania luxembourg malaysia mali malta mexico moldova mongolia montenegro morocco mozambique myanmar "
    "namibia nepal netherlands nicaragua niger nigeria norway oman pakistan palestine panama paraguay peru "
    "philippines poland portugal qatar romania russia rwanda scotland senegal serbia singapore slovakia slovenia "
    "somalia spain sudan sweden switzerland syria taiwan tanzania thailand tunisia turkey turkmenistan uganda uk "
    "ukraine uruguay us usa uzbekistan venezuela vietnam wales yemen zambia zimbabwe alabama alaska arizona arkansas "
    "california colorado connecticut delaware florida hawaii idaho illinois indiana iowa kansas kentucky louisiana "
    "maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma "
    "oregon pennsylvania tennessee texas utah vermont virginia wisconsin wyoming amsterdam angeles atlanta baghdad "
    "beijing berlin boston brussels cairo chicago dallas delhi dubai dublin hong houston istanbul jerusalem kabul "
    "kyiv london madrid melbourne miami moscow mumbai paris rome seattle shanghai sydney tehran tokyo toronto vienna "
    "washington york".split()
)
_ORGANISATIONS = frozenset(
    "administration agency airlines airways army assembly association authority bank board bureau center centre church "
    "club co college commission committee company congress corp corporation council court department energy "
    "entertainment federation force forces foundation fund group hospital inc industries institute league ltd "
    "ministry motors museum network news office organisation organization parliament party pharmaceuticals police post "
    "press records senate service society studio studios systems team technologies times union university".split()
)
_ADJECTIVE = re.compile(r"(?:ian|ish|ese|ean|ch|can|eli|qi|ani)s?$")
OPENERS = frozenset(
    "the a an in on at it its he she they we i but and or for as after before while when if this that these those "
    "there here what who how why where his her their our my your with from by to of since more most some many "
    "all no not one two three last next according however meanwhile also still now then so yet both each officials "
    "police authorities experts researchers scientists people".split()
)
"""Words whose capital may say only that a sentence begins."""


def find_names(text: str) -> list[Span]:
    """Ranges of the names in a sentence, in text order, without a title-case opening word or a possessive ending."""
    found: list[Span] = []
    for match in _NAME.finditer(text):
        start, end = _without_opener(text, *match.span())
        name = text[start:end]
        stripped = name.rstrip(".,'’-")
        initials = name.endswith(".") and _INITIALS.search(stripped)
        end = start + len(stripped) + (1 if initials else 0)
        possessive = _POSSESSIVE.search(text[start:end])
        if possessive:
            end -= 2
        if start < end:
            found.append((start, end))
    return found


def _without_opener(text: str, start: int, end: int) -> Span:
    first = text[start:end].split(" ", maxsplit=1)[0]
    common = first.lower() in OPENERS
    if not common or not (_OPENING.search(text[:start]) or first in ("The", "A", "An")):
        return start, end
    return min(end, start + len(first) + 1), end


def likeness(text: str, span: Span) -> dict[Named, float]:
    """How much a name looks like each kind, between 0 and 1."""
    start, end = span
    words = [word.lower().strip(".,'’").replace(".", "") for word in text[start:end].split(" ")]
    before = text[max(0, start - 40) : start].lower().split()
    previous = before[-1].strip('",“(‘') if before else ""
    after = text[end : end + 30]
    organisation = any(word in _ORGANISATIONS for word in words) or (
        len(words) == 1 and len(words[0]) > 1 and text[start:end].isupper() and words[0] not in _PLACES
    )
    place = 1.0 if any(word in _PLACES for word in words) else 0.0
    person = 0.0 if place or organisation else _person(words, previous.rstrip("."), after)
    if not organisation:
        if previous in _BEFORE_A_PLACE and len(words) <= 3:
            place = max(place, 0.8 if _PLACE_AFTER.match(after) else 0.6)
        elif previous == "of":
            place = max(place, 0.4)
    return {"person": person, "place": place, "organisation": 1.0 if organisation else 0.0 if place else 0.3}


def _person(words: list[str], previous: str, after: str) -> float:
    if previous in _BEFORE_A_PERSON or words[0] in _BEFORE_A_PERSON:
        return 1.0
    several = 2 <= len(words) <= 4 and not {"of", "the"} & set(words)
    found = (0.6 if several else 0.25 if len(words) == 1 else 0.0) + (0.2 if _ROLE_AFTER.match(after) else 0.0)
    return found * 0.3 if len(words) == 1 and _ADJECTIVE.search(words[0]) else found
