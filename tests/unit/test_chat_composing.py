"""A reply holds fixed phrases, quotations, outlets, dates and the values of claims, and not one word more."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import InferredDate, PublishedDate
from qa_service.answer import Answer, AnswerSentence, Carrier, Citation, Claim, Interpreted, RankedPassage
from qa_service.chat.composing import LONGEST_PASSAGE, MOST_CLAIMS, address, beginning, compose
from qa_service.chat.markdown import escaped, link, one_line, unescaped
from qa_service.chat.phrases import PHRASES
from qa_service.terminal import claim_value, published_words

TEXTS = (
    "At least 40 people were killed on the coast road, the ministry said. Rescue went on all night.",
    "The mayor put the toll at 52 [not 40], and *denied* the ministry's count.\nHe spoke | at <b>noon</b>.",
    "No boat has left since.",
)
DATES = (
    PublishedDate(date="2023-10-02", precision="day", provenance="metadata"),
    PublishedDate(date="2023-10-03T14:05+04:00", precision="minute", provenance="page"),
    PublishedDate(inferred=InferredDate(date="2023-10", span=(0, 3))),
)
OUTLETS = ("Harbour Courier", "Valley_Mail *Online*", None)


def citation(n: int, quote: str, **more: Any) -> Citation:
    fields: dict[str, Any] = {
        "n": n,
        "article_id": f"https://outlet.example/{n}",
        "version": 1,
        "newer_version": None,
        "title": f"Headline {n}",
        "source": OUTLETS[n - 1],
        "url": f"https://outlet.example/{n}",
        "permalink": f"http://127.0.0.1:8000/v1/articles/{n}?version=1&span=0-{len(quote)}",
        "quote_url": f"https://outlet.example/{n}?a=(b)#:~:text=x",
        "published": DATES[n - 1],
        "span": (0, len(quote)),
        "quote": quote,
    }
    return Citation(**(fields | more))


def passage(n: int, *, score: float = 1.0, text: str | None = None, copies: tuple[Carrier, ...] = ()) -> RankedPassage:
    text = TEXTS[n - 1] if text is None else text
    return RankedPassage(
        rank=n,
        score=score,
        scores={},
        passage_id=f"p{n}",
        article_id=f"https://outlet.example/{n}",
        language=None,
        text=text,
        highlights=(),
        story_id=None,
        independent_sources=1,
        copies=copies,
        citation=citation(n, text),
    )


def sentence(n: int, confidence: float, **more: Any) -> AnswerSentence:
    quote = TEXTS[n - 1].split(". ")[0]
    cited = citation(n, quote, **more)
    return AnswerSentence(sentence=quote, confidence=confidence, span_text=None, passage_rank=n, citation=cited)


def claim(n: int, value: float | str, group: int, **more: Any) -> Claim:
    fields: dict[str, Any] = {
        "kind": "count",
        "value": value,
        "bound": "exact",
        "unit": "people",
        "counted": "killed",
        "said_by": "the ministry",
        "denied": False,
        "published": DATES[n - 1],
        "as_of": None,
        "passage_ranks": (n,),
        "citation": citation(n, TEXTS[n - 1]),
        "group": group,
    }
    return Claim(**(fields | more))


def answer(**more: Any) -> Answer:
    fields: dict[str, Any] = {
        "question": "How many people were killed?",
        "asked_at": "2023-10-05T12:00:00Z",
        "as_of": None,
        "interpreted": Interpreted(time=None, sources=()),
        "outcome": "answered",
        "confidence": 0.8,
        "answer": (sentence(1, 0.6), sentence(2, 0.4), sentence(3, 0.2)),
        "passages": (passage(1, score=2.0), passage(2), passage(3, score=-1.0)),
        "claims": (),
        "timings_ms": {},
    }
    return Answer(**(fields | more))


CARRIED = (
    Carrier(article_id="c", source="Copy Post", url=None, published=DATES[0]),
    Carrier(article_id="d", source="Copy Post", url=None, published=DATES[0]),
    Carrier(article_id="e", source="Harbour Courier", url=None, published=DATES[0]),
)
ANSWERED = answer()
COPIED = answer(
    answer=(sentence(1, 0.6, newer_version=2),), passages=(passage(1, copies=CARRIED), passage(2), passage(3))
)
CONFLICTING = answer(
    outcome="conflicting",
    claims=(
        claim(1, 40.0, 1, bound="at_least"),
        claim(2, 52.0, 2, said_by="the mayor | of Goris"),
        claim(2, 40.0, 1, denied=True, bound="about"),
        claim(3, "the *coast* road", 3, unit=None, counted=None, bound="at_most"),
    ),
)
UNSUPPORTED = answer(outcome="unsupported", answer=(), passages=(passage(1), passage(2), passage(3, text="w " * 400)))
EMPTY = answer(outcome="unsupported", answer=(), passages=())
ALL = {
    "answered": ANSWERED,
    "copied": COPIED,
    "conflicting": CONFLICTING,
    "unsupported": UNSUPPORTED,
    "empty": EMPTY,
}


def allowed(shown: Answer) -> set[str]:
    """Every string that may stand in the reply, as Markdown shows it."""
    cited = [one.citation for one in (*shown.answer, *shown.passages, *shown.claims)]
    quoted = [one.sentence for one in shown.answer] + [beginning(one.text) for one in shown.passages]
    outlets = [one.source or one.article_id for one in cited]
    outlets += [copy.source for one in shown.passages for copy in one.copies if copy.source]
    dates = [published_words(one.published) for one in cited]
    claims = [text for one in shown.claims for text in (claim_value(one), one.said_by)]
    return {*PHRASES, *map(escaped, quoted), *map(escaped, outlets), *dates, *map(escaped, claims)}


@pytest.mark.parametrize("name", ALL)
def test_a_reply_is_phrases_quotations_outlets_dates_and_claims_alone(name: str) -> None:
    text = re.sub(r"\[\d+\]\([^\s()|]+\)", " ", compose(ALL[name]).text)  # numbered links
    for piece in sorted(allowed(ALL[name]), key=len, reverse=True):
        text = text.replace(piece, " ")
    assert re.fullmatch(r"[\s>“”—,;|-]*", text), text


@pytest.mark.parametrize("name", ALL)
def test_annotations_point_at_the_words_that_are_quoted(name: str) -> None:
    reply = compose(ALL[name])
    quoted = [one.sentence for one in ALL[name].answer] + [beginning(one.text) for one in ALL[name].passages]
    assert bool(reply.annotations) == (name != "empty")
    for one in reply.annotations:
        start, end = one.span
        shown = unescaped(reply.text[start:end])
        assert shown in map(one_line, quoted)
        assert shown in one_line(one.citation.quote)
        assert reply.text[start - 1] == "“"
        assert reply.text[end] == "”"


def test_further_sentences_are_quoted_only_if_they_are_nearly_as_likely() -> None:
    assert [one.citation.n for one in compose(ANSWERED).annotations] == [1, 2]
    even = answer(answer=tuple(replace(sentence(1, 0.5)) for _ in range(5)))
    assert len(compose(even).annotations) == 3


def test_carriers_are_named_once_and_a_replaced_version_is_said_to_be() -> None:
    text = compose(COPIED).text
    assert text.endswith("Also carried by: Copy Post")
    assert "2 October 2023 (a newer version of this article exists)" in text


def test_conflict_is_a_table_of_claims() -> None:
    reply = compose(CONFLICTING)
    table = next(block for block in reply.blocks if "| --- |" in block).strip().split("\n")
    assert table[0] == "| Claim | Said by | Outlet | Published | Source |"
    assert len(table) == 2 + 4
    assert table[2].startswith("| at least 40 killed | the ministry | Harbour Courier | 2 October 2023 | [1](https")
    assert table[3].startswith(r"| 52 killed | the mayor \| of Goris | Valley\_Mail".replace(r"\_", "_"))
    assert table[4].startswith("| denied: about 40 killed |")
    cells = [len(re.split(r"(?<!\\)\|", row)) for row in table]
    assert set(cells) == {7}


def test_a_unit_is_not_said_twice() -> None:
    assert (
        claim_value(claim(1, 88000.0, 1, unit="homes", counted="homes without power")) == "88,000 homes without power"
    )
    assert claim_value(claim(1, 3.0, 1, unit="days", counted="of rain")) == "3 days of rain"


def test_a_long_conflict_keeps_every_side() -> None:
    many = (*(claim(1, 40.0, 1) for _ in range(20)), claim(2, 52.0, 2))
    text = compose(answer(outcome="conflicting", claims=many)).text
    assert text.count("40 killed") == MOST_CLAIMS - 1
    assert text.count("52 killed") == 1


def test_an_unsupported_question_is_said_to_be_with_the_nearest_passages() -> None:
    reply = compose(UNSUPPORTED)
    assert reply.text.startswith("The archive does not support an answer to this question.\n\nThe nearest passages")
    assert len(reply.annotations) == len(reply.sources) == 3
    assert reply.text.count("[…]") == 1
    assert compose(EMPTY).text == (
        "The archive does not support an answer to this question.\n\nIt holds no passage that comes near."
    )


def test_sources_are_numbered_as_the_text_is_and_lie_within_range() -> None:
    sources = compose(ANSWERED).sources
    assert [one.source_id for one in sources] == ["p1", "p2", "p3"]
    assert [one.relevance for one in sources] == [1.0, 0.5, -0.5]
    assert sources[0].name == "Harbour Courier · 2023-10-02 · Headline 1"
    assert sources[2].name == "https://outlet.example/3 · undated · Headline 3"
    assert all(one.relevance == 0 for one in compose(answer(passages=(passage(1, score=0.0),))).sources)


def test_a_link_leads_to_the_quote_and_only_to_the_web() -> None:
    assert address(citation(1, "x")).endswith("#:~:text=x")
    assert address(citation(1, "x", quote_url=None)) == "https://outlet.example/1"
    script = citation(1, "x", quote_url="javascript:alert(1)", url="javascript:alert(1)")
    assert address(script) == script.permalink
    assert link("https://a.example/(b) c|d") == "https://a.example/%28b%29%20c%7Cd"


@pytest.mark.parametrize(
    "text", ["![x](https://spy.example/p.png)", "<img src=x>", "[a](b)", "`code`", "&lt;b&gt; ~~no~~", "a\n\n# b\n> c"]
)
def test_archive_text_never_becomes_markup(text: str) -> None:
    shown = escaped(text)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)[\[<`*|]", shown)
    assert not re.search(r"(?<!\\)&\w+;", shown)
    assert unescaped(shown) == one_line(text)


@given(st.text(alphabet=st.sampled_from("ab_*[]<>`|~\\& \n;#é🌊"), max_size=40))
def test_what_is_shown_is_what_was_written(text: str) -> None:
    assert unescaped(escaped(text)) == one_line(text)


def test_a_passage_is_cut_between_words() -> None:
    assert beginning("short") == "short"
    cut = beginning("word " * 100)
    assert cut.endswith("word")
    assert LONGEST_PASSAGE - 5 <= len(cut) <= LONGEST_PASSAGE
    assert beginning("x" * 400) == "x" * LONGEST_PASSAGE


def test_the_docs_list_every_phrase() -> None:
    page = (Path(__file__).parents[2] / "docs" / "chat.md").read_text(encoding="utf-8")
    listed = re.search(r"<!-- phrases -->\s*```text\n(.*?)```", page, re.DOTALL)
    assert listed
    assert listed[1].splitlines() == list(PHRASES)
