"""One rule for recognising furniture, and the names that several of them share."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one kind of furniture looks like."""

    reason: str
    needs: tuple[str, ...]
    """Lower-case pieces, one of which the paragraph must hold: cheap to look for. Empty: nothing is needed."""
    pattern: re.Pattern[str]
    longest: int
    """Characters of the longest paragraph that the rule may remove."""
    whole: bool
    """Whether the pattern must cover the paragraph from end to end."""


def rule(
    reason: str, needs: str, pattern: str, *, longest: int = 300, whole: bool = False, exact_case: bool = False
) -> Rule:
    """One rule; ``needs`` lists pieces separated by ``|``, in ``pattern`` a space stands for itself."""
    return Rule(
        reason=reason,
        needs=tuple(needs.split("|")) if needs else (),
        pattern=re.compile(pattern, 0 if exact_case else re.IGNORECASE),
        longest=longest,
        whole=whole,
    )


AGENCY = (
    r"(?:AFP|AP|Associated Press|PA(?: Images| Wire)?|EPA|EFE|DPA|PTI|ANI|TASS|Reuters|REUTERS|Getty(?: Images)?"
    r"|Shutterstock|Bloomberg|Xinhua|Imagn|NurPhoto|USA TODAY Sports)"
)
"""Names that stand behind a photo credit, as they are written."""
AGENCY_NEEDS = "afp|ap|press|pa|epa|efe|dpa|pti|ani|tass|reuters|getty|stock|bloomberg|xinhua|imagn|nurphoto|today"
NAME = r"(?:[A-Z][\w.'’-]*|de|van|von|al|bin)"
