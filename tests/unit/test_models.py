"""Optional models by folder: what a reranker and a reader do to an answer, and what is said of a model that is none."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main as evaluate
from index.embedding import SentenceTransformerEmbedder
from index.errors import InputRefused, ModelError
from index.models import PACKAGED, load_cross_encoder, load_span_model, model_name
from index.readers.jsonl import read_record
from qa_service.answer import Answer, SearchResult
from qa_service.bootstrap import open_service
from qa_service.reading import TransformersSpanModel
from qa_service.request import AskRequest, SearchRequest
from qa_service.reranking import CrossEncoderScorer
from qa_service.settings import Settings
from tests.models import tiny_cross_encoder, tiny_embedder, tiny_reader

ROOT = Path(__file__).parents[2]
FLOODS = [
    "The flood in Orsk left many families without homes. The mayor of Orsk asked for boats. Crews pumped all night.",
    "The flood in Orsk drove people out. 🌊 About forty families left, the mayor said. Sandbags ran out in Orsk.",
    "The flood in Orsk began when a levee broke. The river in Orsk is falling again.",
    "A fire at the mill was put out. Nobody was hurt in the fire.",
]
QUESTION = "How many families left Orsk in the flood?"
FORTY = "🌊 About forty families left, the mayor said."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder with a tiny embedder, reranker and reader in it, and an archive of four articles."""
    folder = tmp_path_factory.mktemp("models")
    tiny_embedder(folder / "embedder", [*FLOODS, QUESTION], seed=1)
    tiny_cross_encoder(folder / "reranker", "levee")
    tiny_reader(folder / "reader", "forty", "families")
    with closing(open_service(settings(folder))) as service:
        records = [
            read_record({"id": f"a{n}", "text": text, "title": f"Report {n}"}, name="", max_bytes=1 << 20)
            for n, text in enumerate(FLOODS)
        ]
        assert not any(isinstance(record, InputRefused) for record in records)
        assert service.ingest(records).ingested == 4
    return folder


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(data_dir=folder / "data", model=str(folder / "embedder"), **more)


def asked(folder: Path, question: str = QUESTION, **more: Any) -> tuple[Answer, SearchResult]:
    with closing(open_service(settings(folder, **more))) as service:
        answer = service.ask(AskRequest(question=question, min_confidence=0, top_k=10))
        found = service.search(SearchRequest(question=question, by="article", top_k=10))
    return answer, found


@pytest.fixture(scope="module")
def plain(made: Path) -> tuple[Answer, SearchResult]:
    return asked(made)


# -- the reranker -----------------------------------------------------------------------------------------------------


def test_the_passage_that_the_reranker_likes_comes_first(made: Path, plain: tuple[Answer, SearchResult]) -> None:
    before, _ = plain
    assert before.passages[0].article_id != "a2"
    assert "rerank" not in before.passages[0].scores
    assert "rerank" not in before.timings_ms
    answer, found = asked(made, reranker=str(made / "reranker"))
    assert answer.passages[0].article_id == "a2"
    assert {p.article_id: p.scores["rerank"] for p in answer.passages} == {"a0": 0, "a1": 0, "a2": 1, "a3": 0}
    assert found.articles[0].article_id == "a2"
    assert answer.timings_ms["rerank"] > 0
    for passage in answer.passages:
        same = next(p for p in before.passages if p.passage_id == passage.passage_id)
        assert passage.score == pytest.approx(same.score + passage.scores["rerank"], abs=2e-6)
        assert {k: v for k, v in passage.scores.items() if k != "rerank"} == same.scores


def test_the_reranker_reads_no_deeper_than_it_is_told(made: Path, plain: tuple[Answer, SearchResult]) -> None:
    before = [passage.article_id for passage in plain[0].passages]
    place = before.index("a2")
    answer, _ = asked(made, reranker=str(made / "reranker"), rerank_depth=place)
    assert [passage.article_id for passage in answer.passages] == before
    answer, _ = asked(made, reranker=str(made / "reranker"), rerank_depth=place + 1)
    assert answer.passages[0].article_id == "a2"


def test_the_weight_is_what_the_best_passage_gains(made: Path) -> None:
    answer, _ = asked(made, reranker=str(made / "reranker"), rerank_weight=0.25)
    assert max(passage.scores["rerank"] for passage in answer.passages) == 0.25


def test_explain_shows_the_part(made: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("QA_")},
        "QA_RERANKER": str(made / "reranker"),
        "QA_DATA_DIR": str(made / "data"),
    }
    command = [sys.executable, "-m", "qa_service", "ask", QUESTION, "--explain", "--min-confidence", "0"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120)
    assert "rerank" in run.stdout


# -- the reader -------------------------------------------------------------------------------------------------------


def test_the_sentence_with_the_marked_words_comes_first(made: Path) -> None:
    question = "What broke in the flood in Orsk?"
    before, _ = asked(made, question)
    assert before.answer[0].sentence != FORTY
    answer, _ = asked(made, question, reader=str(made / "reader"), reader_weight=50)
    first = answer.answer[0]
    assert (first.sentence, first.span_text) == (FORTY, "forty families")
    assert first.citation.quote == first.sentence
    start, end = first.citation.span
    assert FLOODS[1][start:end] == first.sentence
    assert answer.passages == before.passages, "the ranking is not the reader's business"


