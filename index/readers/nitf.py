"""NITF 3.x (News Industry Text Format, IPTC): one article with its head and body."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.article import Item, RawInput, Withdrawn
from index.errors import InputRefused
from index.readers.agency import AgencyItem, agency_item, http_url, is_id, is_kill, take_back
from index.readers.agency_text import Line, paragraphs
from index.readers.agency_xml import Node, parse_xml, read_bytes
from index.readers.decoding import printable

FORMAT = "nitf"


def read_nitf(path: Path, name: str, max_bytes: int) -> Iterator[Item]:
    """The article in a file, or what it says of another one; refused by its path."""
    shown = printable(str(path))
    try:
        data = read_bytes(path, max_bytes)
        root = parse_xml(data)
        if root.name != "nitf":
            raise ValueError(f"is no NITF: its root element is <{root.name[:40]}>")
    except ValueError as error:
        yield InputRefused(shown, str(error))
        return
    docdata = root.at("head", "docdata") or Node("docdata", {})
    raw = RawInput(format=FORMAT, data=data)
    taken_back, is_message = _taken_back(docdata, _norm(docdata, "date.issue"))
    if taken_back is not None:
        yield taken_back
    item = nitf_item(root)
    if not is_message and (taken_back is None or item.body):
        yield from agency_item(item, raw=raw, name=shown, max_bytes=max_bytes)


def nitf_item(root: Node) -> AgencyItem:
    """What a ``nitf`` element says."""
    docdata = root.at("head", "docdata") or Node("docdata", {})
    head = root.at("body", "body.head") or Node("body.head", {})
    issued = _norm(docdata, "date.issue")
    published = next((node.given("date.publication") for node in root.all("pubdata")), "")
    publication = next((node.given("name") for node in root.all("pubdata")), "")
    return AgencyItem(
        id=_attribute(docdata, "doc-id", "id-string"),
        status=docdata.given("management-status"),
        headline=head.said("hedline", "hl1") or root.said("head", "title"),
        dateline=_dateline(head),
        note=_note(docdata, head),
        body=nitf_body(root),
        authors=_authors(head),
        source=head.said("distributor") or publication or _attribute(docdata, "doc.copyright", "holder"),
        url=http_url(next((node.given("ex-ref") for node in root.all("pubdata")), "")),
        language=root.given("lang") or (root.at("body") or root).given("lang"),
        created=published or issued,
        version_created=issued,
        embargo=_norm(docdata, "date.release"),
        subjects=_subjects(root),
        slugline=_attribute(docdata, "du-key", "key"),
        places=[node.words() for node in _identified(root, "location")],
    )


def nitf_body(root: Node) -> list[Line]:
    """The second headline, the body and its end; a body marked as somebody's signature is no report."""
    lines = [Line(text=two.words()) for two in root.all("hedline") for two in two.children("hl2") if two.words()]
    for part in ("body.content", "body.end"):
        node = root.at("body", part)
        lines += paragraphs(node) if node is not None else []
    return lines


def _taken_back(docdata: Node, issued: str) -> tuple[Withdrawn | None, bool]:
    """The other article that a message takes back, and whether the message is nothing else."""
    named = docdata.given("management-doc-idref")
    status = docdata.given("management-idref-status").lower()
    if is_id(named) and status in {"canceled", "cancelled", "withheld"}:
        return take_back(named, f"{status} by its provider", issued), False
    for one in docdata.children("correction"):
        if is_id(one.given("id-string")) and is_kill(one.given("info")):
            return take_back(one.given("id-string"), one.given("info"), issued), True
    return None, False


def _note(docdata: Node, head: Node) -> str:
    given = [one.given("info") for one in docdata.children("correction", "ed-msg")]
    return next((note for note in [*given, head.said("note")] if note), "")


def _dateline(head: Node) -> str:
    node = head.at("dateline")
    return "" if node is None else node.words()


def _authors(head: Node) -> list[str]:
    found: list[str] = []
    for byline in head.children("byline"):
        people = [person.words() for person in byline.children("person")]
        found += people or [byline_name(_without_titles(byline))]
    return found


def _without_titles(byline: Node) -> str:
    """A byline's words without the position (``byttl``) and place that stand in it."""
    kept = Node(
        "byline", {}, [one for one in byline.inside if isinstance(one, str) or one.name not in {"byttl", "location"}]
    )
    return kept.words()


def byline_name(words: str) -> str:
    """``Ana Reis`` of ``By Ana Reis``."""
    return words[3:] if words[:3].lower() == "by " else words


def _subjects(root: Node) -> list[str]:
    named = [node.given("value") or node.words() for node in _identified(root, "classifier")]
    for node in root.all("tobject.subject"):
        named += [node.given(f"tobject.subject.{part}") for part in ("type", "matter", "detail")]
    return named + [node.given("key") for node in root.all("keyword")]


def _identified(root: Node, kind: str) -> list[Node]:
    docdata = root.at("head", "docdata") or Node("docdata", {})
    return [node for content in docdata.children("identified-content") for node in content.children(kind)]


def _norm(docdata: Node, name: str) -> str:
    return _attribute(docdata, name, "norm")


def _attribute(parent: Node, child: str, attribute: str) -> str:
    node = parent.at(child)
    return "" if node is None else node.given(attribute)
