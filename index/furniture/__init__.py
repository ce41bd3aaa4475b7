"""What a news page carries beside its report, recognised paragraph by paragraph, with the reason for each.

Every rule wants wording that only furniture has (an imperative to the reader, a credit in a credit's place, a fixed
formula) and has a longest length, so a report *about* newsletters, cookies or WhatsApp keeps its sentences. A paragraph
with reported speech is a report, captions and agency notes aside. Lengths are bounded, so every pattern is linear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.furniture.credits import CREDITS
from index.furniture.invitations import INVITATIONS
from index.furniture.languages import LANGUAGES
from index.furniture.machinery import MACHINERY
from index.furniture.signatures import SIGNATURES

_RULES = (*CREDITS, *INVITATIONS, *MACHINERY, *SIGNATURES, *LANGUAGES)
_LONGEST = max(rule.longest for rule in _RULES)
_NO_WORDS = re.compile(r"[\W_]+")
_SPEECH = re.compile(r"\b(?:said|says|told|tweeted|according to|added|wrote|argued|claimed)\b")
_DESPITE_SPEECH = frozenset({"photo credit", "agency note"})
"""Reasons whose wording decides even where someone is quoted: a caption may say who said what."""
_AFTER_PROSE = frozenset(
    {"newsletter", "messaging invitation", "e-paper", "offer", "appeal", "agency note", "rights notice", "author note"}
)
"""What a page appends to the last paragraph of a report without a break."""
_APPEAL_WORDS = re.compile(
    r"\b(?:journalism|readers?|reporting|subscri\w+|donat\w+|contribut\w+|support|paying|advertising|independent"
    r"|membership|newsroom)\b",
    re.IGNORECASE,
)


def furniture_reason(paragraph: str) -> str | None:
    """Why ``paragraph`` (trimmed) is page furniture, None when it is part of a report."""
    if _NO_WORDS.fullmatch(paragraph):
        return "divider"
    if len(paragraph) > _LONGEST:
        return None
    lowered = paragraph.lower()
    reports_speech = bool(_SPEECH.search(paragraph))
    for rule in _RULES:
        if len(paragraph) > rule.longest or (reports_speech and rule.reason not in _DESPITE_SPEECH):
            continue
        if rule.needs and not any(piece in lowered for piece in rule.needs):
            continue
        if rule.pattern.fullmatch(paragraph) if rule.whole else rule.pattern.search(paragraph):
            return rule.reason
    return None


def continues_appeal(paragraph: str) -> bool:
    """Whether a paragraph right after an appeal goes on with it: it speaks of support for journalism three times."""
    return len(paragraph) <= _LONGEST and not _SPEECH.search(paragraph) and len(_APPEAL_WORDS.findall(paragraph)) >= 3


def appended_furniture(sentences: Sequence[str]) -> tuple[int, str] | None:
    """Where in a paragraph of ``sentences`` the furniture that ends it begins, as an index, and its reason."""
    found = None
    for at in range(len(sentences) - 1, -1, -1):
        reason = furniture_reason(sentences[at])
        if reason not in _AFTER_PROSE:
            break
        found = at, reason
    return found
