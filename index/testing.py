"""Doubles for tests: an embedder without a model that still ranks by words in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import numpy as np

from index.ports import FloatMatrix

_WORD = re.compile(r"\w+")


class HashEmbedder:
    """Implements Embedder: a text's vector is the sum of its words' vectors, each drawn from the word's hash.

    So texts with words in common are near each other, and equal texts have equal vectors on every machine. Another
    ``digest`` or ``dim`` makes another model.
    """

    max_tokens = 256

    def __init__(self, *, name: str = "fake", digest: str = "fake", dim: int = 32) -> None:
        self.name = name
        self.digest = digest
        self.dim = dim
        self.encoded: list[str] = []
        """Every passage text encoded, in order."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text."""
        return [len(_WORD.findall(text)) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """``(len(texts), dim) float32``, L2-normalised."""
        self.encoded.extend(texts)
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, self.dim), np.float32)

    def encode_questions(self, texts: Sequence[str]) -> FloatMatrix:
        """``(len(texts), dim) float32``, L2-normalised."""
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> FloatMatrix:
        total = np.zeros(self.dim, np.float32)
        for word in _WORD.findall(text.lower()):
            total += _word_vector(f"{self.digest}\0{word}", self.dim)
        length = float(np.linalg.norm(total))
        return total / np.float32(length) if length else np.eye(1, self.dim, dtype=np.float32)[0]


@cache
def _word_vector(word: str, dim: int) -> FloatMatrix:
    seed = int.from_bytes(sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dim).astype(np.float32)
