"""Which language a text is in (py3langid; nothing else imports it)."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

SAMPLE = 2000
"""Characters that are looked at: a text in two languages is in the one that fills more of these."""
LEAST = 48
"""Bytes of letters, in UTF-8, below which a guess is worth nothing: about 48 letters of English, 24 of Russian, 16
signs of Chinese. A sign says more than a letter, and the model reads bytes."""
_NONE = frozenset({"und", "zxx", "mis", "mul"})
_OF = {
    **dict.fromkeys(("wuu", "yue", "lzh", "nan", "hak", "gan", "cdo"), "zh"),
    **dict.fromkeys(("ary", "arz", "apc", "ajp", "acm", "afb"), "ar"),
    "hbo": "he",
    "grc": "el",
    "pcm": "en",
    "pes": "fa",
}
"""The written language of what the model tells apart as varieties."""


def detect_language(text: str) -> str | None:
    """ISO 639 code, of two letters where there is one; None where there are too few letters to tell."""
    sample = text[:SAMPLE]
    letters = "".join(character for character in sample if character.isalpha())
    if len(letters.encode("utf-8", "ignore")) < LEAST:
        return None
    import py3langid  # pyright: ignore[reportMissingTypeStubs]

    classify = cast("Callable[[str], tuple[str, float]]", py3langid.classify)  # pyright: ignore[reportUnknownMemberType]
    language, _ = classify(sample)
    return None if language in _NONE else _OF.get(language, language)
