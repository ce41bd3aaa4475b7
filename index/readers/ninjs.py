"""ninjs 1.x, 2.x and 3.x (News in JSON, IPTC): one item, or a list of items."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from index.article import Item, RawInput
from index.errors import InputRefused
from index.readers.agency import AgencyItem, agency_item, http_url
from index.readers.agency_text import Line
from index.readers.agency_xml import read_bytes
from index.readers.decoding import decode, printable
from index.readers.html.fragment import read_fragment
from index.readers.nitf import byline_name

FORMAT = "ninjs"
_TEXT_TYPES = frozenset({"", "text", "composite"})

Fields = dict[str, Any]


def read_ninjs(path: Path, name: str, max_bytes: int) -> Iterator[Item]:
    """Every item of a file; refused by its path and, in a list, the item's number."""
    shown = printable(str(path))
    try:
        data = read_bytes(path, max_bytes)
        found: Any = json.loads(decode(data))
    except RecursionError:
        yield InputRefused(shown, "is not JSON that can be read: it is nested too deeply")
        return
    except ValueError as error:
        reason = f"is not JSON: {error}" if isinstance(error, json.JSONDecodeError) else str(error)
        yield InputRefused(shown, reason)
        return
    items = cast("list[Any]", found) if isinstance(found, list) else [found]
    if not items:
        yield InputRefused(shown, "is an empty list")
    for number, item in enumerate(items, start=1):
        where = f"{shown}:{number}" if isinstance(found, list) else shown
        if not isinstance(item, dict):
            yield InputRefused(where, "is no JSON object; a ninjs item was expected")
            continue
        fields = cast("Fields", item)
        kind = _string(fields, "type").lower()
        if kind not in _TEXT_TYPES:
            yield InputRefused(where, f"is an item of type {kind[:40]!r}, no text", _string(fields, "uri") or None)
            continue
        kept = data if len(items) == 1 else json.dumps(fields, ensure_ascii=False).encode(errors="replace")
        raw = RawInput(format=FORMAT, data=kept)
        yield from agency_item(ninjs_item(fields), raw=raw, name=where, max_bytes=max_bytes)


def ninjs_item(fields: Fields) -> AgencyItem:
    """What an item says, in the keys of any version."""
    infosource = _objects(fields, "infosources") + _objects(fields, "infosource")
    return AgencyItem(
        id=_string(fields, "uri") or _string(fields, "guid"),
        status=_string(fields, "pubstatus"),
        headline=_headline(fields),
        dateline=_string(fields, "dateline"),
        note=_string(fields, "ednote"),
        body=_body(fields),
        authors=_authors(fields),
        source=_source(fields, infosource),
        url=next((url for url in (http_url(_string(fields, key)) for key in ("url", "uri")) if url), ""),
        language=_string(fields, "language"),
        created=_string(fields, "firstcreated") or _string(fields, "contentcreated"),
        version_created=_string(fields, "versioncreated"),
        embargo=_string(fields, "embargoed") or _string(fields, "embargo"),
        subjects=[*_named(fields, "subject"), *_named(fields, "subjects"), *_strings(fields, "keywords")],
        slugline=_string(fields, "slugline"),
        places=[*_named(fields, "place"), *_named(fields, "places"), *_located(fields)],
    )


def _headline(fields: Fields) -> str:
    """1.x: ``headline``; later: the main one of ``headlines``, else the first."""
    lines = _objects(fields, "headlines")
    main = [one for one in lines if _string(one, "role").lower() in {"", "main", "headline"}]
    given = [_string(fields, "headline"), *(_string(one, "value") for one in [*main, *lines]), _string(fields, "title")]
    return " ".join(next((_plain(one) for one in given if _plain(one)), "").split())


def _body(fields: Fields) -> list[Line]:
    """The first whole body there is, XHTML before plain text since it tells captions and headings."""
    bodies = [one for one in _objects(fields, "bodies") if _string(one, "role").lower() not in {"summary", "caption"}]
    marked = [_string(one, "value") for one in bodies if re.search("html", _string(one, "contenttype"), re.IGNORECASE)]
    plain = [_string(one, "value") for one in bodies if not re.search("ml", _string(one, "contenttype"), re.IGNORECASE)]
    first = [_string(fields, "body_xhtml"), _string(fields, "body_html"), *marked]
    own = sorted(
        key for key in fields if key.startswith("body_") and key not in {"body_xhtml", "body_html", "body_text"}
    )
    first += [_string(fields, key) for key in own if "html" in key]
    for value in first:
        found = read_fragment(value) if value else None
        if found is not None and found.text.strip():
            return _lines(found.text, {one.span: one.reason for one in found.furniture})
    return next((lines for one in [_string(fields, "body_text"), *plain] if (lines := _lines(one, {}))), list[Line]())


def _lines(text: str, furniture: dict[tuple[int, int], str]) -> list[Line]:
    found: list[Line] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            found.append(Line(text=" ".join(line.split()), reason=furniture.get((start, start + len(line)))))
        start += len(line) + 1
    return found


def _authors(fields: Fields) -> list[str]:
    people = [_string(one, "name") for one in _objects(fields, "people") if "author" in _string(one, "rel").lower()]
    lines = [_plain(_string(fields, key)) for key in ("byline", "by")]
    return [byline_name(" ".join(line.split())) for line in lines if line.strip()] or people


def _source(fields: Fields, infosource: list[Fields]) -> str:
    named = next((_string(one, "name") for one in infosource if _string(one, "name")), "")
    given = (_string(fields, "source"), _string(fields, "provider"), named, _string(fields, "copyrightholder"))
    rights = fields.get("rightsinfo")
    holder = _string(cast("Fields", rights), "copyrightholder") if isinstance(rights, dict) else ""
    return next((one for one in (*given, holder) if one.strip()), "")


def _located(fields: Fields) -> list[str]:
    located = fields.get("located")
    return [located] if isinstance(located, str) else _named(fields, "located")


def _named(fields: Fields, key: str) -> list[str]:
    return [_string(one, "name") for one in _objects(fields, key)]


def _objects(fields: Fields, key: str) -> list[Fields]:
    value = fields.get(key)
    given: list[Any] = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("Fields", one) for one in given if isinstance(one, dict)]


def _strings(fields: Fields, key: str) -> list[str]:
    value = fields.get(key)
    given: list[Any] = cast("list[Any]", value) if isinstance(value, list) else []
    return [one for one in given if isinstance(one, str)]


def _string(fields: Fields, key: str) -> str:
    value = fields.get(key)
    return value if isinstance(value, str) else ""


def _plain(words: str) -> str:
    return read_fragment(words).text if "<" in words else words
