"""The composition root: everything is built here, from settings, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from index.catalogue import stored_model
from index.embedding import PACKAGED, Embedder, SentenceTransformerEmbedder
from index.passages import SplitOptions
from index.store import Store
from index.writer import Writer, fingerprint
from qa_service.archive import Archive, CurrentArchive
from qa_service.pipeline import Pipeline
from qa_service.ranking import RankingOptions
from qa_service.service import Service
from qa_service.settings import Settings


def open_service(settings: Settings, *, ranking: RankingOptions | None = None, follow: bool = False) -> Service:
    """Open the archive of ``settings.data_dir``, creating it when there is none.

    ``follow`` keeps up with other processes in the background, also where one changes the archive's model, as a server
    wants. Raises ModelError, StoreError.
    """
    options = ranking or RankingOptions()
    followed = settings.model_copy(update={"model": None})
    current = CurrentArchive(
        open_archive(settings, options), (lambda: open_archive(followed, options)) if follow else None
    )
    return Service(current, public_url=settings.public_url, max_bytes=settings.max_bytes)


def open_archive(settings: Settings, ranking: RankingOptions) -> Archive:
    """The archive with the model that the settings name, else the one it was built with."""
    embedder = open_embedder(settings)
    split = SplitOptions(max_tokens=settings.max_tokens)
    store = open_store(settings.data_dir, embedder, split, settings.wait)
    pipeline = Pipeline(embedder, ranking, public_url=settings.public_url)
    return Archive(store=store, pipeline=pipeline, writer=Writer(store, embedder, split))


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
