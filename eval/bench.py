"""``python -m eval bench``: speed, as ratios taken in one run, since absolute timings here are noisy.

Ingest is compared with bare ``SentenceTransformer.encode`` of the very same texts; asking with its own first stage.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from index.article import Record
from index.assemble import assemble
from index.embedding import PACKAGED, SentenceTransformerEmbedder, model_folder
from index.passages import SplitOptions, split_passages
from index.readers import ReadOptions, read_inputs
from index.writer import embedded_text
from qa_service.bootstrap import open_service
from qa_service.request import AskRequest
from qa_service.settings import Settings


def bench_ingest(corpus: Path, limit: int, rounds: int) -> dict[str, Any]:
    """Passages a second of a cold ingest over those of bare encoding, the two taking turns.

    Articles are dealt to the rounds, so no text is ever encoded twice by the ingest. Raises EvalError without articles.
    """
    inputs = read_inputs([str(corpus)], ReadOptions(max_bytes=Settings().max_bytes))
    records = [one for one in inputs if isinstance(one, Record)][:limit]
    if len(records) < rounds:
        raise EvalError(f"{corpus}: {rounds} rounds need as many articles")
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_folder(PACKAGED)), local_files_only=True)
    embedder = SentenceTransformerEmbedder()
    embedder.encode_passages(["warm up"])
    model.encode(["warm up"])
    split = SplitOptions()
    ratios: list[float] = []
    rates: list[float] = []
    for turn in range(rounds):
        own = records[turn::rounds]
        articles = [assemble(record) for record in own]
        texts = [embedded_text(a, p) for a in articles for p in split_passages(a, embedder.count_tokens, split)]
        bare = _bare_seconds(model, texts) if turn % 2 else None
        with tempfile.TemporaryDirectory() as folder:
            service = open_service(Settings(data_dir=Path(folder)))
            started = time.perf_counter()
            service.ingest(own)
            ours = time.perf_counter() - started
            service.close()
        bare = bare or _bare_seconds(model, texts)
        ratios.append(bare / ours)
        rates.append(len(texts) / ours)
    return {
        "articles": len(records),
        "ingest_passages_per_second": round(statistics.median(rates), 2),
        "ingest_over_bare_encode": [round(ratio, 3) for ratio in ratios],
        "median_ratio": round(statistics.median(ratios), 3),
    }


def bench_ask(data_dir: Path, questions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Milliseconds a question at the median: all stages, and what comes on top of encoding and the two legs."""
    service = open_service(Settings(data_dir=data_dir))
    try:
        for question in questions[:5]:
            service.ask(AskRequest(**question))
        timings = [service.ask(AskRequest(**question)).timings_ms for question in questions]
    finally:
        service.close()
    stages = {name: round(statistics.median(t.get(name, 0.0) for t in timings), 2) for name in timings[0]}
    plain = ("encode", "retrieve", "read")
    above = [t["total"] - sum(t[name] for name in plain) for t in timings]
    return {
        "questions": len(timings),
        "p50_ms": stages,
        "above_plain_hybrid_p50_ms": round(statistics.median(above), 2),
    }


def _bare_seconds(model: Any, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    model.encode(list(texts), show_progress_bar=False)
    return time.perf_counter() - started