def test_a_passage_that_is_not_read_gets_no_mark(made: Path) -> None:
    question = "Is the river falling again since the levee broke?"
    place = [p.article_id for p in asked(made, question)[0].passages].index("a1")
    assert place > 0
    for passages, marked in ((place, False), (place + 1, True)):
        answer, _ = asked(made, question, reader=str(made / "reader"), reader_passages=passages, reader_weight=50)
        assert (answer.answer[0].span_text == "forty families") == marked


def test_a_reader_that_agrees_marks_and_changes_nothing_else(made: Path, plain: tuple[Answer, SearchResult]) -> None:
    before, _ = plain
    answer, _ = asked(made, reader=str(made / "reader"))
    assert (before.answer[0].sentence, before.answer[0].span_text) == (FORTY, "forty")
    assert (answer.answer[0].sentence, answer.answer[0].span_text) == (FORTY, "forty families")
    assert answer.answer[0].confidence == before.answer[0].confidence
    assert answer.confidence == before.confidence


def test_a_text_or_question_too_long_for_the_model_is_read_as_far_as_it_goes(made: Path) -> None:
    model = TransformersSpanModel(str(made / "reader"))
    words = ["word"] * 300
    early, late = model.read("How many?", [" ".join(["forty families", *words]), " ".join([*words, "forty families"])])
    assert early.starts.argmax() == 0
    assert len(late.offsets) < 260
    assert late.starts.max() + late.ends.max() < late.nothing
    (read,) = model.read(" ".join(words), ["About forty families left."])
    assert tuple(read.offsets[read.starts.argmax()]) == (6, 11)
    assert model.read("How many?", []) == []


# -- both, from an evaluation -----------------------------------------------------------------------------------------


def test_an_evaluation_takes_both_from_its_configuration(made: Path, tmp_path: Path) -> None:
    import json

    (tmp_path / "topics.jsonl").write_text(json.dumps({"id": "t1", "question": QUESTION}) + "\n")
    (tmp_path / "qrels.txt").write_text("t1 0 a2 1\n")
    (tmp_path / "config.toml").write_text(f'reranker = "{made / "reranker"}"\nreader = "{made / "reader"}"\n')
    out = tmp_path / "out"
    command = ["run", "--data-dir", str(made / "data"), "--topics", str(tmp_path / "topics.jsonl"), "--out", str(out)]
    command += ["--qrels", str(tmp_path / "qrels.txt"), "--config", str(tmp_path / "config.toml")]
    assert evaluate(command) == 0
    assert (out / "run.txt").read_text().split()[2] == "a2"
    answer = json.loads((out / "answers.jsonl").read_text())["response"]["answer"]
    assert "forty families" in {one["span_text"] for one in answer}


# -- models that are none ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wrong(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wrong")
    tiny_cross_encoder(folder / "two-labels", "levee", labels=2)
    (folder / "empty").mkdir()
    (tiny_cross_encoder(folder / "damaged", "levee") / "model.safetensors").write_bytes(b"no weights")
    from sentence_transformers import SentenceTransformer

    SentenceTransformer(str(made / "embedder"), local_files_only=True).save(str(folder / "sentence-model"))
    return folder


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("reader", r"reranker '.*reader' is no cross-encoder: its architecture is BertForQuestionAnswering"),
        ("embedder", r"reranker '.*embedder' is no cross-encoder: its architecture is BertModel"),
        ("sentence-model", r"reranker '.*' is no cross-encoder: it describes itself as 'SentenceTransformer'"),
        ("two-labels", r"reranker '.*two-labels' gives 2 scores for a pair of texts; it has to give one"),
        ("empty", r"reranker '.*empty' is no cross-encoder: its architecture is unnamed"),
        ("damaged", r"reranker '.*damaged' cannot be loaded from "),
        ("./nowhere", r"no model folder at '\./nowhere'"),
        ("acme/none-such", r"model 'acme/none-such' is neither a folder nor to be had from the model hub"),
    ],
)
def test_what_is_no_reranker_is_refused_by_name(made: Path, wrong: Path, name: str, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        CrossEncoderScorer(located(made, wrong, name))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("reranker", r"reader '.*reranker' is no question-answering model: qa_outputs.bias, qa_outputs.weight are not"),
        ("embedder", r"reader '.*embedder' is no question-answering model"),
        ("empty", r"reader '.*empty' cannot be loaded from "),
        ("./nowhere", r"no model folder at '\./nowhere'"),
    ],
)
def test_what_is_no_reader_is_refused_by_name(made: Path, wrong: Path, name: str, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        TransformersSpanModel(located(made, wrong, name))


def located(made: Path, wrong: Path, name: str) -> str:
    return next((str(folder / name) for folder in (made, wrong) if (folder / name).is_dir()), name)


def test_a_wrong_name_ends_the_command_and_says_which(made: Path) -> None:
    environment = {**os.environ, "QA_DATA_DIR": str(made / "data"), "QA_READER": "./nowhere"}
    command = [sys.executable, "-m", "qa_service", "ask", QUESTION]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert (run.returncode, run.stdout) == (2, "")
    assert "no model folder at './nowhere'" in run.stderr


def test_a_folder_is_known_by_its_absolute_path(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made)
    assert SentenceTransformerEmbedder("embedder").name == str(made / "embedder") == model_name("./embedder")
    assert model_name(PACKAGED) == PACKAGED
    assert model_name("acme/none-such") == "acme/none-such"


def test_loaded_models_hold_no_gradients(made: Path) -> None:
    _, model = load_span_model(str(made / "reader"))
    assert not model.training and not any(weights.requires_grad for weights in model.parameters())
    assert load_cross_encoder(str(made / "reranker")).predict([("a", "levee")])[0] > 0.9
