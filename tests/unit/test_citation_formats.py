"""Citations as CSL-JSON, BibTeX and text: dates as precise as given, nothing invented, every sign escaped."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa_service.citation_formats import (
    Cited,
    escape_markdown,
    escape_tex,
    read_citation,
    to_bibtex,
    to_csl,
    to_markdown,
    to_text,
)

QUOTE = "The bridge\nreopened on Monday."


def cited(date: str | None = "2023-10-02", provenance: str = "metadata", **changed: Any) -> Cited:
    citation: dict[str, Any] = {
        "article_id": "courier/brücke",
        "version": 2,
        "title": "Bridge open: 50% & more_",
        "source": "Harbour Courier",
        "url": "https://courier.example/bridge?a=1&b={x}",
        "permalink": "http://127.0.0.1:8000/v1/articles/courier%2Fb?version=2&span=4-34",
        "published": {"date": date, "precision": "day", "provenance": provenance, "inferred": {"date": "2020-01-01"}},
        "span": [4, 34],
        "quote": QUOTE,
        "something_new": None,
    }
    return read_citation(citation | changed)


@pytest.mark.parametrize(
    ("date", "parts", "words"),
    [
        ("2023-10-02T14:05+04:00", [2023, 10, 2], "2 October 2023, 14:05+04:00"),
        ("2023-10-02T23:05Z", [2023, 10, 2], "2 October 2023, 23:05 UTC"),
        ("2023-10-02", [2023, 10, 2], "2 October 2023"),
        ("2023-10", [2023, 10], "October 2023"),
        ("2023", [2023], "2023"),
    ],
)
def test_a_date_is_as_precise_as_the_article_gave_it(date: str, parts: list[int], words: str) -> None:
    one = cited(date)
    assert to_csl(one)[0]["issued"] == {"date-parts": [parts]}
    assert f", {words}: “" in to_text(one)
    entry = to_bibtex(one)
    for name, value in zip(("year", "month", "day"), [*parts, None, None], strict=False):
        assert (f"  {name} = {{{value}}}," in entry) is (value is not None)
        assert (f"  {name} = " in entry) is (value is not None)


def test_an_undated_article_is_said_to_be_undated_whatever_its_text_names() -> None:
    one = cited(None, "text")
    (item,) = to_csl(one)
    assert "issued" not in item
    assert item["note"] == "undated"
    assert "year" not in to_bibtex(one)
    assert "note = {undated}" in to_bibtex(one)
    assert ", undated: “" in to_text(one)
    assert "2020" not in to_bibtex(one) + to_text(one) + str(item)


def test_a_date_read_from_the_page_says_so() -> None:
    one = cited("2023-10-02", "page")
    assert to_csl(one)[0]["note"] == "date from the page"
    assert "2 October 2023 (date from the page): “" in to_text(one)


def test_csl_holds_the_quotation_word_for_word_and_no_author() -> None:
    (item,) = to_csl(cited())
    assert item == {
        "id": "courier/brücke@2:4-34",
        "type": "article-newspaper",
        "URL": "https://courier.example/bridge?a=1&b={x}",
        "title": "Bridge open: 50% & more_",
        "container-title": "Harbour Courier",
        "issued": {"date-parts": [[2023, 10, 2]]},
        "custom": {
            "quote": QUOTE,
            "span": [4, 34],
            "version": 2,
            "permalink": "http://127.0.0.1:8000/v1/articles/courier%2Fb?version=2&span=4-34",
        },
    }


def test_bibtex_escapes_what_tex_would_read() -> None:
    entry = to_bibtex(cited())
    assert r"title = {{Bridge open: 50\% \& more\_}}," in entry
    assert "url = {https://courier.example/bridge?a=1&b=%7Bx%7D}," in entry
    assert re.match(r"@misc\{courier-brucke-2023-[0-9a-f]{8},\n", entry)
    assert escape_tex("\\ { } ~ ^ # $ % & _") == (
        r"\textbackslash{} \textbraceleft{} \textbraceright{} \textasciitilde{} \textasciicircum{} \# \$ \% \& \_"
    )


@given(st.text(), st.text(), st.text(min_size=1))
def test_no_title_breaks_out_of_its_entry(title: str, quote: str, article_id: str) -> None:
    entry = to_bibtex(cited(title=title, quote=quote, article_id=article_id, source=title, url=None))
    depth = 0
    for at, sign in enumerate(entry):
        depth += (sign == "{") - (sign == "}")
        assert depth > 0 or at <= len("@misc") - 1 or at >= len(entry) - 2, entry
    assert depth == 0
    assert entry.count("\n") == len(re.findall(r"^(?:@misc|  [a-z]+ = \{.*\},$|\}$)", entry, re.MULTILINE))


def test_keys_tell_versions_and_spans_apart() -> None:
    changes: list[dict[str, Any]] = [{}, {"version": 3}, {"span": [0, 34]}]
    keys = {to_bibtex(cited(**change)).splitlines()[0] for change in changes}
    assert len(keys) == 3


def test_without_outlet_headline_or_address_what_is_left_is_said() -> None:
    one = cited(None, "none", source=None, title="", url=None)
    assert to_text(one) == f"undated: “The bridge reopened on Monday.” {one.permalink}\n"
    assert set(to_csl(one)[0]) == {"id", "type", "URL", "note", "custom"}
    assert to_csl(one)[0]["URL"] == one.permalink


def test_markdown_quotes_in_a_block_and_says_where_from() -> None:
    assert to_markdown(cited()) == (
        "> The bridge\n>\n> reopened on Monday.\n>\n"
        "> — [Bridge open\\: 50% \\& more\\_](<https://courier.example/bridge?a=1&b=%7Bx%7D>), Harbour Courier, 2 October 2023, "
        "[as stored](<http://127.0.0.1:8000/v1/articles/courier%2Fb?version=2&span=4-34>)\n"
    )


MARKUP = st.text(st.sampled_from("ab1. *_`[](){}<>#+-=!|~&;:/\\\"'$@^\t\u00a0é&amp;"), max_size=40)


@given(MARKUP, MARKUP)
def test_markdown_reads_back_as_the_words_quoted(words: str, title: str) -> None:
    """By an independent reader, with its extensions on."""
    rendered = MarkdownIt("js-default").parse(to_markdown(cited(quote=words, title=title)))
    inline = [token for token in rendered if token.type == "inline"]
    texts = ["".join(child.content for child in token.children or []) for token in inline]
    own = " ".join(words.split())
    assert [kind for token in inline for child in token.children or [] if (kind := child.type) == "link_open"] == [
        "link_open"
    ] * 2
    assert texts[:-1] == ([own] if own else [])
    assert (" ".join(title.split()) or "Without a headline") in texts[-1]


@given(MARKUP)
def test_escaped_markdown_is_one_paragraph_of_plain_text(words: str) -> None:
    tokens = MarkdownIt("js-default").parse(escape_markdown(words))
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])


def test_an_article_as_a_whole_is_cited_without_a_quotation() -> None:
    whole = cited(quote="", span=[0, 0])
    assert whole.name == "courier/brücke@2"
    assert "“”" not in to_text(whole)
    assert "annote" not in to_bibtex(whole)
    assert set(to_csl(whole)[0]["custom"]) == {"version", "permalink"}
    assert to_markdown(whole).startswith("[Bridge open")
