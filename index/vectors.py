"""Nearest vectors by inner product through FAISS, the only module that imports it.

A :class:`VectorBase` is a set of vectors written once and never added to (FAISS is not safe for add during search);
what came since is scored exactly beside it until it is folded into the next base.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.ports import FloatMatrix

EXACT_UP_TO = 200_000
"""Passages up to which the index is exact; beyond, IVF with 8-bit scalar quantisation."""
_GATHER_UP_TO = 50_000
_GATHER_SHARE = 0.02
_DIGITS = 5
_SAMPLE = 200
"""Vectors whose neighbours are compared with exact search when an approximate index is built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a base holds, kept beside it."""

    sequence: int
    kind: str
    """``exact`` | ``ivf-sq8``"""
    count: int
    dim: int
    model_digest: str
    recall_at_10: float
    """Share of the true ten nearest found, on a sample of its own vectors."""


class VectorBase:
    """Vectors by key, searched under a mask. ``keys`` are ascending; row i has ``keys[i]``."""

    def __init__(self, manifest: Manifest, keys: NDArray[np.int64], matrix: FloatMatrix, index: Any) -> None:
        """Hold a base; use :func:`build_base` or :func:`load_base`."""
        self.manifest = manifest
        self.keys = keys
        self.matrix = matrix
        self._index = index

    def search(self, question: FloatMatrix, k: int, mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], FloatMatrix]:
        """Rows and inner products of the best ``k`` among the masked rows, best first."""
        kept = int(mask.sum())
        k = min(k, kept)
        if k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        approximate = self.manifest.kind != "exact"
        if kept < _GATHER_SHARE * len(mask) or (approximate and kept <= _GATHER_UP_TO):
            rows = np.flatnonzero(mask)
            return best(rows, self.matrix[rows] @ question, k)
        faiss = _faiss()

        selector = None if kept == len(mask) else faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        if not approximate:
            parameters = faiss.SearchParameters(sel=selector) if selector is not None else None
            return _found(self._index.search(question[None], k, params=parameters))
        cells: int = self._index.nlist
        probes = max(8, cells // 16)
        while True:
            _, rows = self._index.search(
                question[None], k, params=faiss.SearchParametersIVF(sel=selector, nprobe=min(probes, cells))
            )
            if (rows >= 0).sum() >= k or probes >= cells:
                # The cells hold 8 bits a number: the scores handed out are of the vectors themselves.
                found = rows[0][rows[0] >= 0]
                return best(found, self.matrix[found] @ question, k)
            probes *= 4

    def write_cells(self, path: Path) -> None:
        """Write an approximate index; an exact one is made again from its vectors."""
        _faiss().write_index(self._index, str(path))

    def grows(self) -> bool:
        """Whether vectors can be added to a copy of the index without training it again."""
        return self.manifest.kind != "exact"

    def extended(self, keys: NDArray[np.int64], recent: FloatMatrix, *, sequence: int) -> VectorBase:
        """A new base with ``recent`` after its own rows; ``keys`` names all rows. Recall is as last measured."""
        faiss = _faiss()

        index = faiss.clone_index(self._index)
        index.add(np.ascontiguousarray(recent))
        manifest = replace(self.manifest, sequence=sequence, count=len(keys))
        return VectorBase(manifest, keys, np.concatenate([self.matrix, recent]), index)


def best(rows: NDArray[np.int64], scores: FloatMatrix, k: int) -> tuple[NDArray[np.int64], FloatMatrix]:
    """The best ``k`` rows by score, ties by row, best first. Scores come back rounded.

    What is summed in another order differs in the seventh digit; copies have to tie wherever they lie.
    """
    if k < 1:
        return rows[:0], scores[:0]
    scores = np.round(scores, _DIGITS)
    if len(rows) > k:
        some = np.argpartition(-scores, k - 1)[:k]
        # Everything that ties with the last place stays in, so that the cut does not depend on the partition.
        some = np.flatnonzero(scores >= scores[some].min())
        rows, scores = rows[some], scores[some]
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]


def build_base(keys: NDArray[np.int64], matrix: FloatMatrix, *, sequence: int, model_digest: str) -> VectorBase:
    """Index ``(n, dim) float32`` L2-normalised vectors; exact or IVF+SQ8 by size, its recall measured."""
    faiss = _faiss()

    faiss.omp_set_num_threads(1)
    count, dim = matrix.shape
    recall = 1.0
    if count <= EXACT_UP_TO:
        kind = "exact"
        index = faiss.IndexFlatIP(dim)
        index.add(matrix)
    else:
        kind = "ivf-sq8"
        cells = int(4 * np.sqrt(count))
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dim), dim, cells, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        chosen = np.random.default_rng(0).permutation(count)[: 64 * cells]
        index.train(matrix[np.sort(chosen)])
        index.add(matrix)
    manifest = Manifest(
        sequence=sequence, kind=kind, count=count, dim=dim, model_digest=model_digest, recall_at_10=recall
    )
    base = VectorBase(manifest, keys, matrix, index)
    if kind != "exact":
        measured = replace(manifest, recall_at_10=_recall(base))
        base = VectorBase(measured, keys, matrix, index)
    return base


def _recall(base: VectorBase) -> float:
    everything = np.ones(base.manifest.count, bool)
    sample = np.random.default_rng(1).choice(base.manifest.count, min(_SAMPLE, base.manifest.count), replace=False)
    found = 0
    for row in sample:
        rows, _ = base.search(base.matrix[row], 10, everything)
        true, _ = best(np.arange(base.manifest.count), base.matrix @ base.matrix[row], 10)
        found += len(np.intersect1d(rows, true))
    return found / (10 * len(sample))


def save_base(base: VectorBase, folder: Path) -> None:
    """Write a folder beside, then rename it to its sequence: a crash leaves the old bases or one more, whole."""
    target, draft = folder / str(base.manifest.sequence), folder / "new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    np.save(draft / "keys.npy", base.keys)
    np.save(draft / "vectors.npy", base.matrix)
    if base.manifest.kind != "exact":
        base.write_cells(draft / "cells.faiss")
    (draft / "manifest.json").write_text(json.dumps(asdict(base.manifest), indent=1), "utf-8")
    for path in draft.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    shutil.rmtree(target, ignore_errors=True)
    draft.replace(target)
    for older in folder.iterdir():
        if older != target:
            shutil.rmtree(older, ignore_errors=True)


def load_base(folder: Path, model_digest: str) -> VectorBase | None:
    """The newest whole base in a folder; None where every one is missing, damaged or of another model."""
    numbered = [path for path in folder.glob("*") if path.name.isdigit()]
    for path in sorted(numbered, key=lambda path: -int(path.name)):
        base = _load(path, model_digest)
        if base is not None:
            return base
    return None


def _load(folder: Path, model_digest: str) -> VectorBase | None:
    faiss = _faiss()

    faiss.omp_set_num_threads(1)
    try:
        manifest = Manifest(**json.loads((folder / "manifest.json").read_text("utf-8")))
        keys: NDArray[np.int64] = np.load(folder / "keys.npy")
        matrix: FloatMatrix = np.load(folder / "vectors.npy", mmap_mode="r")
        if manifest.model_digest != model_digest or matrix.shape != (manifest.count, manifest.dim):
            return None
        if len(keys) != manifest.count or np.any(np.diff(keys) <= 0):
            return None
        if manifest.kind == "exact":
            index: Any = faiss.IndexFlatIP(manifest.dim)
            index.add(np.ascontiguousarray(matrix))
        else:
            index = faiss.read_index(str(folder / "cells.faiss"))
            if index.ntotal != manifest.count:
                return None
    except (OSError, ValueError, TypeError, KeyError, EOFError, RuntimeError):
        return None
    return VectorBase(manifest, keys, matrix, index)


def _found(result: tuple[Any, Any]) -> tuple[NDArray[np.int64], FloatMatrix]:
    scores, rows = result[0][0], result[1][0]
    found = rows >= 0
    return best(rows[found], scores[found], len(rows))


def _faiss() -> Any:
    """The library, loaded when first needed; its stubs know too little of its keyword arguments to be of use."""
    import faiss

    return faiss
