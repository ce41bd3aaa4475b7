"""What the index offers the rest: three small ports, implemented by the store and by a brute-force double.

A *view* is one consistent state of the archive at one sequence number; it never changes after it is handed out,
so both legs of a search and the articles read afterwards agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage, Record, StoredPassage, Version

FloatMatrix = NDArray[np.float32]
Mask = NDArray[np.bool_]
"""``(n_rows,)``: which rows of a view may be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the caller insists on. Times are seconds since 1970 UTC, half-open intervals.

    An article's date matches when its interval overlaps ``[published_from, published_to)``.
    """

    published_from: int | None = None
    published_to: int | None = None
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    include_undated: bool = False
    as_of: int | None = None
    """Only versions valid at this moment, of articles published by then; None means the current ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Rows of a view, best first, with scores comparable only within one leg."""

    rows: NDArray[np.int64]
    """``(k,)``"""
    scores: NDArray[np.float32]
    """``(k,)``, higher is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermQuery:
    """A bag of words for the lexical leg, with a weight for each field."""

    text: str
    title_weight: float = 1.0
    body_weight: float = 1.0


class PassageSearch(Protocol):
    """First-stage search over one view."""

    def mask(self, filters: Filters) -> Mask:
        """Rows that match every filter."""
        ...

    def dense(self, question: FloatMatrix, k: int, mask: Mask) -> Hits:
        """The ``k`` masked rows of highest inner product with ``question`` ``(dim,)`` float32, L2-normalised."""
        ...

    def terms(self, query: TermQuery, k: int, mask: Mask) -> Hits:
        """The ``k`` masked rows of highest BM25 score; rows without any of the words are not hits."""
        ...

    def words(self, text: str) -> list[str]:
        """A text's words as the lexical leg compares them."""
        ...

    def frequencies(self, words: Sequence[str]) -> tuple[list[int], int]:
        """In how many passages each of those words occurs, and the number of passages."""
        ...


class ArticleReader(Protocol):
    """Reading what a view holds."""

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        """The passages of those rows, in that order."""
        ...

    def article(self, article_id: str, *, version: int | None = None, as_of: int | None = None) -> Version:
        """One version (the current one unless asked otherwise). Raises NotFound."""
        ...

    def versions(self, article_id: str) -> list[Version]:
        """All versions of an article, oldest number first. Raises NotFound."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article ready to be committed: its passages and one vector a passage."""

    record: Record
    """As the reader handed it over: equal to a stored one means that nothing changed."""
    article: Article
    passages: tuple[Passage, ...]
    vectors: FloatMatrix
    """``(n_passages, dim) float32``, L2-normalised."""
    vector_keys: tuple[bytes, ...]
    """Content key of each vector: equal keys mean the same text under the same model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a commit did with one article."""

    article_id: str
    version: int
    outcome: Literal["ingested", "updated", "unchanged"]
    passages: int
    copied: int = 0
    """Passages of a new version that share a copy group with another article's."""


class ArticleWriter(Protocol):
    """Changing the archive. When a call returns, the change is durable and in every view taken afterwards."""

    def commit(self, drafts: Iterable[Draft]) -> list[Committed]:
        """Store each article as its next version (nothing where it is unchanged), all in one transaction."""
        ...

    def delete(self, article_ids: Iterable[str]) -> list[str]:
        """Delete those articles with all versions; returns the ids that existed."""
        ...
