"""Questions and passages as vectors, through sentence-transformers.

The default model is the packaged one, whose weights' digest is checked; any other loads by folder or by hub name.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from index.errors import ModelError
from index.models import PACKAGED, load_sentence_model, model_folder, model_name
from index.ports import FloatMatrix

_PACKAGED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32


class Embedder(Protocol):
    """Questions and passages as vectors. The two methods are never interchangeable."""

    @property
    def name(self) -> str:
        """The packaged name, a hub name, or the absolute path of a folder: it loads this model from anywhere."""
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

    def encode_questions(self, texts: Sequence[str]) -> FloatMatrix:
        """``(len(texts), dim) float32``, L2-normalised: a question, or one and its parts in one call."""
        ...


class SentenceTransformerEmbedder:
    """An :class:`Embedder` over one sentence-transformers model on the CPU or whatever device it finds."""

    def __init__(self, name: str = PACKAGED) -> None:
        """Load by the packaged name, a folder, or a hub name. Raises ModelError where that fails."""
        folder = model_folder(name)
        self.name = model_name(name)
        self.digest = _digest(folder, name)
        self._model = load_sentence_model(folder, name)
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

    def encode_questions(self, texts: Sequence[str]) -> FloatMatrix:
        """``(len(texts), dim) float32``, L2-normalised."""
        with self._lock:
            vectors = self._model.encode_query(  # pyright: ignore[reportUnknownMemberType]
                list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
            )
        return np.ascontiguousarray(vectors, np.float32)


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
