"""How an answer looks to a person, and that no article can do anything to their terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from index.article import InferredDate, PublishedDate
from qa_service.answer import (
    Answer,
    AnswerSentence,
    Carrier,
    Citation,
    Claim,
    Interpreted,
    RankedPassage,
    TimeReading,
)
from qa_service.cli.showing import show_answer
from qa_service.terminal import (
    claim_value,
    confidence_words,
    date_words,
    published_words,
    safe,
    shortened,
    styled,
    time_words,
)

TEXT = "The harbour bridge reopened on Monday after nine weeks. Lorries must still take the northern route."
SENTENCE = TEXT[: TEXT.index(" Lorries")]
DAY = PublishedDate(date="2023-10-02", precision="day", provenance="metadata")


def citation(n: int = 1, quote: str = TEXT, **changes: object) -> Citation:
    cited = Citation(
        n=n,
        article_id="courier/bridge",
        version=1,
        newer_version=None,
        title="Bridge open again",
        source="Harbour Courier",
        url="https://courier.example/bridge",
        permalink="http://127.0.0.1:8000/v1/articles/courier%2Fbridge?version=1",
        quote_url=None,
        published=DAY,
        span=(0, len(quote)),
        quote=quote,
    )
    return replace(cited, **changes)  # type: ignore[arg-type]


def passage(rank: int = 1, text: str = TEXT, **changes: object) -> RankedPassage:
    made = RankedPassage(
        rank=rank,
        score=0.9,
        scores={"dense": 0.7125, "terms": 9.4},
        passage_id="p1",
        article_id="courier/bridge",
        language="en",
        text=text,
        highlights=((4, 11), (12, 18)),
        story_id=None,
        independent_sources=2,
        copies=(),
        citation=citation(rank, text),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def answer(**changes: object) -> Answer:
    made = Answer(
        question="When did the harbour bridge reopen?",
        asked_at="2023-10-04T23:59:59+00:00",
        as_of=None,
        interpreted=Interpreted(time=None, sources=()),
        outcome="answered",
        confidence=0.93,
        answer=(
            AnswerSentence(
                sentence=SENTENCE, confidence=0.9, span_text="Monday", passage_rank=1, citation=citation(quote=SENTENCE)
            ),
        ),
        passages=(passage(),),
        claims=(),
        timings_ms={"total": 12.34},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def shown(value: Answer, *, width: int = 100, colour: bool = False, explain: bool = False, asked: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, highlight=False, markup=False, emoji=False,
        force_terminal=colour, color_system="standard" if colour else None,
    )  # fmt: skip
    show_answer(console, value, explain=explain, asked_at_given=asked)
    return out.getvalue()


def test_the_quotation_comes_first_with_outlet_date_headline_and_address() -> None:
    lines = [line.strip() for line in shown(answer()).splitlines() if line.strip()]
    assert lines[0] == f"“{SENTENCE}”"
    assert lines[1:4] == ["[1] Harbour Courier, 2 October 2023", "Bridge open again", "https://courier.example/bridge"]
    assert "very likely (0.93)" in lines[4]


def test_words_of_the_question_and_the_answer_are_marked() -> None:
    first = next(line for line in shown(answer(), colour=True).splitlines() if "“" in line)
    assert "\x1b[33mharbour\x1b[0m \x1b[33mbridge\x1b[0m" in first
    assert "\x1b[1;32mMonday\x1b[0m" in first


def test_a_pipe_gets_no_colour() -> None:
    text = shown(answer(), explain=True)
    assert "\x1b" not in text
    assert " \n" not in text.partition("dense")[0]


def test_an_article_without_outlet_and_address_goes_by_its_id_and_permalink() -> None:
    bare = citation(quote=SENTENCE, source=None, url=None, published=PublishedDate())
    sentence = replace(answer().answer[0], citation=bare)
    text = shown(answer(answer=(sentence,), passages=()))
    assert "courier/bridge, undated" in text
    assert "http://127.0.0.1:8000/v1/articles/courier%2Fbridge?version=1" in text


def test_a_superseded_version_says_so() -> None:
    sentence = replace(answer().answer[0], citation=citation(quote=SENTENCE, newer_version=2))
    assert "version 1; version 2 has replaced it" in shown(answer(answer=(sentence,)))


def test_copies_are_named() -> None:
    echo = Carrier(article_id="echo/1", source="Echo", url=None, published=DAY)
    others = tuple(replace(echo, source=f"Echo {n}") for n in range(4))
    assert "also carried by Echo, 2 October 2023" in shown(answer(passages=(passage(copies=(echo,)),)))
    assert "; and 1 more" in shown(answer(passages=(passage(copies=others),)), width=300)


def test_how_the_question_was_read() -> None:
    time = TimeReading(start="2023-09-01", end="2023-09-30", expression="last month", mode="inside")
    text = shown(
        answer(interpreted=Interpreted(time=time, sources=("Echo",)), as_of="2023-10-03"), asked=True, width=300
    )
    assert "Read “last month” as 1 September 2023 to 30 September 2023." in text
    assert "Asked as of 4 October 2023, 23:59 UTC." in text
    assert "The archive as it stood on 3 October 2023." in text
    assert "Outlets named: Echo." in text


def test_unsupported_says_so_and_calls_the_passages_nearest() -> None:
    text = shown(answer(outcome="unsupported", answer=(), confidence=0.1))
    assert text.strip().startswith("Nothing in the archive supports an answer")
    assert "unlikely (0.10)" in text
    assert "Nearest passages" in text


def test_conflict_shows_who_says_what() -> None:
    claim = Claim(
        kind="quantity", value=200.0, bound="at_least", unit=None, counted="killed", said_by="separatists",
        denied=False, published=DAY, as_of=None, passage_ranks=(1,), citation=citation(quote=SENTENCE), group=1,
    )  # fmt: skip
    other = replace(claim, value=27.0, bound="exact", said_by="the ministry", passage_ranks=(2, 3), group=2)
    text = shown(answer(outcome="conflicting", claims=(other, claim)))
    assert text.strip().startswith("The archive gives conflicting answers.")
    assert text.index("at least 200 killed") < text.index("27 killed")
    assert "the ministry" in text
    assert "2, 3" in text


def test_explain_shows_every_part_of_the_score() -> None:
    text = shown(answer(), explain=True)
    assert "dense" in text and "0.7125" in text and "terms" in text and "9.4000" in text
    assert "total 12.3 ms" in text
    assert "0.7125" not in shown(answer())


@pytest.mark.parametrize("width", [20, 40, 200])
def test_narrow_terminals_keep_every_word_and_whole_addresses(width: int) -> None:
    text = shown(answer(), width=width)
    assert " ".join(text.split()).count("nine weeks") == 2
    assert "https://courier.example/bridge" in text.splitlines()[-2]
    prose = [line for line in text.splitlines() if "https:" not in line]
    assert max(map(len, prose)) <= width


# -- untrusted text ---------------------------------------------------------------------------------------------------

HOSTILE = [
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07after",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31mred\x85",
    "[bold red]markup[/bold red] [link=https://evil.example]x[/link] :smile:",
    "back\b\b\b\rspace",
    "\u202eright to left\u202c",
    "[/]",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_article_text_can_do_nothing_to_the_terminal(words: str) -> None:
    text = f"{words} {TEXT}"
    bad = citation(quote=text, title=words, source=words, url=words, article_id=words)
    carrier = Carrier(article_id=words, source=words, url=words, published=PublishedDate())
    time = TimeReading(start=None, end=None, expression=words, mode="newest")
    value = answer(
        answer=(AnswerSentence(sentence=text, confidence=0.5, span_text=words, passage_rank=1, citation=bad),),
        passages=(passage(text=text, citation=bad, copies=(carrier,), scores={words: 1.0}),),
        interpreted=Interpreted(time=time, sources=(words,)),
    )
    text = shown(value, explain=True)
    assert not {ch for ch in text if (ord(ch) < 32 and ch != "\n") or 127 <= ord(ch) < 160 or ch in "\u202e\u202c"}


def test_markup_is_printed_as_it_stands() -> None:
    assert "[bold red]fire[/bold red] :smile:" in shown(
        answer(passages=(passage(text="[bold red]fire[/bold red] :smile:"),))
    )


@given(st.text(st.one_of(st.characters(), st.sampled_from("\x1b[]\x07\n m;0\x9b"))), st.data())
def test_safe_text_keeps_the_marks_on_their_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    result = styled(text, [((start, end), "bold")])
    assert not {ch for ch in result.plain if ord(ch) < 32 or 127 <= ord(ch) < 160}
    assert "  " not in result.plain
    for span in result.spans:
        assert 0 <= span.start <= span.end <= len(result.plain)
    assert safe(text) == " ".join(result.plain.split())


def test_marks_stay_on_their_words_behind_control_characters() -> None:
    text = "a\x1b[31m  red\n\n fox"
    result = styled(text, [((text.index("fox"), len(text)), "bold")])
    assert result.plain == "a red fox"
    (span,) = result.spans
    assert result.plain[span.start : span.end] == "fox"


def test_a_long_passage_is_cut_around_its_marks() -> None:
    text = "word " * 100 + "harbour bridge" + " word" * 100
    place = text.index("harbour")
    cut = shortened(text, [((place, place + 7), "yellow")], 80)
    assert "harbour bridge" in cut.plain
    assert cut.plain.startswith("… word") and cut.plain.endswith("word …")
    assert len(cut.plain) <= 84
    (span,) = cut.spans
    assert cut.plain[span.start : span.end] == "harbour"


@given(st.text(), st.integers(5, 50), st.data())
def test_cutting_never_fails(text: str, most: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert len(shortened(text, [((start, end), "yellow")], most).plain) <= max(
        most + 4, len(text) if len(text) <= most else 0
    )


# -- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2023", "2023"),
        ("2023-10", "October 2023"),
        ("2023-10-02", "2 October 2023"),
        ("2023-10-02T14:05Z", "2 October 2023, 14:05 UTC"),
        ("2023-10-02T14:05+04:00", "2 October 2023, 14:05 UTC+4"),
        ("2023-10-02T14:05-03:30", "2 October 2023, 14:05 UTC-3:30"),
        ("2023-10-02T14:05", "2 October 2023, 14:05"),
        ("soon\x1b[1m", "soon"),
    ],
)
def test_dates_in_words(value: str, words: str) -> None:
    assert date_words(value) == words


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (DAY, "2 October 2023"),
        (replace(DAY, provenance="prefix"), "2 October 2023 (date from the file's prefix)"),
        (replace(DAY, provenance="page"), "2 October 2023 (date from the page)"),
        (PublishedDate(), "undated"),
        (
            PublishedDate(provenance="text", inferred=InferredDate(date="2023-09-19", span=(0, 5))),
            "undated; mentions 19 September 2023",
        ),
    ],
)
def test_how_a_date_is_known(published: PublishedDate, words: str) -> None:
    assert published_words(published) == words


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (
            TimeReading(start="2023-09-01", end=None, expression="since", mode="from"),
            "“since” as from 1 September 2023 on",
        ),
        (TimeReading(start=None, end="2023-09-01", expression="by", mode="up_to"), "“by” as up to 1 September 2023"),
        (TimeReading(start="2023-09-01", end="2023-09-01", expression="x", mode="inside"), "“x” as 1 September 2023"),
        (TimeReading(start=None, end=None, expression="latest", mode="newest"), "“latest” as the newest first"),
        (
            TimeReading(start="2023-09-01", end=None, expression=None, mode="from"),
            "the time given as from 1 September 2023 on",
        ),
    ],
)
def test_time_readings_in_words(reading: TimeReading, words: str) -> None:
    assert time_words(reading) == words


def test_confidence_in_words_falls_with_the_number() -> None:
    said = [confidence_words(p).split(" (")[0] for p in (0.95, 0.75, 0.55, 0.3, 0.05)]
    assert said == ["very likely", "likely", "more likely than not", "doubtful", "unlikely"]


def test_claims_keep_their_bound_and_their_text() -> None:
    claim = Claim(
        kind="date", value="Monday", bound="about", unit="people", counted=None, said_by="x", denied=True,
        published=DAY, as_of=None, passage_ranks=(), citation=citation(), group=1,
    )  # fmt: skip
    assert claim_value(claim) == "denied: about Monday people"
    assert claim_value(replace(claim, value=120000.0, denied=False)) == "about 120,000 people"
    assert claim_value(replace(claim, value=2.5, bound="at_most", denied=False)) == "at most 2.5 people"
