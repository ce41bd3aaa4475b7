"""Measures against a second, tiny implementation, and against the independent scorer where it is at hand."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.calibration import abstention, auroc, calibration
from eval.data import Qrels, Topic, read_qrels, read_topics
from eval.expectations import claim_values, copy_values, difference_values, outcome_values, support_values
from eval.metrics import score_topics, summarise
from eval.outputs import AnswerRecord, answer_line, read_answers, read_run, run_lines
from eval.ranking import ranking_values
from eval.resampling import mean_interval, randomisation_p

SCORER = Path(__file__).parents[3] / "shared" / "tools" / "score_run.py"
WORDS = ["harbour", "strike", "mayor", "storm", "ferry", "1,200", "people", "Squid Game", "yes", "the", "said", "42"]


def _made_up(seed: int, topics: int = 60) -> tuple[list[dict[str, Any]], Qrels, dict[str, list[tuple[str, float]]]]:
    """Topics, graded judgments and a run with ties, gaps and topics that are missing."""
    rng = random.Random(seed)
    articles = [f"outlet.example/{n}" for n in range(150)]
    rows: list[dict[str, Any]] = []
    qrels: Qrels = {}
    run: dict[str, list[tuple[str, float]]] = {}
    for n in range(topics):
        topic = f"q{n}"
        answers = rng.sample(WORDS, rng.randint(0, 2))
        rows.append({"id": topic, "question": f"Question {n}?", "answerable": n % 5 != 0, "answers": answers})
        if n % 7:
            qrels[topic] = {article: rng.randint(1, 2) for article in rng.sample(articles, rng.randint(1, 6))}
        if n % 11:
            found = rng.sample(articles, rng.randint(1, 130))
            relevant = list(qrels.get(topic, {}))
            found = list(dict.fromkeys([*found[: rng.randint(0, 5)], *relevant[: rng.randint(0, 6)], *found]))
            run[topic] = [(article, round(1 - place / 40, 1)) for place, article in enumerate(found)]
    return rows, qrels, run


def _record(rng: random.Random, topic: str) -> AnswerRecord:
    def text(length: int) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(length))

    answer = [text(rng.choice([3, 4, 120])) for _ in range(rng.randint(0, 3))]
    confidence = rng.random()
    return AnswerRecord(
        id=topic,
        outcome="unsupported" if confidence < 0.3 else "answered",
        confidence=confidence,
        answer=answer,
        passages=[text(8) for _ in range(10)],
        seconds=rng.random(),
        response={
            "answer": [{"sentence": s, "confidence": rng.random()} for s in answer],
            "passages": [],
            "claims": [],
        },
    )


def _write(folder: Path, seed: int) -> None:
    rng = random.Random(seed)
    rows, qrels, run = _made_up(seed)
    (folder / "topics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    judgments = [f"{q} 0 {article} {grade}\n" for q, grades in qrels.items() for article, grade in grades.items()]
    (folder / "qrels.txt").write_text("".join(judgments), encoding="utf-8")
    (folder / "run.txt").write_text("".join(line for q in run for line in run_lines(q, run[q])), encoding="utf-8")
    records = [answer_line(_record(rng, q)) for q in run]
    (folder / "answers.jsonl").write_text("".join(records), encoding="utf-8")


@pytest.mark.skipif(not SCORER.exists(), reason="the independent scorer ../shared/tools/score_run.py is not here")
@pytest.mark.parametrize("min_rel", [1, 2])
@pytest.mark.parametrize("seed", [1, 2])
def test_figures_agree_with_the_independent_scorer(tmp_path: Path, seed: int, min_rel: int) -> None:
    _write(tmp_path, seed)
    command = [SCORER, tmp_path, tmp_path / "topics.jsonl", tmp_path / "qrels.txt", str(min_rel)]
    printed = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True).stdout
    theirs = dict(item.split("=") for item in printed.split())
    scored = score_topics(
        read_topics(tmp_path / "topics.jsonl"),
        read_qrels(tmp_path / "qrels.txt", min_rel=min_rel),
        read_run(tmp_path / "run.txt"),
        read_answers(tmp_path / "answers.jsonl"),
    )
    overall = summarise(scored)["overall"]
    names = {
        "ndcg10": "ndcg@10",
        "s1": "success@1",
        "s10": "success@10",
        "r10": "recall@10",
        "all10": "all_evidence@10",
        "mrr": "mrr@10",
        "sent1": "answer_in_sentence@1",
        "sent3": "answer_in_sentence@3",
        "pass3": "answer_in_passages@3",
        "auroc": "auroc",
    }
    ours = {name: overall["measures"][measure]["mean"] for name, measure in names.items()}
    assert {name: float(theirs[name]) for name in names} == {
        name: pytest.approx(v, abs=6e-4) for name, v in ours.items()
    }
    assert float(theirs["p50_ms"]) == pytest.approx(overall["latency_ms"]["p50"], abs=6e-4)
    assert int(theirs["topics"]) == overall["judged"]
    assert int(theirs["missing"]) == overall["missing"] > 0


def test_ranking_measures_agree_with_a_second_implementation() -> None:
    _, qrels, run = _made_up(3)
    rankings = {q: [article for article, _ in found][:100] for q, found in run.items()}
    values = ranking_values(qrels, rankings)
    assert set(values) == set(qrels)
    for topic, grades in qrels.items():
        ranking = rankings.get(topic, [])
        gains = [grades.get(article, 0) for article in ranking]
        ideal = sorted(grades.values(), reverse=True)
        expected = {
            "ndcg@10": _dcg(gains[:10]) / _dcg(ideal[:10]),
            "mrr@10": max([1 / (n + 1) for n, gain in enumerate(gains[:10]) if gain], default=0.0),
            "all_evidence@10": float(sum(map(bool, gains[:10])) == len(grades)),
        }
        expected |= {f"success@{k}": float(any(gains[:k])) for k in (1, 5, 10)}
        expected |= {f"recall@{k}": sum(map(bool, gains[:k])) / len(grades) for k in (5, 10, 100)}
        assert values[topic] == {measure: pytest.approx(value, abs=1e-6) for measure, value in expected.items()}


def _dcg(gains: list[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def test_a_judged_topic_missing_from_the_run_counts_as_zero() -> None:
    topics = [Topic(id=i, line=n, question="?", answers=("squid game",)) for n, i in enumerate("abc", start=1)]
    scored = score_topics(topics, {"a": {"x": 1}, "b": {"x": 1}}, {"a": ["x"]}, {})
    overall = summarise(scored)["overall"]
    assert overall["measures"]["ndcg@10"]["mean"] == 0.5
    assert overall["measures"]["answer_in_sentence@1"] == {"mean": 0.0, "n": 2, "low": 0.0, "high": 0.0}
    assert (overall["topics"], overall["judged"], overall["missing"]) == (3, 2, 1)
    assert overall["latency_ms"] is None


def test_no_judged_topic_at_all_is_no_error() -> None:
    summary = summarise(score_topics([Topic(id="a", line=1, question="?")], {}, {}, {}))
    assert summary["overall"]["measures"] == {}
    assert summary["even"]["topics"] == 0


def test_halves_and_kinds_are_apart() -> None:
    topics = [Topic(id=str(n), line=n, question="?", kind="time" if n < 3 else None) for n in range(1, 5)]
    summary = summarise(score_topics(topics, {t.id: {"x": 1} for t in topics}, {"1": ["x"], "3": ["x"]}, {}))
    assert summary["odd"]["measures"]["success@1"]["mean"] == 1.0
    assert summary["even"]["measures"]["success@1"]["mean"] == 0.0
    assert {kind: group["measures"]["success@1"]["mean"] for kind, group in summary["kinds"].items()} == {"time": 0.5}


def _answer(**given: Any) -> AnswerRecord:
    fields = {"outcome": "answered", "confidence": 0.9, "answer": [], "passages": [], "seconds": 0.1, "response": {}}
    return AnswerRecord(id="a", **{**fields, **given})


def test_a_sentence_over_400_characters_counts_as_no_answer() -> None:
    topic = Topic(id="a", line=1, question="?", answers=("squid game",))
    for length, value in ((400, 1.0), (401, 0.0)):
        record = _answer(answer=["squid game ".ljust(length, "x")])
        values = score_topics([topic], {"a": {"x": 1}}, {}, {"a": record})[0].values
        assert values["answer_in_sentence@1"] == values["answer_in_sentence@3"] == value


def test_outcomes() -> None:
    expected = Topic(id="a", line=1, question="?", outcome="conflicting", answerable=False)
    assert outcome_values(expected, _answer(outcome="conflicting")) == {"outcome_accuracy": 1, "abstention_accuracy": 0}
    assert outcome_values(expected, _answer(outcome="unsupported")) == {"outcome_accuracy": 0, "abstention_accuracy": 1}
    assert outcome_values(expected, None) == {"outcome_accuracy": 0, "abstention_accuracy": 0}
    assert outcome_values(Topic(id="a", line=1, question="?"), _answer()) == {}


def test_all_differing_answers_are_sought_in_ten_passages_and_claims() -> None:
    topic = Topic(id="a", line=1, question="?", answers=("3,559 people",), wrong=("10,000",))
    claim = {"value": 10000.0, "unit": None, "citation": {"quote": "Ten thousand."}}
    both = _answer(passages=["About 3,559 people live there."], response={"claims": [claim]})
    late = _answer(passages=["About 3,559 people live there.", *[""] * 9, "10,000"], response={"claims": []})
    assert difference_values(topic, both) == {"all_answers_shown@10": 1.0}
    assert difference_values(topic, late) == {"all_answers_shown@10": 0.0}
    assert difference_values(topic, None) == {"all_answers_shown@10": 0.0}
    assert difference_values(Topic(id="a", line=1, question="?", answers=("x",)), both) == {}


def test_claims_need_their_speaker() -> None:
    expected = ({"value": 4, "said_by": "the civil protection agency"}, {"value": "an absolute lie", "said_by": "Baku"})
    topic = Topic(id="a", line=1, question="?", claims=expected)
    shown = [
        {"value": 4.0, "said_by": "Civil Protection Agency"},
        {"value": "called that an absolute lie", "said_by": "Yerevan"},
    ]
    assert claim_values(topic, _answer(response={"claims": shown})) == {"claim_values_found": 1.0, "claims_found": 0.5}
    assert claim_values(topic, None) == {"claim_values_found": 0.0, "claims_found": 0.0}


def test_carriers_are_counted_in_the_passage_that_names_most() -> None:
    def passage(article: str, copies: list[str], sources: int) -> dict[str, Any]:
        named = [{"article_id": copy, "source": f"Outlet {copy}"} for copy in copies]
        citation = {"source": f"Outlet {article}"}
        return {"article_id": article, "copies": named, "independent_sources": sources, "citation": citation}

    topic = Topic(id="a", line=1, question="?", carriers=("x", "y", "Outlet z"), independent_sources=1)
    record = _answer(response={"passages": [passage("w", ["x"], 1), passage("y", ["z"], 2)]})
    assert copy_values(topic, record) == {"carriers_found": pytest.approx(2 / 3), "independent_sources_accuracy": 0.0}
    assert copy_values(topic, None) == {"carriers_found": 0.0, "independent_sources_accuracy": 0.0}


def test_the_first_article_supports() -> None:
    topic = Topic(id="a", line=1, question="?", support=("x",), answerable=True)
    assert support_values(topic, ["x", "y"]) == {"support_article@1": 1.0}
    assert support_values(topic, []) == support_values(topic, ["y", "x"]) == {"support_article@1": 0.0}
    assert support_values(Topic(id="a", line=1, question="?", support=("x",), answerable=False), ["x"]) == {}


def test_calibration_error_and_brier_skill() -> None:
    says = [0.1] * 100 + [0.5] * 100 + [0.9] * 100
    rarely, half, mostly = ([n % 10 < tenths for n in range(100)] for tenths in (1, 5, 9))
    honest = calibration(says, rarely + half + mostly)
    boastful = calibration(says, mostly + half + rarely)
    assert honest is not None
    assert boastful is not None
    assert honest["ece"] == pytest.approx(0)
    assert honest["brier_skill"] == pytest.approx(1 - (0.09 + 0.25 + 0.09) / 3 / 0.25)
    assert boastful["ece"] == pytest.approx((0.8 + 0 + 0.8) / 3)
    assert boastful["brier_skill"] == pytest.approx(1 - (0.73 + 0.25 + 0.73) / 3 / 0.25)
    assert [b["n"] for b in honest["bins"]] == [20] * 15
    assert calibration([], []) is None
    assert (calibration([0.5], [True]) or {})["brier_skill"] is None


def test_auroc_counts_ties_half() -> None:
    rng = random.Random(5)
    says = [rng.randint(0, 5) / 5 for _ in range(80)]
    labels = [rng.random() < 0.6 for _ in says]
    pairs = [(p, n) for p, y in zip(says, labels, strict=True) if y for n, z in zip(says, labels, strict=True) if not z]
    area = auroc(says, labels)
    assert area is not None
    assert area["mean"] == pytest.approx(sum((p > n) + 0.5 * (p == n) for p, n in pairs) / len(pairs))
    assert area["low"] < area["mean"] < area["high"]
    assert auroc([0.5], [True]) is None


def test_abstention() -> None:
    measured = abstention([True, True, False, False], [False, True, False, True])
    assert measured == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "withheld": 2, "n": 4}
    assert abstention([False], [False]) == {"precision": None, "recall": 0.0, "f1": 0.0, "withheld": 0, "n": 1}
    assert abstention([True], [True]) is None


def test_an_unanswerable_topic_makes_its_sentence_wrong() -> None:
    response = {"answer": [{"sentence": "Squid Game.", "confidence": 0.8}], "passages": [], "claims": []}
    topics = [
        Topic(id="a", line=1, question="?", answers=("squid game",), answerable=True),
        Topic(id="b", line=2, question="?", answers=("squid game",), answerable=False),
        Topic(id="c", line=3, question="?"),
    ]
    answers = {t.id: _answer(answer=["Squid Game."], response=response) for t in topics}
    reliability = summarise(score_topics(topics, {}, {}, answers))["overall"]["calibration"]["sentence"]
    assert (reliability["n"], reliability["base_rate"]) == (2, 0.5)


def test_intervals_cover_the_mean_and_are_seeded() -> None:
    values = [float(n % 4 == 0) for n in range(400)]
    interval = mean_interval(values)
    assert interval == mean_interval(values)
    half = 1.96 * math.sqrt(0.25 * 0.75 / 400)  # the normal approximation
    assert interval["low"] == pytest.approx(0.25 - half, abs=0.01)
    assert interval["high"] == pytest.approx(0.25 + half, abs=0.01)


def test_randomisation_p_on_constructed_differences() -> None:
    assert randomisation_p([0.0] * 20) == 1.0
    assert randomisation_p([0.1, -0.1] * 20) == pytest.approx(1.0)
    assert randomisation_p([0.1] * 40) < 0.001
    # Exact: of the 2^5 sign patterns only all-plus and all-minus reach the sum, p = 2/32.
    assert randomisation_p([1.0] * 5) == pytest.approx(2 / 32, abs=0.01)
    assert randomisation_p([1.0] * 5 + [0.0] * 100) == pytest.approx(2 / 32, abs=0.01)
