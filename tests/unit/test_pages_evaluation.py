"""The page of the last evaluation: what it shows, and what it says where there is none or a broken one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from eval.calibration import calibration
from eval.data import Topic
from eval.outputs import ANSWERS, METRICS, PER_TOPIC, RUN, AnswerRecord, answer_line, run_lines
from eval.scoring import score_folder
from qa_service.configuration import configure
from qa_service.http.app import create_app
from qa_service.http.options import HttpOptions
from qa_service.http.pages.evaluation import points
from qa_service.http.pages.evaluation_report import Calibration, read_metrics, read_worst
from qa_service.http.testing import FakeService


def page(folder: Path | None) -> Any:
    return TestClient(create_app(FakeService(), HttpOptions(eval_dir=folder))).get("/evaluation")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder as ``eval run`` leaves it: of six topics the first is answered right, the others less so."""
    topics = [
        Topic(line=n, id=f"t{n}", kind="fact", question=f"Who <b>{n}</b>?", answers=("the mayor",), answerable=True)
        for n in range(1, 7)
    ]
    qrels = {topic.id: {"a1": 1} for topic in topics}
    with (tmp_path / RUN).open("w") as run, (tmp_path / ANSWERS).open("w") as answers:
        for n, topic in enumerate(topics):
            run.writelines(run_lines(topic.id, [("a1" if n == 0 else f"x{n}", 0.9), ("a1", 0.5)]))
            sentence = "It was the mayor." if n < 3 else "It rained."
            record = AnswerRecord(
                id=topic.id, outcome="answered", confidence=0.2 + n / 10, answer=[sentence], passages=[sentence],
                seconds=0.05,
                response={"answer": [{"sentence": sentence, "confidence": 0.5 + n / 20}], "passages": [], "claims": []},
            )  # fmt: skip
            answers.write(answer_line(record))
    run_facts = {
        "command": "python -m eval run --topics gold/demo/topics.jsonl",
        "started": "2026-11-24T09:25:02+00:00",
        "git_commit": "0123456789abcdef",
        "topics": "/secret/gold/demo/topics.jsonl",
        "threshold": 0.45,
        "service": {"status": {"model": "all-<b>MiniLM"}},
    }
    score_folder(tmp_path, topics, qrels, run=run_facts)
    return tmp_path


def test_the_page_shows_the_figures_of_the_run(made: Path) -> None:
    answer = page(made)
    text, metrics = words(answer.text), json.loads((made / METRICS).read_text())
    assert answer.status_code == 200
    for said in (
        "6 questions with known answers",
        "24 November 2026",
        "demo/topics.jsonl",
        "0123456789",
        "--topics gold",
    ):
        assert said in text, said
    assert "/secret" not in text
    first = metrics["overall"]["measures"]["success@1"]
    odd, even = (metrics[half]["measures"]["success@1"]["mean"] for half in ("odd", "even"))
    row = f"A right article comes first success@1 {first['mean']:.3f} {first['low']:.3f} – {first['high']:.3f}"
    assert f"{row} {odd:.3f} {even:.3f} 6" in text
    assert "all-&lt;b&gt;MiniLM" in answer.text and "<b>" not in answer.text, "names are no markup"
    assert " style=" not in answer.text and len(re.findall("<h1", answer.text)) == 1


def test_the_worst_topics_come_first_and_can_be_asked(made: Path) -> None:
    worst = read_worst(made)
    assert [topic.id for topic in worst] == ["t4", "t5", "t6", "t2", "t3"], "t1 lost nothing"
    html = page(made).text
    assert html.index("<code>t4</code>") < html.index("<code>t2</code>") and "<code>t1</code>" not in html
    assert 'href="/?q=Who+%3Cb%3E4%3C%2Fb%3E%3F"' in html


def test_the_diagram_is_drawn_from_the_data(made: Path) -> None:
    calibrations = read_metrics(made).overall.calibration
    assert calibrations.sentence is not None and calibrations.answer is not None
    drawn = len(calibrations.sentence.bins) + len(calibrations.answer.bins)
    assert page(made).text.count("<circle") == drawn
    told = calibration([0.0, 0.25, 1.0], [False, True, True])
    places = [(point.x, point.y) for point in points(Calibration.model_validate(told))]
    assert places == [(0.0, 260.0), (65.0, 0.0), (260.0, 0.0)]
    assert points(Calibration.model_validate(told))[1].words == "1 topics: said 25%, so it was for 100%"


def test_without_topics_by_id_the_rest_is_shown(made: Path) -> None:
    (made / PER_TOPIC).unlink()
    answer = page(made)
    assert answer.status_code == 200 and "Where it did worst" not in answer.text


@pytest.mark.parametrize("is_set", [True, False])
def test_where_there_is_none_it_says_how_to_make_one(tmp_path: Path, is_set: bool) -> None:
    answer = page(tmp_path / "nowhere" if is_set else None)
    text = words(answer.text)
    assert answer.status_code == 200 and "Not measured yet" in text
    assert "python -m eval run --url http://127.0.0.1:8000" in text and "QA_EVAL_DIR=" in text
    assert ("holds no metrics.json" in text) is is_set


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (METRICS, b"{", "metrics.json is not JSON"),
        (METRICS, b"[" * 100_000, "metrics.json is not JSON"),
        (METRICS, b"\xff\xfe", "metrics.json is not JSON"),
        (METRICS, b"[]", "metrics.json is not what"),
        (METRICS, b'{"run": {}}', "metrics.json is not what `eval run` writes: run.started: Field required"),
        (PER_TOPIC, b'{"id": 1}\n', "per_topic.jsonl, line 1 is not what"),
        (PER_TOPIC, b"\xff\n", "per_topic.jsonl, line 1 is not what"),
    ],
)
def test_a_broken_file_is_named_and_is_no_failure(made: Path, name: str, content: bytes, told: str) -> None:
    (made / name).write_bytes(content)
    answer = page(made)
    assert answer.status_code == 200
    assert "cannot be shown" in answer.text and told in words(answer.text) and str(made) not in answer.text


def test_values_out_of_range_are_not_drawn(made: Path) -> None:
    metrics = json.loads((made / METRICS).read_text())
    metrics["overall"]["calibration"]["answer"]["bins"][0]["confidence"] = 7
    (made / METRICS).write_text(json.dumps(metrics))
    assert "overall.calibration.answer.bins.0.confidence" in words(page(made).text)


def test_a_folder_in_place_of_the_file_is_told(made: Path) -> None:
    (made / METRICS).unlink()
    (made / METRICS).mkdir()
    assert "metrics.json cannot be read" in words(page(made).text)


def test_the_folder_is_a_setting() -> None:
    assert configure({}, {"QA_EVAL_DIR": "var/eval"}).settings.eval_dir == Path("var/eval")
    assert configure({}, {}).settings.eval_dir is None
