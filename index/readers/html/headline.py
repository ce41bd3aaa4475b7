"""A page's headline: of the headings in it, the one that its metadata calls its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.readers.html.facts import Facts
from index.readers.html.tree import Element, elements, inside, named, squeezed, text_of

_PARTS = re.compile(r"\s+[|–—›»·•:\-]\s+|\s*[|›»]\s*")
_WORD = re.compile(r"\w+")
_KICKER = re.compile(
    r"kicker|overline|dachzeile|topline|eyebrow|rubric|category|ressort|spitzmarke|supertitle|prefix|label"
)
_TITLED = re.compile(r"headline|entry-title|post-title|article-title|articletitle|title__|page-title|titel")
_CANDIDATES = (
    "//h1 | //h2 | //h3 | //*[contains(@itemprop,'headline')] | //*[@class and (self::div or self::span or self::p)]"
)
_ASIDE = frozenset({"aside", "nav", "footer", "form", "figure"})
_LONGEST = 300
_SAME = 0.75
"""Share of words that two wordings of one headline have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The headline and, where it is one of the page's headings, its element."""

    text: str
    element: Element | None


def find_headline(tree: Element, facts: Facts, host: str | None) -> Headline:
    """The page's headline; an empty one where nothing on the page can be it."""
    title = next((text for found in elements(tree, "//title") if (text := text_of_title(found))), "")
    names = [name for name in (facts.outlet, host, _label(host)) if name]
    wanted = [_without_site(text, names) for text in (*facts.headlines, title) if text]
    best: tuple[float, int, Headline] | None = None
    for place, element in enumerate(_headings(tree)):
        text = _without_kicker(element)
        if not 1 < len(text) <= _LONGEST:
            continue
        score = max((_likeness(text, want) for want in wanted), default=0.0)
        if score < _SAME:
            continue
        score += _standing(element)
        if best is None or (score, -place) > best[:2]:
            best = (score, -place, Headline(text=_trimmed(text, wanted), element=element))
    if best is not None:
        return best[2]
    if wanted:
        return Headline(text=wanted[0], element=None)
    main = [e for e in elements(tree, "//h1") if len(text_of(e)) > 8 and not inside(e, _ASIDE)]
    return Headline(text=text_of(main[0]) if main else "", element=main[0] if main else None)


def text_of_title(element: Element) -> str:
    """The words of a ``title`` element, which hides no markup."""
    return squeezed(element.text or "")


def _headings(tree: Element) -> Iterable[Element]:
    for element in elements(tree, _CANDIDATES):
        is_heading = (
            element.tag in {"h1", "h2", "h3"}
            or "headline" in element.get("itemprop", "")
            or _TITLED.search(named(element))
        )
        if is_heading and not inside(element, _ASIDE):
            yield element


def _standing(element: Element) -> float:
    """How much a heading's rank and place speak for it."""
    rank = {"h1": 0.3, "h2": 0.1}.get(element.tag, 0.0)
    rank += 0.1 if "headline" in element.get("itemprop", "") or _TITLED.search(named(element)) else 0.0
    return rank + (0.1 if inside(element, frozenset({"article", "main"})) else 0.0)


def _without_kicker(element: Element) -> str:
    """A heading's words without the rubric that some pages set above them in the same element."""
    whole = text_of(element)
    for child in element.iterdescendants():
        if isinstance(child.tag, str) and _KICKER.search(named(child)):
            kicker = text_of(child)
            rest = whole.removeprefix(kicker).lstrip(" :|–—-")
            if kicker and rest and rest != whole:
                return rest
    return whole


def _trimmed(text: str, wanted: Sequence[str]) -> str:
    """The heading as it stands, or its end where a title of the metadata is just that: what came before is a rubric."""
    for want in wanted:
        words, shorter = _words(text), _words(want)
        if 2 < len(shorter) < len(words) and words[-len(shorter) :] == shorter:
            starts = [match.start() for match in _WORD.finditer(text)]
            start = starts[len(words) - len(shorter)]
            before = text[:start]
            opening = len(before) - len(before.rstrip("„“\"'«»(¿¡"))
            return text[start - opening :]
    return text


def _without_site(title: str, names: Sequence[str]) -> str:
    """A title without the name of the site at one of its ends."""
    for separator in _PARTS.finditer(title):
        head, tail = title[: separator.start()].strip(), title[separator.end() :].strip()
        if head and tail and _is_site(tail, names):
            return head
    last = None
    for separator in _PARTS.finditer(title):
        head, tail = title[: separator.start()].strip(), title[separator.end() :].strip()
        if _is_site(head, names) and tail:
            last = tail
        break
    return last or title


def _is_site(part: str, names: Sequence[str]) -> bool:
    """Whether a part of a title is one of the site's names, or nearly."""
    plain = "".join(_words(part))
    for known in names:
        name = "".join(_words(known))
        if plain and (plain == name or (len(plain) > 4 and plain in name)):
            return True
        if len(name) > 4 and name in plain and 2 * len(plain) <= 3 * len(name):
            return True
    return False


def _label(host: str | None) -> str | None:
    """``handball`` of ``www.handball.ch``: how most outlets are called."""
    if host is None:
        return None
    labels = host.lower().removeprefix("www.").split(".")
    return labels[-2] if len(labels) > 1 else labels[0]


def _likeness(text: str, want: str) -> float:
    """Share of the words of the longer that both have; of the shorter, a little less, where one holds the other."""
    a, b = _words(text), _words(want)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    common = len(set(a) & set(b))
    share = common / max(len(set(a)), len(set(b)))
    held = min(len(a), len(b)) >= 3 and (_runs(a, b) or _runs(b, a))
    return max(share, 0.85 if held else 0.0)


def _runs(short: list[str], long: list[str]) -> bool:
    return len(short) <= len(long) and (long[: len(short)] == short or long[-len(short) :] == short)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
