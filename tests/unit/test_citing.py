"""Citations: the quote is the article's own words, and the links lead back to them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import PublishedDate, StoredPassage
from qa_service.citing import cite_passage, cite_span, permalink, quote_url

BASE = "https://archive.example/news/"
TEXT = (
    "PHOTO: x\n\nThe bridge — “the old one” — fell. 🌉 Nobody was hurt, officials said.\nIt reopens in e\u0301te\u0301."
)


def passage(start: int, end: int, **given: Any) -> StoredPassage:
    fields: dict[str, Any] = {
        "key": 1,
        "passage_id": "p1",
        "article_id": "courier/bridge",
        "version": 2,
        "newest_version": 2,
        "section": 0,
        "start": start,
        "end": end,
        "text": TEXT[start:end],
        "sentences": ((start, end),),
        "title": "Bridge",
        "source": "Courier",
        "url": "https://courier.example/bridge",
        "published": PublishedDate(date="2023-10-02", precision="day", provenance="metadata"),
        "language": "en",
        "copy_group": None,
        "story": None,
        **given,
    }
    return StoredPassage(**fields)


def fragment_of(address: str) -> str:
    return address.partition(":~:")[2]


def test_a_passage_is_quoted_whole() -> None:
    cited = cite_passage(3, passage(10, 50), BASE)
    assert (cited.n, cited.article_id, cited.version, cited.span) == (3, "courier/bridge", 2, (10, 50))
    assert cited.quote == TEXT[10:50]
    assert (cited.title, cited.source, cited.published.date) == ("Bridge", "Courier", "2023-10-02")


@given(st.data())
def test_the_quote_is_the_texts_own_slice(data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(TEXT))] * 2)))
    first, last = sorted(data.draw(st.tuples(*[st.integers(start, end)] * 2)))
    cited = cite_span(1, passage(start, end), (first, last), BASE)
    assert cited.quote == TEXT[first:last]
    assert cited.span == (first, last)


@pytest.mark.parametrize(("newest", "shown"), [(2, None), (5, 5)])
def test_a_superseded_version_names_the_newer_one(newest: int, shown: int | None) -> None:
    assert cite_passage(1, passage(0, 8, newest_version=newest), BASE).newer_version == shown


def test_without_an_address_there_is_no_link_to_the_page() -> None:
    cited = cite_passage(1, passage(0, 8, url=None), BASE)
    assert cited.url is cited.quote_url is None
    assert cited.permalink.startswith("https://archive.example/")


IDS = [
    "plain",
    "a/b",
    "a#b",
    "what?",
    "100%",
    "a%2Fb",
    "https://x.example/a?b=c&d=e#f",
    "Ստեփանակերտ/1",
    "e\u0301🌉",
    "a&span=0-1",
    "a+b",
    "a;b=c",
    ":~:text=x",
]


@pytest.mark.parametrize("article_id", IDS)
@pytest.mark.parametrize("base", ["https://archive.example", "https://archive.example/", "http://127.0.0.1:8000"])
def test_a_permalink_names_article_version_and_span(article_id: str, base: str) -> None:
    parts = urlsplit(permalink(base, article_id, 7, (12, 345)))
    assert f"{parts.scheme}://{parts.netloc}" == base.rstrip("/")
    head, _, name = parts.path.rpartition("/")
    assert head == "/v1/articles"
    assert unquote(name) == article_id
    assert parse_qs(parts.query, strict_parsing=True) == {"version": ["7"], "span": ["12-345"]}
    assert parts.fragment == ""


@given(article_id=st.text(min_size=1), version=st.integers(1), start=st.integers(0), length=st.integers(0))
def test_permalinks_differ_wherever_their_parts_do(article_id: str, version: int, start: int, length: int) -> None:
    parts = urlsplit(permalink(BASE, article_id, version, (start, start + length)))
    assert parts.path.startswith("/news/v1/articles/")
    assert unquote(parts.path.removeprefix("/news/v1/articles/")) == article_id
    assert parts.query == f"version={version}&span={start}-{start + length}"


def test_a_short_quote_is_linked_by_all_its_words() -> None:
    words = "The bridge fell, officials\n said: 50% & more - at\u00a0last."
    address = quote_url("https://courier.example/bridge", words)
    assert address.startswith("https://courier.example/bridge#:~:text=")
    assert unquote(fragment_of(address).removeprefix("text=")) == " ".join(words.split())


def test_a_long_quote_is_linked_by_its_ends() -> None:
    words = " ".join(f"word{n}," for n in range(200))
    address = quote_url("https://courier.example/bridge", words)
    first, last = fragment_of(address).removeprefix("text=").split(",")
    assert words.startswith(unquote(first))
    assert words.endswith(unquote(last))
    assert len(address) < 400


@given(words=st.text(min_size=1, max_size=300))
def test_a_fragment_holds_none_of_its_own_marks_unescaped(words: str) -> None:
    """A dash, a comma or an ampersand of the quote would be read as the fragment's syntax; so would white space end it."""
    fragment = fragment_of(quote_url("https://courier.example/", words)).removeprefix("text=")
    assert fragment.isascii()
    assert not set(fragment) & set('-&#?= \n"<>')
    assert fragment.count(",") <= 1


def test_an_addresss_own_fragment_stays() -> None:
    assert quote_url("https://x.example/a#part", "the bridge").endswith("/a#part:~:text=the%20bridge")


def test_an_addresss_own_quote_is_not_mixed_up_with_ours() -> None:
    """A second directive is joined by an ampersand: the first `:~:` ends the fragment proper."""
    address = quote_url("https://x.example/a#:~:text=old", "the bridge")
    assert address == "https://x.example/a#:~:text=old&text=the%20bridge"


def test_a_query_in_the_address_stays() -> None:
    assert quote_url("https://x.example/a?b=c&d=e", "x").startswith("https://x.example/a?b=c&d=e#:~:text=")
