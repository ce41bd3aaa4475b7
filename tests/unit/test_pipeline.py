"""Questions over a small archive: the contract's object, its quotes, and what hides and what only ranks.

Everything is real but the model: an embedder that hashes words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from index.passages import SplitOptions
from index.readers.fields import read_record
from index.store import Store
from index.testing import HashEmbedder
from index.writer import Writer, fingerprint
from qa_service.answer import Outcome, to_json
from qa_service.archive import Archive as Opened
from qa_service.archive import CurrentArchive
from qa_service.pipeline import Pipeline
from qa_service.ranking import RankingOptions
from qa_service.request import AskRequest, SearchRequest
from qa_service.service import Service

PUBLIC = "https://archive.example"
WIRE = (
    "Nine thousand people left the town of Orsk on Friday after the upper dam gave way, the provincial council said. "
    "Soldiers carried patients from the flooded hospital, and two bridges over the river were swept away in the night. "
    "The council asked neighbouring provinces for boats, tents and drinking water."
)


def article(article_id: str, text: str, **fields: Any) -> dict[str, Any]:
    return {"id": article_id, "text": text, "language": "en", **fields}


ARTICLES = [
    article(
        "courier/bridge",
        "The harbour bridge reopened to traffic on Monday after nine weeks of repairs, the port authority said. "
        "Engineers replaced 48 bolts and repainted both towers. Lorries above 20 tonnes must take the northern route.",
        title="Harbour bridge open again", source="Harbour Courier", date="2023-10-02", tags=["transport"],
        url="https://courier.example/bridge",
    ),
    article(
        "echo/bridge-2015",
        "The harbour bridge reopened to traffic on Sunday after a barge hit it, the port authority said. "
        "Engineers replaced six bolts.",
        title="Harbour bridge open", source="Valley Echo", date="2015-03-08", tags=["transport"],
    ),
    article("wire/orsk", WIRE, title="Dam breaks above Orsk", source="Northern Wire", date="2021-05-08T06:00+00:00"),
    article("courier/orsk", WIRE, title="Dam breaks above Orsk", source="Harbour Courier", date="2021-05-08T09:00+00:00"),
    article("echo/orsk", WIRE, title="Thousands flee Orsk", source="Valley Echo", date="2021-05-09"),
    article(
        "ledger/mill",
        "A fire destroyed the old paper mill at Lower Weir on Tuesday night. Nobody was hurt, the fire brigade said.",
        title="Mill burns down", source="The Ledger", date="2023-09-12", tags=["fire"],
    ),
    article(
        "ledger/mill-cause",
        "Investigators said a heater left running caused the fire at the paper mill at Lower Weir.",
        title="Heater blamed for mill fire", source="The Ledger", date="2023-09-20", tags=["fire"],
    ),
    article(
        "undated/mill",
        "Generations of families worked at the paper mill at Lower Weir, whose wheel turned for 140 years.",
        title="The wheel at Lower Weir", source="The Ledger",
    ),
    article(
        "voix/pont",
        "Le pont du port a été rouvert lundi à la circulation après neuf semaines de travaux, a annoncé la ville.",
        title="Le pont rouvert", source="La Voix", date="2023-10-02", language="fr",
    ),
    article(
        "wire/vote",
        "Ana Ruiz won the mayoral election in Valemouth with 52 percent of the vote, the election office said. "
        "Turnout was 61 percent.",
        title="Ruiz elected mayor", source="Northern Wire", date="2022-06-19",
    ),
    article(
        "echo/heron",
        "The grey heron nests early in mild winters, and young birds leave the colony in June.",
        title="Notes on herons", source="Valley Echo", date="2019-02",
    ),
    article(
        "a/b#c?d%e é",
        "The lighthouse at Cape Sorrow 🌉 was automated — “at last”, said its keeper — on Thursday.",
        title="Lighthouse automated", source="Valley Echo", date="2018-11-15", url="https://echo.example/l?x=1#top",
    ),
    article(
        "wire/price",
        "Bread prices rose by 11 percent in August, the statistics office said, the steepest rise since 2008.",
        title="Bread dearer", source="Northern Wire", date="2023-09-05",
    ),
    article(
        "ledger/strike",
        "Tram drivers will strike for 48 hours from Friday over night shifts, their union said.",
        title="Trams to stop", source="The Ledger", date="2023-09-27", tags=["transport"],
    ),
    article(
        "echo/school",
        "The village school at Upper Weir will close next summer because only nine pupils are left.",
        title="School to close", source="Valley Echo", date="2023",
    ),
]  # fmt: skip
ARTICLES[11]["id"] = "a/b#c?d%e-é"
QUESTIONS = [
    "Who won the election in Valemouth?",
    "When did the harbour bridge reopen?",
    "How many people left Orsk?",
    "What caused the fire at the paper mill?",
    "Did the lighthouse keeper say “at last”?",
    "Why will the school close?",
    "How much did bread prices rise in August 2023?",
    "What did Valley Echo report about herons in 2019?",
    "Quand le pont a-t-il été rouvert ?",
]
KEYS = {
    "ask": "question asked_at as_of interpreted outcome confidence answer passages claims timings_ms",
    "search": "question asked_at as_of interpreted by articles passages timings_ms",
    "interpreted": "time sources",
    "time": "from to expression mode",
    "answer": "sentence confidence span_text passage_rank citation",
    "passage": "rank score scores passage_id article_id language text highlights story_id independent_sources copies citation",
    "copy": "article_id source url published",
    "found": "rank score article_id title source url published passage_ids",
    "citation": "n article_id version newer_version corrected title source url permalink quote_url published span quote",
    "published": "date precision provenance inferred",
}


class Archive:
    """A service over one folder, with times to come and go."""

    def __init__(self, folder: Path, ranking: RankingOptions | None = None) -> None:
        embedder, split = HashEmbedder(dim=64), SplitOptions()
        self.store = Store(
            folder, model_name="fake", model_digest=embedder.digest, dim=embedder.dim,
            fingerprint=fingerprint(embedder.digest, split), wait=10,
        )  # fmt: skip
        pipeline = Pipeline(embedder, ranking or RankingOptions(), public_url=PUBLIC)
        opened = Opened(store=self.store, pipeline=pipeline, writer=Writer(self.store, embedder, split))
        self.service = Service(CurrentArchive(opened), public_url=PUBLIC, max_bytes=1 << 20)

    def put(self, *records: dict[str, Any]) -> None:
        inputs = [read_record(one, name=one["id"], max_bytes=1 << 20) for one in records]
        report = self.service.ingest(inputs)
        assert report.refused == []

    def ask(self, question: str, **fields: Any) -> dict[str, Any]:
        """As a client sees it: through JSON and back."""
        answer = self.service.ask(AskRequest.model_validate({"question": question, **fields}))
        return json.loads(json.dumps(to_json(answer), allow_nan=False))

    def search(self, question: str, **fields: Any) -> dict[str, Any]:
        found = self.service.search(SearchRequest.model_validate({"question": question, **fields}))
        return json.loads(json.dumps(to_json(found), allow_nan=False))

    def found(self, question: str, **fields: Any) -> list[str]:
        """Ids of the articles of the passages listed."""
        fields.setdefault("top_k", 100)
        return [p["article_id"] for p in self.ask(question, min_confidence=0, **fields)["passages"]]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Read by many tests, changed by none."""
    opened = Archive(tmp_path_factory.mktemp("archive"))
    opened.put(*ARTICLES)
    yield opened
    opened.service.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive to change."""
    opened = Archive(tmp_path / "own")
    yield opened
    opened.service.close()


def keys(name: str) -> set[str]:
    return set(KEYS[name].split())


def citations(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["citation"] for part in ("answer", "passages", "claims") for one in answer.get(part, [])]


def check_citations(archive: Archive, answer: dict[str, Any]) -> None:
    for cited in citations(answer):
        text = archive.service.article(cited["article_id"], cited["version"])["text"]
        start, end = cited["span"]
        assert text[start:end] == cited["quote"] != ""


# -- the contract's object --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [*QUESTIONS, "zzyzx qwrtp", "Who is it?"])
def test_every_key_is_always_there(archive: Archive, question: str) -> None:
    answer = archive.ask(question, min_confidence=0, top_k=20)
    assert answer.keys() == keys("ask")
    assert answer["outcome"] in get_args(Outcome)
    assert answer["interpreted"].keys() == keys("interpreted")
    if answer["interpreted"]["time"] is not None:
        assert answer["interpreted"]["time"].keys() == keys("time")
    for sentence in answer["answer"]:
        assert sentence.keys() == keys("answer")
        assert 0 < sentence["confidence"] < 1
    for passage in answer["passages"]:
        assert passage.keys() == keys("passage")
        assert all(copy.keys() == keys("copy") for copy in passage["copies"])
        assert all(isinstance(score, float) for score in passage["scores"].values())
    for cited in citations(answer):
        assert cited.keys() == keys("citation")
        assert cited["published"].keys() == keys("published")
    assert all(value >= 0 for value in answer["timings_ms"].values())
    assert answer["timings_ms"]["total"] > 0


@pytest.mark.parametrize("by", ["article", "passage"])
@pytest.mark.parametrize("question", [QUESTIONS[1], "zzyzx qwrtp"])
def test_every_key_of_a_search_is_always_there(archive: Archive, question: str, by: str) -> None:
    found = archive.search(question, by=by, top_k=1000)
    assert found.keys() == keys("search")
    assert found["by"] == by
    assert found["articles" if by == "passage" else "passages"] == []
    listed = found["articles" if by == "article" else "passages"]
    assert all(one.keys() == keys("found" if by == "article" else "passage") for one in listed)
    assert [one["rank"] for one in listed] == list(range(1, len(listed) + 1))
    assert [one["score"] for one in listed] == sorted((one["score"] for one in listed), reverse=True)


def test_the_question_and_its_times_are_said_again(archive: Archive) -> None:
    asked = "Which bridges reopened in October 2023, according to Valley Echo?"
    answer = archive.ask(asked, asked_at="2023-10-05T10:00+04:00", as_of="2023-10")
    assert (answer["question"], answer["as_of"]) == (asked, "2023-10")
    assert datetime.fromisoformat(answer["asked_at"]) == datetime(2023, 10, 5, 6, tzinfo=UTC)
    assert answer["interpreted"] == {
        "time": {"from": "2023-10-01", "to": "2023-10-31", "expression": "in October 2023", "mode": "inside"},
        "sources": ["Valley Echo"],
    }


def test_a_time_given_stands_for_the_one_named_and_off_for_none(archive: Archive) -> None:
    asked = "Which bridges reopened in October 2023?"
    given = archive.ask(asked, time={"to": "2020"})["interpreted"]["time"]
    assert given == {"from": None, "to": "2020-12-31", "expression": None, "mode": "up_to"}
    shown = {name: given[name] for name in ("from", "to", "mode")}
    assert archive.search(asked, time=shown)["interpreted"]["time"] == given, "what is shown can be asked for"
    assert archive.ask(asked, time="off")["interpreted"]["time"] is None


def test_asked_at_is_now_unless_given(archive: Archive) -> None:
    before = datetime.now(UTC)
    assert before <= datetime.fromisoformat(archive.ask(QUESTIONS[0])["asked_at"]) <= datetime.now(UTC)


# -- quotes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_the_articles_own_words(archive: Archive, question: str) -> None:
    answer = archive.ask(question, min_confidence=0, top_k=50)
    assert answer["outcome"] == "answered"
    check_citations(archive, answer)
    check_citations(archive, archive.search(question, by="passage"))
    by_rank = {p["rank"]: p for p in answer["passages"]}
    for n, passage in by_rank.items():
        cited = passage["citation"]
        assert (cited["n"], cited["quote"], cited["article_id"]) == (n, passage["text"], passage["article_id"])
        assert all(0 <= start < end <= len(passage["text"]) for start, end in passage["highlights"])
        assert archive.service.passage(passage["passage_id"])["text"] == passage["text"]
    for sentence in answer["answer"]:
        cited, passage = sentence["citation"], by_rank[sentence["passage_rank"]]
        assert sentence["sentence"] == cited["quote"]
        assert cited["n"] == sentence["passage_rank"]
        assert cited["article_id"] == passage["article_id"]
        assert passage["citation"]["span"][0] <= cited["span"][0] < cited["span"][1] <= passage["citation"]["span"][1]
        assert len(cited["quote"]) <= 400
        assert sentence["span_text"] is None or sentence["span_text"] in sentence["sentence"]


def test_answers_are_up_to_three_different_sentences(archive: Archive) -> None:
    for question in QUESTIONS:
        said = [s["sentence"] for s in archive.ask(question, min_confidence=0)["answer"]]
        assert 1 <= len(said) <= 3
        assert len(set(said)) == len(said)


def test_an_obvious_answer_is_found(archive: Archive) -> None:
    """Its words are in one article alone: any sane weights put it first."""
    answer = archive.ask("Who won the mayoral election in Valemouth?", min_confidence=0)
    assert answer["passages"][0]["article_id"] == "wire/vote"
    assert "Ana Ruiz" in " ".join(s["sentence"] for s in answer["answer"])


def test_an_id_of_any_characters_is_cited(archive: Archive) -> None:
    answer = archive.ask("Who automated the lighthouse at Cape Sorrow?", min_confidence=0)
    cited = answer["passages"][0]["citation"]
    assert cited["article_id"] == "a/b#c?d%e-é"
    assert cited["permalink"].startswith(f"{PUBLIC}/v1/articles/a%2Fb%23c%3Fd%25e-%C3%A9?version=1&span=")
    assert cited["quote_url"].startswith("https://echo.example/l?x=1#top:~:text=")


def test_an_undated_article_is_cited_as_undated(archive: Archive) -> None:
    answer = archive.ask("How long did the wheel at Lower Weir turn?", min_confidence=0)
    cited = next(c for c in citations(answer) if c["article_id"] == "undated/mill")
    assert cited["published"]["date"] is None
    assert cited["published"]["precision"] == "none"
    assert cited["published"]["provenance"] in ("none", "text")


# -- outcomes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("least", [None, 0, 0.5, 1])
def test_an_empty_archive_supports_nothing(own: Archive, least: float | None) -> None:
    answer = own.ask("Who won the election?", min_confidence=least)
    assert answer["outcome"] == "unsupported"
    assert (answer["answer"], answer["passages"], answer["claims"], answer["confidence"]) == ([], [], [], 0)
    assert own.search("Who won?")["articles"] == own.search("Who won?", by="passage")["passages"] == []


@pytest.mark.parametrize("question", ["Zzyzx qwrtp blorf?", "Ինչպե՞ս է եղանակը Լոռիում", "x"])
def test_nonsense_is_not_supported(archive: Archive, question: str) -> None:
    answer = archive.ask(question)
    assert answer["outcome"] == "unsupported"
    assert answer["answer"] == []


def test_an_unsupported_question_still_lists_the_nearest_passages(archive: Archive) -> None:
    withheld, given = (archive.ask(QUESTIONS[0], min_confidence=least) for least in (1, 0))
    assert (withheld["outcome"], withheld["answer"]) == ("unsupported", [])
    assert (given["outcome"], given["answer"] != []) == ("answered", True)
    assert withheld["passages"] == given["passages"] != []
    assert withheld["confidence"] == given["confidence"]


@pytest.mark.parametrize("question", [*QUESTIONS, "Zzyzx qwrtp blorf?", "Who is it?", "7"])
@pytest.mark.parametrize("top_k", [1, 5])
def test_a_least_confidence_of_0_never_withholds_what_there_is(archive: Archive, question: str, top_k: int) -> None:
    answer = archive.ask(question, min_confidence=0, top_k=top_k)
    assert (answer["outcome"] == "answered") == bool(answer["passages"]) == bool(answer["answer"])


def test_the_outcome_follows_the_threshold(archive: Archive) -> None:
    for question in QUESTIONS:
        confidence = archive.ask(question)["confidence"]
        assert 0 < confidence < 1
        fitted = archive.ask(question)["outcome"]
        assert (fitted == "answered") == (confidence >= archive.service.threshold)
        assert archive.ask(question, min_confidence=max(0, confidence - 0.001))["outcome"] == "answered"
        assert archive.ask(question, min_confidence=min(1, confidence + 0.001))["outcome"] == "unsupported"


@pytest.mark.parametrize("top_k", [1, 2, 3, 100])
def test_top_k_counts_passages_and_every_answer_stands_in_one_of_them(archive: Archive, top_k: int) -> None:
    for question in QUESTIONS[:4]:
        answer = archive.ask(question, min_confidence=0, top_k=top_k)
        ranks = [p["rank"] for p in answer["passages"]]
        assert ranks == list(range(1, len(ranks) + 1))
        assert 1 <= len(ranks) <= top_k
        assert {s["passage_rank"] for s in answer["answer"]} <= set(ranks)


def test_a_longer_list_begins_with_a_shorter_one(archive: Archive) -> None:
    short, long = (archive.ask(QUESTIONS[3], top_k=k, min_confidence=0)["passages"] for k in (2, 8))
    assert [p["passage_id"] for p in long[:2]] == [p["passage_id"] for p in short]


def test_the_same_question_has_the_same_answer(archive: Archive) -> None:
    def asked() -> dict[str, Any]:
        return archive.ask(QUESTIONS[3], asked_at="2023-10-05", top_k=20) | {"timings_ms": None}

    assert asked() == asked()


# -- filters and times ------------------------------------------------------------------------------------------------

MILL = "What happened at the paper mill at Lower Weir?"
BRIDGE = "When did the harbour bridge reopen to traffic?"


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"sources": ["Valley Echo"]}, {"echo/bridge-2015"}),
        ({"sources": ["valley echo", "HARBOUR COURIER"]}, {"echo/bridge-2015", "courier/bridge"}),
        ({"tags": ["transport"], "published_from": "2023"}, {"courier/bridge", "ledger/strike"}),
        ({"languages": ["fr"]}, {"voix/pont"}),
        ({"published_to": "2015-03-08"}, {"echo/bridge-2015"}),
        ({"published_from": "2015-03-08", "published_to": "2015-03-08"}, {"echo/bridge-2015"}),
        ({"published_from": "2023-10-02"}, {"courier/bridge", "voix/pont"}),
        ({"published_from": "2015-03-09", "published_to": "2015-12-31"}, set()),
        ({"sources": ["Nobody"]}, set()),
    ],
)
def test_a_filter_keeps_what_matches_and_nothing_else(
    archive: Archive, filters: dict[str, Any], kept: set[str]
) -> None:
    everything = {one["id"]: one for one in ARTICLES}
    found = set(archive.found(BRIDGE, filters=filters))
    listed = {one["article_id"] for one in archive.search(BRIDGE, filters=filters, top_k=1000)["articles"]}
    for shown in (found, listed):
        assert (kept & {"courier/bridge", "echo/bridge-2015"}) <= shown
        if not kept:
            assert not shown
        if "sources" in filters:
            names = {name.casefold() for name in filters["sources"]}
            assert all(everything[one]["source"].casefold() in names for one in shown)
        if "tags" in filters:
            assert shown <= {"courier/bridge", "ledger/strike"}
        if "languages" in filters:
            assert shown <= {"voix/pont"}
        if "published_from" in filters or "published_to" in filters:
            assert "undated/mill" not in shown


def test_undated_articles_pass_a_date_filter_only_when_wanted(archive: Archive) -> None:
    dates = {"published_from": "2023-09-01", "published_to": "2023-09-30"}
    without, with_them = (
        set(archive.found(MILL, filters={**dates, "include_undated": wanted})) for wanted in (False, True)
    )
    assert "undated/mill" not in without
    assert "undated/mill" in with_them
    assert {"ledger/mill", "ledger/mill-cause"} <= without <= with_them


def test_an_invalid_filter_is_no_empty_answer(archive: Archive) -> None:
    with pytest.raises(Exception, match="published_from"):
        archive.ask(MILL, filters={"published_from": "soon"})


def test_asked_at_ranks_and_hides_nothing(archive: Archive) -> None:
    plain = archive.found(BRIDGE)
    for moment in ("2015-03-09", "2023-10-03", "1990-01-01"):
        assert set(archive.found(BRIDGE, asked_at=moment)) == set(plain)


def test_of_two_that_say_the_same_the_one_nearer_to_asking_comes_first(own: Archive) -> None:
    """Years apart, so no copies; nothing but their dates tells them apart."""
    same = "The tram museum opened its new hall to visitors on Sunday, and admission was free."
    own.put(*(article(f"echo/{year}", same, source="Valley Echo", date=f"{year}-05-04") for year in (2011, 2016, 2021)))
    question = "When did the tram museum open its new hall?"
    for year in (2011, 2016, 2021):
        assert own.found(question, asked_at=f"{year}-05-06")[0] == f"echo/{year}"
        assert own.found(f"{question[:-1]} in {year}?", asked_at="2023-10-02")[0] == f"echo/{year}"
        assert own.found(f"{question[:-1]} in {year}?")[0] == f"echo/{year}"


def test_a_named_time_ranks_and_hides_nothing(archive: Archive) -> None:
    then = "When did the harbour bridge reopen to traffic in March 2015?"
    for fields in ({}, {"asked_at": "2023-10-03"}):
        found = archive.found(then, **fields)
        assert found.index("echo/bridge-2015") < found.index("courier/bridge")


def test_a_named_outlet_ranks_and_hides_nothing(archive: Archive) -> None:
    answer = archive.ask("According to Northern Wire, how many people left Orsk?", min_confidence=0, top_k=50)
    assert answer["interpreted"]["sources"] == ["Northern Wire"]
    assert len({p["citation"]["source"] for p in answer["passages"]}) > 1
    parts = {p["citation"]["source"]: p["scores"]["outlet"] for p in answer["passages"]}
    assert parts.pop("Northern Wire") > 0 == sum(parts.values())


# -- copies -----------------------------------------------------------------------------------------------------------


def test_copies_are_one_result_with_its_carriers(archive: Archive) -> None:
    answer = archive.ask("How many people left the town of Orsk after the dam gave way?", min_confidence=0, top_k=50)
    orsk = [p for p in answer["passages"] if p["article_id"].endswith("/orsk")]
    assert len(orsk) == 1
    carriers = {orsk[0]["article_id"], *(copy["article_id"] for copy in orsk[0]["copies"])}
    assert carriers == {"wire/orsk", "courier/orsk", "echo/orsk"}
    assert len(orsk[0]["copies"]) == 2
    assert orsk[0]["citation"]["published"]["date"] == next(
        a["date"] for a in ARTICLES if a["id"] == orsk[0]["article_id"]
    )  # a copy never lends its date
    assert orsk[0]["independent_sources"] == 1


def test_a_search_lists_copies_apart(archive: Archive) -> None:
    found = archive.search("How many people left the town of Orsk after the dam gave way?", top_k=100)
    ids = [one["article_id"] for one in found["articles"]]
    assert {"wire/orsk", "courier/orsk", "echo/orsk"} <= set(ids)
    assert len(set(ids)) == len(ids)


# -- change -----------------------------------------------------------------------------------------------------------


def test_a_deleted_article_is_never_cited(own: Archive) -> None:
    own.put(*ARTICLES)
    question = "How many people left the town of Orsk after the dam gave way?"
    for gone in ("wire/orsk", "echo/orsk"):
        assert own.service.delete([gone]) == [gone]
        answer = own.ask(question, min_confidence=0, top_k=100)
        assert gone not in json.dumps(answer)
        assert gone not in json.dumps(own.search(question, top_k=1000))
        assert gone not in json.dumps(own.search(question, by="passage", top_k=1000))
        check_citations(own, answer)
    assert own.found(question)[0] == "courier/orsk"


def test_an_answer_from_a_view_taken_before_a_delete_leaves_it_out(own: Archive) -> None:
    """The view still holds the row; the passage is gone from the catalogue."""
    own.put(*ARTICLES)
    view = own.store.view()
    pipeline = own.service._current.get().pipeline
    own.service.delete(["wire/vote"])
    question = AskRequest(question=QUESTIONS[0], min_confidence=0).to_question(datetime.now(UTC))
    answer = to_json(pipeline.ask(view, question))
    assert "wire/vote" not in json.dumps(answer)
    assert [p["rank"] for p in answer["passages"]] == list(range(1, len(answer["passages"]) + 1))
    for by in ("article", "passage"):
        assert "wire/vote" not in json.dumps(to_json(pipeline.search(view, question, by)))


def test_as_of_answers_from_the_version_that_was_valid(own: Archive) -> None:
    def toll(number: str, modified: str) -> dict[str, Any]:
        return article(
            "wire/toll", f"The storm killed {number} people on the coast of Meria, the coastguard said.",
            title="Storm on the coast", source="Northern Wire", date="2023-09-01", modified=modified,
        )  # fmt: skip

    own.put(*ARTICLES)
    own.put(toll("four", "2023-09-01T08:00Z"))
    own.put(toll("eleven", "2023-09-03T08:00Z"))
    question = "How many people did the storm on the coast of Meria kill?"

    def cited(**fields: Any) -> list[tuple[int, int | None, str]]:
        answer = own.ask(question, min_confidence=0, top_k=50, **fields)
        check_citations(own, answer)
        found = [p["citation"] for p in answer["passages"] if p["article_id"] == "wire/toll"]
        return [(c["version"], c["newer_version"], c["quote"].split()[3]) for c in found]

    assert cited() == [(2, None, "eleven")]
    assert cited(asked_at="2023-09-02") == [(2, None, "eleven")]
    assert cited(as_of="2023-09-02") == [(1, 2, "four")]
    assert cited(as_of="2023-09-03T08:00Z") == [(2, None, "eleven")]
    assert cited(as_of="2023-08-30") == []


def test_an_update_is_seen_by_the_next_question(own: Archive) -> None:
    own.put(article("echo/ferry", "The ferry to Lorn sails at seven.", source="Valley Echo", date="2023-01-01"))
    assert "seven" in own.ask("When does the ferry to Lorn sail?", min_confidence=0)["answer"][0]["sentence"]
    own.put(article("echo/ferry", "The ferry to Lorn sails at nine now.", source="Valley Echo", date="2023-01-01"))
    answer = own.ask("When does the ferry to Lorn sail?", min_confidence=0, top_k=50)
    assert [c["quote"] for c in citations(answer)] == ["The ferry to Lorn sails at nine now."] * 2
    check_citations(own, answer)


def test_what_was_stored_is_answered_alike_after_opening_again(tmp_path: Path) -> None:
    first = Archive(tmp_path / "again")
    first.put(*ARTICLES)
    before = [first.ask(q, asked_at="2023-10-05", top_k=50) | {"timings_ms": None} for q in QUESTIONS]
    first.service.close()
    second = Archive(tmp_path / "again")
    after = [second.ask(q, asked_at="2023-10-05", top_k=50) | {"timings_ms": None} for q in QUESTIONS]
    second.service.close()
    assert after == before


@pytest.mark.parametrize("fusion", ["min_max", "reciprocal_rank"])
def test_both_fusions_answer(archive: Archive, fusion: Any) -> None:
    options = RankingOptions()
    pipeline = Pipeline(
        HashEmbedder(dim=64), replace(options, retrieval=replace(options.retrieval, fusion=fusion)), public_url=PUBLIC
    )
    question = AskRequest(question=QUESTIONS[0], min_confidence=0).to_question(datetime.now(UTC))
    assert pipeline.ask(archive.store.view(), question).passages[0].article_id == "wire/vote"


def test_what_an_answer_was_chosen_from_can_be_examined(archive: Archive) -> None:
    request = AskRequest(question=QUESTIONS[0], min_confidence=0, top_k=10)
    examined = archive.service.examine(request)
    answer = archive.service.ask(request)
    assert [p.passage_id for p in examined.passages] == [p.passage_id for p in answer.passages]
    assert examined.sentences[0][1].text == answer.answer[0].sentence
    scores = [score for score, _ in examined.sentences]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("seen_before", [False, True])
def test_exploring_counts_candidates_of_every_date(archive: Archive, seen_before: bool) -> None:
    question = f"{QUESTIONS[3]} {'again' if seen_before else 'once'}"
    whole = AskRequest(question=question, asked_at="2023-10-05")
    filtered = AskRequest.model_validate(
        {"question": question, "asked_at": "2023-10-05", "filters": {"published_from": "2023-10-02"}}
    )
    first = archive.service.explore(whole).matching if seen_before else None
    explored = archive.service.explore(filtered)
    assert explored.matching == (first or archive.service.explore(whole).matching)
    assert explored.matching.articles == explored.matching.undated + sum(n for _, n in explored.matching.days) > 0
    assert list(explored.matching.days) == sorted(explored.matching.days)
    assert any(day.isoformat() < "2023-10-02" for day, _ in explored.matching.days)
    answer = archive.service.ask(filtered)
    assert [one.passage_id for one in explored.answer.passages] == [one.passage_id for one in answer.passages]
