"""What else the archive holds on an article: who carries its text now, and its story; and its own citation."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from index.article import Article, PublishedDate, Section, Version
from index.errors import NotFound
from index.groups import read_relations
from qa_service.citing import cite_version
from tests.archives import draft, open_store

FERRY = (
    "A ferry with 84 people aboard ran on to rocks off Quill Head on Tuesday night, the coastguard said. Lifeboats from"
    " Sorrel and Marn took off all passengers within two hours. Captain Ines Dole said the rudder had jammed."
)
EDITED = FERRY.replace("on to rocks", "aground").replace("took off all passengers", "took off everybody")
OWN = "At the harbour café the lights stayed on until morning, and Rosa Tamm handed out blankets, socks and coffee."
COUNCIL = (
    "The council of Tolmere voted on Monday to close three libraries in June and to spend the 4.2 million crowns saved"
    " on a bridge. Mayor Lena Adeyemi called the decision the hardest of her term; readers shouted from the gallery."
)


def test_carriers_are_those_of_now_by_date_with_what_they_share(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        store.commit([draft("wire", f"{FERRY}\n\n{OWN}", source="Wire", date="2024-03-01")])
        store.commit([draft("late", EDITED, source="Late Post", date="2024-03-03")])
        store.commit([draft("early", FERRY, source="Early Post", date="2024-03-02")])
        store.commit([draft("council", COUNCIL, source="Tolmere Times", date="2021-03-01")])
        found = read_relations(store.catalogue, "wire", 1)
        assert found.passages == 2
        assert [(one.article_id, one.source, one.shared) for one in found.carriers] == [
            ("early", "Early Post", 1),
            ("late", "Late Post", 1),
        ]
        assert found.story is not None
        assert [one.article_id for one in found.story.members] == ["wire", "early", "late"]

        alone = read_relations(store.catalogue, "council", 1)
        assert (alone.passages, alone.carriers, alone.story) == (1, (), None)

        store.commit([draft("early", COUNCIL, source="Early Post", date="2024-03-02")])
        store.delete(["late"])
        assert read_relations(store.catalogue, "wire", 1).carriers == ()
        with pytest.raises(NotFound, match="no version 2"):
            read_relations(store.catalogue, "wire", 2)
        with pytest.raises(NotFound):
            read_relations(store.catalogue, "late", 1)


def version(text: str, *, url: str | None, newest: int = 1) -> Version:
    cut = text.index("Second")
    sections = (Section(title="", kept=((0, cut),)), Section(title="Second report", kept=((cut, len(text)),)))
    article = Article(
        id="two/reports",
        text=text,
        title="First report",
        source="Courier",
        url=url,
        published=PublishedDate(),
        modified=None,
        language=None,
        tags=(),
        sections=sections,
        removed=(),
    )
    return Version(article=article, version=1, valid_from=0, valid_to=None, ingested_at=0, newest=newest)


def test_a_span_is_cited_under_its_own_reports_headline() -> None:
    text = "It rained. Second: it snowed."
    stored = version(text, url="https://courier.example/two", newest=3)
    first = cite_version(stored, (0, 9), "https://archive.example/")
    assert (first.title, first.quote, first.newer_version) == ("First report", "It rained", 3)
    assert first.quote_url == "https://courier.example/two#:~:text=It%20rained"
    second = cite_version(stored, (19, 28), "https://archive.example/")
    assert (second.title, second.quote, second.span) == ("Second report", text[19:28], (19, 28))
    assert second.permalink == "https://archive.example/v1/articles/two%2Freports?version=1&span=19-28"


def test_an_article_as_a_whole_is_cited_without_a_quotation() -> None:
    whole = cite_version(version("It rained. Second.", url=None), None, "https://archive.example")
    assert (whole.title, whole.quote, whole.span, whole.newer_version) == ("First report", "", (0, 0), None)
    assert (whole.permalink, whole.quote_url) == ("https://archive.example/v1/articles/two%2Freports?version=1", None)
    linked = cite_version(version("It rained. Second.", url="https://courier.example/two"), None, "")
    assert linked.quote_url == "https://courier.example/two"
