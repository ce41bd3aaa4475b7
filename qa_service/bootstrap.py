"""The composition root: everything is built here, from settings, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from index.catalogue import stored_model
from index.embedding import PACKAGED, Embedder, SentenceTransformerEmbedder
from index.passages import SplitOptions
from index.store import Store
from index.writer import Writer, fingerprint
from qa_service.pipeline import Pipeline
from qa_service.ranking import RankingOptions
from qa_service.service import Service
from qa_service.settings import Settings


def open_service(settings: Settings, *, ranking: RankingOptions | None = None, follow: bool = False) -> Service:
    """Open the archive of ``settings.data_dir``, creating it when there is none.

    ``follow`` keeps up with other processes in the background, as a server wants. Raises ModelError, StoreError.
    """
    data_dir = settings.data_dir
    embedder = open_embedder(settings)
    split = SplitOptions(max_tokens=settings.max_tokens)
    store = open_store(data_dir, embedder, split, settings.wait)
    if follow:
        store.follow()
    pipeline = Pipeline(embedder, ranking or RankingOptions(), public_url=settings.public_url)
    writer = Writer(store, embedder, split)
    return Service(store, pipeline, writer, public_url=settings.public_url, max_bytes=settings.max_bytes)


def open_embedder(settings: Settings) -> Embedder:
    """The model that the settings name, else the one the archive was built with, else the packaged one."""
    return SentenceTransformerEmbedder(settings.model or stored_model(settings.data_dir) or PACKAGED)


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
