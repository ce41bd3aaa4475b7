"""NewsML-G2 (IPTC): a news item, or a message with a set of items."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.article import Item, RawInput
from index.errors import InputRefused
from index.readers.agency import AgencyItem, agency_item, http_url
from index.readers.agency_text import Line, paragraphs
from index.readers.agency_xml import Node, parse_xml, read_bytes
from index.readers.decoding import printable
from index.readers.nitf import byline_name, nitf_body

FORMAT = "newsml-g2"
_NO_ARTICLE = {
    "packageItem": "is a package: a list of other items, without a text of its own",
    "conceptItem": "describes a concept, no article",
    "knowledgeItem": "describes concepts, no article",
    "planningItem": "is a plan of coverage, no article",
    "catalogItem": "is a catalog of codes, no article",
}
_TEXT_CLASSES = frozenset({"", "text", "composite"})


def read_newsml(path: Path, name: str, max_bytes: int) -> Iterator[Item]:
    """Every item of a file; what cannot be read is refused by the path and, in a message, the item's number."""
    shown = printable(str(path))
    try:
        data = read_bytes(path, max_bytes)
        root = parse_xml(data)
        items = _items(root)
    except ValueError as error:
        yield InputRefused(shown, str(error))
        return
    raw = RawInput(format=FORMAT, data=data) if len(items) == 1 else None  # a message would be kept once an item
    for number, node in enumerate(items, start=1):
        where = shown if len(items) == 1 else f"{shown}:{number}"
        kind = _NO_ARTICLE.get(node.name)
        if kind is not None or node.name != "newsItem":
            yield InputRefused(where, kind or f"is no news item: its element is <{node.name[:40]}>")
            continue
        yield from agency_item(newsml_item(node), raw=raw, name=where, max_bytes=max_bytes)


def newsml_item(node: Node) -> AgencyItem:
    """What a ``newsItem`` says."""
    about = node.at("itemMeta") or Node("itemMeta", {})
    content = node.at("contentMeta") or Node("contentMeta", {})
    status = _code(about.at("pubStatus"))
    if any(_code(one).startswith("kill") for one in about.children("signal")):
        status = "canceled"
    body, language = _body(node, _code(about.at("itemClass")))
    return AgencyItem(
        id=node.given("guid"),
        status=status,
        headline=_headline(content) or about.said("title"),
        dateline=content.said("dateline"),
        note=about.said("edNote") or content.said("edNote"),
        body=body,
        authors=_authors(content),
        source=_name(about.at("provider")) or content.said("creditline") or _name(content.at("infoSource")),
        url=http_url(next((one.given("href") for one in about.children("link") if _is_page(one)), "")),
        language=language or _tag(content.at("language")) or node.given("lang"),
        created=about.said("firstCreated") or content.said("contentCreated"),
        version_created=about.said("versionCreated") or content.said("contentModified"),
        embargo=about.said("embargoed"),
        subjects=[_names(one) for one in content.children("subject")]
        + [one.words() for one in content.children("keyword")],
        slugline=content.said("slugline"),
        places=[_names(one) for one in content.children("located")],
    )


def _items(root: Node) -> list[Node]:
    if root.name != "newsMessage":
        return [root]
    items = [one for some in root.children("itemSet") for one in some.children()]
    if not items:
        raise ValueError("is a message without items")
    return items


def _body(node: Node, item_class: str) -> tuple[list[Line], str]:
    """The paragraphs of the first content that is text, and the language it names."""
    if item_class not in _TEXT_CLASSES:
        return [], ""
    for content in node.all("inlineXML"):
        inside = next(iter(content.children()), None)
        if inside is not None:
            lines = nitf_body(inside) if inside.name == "nitf" else paragraphs(inside)
            if lines:
                return lines, content.given("lang") or inside.given("lang")
    for content in node.all("inlineData"):
        if content.given("contenttype").startswith("text/") or not content.given("contenttype"):
            text = "".join(one for one in content.inside if isinstance(one, str))
            return [Line(text=" ".join(part.split())) for part in text.split("\n") if part.strip()], content.given(
                "lang"
            )
    return [], ""


def _headline(content: Node) -> str:
    """The headline without a role, or with the main one, before others."""
    lines = content.children("headline")
    main = [one for one in lines if _last(one.given("role")) in {"", "main", "headline"}]
    return next((one.words() for one in [*main, *lines] if one.words()), "")


def _authors(content: Node) -> list[str]:
    lines = [byline_name(one.words()) for one in content.children("by")]
    return lines or [_names(one) for one in content.children("creator")]


def _name(node: Node | None) -> str:
    return "" if node is None else _names(node) or node.given("literal") or _last(node.given("qcode"))


def _names(node: Node) -> str:
    """The name of a concept; its code says nothing to a reader."""
    return next((one.words() for one in node.children("name") if one.words()), "")


def _code(node: Node | None) -> str:
    return "" if node is None else _last(node.given("qcode") or node.given("uri")).lower()


def _tag(node: Node | None) -> str:
    return "" if node is None else node.given("tag")


def _last(code: str) -> str:
    return code.replace("/", ":").rpartition(":")[2]


def _is_page(link: Node) -> bool:
    return _last(link.given("rel")).lower() in {"webpage", "canonical", "permalink", "sameas"}
