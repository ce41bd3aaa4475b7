"""The lexical leg: BM25 over passages in tantivy, the only module that imports it.

The folder is derived from the catalogue. One special document holds the sequence that the folder covers, so it is
committed together with the passages it speaks of.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.ports import TermQuery
from index.words import fold

if TYPE_CHECKING:
    import tantivy

_TOKENIZER = "words-2"
"""Names the analysis in the folder's own schema: a folder of another one cannot be opened, so it is filled again."""
_STEMMED = re.compile("[\u0370-\u052f\u0600-\u06ff\u0750-\u077f\u1f00-\u1fff]")
"""Greek, Cyrillic and Arabic letters, which the stemmers beside the English one are for."""
_SEQUENCE_KEY = -1
_HEAP = 64 << 20
_EXACT_LIMIT = 50_000
"""Up to so many allowed keys a set query is used where probing would go too deep."""
_PROBE_LIMIT = 5_000
"""Hits looked through before that."""


class TermDocument(NamedTuple):
    """A passage as the lexical leg indexes it."""

    key: int
    title: str
    body: str


class TermIndex:
    """One tantivy folder. Searchers are taken by :meth:`searcher` and never change."""

    def __init__(self, folder: Path) -> None:
        """Open or create; a damaged folder is emptied and then covers sequence -1, so that it is filled again."""
        self._folder = folder
        try:
            self._index = self._open()
            self.sequence = self._covered()
        except (ValueError, OSError):
            self.empty()

    @staticmethod
    def is_current(folder: Path) -> bool:
        """Whether the folder's words were made by today's analysis; of a damaged folder it may say so too."""
        try:
            return f'"{_TOKENIZER}"' in (folder / "meta.json").read_text(encoding="utf-8")
        except (OSError, ValueError):
            return False

    def empty(self) -> None:
        """Begin again with a new folder, which covers sequence -1."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._index = self._open()
        self.sequence = self._covered()

    def _open(self) -> tantivy.Index:
        import tantivy

        self._folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(_schema(), path=str(self._folder))
        index.register_tokenizer(_TOKENIZER, _analyzer(_STEMMERS))
        return index

    def reload(self) -> None:
        """See what another process has committed."""
        self._index.reload()
        self.sequence = self._covered()

    def apply(self, sequence: int, departed: Iterable[int] | None, added: Iterable[TermDocument]) -> None:
        """Delete, then add by key, and record that ``sequence`` is covered, all in one commit. Safe to repeat.

        ``departed`` None replaces everything; the files then hold no trace of what was there before.
        """
        writer = self._index.writer(_HEAP, 1)
        # What a killed commit wrote would be in the way of the same commit again.
        writer.garbage_collect_files()
        if departed is None:
            writer.delete_all_documents()
        for key in departed or ():
            writer.delete_documents_by_term("key", key)
        for key, title, body in added:
            writer.delete_documents_by_term("key", key)
            writer.add_document(_document({"key": key, "title": fold(title), "body": fold(body)}))
        writer.delete_documents_by_term("key", _SEQUENCE_KEY)
        writer.add_document(_document({"key": _SEQUENCE_KEY, "sequence": sequence}))
        writer.commit()
        if departed is None:
            writer.garbage_collect_files()
        writer.wait_merging_threads()
        self._index.reload()
        self.sequence = sequence

    def searcher(self) -> TermSearcher:
        """The state as last applied or reloaded."""
        return TermSearcher(self._index, self._index.searcher(), self.sequence)

    def _covered(self) -> int:
        import tantivy

        searcher = self._index.searcher()
        query = tantivy.Query.term_query(_schema(), "key", _SEQUENCE_KEY)
        hits = searcher.search(query, 1).hits
        if not hits:
            return -1
        found = searcher.fast_field_values("sequence", [hits[0][1]])[0]
        return int(found) if found is not None else -1


class TermSearcher:
    """BM25 over one unchanging state."""

    def __init__(self, index: tantivy.Index, searcher: tantivy.Searcher, sequence: int) -> None:
        """Hold a state of the index; ``sequence`` is the one that it covers."""
        self.sequence = sequence
        self._index = index
        self._searcher = searcher

    def search(
        self, query: TermQuery, k: int, allowed: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Keys and BM25 scores of the best ``k`` passages among ``allowed`` (ascending keys), best first.

        Probes deeper until ``k`` allowed passages are found or there are no more, so a filter never costs hits.
        """
        words = " ".join(dict.fromkeys(analyze(query.text)))
        total = self._searcher.num_docs
        if not words or not len(allowed) or k < 1 or not total:
            return _nothing()
        weights = {"title": query.title_weight, "body": query.body_weight}
        parsed = self._words_query(words, weights)
        limit = min(total, k + 16 if len(allowed) >= total - 1 else int(1.5 * k * total / len(allowed)) + 16)
        tied = False
        while True:
            if limit > _PROBE_LIMIT and len(allowed) <= _EXACT_LIMIT:
                keys, scores = self._hits(self._among(parsed, allowed), min(total, 4 * k + 16))
                kept = _member(keys, allowed)
                break
            keys, scores = self._hits(parsed, limit)
            kept = _member(keys, allowed)
            if len(keys) < limit or limit >= total:
                break
            if kept.sum() >= k:
                # Copies score alike: look further, once, so that which of them come first hangs on their keys alone.
                if tied or scores[kept][k - 1] > scores[-1]:
                    break
                tied = True
            limit = min(total, 4 * limit)
        keys, scores = keys[kept], scores[kept]
        order = np.lexsort((keys, -scores))[:k]
        return keys[order], scores[order]

    def passage_keys(self) -> NDArray[np.int64]:
        """The passage key of every document, ascending; a key that two documents hold is there twice."""
        import tantivy

        keys, _ = self._hits(tantivy.Query.all_query(), max(1, self._searcher.num_docs))
        return np.sort(keys[keys != _SEQUENCE_KEY])

    def document_frequencies(self, words: Iterable[str]) -> tuple[list[int], int]:
        """In how many passage bodies each analysed word occurs, and the number of passages."""
        total = max(0, self._searcher.num_docs - 1)
        # Deleted passages count until their segment is merged.
        return [min(total, self._searcher.doc_freq("body", word)) for word in words], total

    @staticmethod
    def _among(query: tantivy.Query, allowed: NDArray[np.int64]) -> tantivy.Query:
        """The same query and scores, on the allowed keys alone."""
        import tantivy

        inside = tantivy.Query.const_score_query(tantivy.Query.term_set_query(_schema(), "key", allowed.tolist()), 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, inside)])

    def _words_query(self, words: str, weights: dict[str, float]) -> tantivy.Query:
        import tantivy

        schema = _schema()
        return tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, word), weight),
                )
                for word in words.split()
                for field, weight in weights.items()
                if weight > 0
            ]
        )

    def _hits(self, query: tantivy.Query, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        hits = self._searcher.search(query, limit, count=False).hits
        if not hits:
            return _nothing()
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return np.array(keys, np.int64), np.array([score for score, _ in hits], np.float32)


def analyze(text: str) -> list[str]:
    """The index's own words of a text: folded, lower-cased, without accents, stemmed by what their letters tell.

    Latin letters are stemmed as English, Cyrillic ones as Russian; see :mod:`index.words` for what is not spaced.
    """
    folded = fold(text)
    return _query_analyzer(_STEMMERS if _STEMMED.search(folded) else _STEMMERS[:1]).analyze(folded)


def _member(keys: NDArray[np.int64], allowed: NDArray[np.int64]) -> NDArray[np.bool_]:
    places = np.searchsorted(allowed, keys)
    places[places == len(allowed)] = 0
    return allowed[places] == keys


def _document(fields: dict[str, Any]) -> tantivy.Document:
    import tantivy

    return tantivy.Document.from_dict(fields, _schema())  # pyright: ignore[reportUnknownMemberType]


def _nothing() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    return np.empty(0, np.int64), np.empty(0, np.float32)


@cache
def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_integer_field("sequence", fast=True)
    builder.add_text_field("title", tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_text_field("body", tokenizer_name=_TOKENIZER, index_option="freq")
    return builder.build()


_STEMMERS = ("english", "russian", "greek", "arabic")
"""Each leaves the letters of the others as they are."""


@cache
def _query_analyzer(stemmers: tuple[str, ...]) -> tantivy.TextAnalyzer:
    return _analyzer(stemmers)


def _analyzer(stemmers: tuple[str, ...]) -> tantivy.TextAnalyzer:
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        *map(tantivy.Filter.stemmer, stemmers),
    ):
        builder = builder.filter(step)
    return builder.build()
