"""Words for people on a terminal: dates, confidence, and article text made safe to print.

Article text is not to be trusted: it reaches the terminal without control characters and never as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import accumulate

from rich.console import Console
from rich.text import Text

from index.article import PublishedDate, Span
from index.notices import Notice
from qa_service.answer import Citation, Claim, Corrected, TimeReading

TERM = "yellow"
"""Style of a word of the question."""
SPAN = "bold green"
"""Style of the words that answer."""
QUIET = "dim"

_UNSAFE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequences: colours, cursor moves
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{0,2000}(?:\x07|\x1b\\|\x9c)"  # strings: titles, links
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
    r"|[\u202a-\u202e\u2066-\u2069]"  # embeddings and overrides that reorder the rest of the line
    r"|(?<=\s)\s+"
)


def safe(text: str) -> str:
    """``text`` on one line, without control characters."""
    return re.sub(r"\s+", " ", _UNSAFE.sub("", text)).strip()


def styled(text: str, marks: Iterable[tuple[Span, str]]) -> Text:
    """``text`` on one line, made safe, with a style on each range (of ``text`` as given)."""
    kept = bytearray(b"\1") * len(text)
    for found in _UNSAFE.finditer(text):
        kept[found.start() : found.end()] = bytes(found.end() - found.start())
    shown = "".join(" " if ch.isspace() else ch for ch, keep in zip(text, kept, strict=True) if keep)
    places = [0, *accumulate(kept)]
    result = Text(shown)
    for (start, end), style in marks:
        if 0 <= start < end <= len(text):
            result.stylize(style, places[start], places[end])
    result.rstrip()
    return result


def shortened(text: str, marks: list[tuple[Span, str]], most: int) -> Text:
    """At most about ``most`` characters of ``text``: from the stretch that holds most marks, cut between words."""
    if len(text) <= most:
        return styled(text, marks)
    starts = [0, *(max(0, span[0] - most // 6) for span, _ in marks)]
    held = [sum(start <= span[0] and span[1] <= start + most for span, _ in marks) for start in starts]
    start = min(starts[held.index(max(held))], len(text) - most)
    start = _sentence_start(text, start, most // 3)
    end = start + most
    if end < len(text):
        end = max(text.rfind(" ", start, end), start) or end
    moved = [((span[0] - start, span[1] - start), style) for span, style in marks]
    cut = styled(text[start:end], [(span, style) for span, style in moved if span[0] >= 0])
    return Text.assemble("… " if start else "", cut, " …" if end < len(text) else "")


def _sentence_start(text: str, place: int, most: int) -> int:
    """Where the sentence around ``place`` begins if that is near, else where a word does."""
    if place <= most:
        return 0
    before = max(text.rfind(mark, place - most, place) for mark in (". ", ".\n", "\n\n", "? ", "! "))
    if before >= 0:
        return before + 2
    return text.find(" ", place, place + most) + 1 or place


def print_wrapped(console: Console, text: Text, *, indent: int = 0, hanging: bool = False) -> None:
    """Print a text wrapped to the terminal behind an indent (``hanging``: but for its first line).

    Unlike rich's own wrapping, no line ends in spaces.
    """
    for number, line in enumerate(text.wrap(console, max(8, console.width - indent))):
        line.rstrip()
        console.print(Text.assemble("" if hanging and not number else " " * indent, line), soft_wrap=True)


# -- dates -----------------------------------------------------------------------------------------------------------


def published_words(published: PublishedDate) -> str:
    """``2 October 2023``, and how that is known where the input's metadata did not say so."""
    if published.date is not None:
        known = {"prefix": " (date from the file's prefix)", "page": " (date from the page)"}
        return date_words(published.date) + known.get(published.provenance, "")
    if published.inferred is not None:
        return f"undated; mentions {date_words(published.inferred.date)}"
    return "undated"


