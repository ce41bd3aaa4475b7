"""A citation as reference managers and writers take it: CSL-JSON, BibTeX, Markdown, and a line of plain text.

What is not known stays away: no author is ever named, a date is as precise as the article gave it, and an article
without one is *undated*, also where its running text names a day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

UNDATED = "undated"
_MONTHS = "January February March April May June July August September October November December".split()
_READ_FROM = {"prefix": "date from a line above the text", "page": "date from the page"}
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}
_IN_ADDRESS = {"{": "%7B", "}": "%7D", "\\": "%5C", "^": "%5E", "`": "%60", '"': "%22", "<": "%3C", ">": "%3E"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What the formats need of a citation."""

    article_id: str
    version: int
    title: str
    source: str | None
    address: str
    """The article's own, else the permalink."""
    permalink: str
    date: str | None
    provenance: str
    span: tuple[int, int]
    quote: str
    """Empty where the article is cited as a whole."""

    @property
    def parts(self) -> list[int]:
        """Year, month and day, as far as the article gave them and in its own time zone; empty where it is undated."""
        return [] if self.date is None else [int(part) for part in self.date[:10].split("-")]

    @property
    def name(self) -> str:
        """One name for article, version and span."""
        place = f":{self.span[0]}-{self.span[1]}" if self.quote else ""
        return f"{self.article_id}@{self.version}{place}"

    @property
    def remark(self) -> str | None:
        """What a reader should know of the date: that there is none, or that it was read from the page."""
        return UNDATED if self.date is None else _READ_FROM.get(self.provenance)


def read_citation(citation: Mapping[str, Any]) -> Cited:
    """From the contract's citation object. Raises KeyError where that lacks a field."""
    published = citation["published"]
    start, end = citation["span"]
    return Cited(
        **{name: citation[name] for name in ("article_id", "version", "title", "source", "permalink", "quote")},
        address=citation["url"] or citation["permalink"],
        date=published["date"],
        provenance=published["provenance"],
        span=(start, end),
    )


def to_csl(cited: Cited) -> list[dict[str, Any]]:
    """A CSL-JSON list of one item; ``custom`` holds the quotation and where it stands."""
    known = {
        "title": cited.title,
        "container-title": cited.source,
        "issued": {"date-parts": [cited.parts]} if cited.parts else None,
        "note": cited.remark,
    }
    where = {"quote": cited.quote, "span": list(cited.span)} if cited.quote else {}
    custom = where | {"version": cited.version, "permalink": cited.permalink}
    item = {"id": cited.name, "type": "article-newspaper", "URL": cited.address}
    return [item | {name: value for name, value in known.items() if value} | {"custom": custom}]


def to_bibtex(cited: Cited) -> str:
    """One ``@misc`` entry, every sign of TeX's in a value escaped and braces balanced."""
    year, month, day = (*cited.parts, None, None, None)[:3]
    fields = {
        "title": f"{{{escape_tex(cited.title)}}}" if cited.title else None,
        "howpublished": escape_tex(cited.source) if cited.source else None,
        "year": None if year is None else str(year),
        "month": None if month is None else str(month),
        "day": None if day is None else str(day),
        "note": cited.remark,
        "url": _address(cited.address),
        "annote": escape_tex(cited.quote) if cited.quote else None,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value is not None]
    return "\n".join([f"@misc{{{_key(cited)},", *lines, "}"]) + "\n"


def to_text(cited: Cited) -> str:
    """One line: outlet, headline, date, quotation, address, and the permalink where that is another."""
    title = f"“{_one_line(cited.title)}”" if cited.title else None
    origin = ", ".join(part for part in (_one_line(cited.source or ""), title, _in_words(cited)) if part)
    also = "" if cited.address == cited.permalink else f" ({cited.permalink})"
    quote = f": “{_one_line(cited.quote)}”" if cited.quote else ""
    return f"{origin}{quote} {cited.address}{also}\n"


def to_markdown(cited: Cited) -> str:
    """The quotation as a block with its paragraphs, and below it outlet, headline, date and permalink.

    Every sign that CommonMark or an extension of it reads as markup is escaped, so that the quotation is read back as
    it stands in the article.
    """
    lines = [escape_markdown(line) for line in cited.quote.splitlines() if line.strip()]
    title = f"[{escape_markdown(cited.title) or 'Without a headline'}](<{_address(cited.address)}>)"
    known = (escape_markdown(cited.source or ""), escape_markdown(_in_words(cited)))
    stored = f"[as stored](<{_address(cited.permalink)}>)"
    origin = ", ".join(part for part in (title, *known, stored) if part)
    if not lines:
        return f"{origin}\n"
    return "\n>\n".join(f"> {line}" for line in (*lines, f"— {origin}")) + "\n"


def escape_markdown(words: str) -> str:
    """``words`` on one line, nothing in them markup."""
    escaped = re.sub(r"[\\`*_{}\[\]<>#|~&!$@:^=]", r"\\\g<0>", _one_line(words))
    return re.sub(r"\A(?:[-+]|\d{1,9}(?=[.)]))", _escaped_start, escaped)


def _escaped_start(found: re.Match[str]) -> str:
    """What would begin a list: ``-``, or the number of ``1.``."""
    return f"\\{found[0]}" if found[0] in "-+" else f"{found[0]}\\"


def escape_tex(words: str) -> str:
    """``words`` on one line with what TeX and BibTeX would read as a command escaped. Braces stay balanced."""
    return "".join(_TEX.get(sign, sign) for sign in _one_line(words))


def _one_line(words: str) -> str:
    """White space of any kind is one space; other control signs go."""
    return " ".join("".join(sign for sign in words if sign.isspace() or unicodedata.category(sign) != "Cc").split())


def _address(url: str) -> str:
    """Percent-encodes what would end a BibTeX value early or that no address may hold."""
    return re.sub(r"[\s{}\\^`\"<>]", lambda found: _IN_ADDRESS.get(found[0], "%20"), url)


def _key(cited: Cited) -> str:
    """Letters and digits of the id, the year, and enough of a digest to tell versions and spans apart."""
    folded = unicodedata.normalize("NFKD", cited.article_id).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9]+", "-", folded).strip("-")[:40] or "article"
    year = str(cited.parts[0]) if cited.parts else UNDATED
    return f"{stem}-{year}-{sha256(cited.name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _in_words(cited: Cited) -> str:
    if cited.date is None:
        return UNDATED
    year, month, day = (*cited.parts, None, None)[:3]
    words = " ".join(str(part) for part in (day, month and _MONTHS[month - 1], year) if part is not None)
    time = cited.date[11:].replace("Z", " UTC")
    read_from = f" ({cited.remark})" if cited.remark else ""
    return (f"{words}, {time}" if time else words) + read_from
