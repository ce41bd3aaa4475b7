"""XML of news agencies as a tree, safely: nothing declared in it is expanded, nothing outside it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from index.readers.decoding import read_whole
from index.readers.xml_kinds import decode_xml

FILE_FACTOR = 8
"""A file may be so many times as large as the most text that is read from an article."""
_DEEPEST = 200


@dataclass(slots=True, eq=False)
class Node:
    """An element by its local name. ``inside`` holds text and elements in order."""

    name: str
    attributes: dict[str, str]
    inside: list[Node | str] = field(default_factory=list["Node | str"])

    def children(self, *names: str) -> list[Node]:
        """The elements right inside, those of a name if one is given."""
        return [one for one in self.inside if isinstance(one, Node) and (not names or one.name in names)]

    def all(self, *names: str) -> list[Node]:
        """The elements of a name at any depth, in order."""
        found: list[Node] = []
        waiting = self.children()[::-1]
        while waiting:
            node = waiting.pop()
            if node.name in names:
                found.append(node)
            waiting.extend(node.children()[::-1])
        return found

    def at(self, *path: str) -> Node | None:
        """The first element at a path of names."""
        found: Node | None = self
        for name in path:
            found = next(iter(found.children(name)), None) if found is not None else None
        return found

    def words(self) -> str:
        """All text inside, white space squeezed."""
        parts: list[str] = []
        waiting: list[Node | str] = [self]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                parts.append(one)
            else:
                waiting.extend(one.inside[::-1])
        return " ".join("".join(parts).split())

    def said(self, *path: str) -> str:
        """The words of the first element at a path; empty without."""
        node = self.at(*path)
        return "" if node is None else node.words()

    def given(self, attribute: str) -> str:
        """An attribute's value, trimmed; empty without."""
        return self.attributes.get(attribute, "").strip()


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """A file's bytes. Raises ValueError with the reason why not."""
    return read_whole(path, FILE_FACTOR * max_bytes, " of a file of this kind")


def parse_xml(data: bytes) -> Node:
    """The root element. Raises ValueError: not well-formed, nested too deeply, or declaring entities."""
    top = Node("", {})
    open_nodes = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_nodes) > _DEEPEST:
            raise ValueError(f"has elements nested over {_DEEPEST} deep")
        node = Node(_local(name), {_local(key): value for key, value in attributes.items()})
        open_nodes[-1].inside.append(node)
        open_nodes.append(node)

    def end(_: str) -> None:
        open_nodes.pop()

    def text(words: str) -> None:
        open_nodes[-1].inside.append(words)

    def declared(name: str, *_: object) -> None:
        raise ValueError(f"declares the entity {name[:40]!r}; no entities are expanded or fetched")

    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(decode_xml(data).text.encode(errors="replace"), True)
    except expat.ExpatError as error:
        raise ValueError(f"is not well-formed XML: {error}") from error
    return top.children()[0]


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