def date_words(value: str) -> str:
    """An ISO date of any precision in words; what is no ISO date stays as it is."""
    try:
        if len(value) == 4:
            return str(int(value))
        if len(value) == 7:
            return f"{date.fromisoformat(f'{value}-01'):%B %Y}"
        if len(value) == 10:
            return _day(date.fromisoformat(value))
        moment = datetime.fromisoformat(value)
    except ValueError:
        return safe(value)
    return f"{_day(moment)}, {moment:%H:%M}{_offset(moment)}"


def _day(moment: date) -> str:
    return f"{moment.day} {moment:%B} {moment.year}"


def _offset(moment: datetime) -> str:
    offset = moment.utcoffset()
    if offset is None:
        return ""
    if offset == timedelta(0):
        return " UTC"
    minutes = round(offset.total_seconds() / 60)
    sign, hours = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return f" UTC{sign}{hours[0]}" + (f":{hours[1]:02}" if hours[1] else "")


def time_words(reading: TimeReading) -> str:
    """How the question's time was read: ``“last month” as 1 September 2023 to 30 September 2023``."""
    start = None if reading.start is None else date_words(reading.start)
    end = None if reading.end is None else date_words(reading.end)
    if reading.mode == "newest":
        meaning = "the newest first" + (f", up to {end}" if end else "")
    elif start and end:
        meaning = start if start == end else f"{start} to {end}"
    elif start:
        meaning = f"from {start} on"
    else:
        meaning = f"up to {end}" if end else "any time"
    return (
        f"the time given as {meaning}" if reading.expression is None else f"“{safe(reading.expression)}” as {meaning}"
    )


# -- outlets, confidence, claims ---------------------------------------------------------------------------------------


def byline(source: str | None, article_id: str, published: PublishedDate) -> str:
    """``Outlet, 2 October 2023``; an article without an outlet goes by its id."""
    return f"{safe(source or article_id)}, {published_words(published)}"


def cited(citation: Citation) -> str:
    """The byline of a citation, and whether the article was corrected or a newer version has replaced the one cited."""
    line = byline(citation.source, citation.article_id, citation.published)
    corrected, newer = citation.corrected, citation.newer_version
    if corrected is not None and newer == corrected.version:
        return f"{line} (version {citation.version}; {corrected_words(corrected)} in version {newer})"
    notes: list[str] = []
    if corrected is not None and corrected.kind != "update":
        notes.append(corrected_words(corrected))
    if newer is not None:
        notes.append(f"version {citation.version}; version {newer} has replaced it")
    return f"{line} ({'; '.join(notes)})" if notes else line


def corrected_words(corrected: Corrected | Notice) -> str:
    """``corrected 3 October 2023``; without the day where none is known."""
    words = {"correction": "corrected", "clarification": "clarified", "retraction": "retracted", "update": "updated"}
    return words[corrected.kind] + (f" {date_words(corrected.date)}" if corrected.date else "")


def confidence_words(probability: float) -> str:
    """A probability in words and as a number."""
    words = ((0.9, "very likely"), (0.7, "likely"), (0.5, "more likely than not"), (0.2, "doubtful"))
    return f"{next((word for least, word in words if probability >= least), 'unlikely')} ({probability:.2f})"


def counted(number: int, thing: str) -> str:
    """``1 article``, ``2,000 articles``."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def claim_value(claim: Claim) -> str:
    """A claim's value with its bound and what it counts: ``at least 200 killed``."""
    bound = {"exact": "", "at_least": "at least ", "at_most": "at most ", "about": "about "}[claim.bound]
    value = claim.value if isinstance(claim.value, str) else f"{claim.value:,.10g}"
    said = claim.counted is not None and claim.unit in ("people", *claim.counted.split())
    unit = None if said else claim.unit  # what is counted says so already
    named = " ".join(safe(word) for word in (unit, claim.counted) if word)
    return f"{'denied: ' if claim.denied else ''}{bound}{safe(value)} {named}".rstrip()
