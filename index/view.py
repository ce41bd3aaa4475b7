"""One unchanging state of the archive: what a question searches and reads.

A view holds in-memory columns, the vector base, the vectors that came since, and a tantivy searcher. It is published
by one reference assignment, so the query path takes no lock and both legs see one sequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.article import StoredPassage, Version
from index.catalogue import Catalogue
from index.embargoes import NOTHING, Hidden
from index.groups import GroupMember, Story, group_members, read_story
from index.ports import Filters, FloatMatrix, Hits, Mask, TermQuery
from index.terms import TermSearcher, analyze
from index.vectors import VectorBase, best

FOREVER = np.iinfo(np.int64).max
UNDATED = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionColumns:
    """What filters ask of an article version, a row each, ascending by ``vid``."""

    vid: NDArray[np.int64]
    aid: NDArray[np.int64]
    pub_start: NDArray[np.int64]
    """UTC seconds; UNDATED when there is no published date."""
    pub_end: NDArray[np.int64]
    valid_from: NDArray[np.int64]
    valid_to: NDArray[np.int64]
    """FOREVER while valid."""
    source: tuple[str | None, ...]
    language: tuple[str | None, ...]
    tags: tuple[tuple[str, ...], ...]
    story: NDArray[np.int64]
    """Of the version's article; -1 when it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Implements PassageSearch and ArticleReader over one sequence."""

    sequence: int
    catalogue: Catalogue
    columns: VersionColumns
    keys: NDArray[np.int64]
    """Passage key of each row, ascending: the base's rows, then what came since."""
    vid: NDArray[np.int64]
    """Version of each row."""
    slot: NDArray[np.int64]
    """Place of each row's version in ``columns``; -1 for a row whose passage has left."""
    copy_group: NDArray[np.int64]
    """Copy group of each row; -1 when it has none."""
    base: VectorBase | None
    recent: FloatMatrix
    """``(n_rows - n_base, dim) float32``: vectors of the rows after the base."""
    searcher: TermSearcher
    _masks: dict[tuple[Filters, Hidden], Mask] = field(default_factory=dict[tuple[Filters, Hidden], Mask])

    # -- PassageSearch -------------------------------------------------------------------------------------------

    def mask(self, filters: Filters) -> Mask:
        """Rows that match every filter; rows whose passage has left, or is under embargo, never do."""
        return self._known_mask(filters, self.catalogue.hidden())

    def mask_with_embargoed(self, filters: Filters) -> Mask:
        """Rows as if every embargo had passed: for what is kept beside articles, never for what is shown."""
        return self._known_mask(filters, NOTHING)

    def _known_mask(self, filters: Filters, hidden: Hidden) -> Mask:
        known = self._masks.get((filters, hidden))
        if known is None:
            if len(self._masks) > 64:
                self._masks.clear()
            known = self._masks[filters, hidden] = self._mask(filters, hidden)
        return known

    def dense(self, question: FloatMatrix, k: int, mask: Mask) -> Hits:
        """The ``k`` masked rows of highest inner product."""
        n_base = 0 if self.base is None else len(self.base.keys)
        rows, scores = np.empty(0, np.int64), np.empty(0, np.float32)
        if self.base is not None:
            rows, scores = self.base.search(question, k, mask[:n_base])
        late = np.flatnonzero(mask[n_base:])
        rows = np.concatenate([rows, late + n_base])
        scores = np.concatenate([scores, self.recent[late] @ question])
        rows, scores = best(rows, scores, k)
        return Hits(rows=rows, scores=scores)

    def terms(self, query: TermQuery, k: int, mask: Mask) -> Hits:
        """The ``k`` masked rows of highest BM25 score."""
        keys, scores = self.searcher.search(query, k, self.keys[mask])
        return Hits(rows=np.searchsorted(self.keys, keys), scores=scores)

    def words(self, text: str) -> list[str]:
        """A text's words as the lexical leg compares them."""
        return analyze(text)

    def frequencies(self, words: Sequence[str]) -> tuple[list[int], int]:
        """In how many passages each of those words occurs, and the number of passages."""
        return self.searcher.document_frequencies(words)

    # -- ArticleReader -------------------------------------------------------------------------------------------

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        """The passages of those rows, in that order; one that was deleted meanwhile is left out."""
        keys = [int(self.keys[row]) for row in rows]
        found = self.catalogue.passages(keys)
        return [found[key] for key in keys if key in found]

    def article(self, article_id: str, *, version: int | None = None, as_of: int | None = None) -> Version:
        """One version. Raises NotFound."""
        return self.catalogue.article(article_id, version=version, as_of=as_of)

    def versions(self, article_id: str) -> list[Version]:
        """All versions, by number. Raises NotFound."""
        return self.catalogue.versions(article_id)

    def story(self, story_id: str, *, as_of: int | None = None) -> Story:
        """A story's timeline, after any redirect. Raises NotFound."""
        return read_story(self.catalogue, story_id, as_of=as_of)

    def group_members(self, groups: Sequence[int], *, as_of: int | None = None) -> dict[int, tuple[GroupMember, ...]]:
        """Carriers of each copy group, earliest first: current ones, or those valid at ``as_of``."""
        return group_members(self.catalogue, groups, as_of=as_of)

    # -- columns -------------------------------------------------------------------------------------------------

    def published(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """UTC interval of each row's published date, ``(n,)`` each; UNDATED where there is none."""
        slots = self.slot[rows]
        return self.columns.pub_start[slots], self.columns.pub_end[slots]

    def articles(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The catalogue's article number of each row."""
        return self.columns.aid[self.slot[rows]]

    def vectors(self, rows: NDArray[np.int64]) -> FloatMatrix:
        """``(n, dim) float32`` vectors of those rows."""
        n_base = 0 if self.base is None else len(self.base.keys)
        matrix = np.empty((len(rows), self.recent.shape[1]), np.float32)
        early = rows < n_base
        if self.base is not None:
            matrix[early] = self.base.matrix[rows[early]]
        matrix[~early] = self.recent[rows[~early] - n_base]
        return matrix

    def copy_groups(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The copy group of each row, -1 where it has none."""
        return self.copy_group[rows]

    def stories(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The story of each row's article, -1 where it has none."""
        return self.columns.story[self.slot[rows]]

    def sources(self) -> frozenset[str]:
        """Every outlet that some version names."""
        return frozenset(source for source in self.columns.source if source)

    def _mask(self, filters: Filters, hidden: Hidden) -> Mask:
        v = self.columns
        valid_to = _valid_to(v, hidden)
        if filters.as_of is None:
            good = valid_to == FOREVER
        else:
            good = (v.valid_from <= filters.as_of) & (filters.as_of < valid_to) & (v.pub_start <= filters.as_of)
        if hidden.vids:
            good &= ~np.isin(v.vid, list(hidden.vids))
        if filters.published_from is not None or filters.published_to is not None:
            after = UNDATED + 1 if filters.published_from is None else filters.published_from
            before = FOREVER if filters.published_to is None else filters.published_to
            dated = v.pub_start != UNDATED
            good &= (dated & (v.pub_end > after) & (v.pub_start < before)) | (filters.include_undated & ~dated)
        for wanted, column in ((filters.sources, v.source), (filters.languages, v.language)):
            if wanted:
                names = {name.casefold() for name in wanted}
                good &= np.fromiter((c is not None and c.casefold() in names for c in column), bool, len(column))
        if filters.tags:
            names = {name.casefold() for name in filters.tags}
            good &= np.fromiter((any(t.casefold() in names for t in tags) for tags in v.tags), bool, len(v.tags))
        mask = np.zeros(len(self.keys), bool)
        present = self.slot >= 0
        mask[present] = good[self.slot[present]]
        return mask


def _valid_to(versions: VersionColumns, hidden: Hidden) -> NDArray[np.int64]:
    """The column as it is without the hidden versions."""
    if not hidden.ends:
        return versions.valid_to
    ends = versions.valid_to.copy()
    for vid, end in hidden.ends:
        slot = int(np.searchsorted(versions.vid, vid))
        if slot < len(ends) and versions.vid[slot] == vid:
            ends[slot] = FOREVER if end is None else end
    return ends
