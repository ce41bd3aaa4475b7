"""The composition root: everything is built here, from settings, and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from index.catalogue import stored_model
from index.embedding import PACKAGED, Embedder, SentenceTransformerEmbedder
from index.passages import SplitOptions
from index.store import Store
from index.writer import Writer, fingerprint
from qa_service.archive import Archive, CurrentArchive
from qa_service.pipeline import Pipeline
from qa_service.ranking import RankingOptions
from qa_service.reading import Reader, ReaderOptions, TransformersSpanModel
from qa_service.reranking import CrossEncoderScorer, Reranker, RerankOptions
from qa_service.service import Service
from qa_service.settings import Settings

if TYPE_CHECKING:
    from index.fetching.client import Client


def open_service(settings: Settings, *, ranking: RankingOptions | None = None, follow: bool = False) -> Service:
    """Open the archive of ``settings.data_dir``, creating it when there is none.

    ``follow`` keeps up with other processes in the background, also where one changes the archive's model, as a server
    wants. Raises ModelError, StoreError.
    """
    options = ranking or RankingOptions()
    reranker, reader = open_reranker(settings), open_reader(settings)

    def opened(model: str | None) -> Archive:
        embedder = open_embedder(settings.model_copy(update={"model": model}))
        split = SplitOptions(max_tokens=settings.max_tokens)
        store = open_store(settings.data_dir, embedder, split, settings.wait)
        pipeline = Pipeline(embedder, options, public_url=settings.public_url, reranker=reranker, reader=reader)
        return Archive(store=store, pipeline=pipeline, writer=Writer(store, embedder, split))

    current = CurrentArchive(opened(settings.model), (lambda: opened(None)) if follow else None)
    return Service(current, public_url=settings.public_url, max_bytes=settings.max_bytes)


def open_client(settings: Settings, sleep: Callable[[float], object] = time.sleep) -> Client:
    """What fetches addresses; ``sleep`` is how it waits for its turn. Raises StoreError without the extra fetch."""
    from index.fetching.client import Client  # first: it says what is missing without the extra
    from index.fetching.addresses import Network  # isort: skip
    from index.fetching.connecting import Limits
    from index.fetching.pacing import Pacing

    return Client(
        contact=settings.fetch_contact,
        pacing=Pacing(seconds=settings.fetch_every, sleep=sleep),
        limits=Limits(max_bytes=settings.fetch_bytes, total_seconds=settings.fetch_seconds),
        network=Network(ports=frozenset(settings.fetch_ports)),
    )


def open_embedder(settings: Settings) -> Embedder:
    """The model that the settings name, else the one the archive was built with, else the packaged one."""
    return SentenceTransformerEmbedder(settings.model or stored_model(settings.data_dir) or PACKAGED)


def open_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder that the settings name, if any."""
    if settings.reranker is None:
        return None
    options = RerankOptions(depth=settings.rerank_depth, weight=settings.rerank_weight)
    return Reranker(CrossEncoderScorer(settings.reranker), options)


def open_reader(settings: Settings) -> Reader | None:
    """The extractive reader that the settings name, if any."""
    if settings.reader is None:
        return None
    options = ReaderOptions(passages=settings.reader_passages, weight=settings.reader_weight)
    return Reader(TransformersSpanModel(settings.reader), options)


def open_store(data_dir: Path, embedder: Embedder, split: SplitOptions, wait: float) -> Store:
    """The store of a data directory, bound to one model and one way of splitting."""
    return Store(
        data_dir,
        model_name=embedder.name,
        model_digest=embedder.digest,
        dim=embedder.dim,
        fingerprint=fingerprint(embedder.digest, split),
        wait=wait,
    )
