"""The three ports in plain dictionaries and loops: slow, obvious, and the measure of the real store."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

import numpy as np

from index.article import Passage, StoredPassage, Version, date_interval
from index.errors import NotFound
from index.ports import Committed, Draft, Filters, FloatMatrix, Hits, Mask, TermQuery

_WORD = re.compile(r"\w+")


@dataclass
class _Stored:
    version: Version
    given: str
    """Everything the record says, as JSON."""
    passages: list[tuple[int, StoredPassage, FloatMatrix]]


class BruteForce:
    """Implements ArticleWriter, and hands out views."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._articles: dict[str, list[_Stored]] = {}
        self._next_key = 1

    def commit(self, drafts: Iterable[Draft]) -> list[Committed]:
        now = int(self._now())
        return [self._commit(draft, now) for draft in drafts]

    def delete(self, article_ids: Iterable[str]) -> list[str]:
        return [name for name in dict.fromkeys(article_ids) if self._articles.pop(name, None) is not None]

    def view(self) -> BruteForceView:
        return BruteForceView(
            {name: [replace(one, passages=list(one.passages)) for one in some] for name, some in self._articles.items()}
        )

    def ids(self) -> set[str]:
        return set(self._articles)

    def _commit(self, draft: Draft, now: int) -> Committed:
        given = json.dumps(asdict(draft.record), sort_keys=True)
        stored = self._articles.get(draft.record.id, [])
        current = next((one for one in stored if one.version.valid_to is None), None)
        for one in stored:
            modified_known = any(v is not None and v.version.article.modified is not None for v in (one, current))
            if one.given == given and (one is current or modified_known):
                return _committed(draft, one.version.version, "unchanged")
        number = len(stored) + 1
        version = Version(
            article=draft.article,
            version=number,
            valid_from=self._valid_from(draft, stored, now),
            valid_to=None,
            ingested_at=now,
            newest=number,
        )
        passages: list[tuple[int, StoredPassage, FloatMatrix]] = []
        for passage, vector in zip(draft.passages, draft.vectors, strict=True):
            passages.append((self._next_key, _stored_passage(self._next_key, draft, number, passage), vector))
            self._next_key += 1
        self._articles[draft.record.id] = self._chained([*stored, _Stored(version, given, passages)])
        return _committed(draft, number, "updated" if stored else "ingested")

    @staticmethod
    def _valid_from(draft: Draft, stored: list[_Stored], now: int) -> int:
        if draft.article.modified is not None:
            return date_interval(draft.article.modified)[0]
        if stored:
            return max(now, *(one.version.valid_from for one in stored))
        interval = draft.article.published.interval()
        return interval[0] if interval else now

    @staticmethod
    def _chained(stored: list[_Stored]) -> list[_Stored]:
        in_time = sorted(stored, key=lambda one: (one.version.valid_from, one.version.version))
        newest = in_time[-1].version.version
        ends = {a.version.version: b.version.valid_from for a, b in pairwise(in_time)}
        return [
            replace(
                one,
                version=replace(one.version, valid_to=ends.get(one.version.version), newest=newest),
                passages=[(key, replace(p, newest_version=newest), vector) for key, p, vector in one.passages],
            )
            for one in stored
        ]


class BruteForceView:
    """Implements PassageSearch and ArticleReader over a copy of everything."""

    def __init__(self, articles: dict[str, list[_Stored]]) -> None:
        self._articles = articles
        rows = [
            (key, p, vector, one.version)
            for some in articles.values()
            for one in some
            for key, p, vector in one.passages
        ]
        self._rows = sorted(rows, key=lambda row: row[0])

    def mask(self, filters: Filters) -> Mask:
        return np.array([_matches(version, filters) for _, _, _, version in self._rows], bool)

    def dense(self, question: FloatMatrix, k: int, mask: Mask) -> Hits:
        scored = [
            (-math.fsum(float(a) * float(b) for a, b in zip(vector, question, strict=True)), row)
            for row, (_, _, vector, _) in enumerate(self._rows)
            if mask[row]
        ]
        return _hits(scored, k)

    def terms(self, query: TermQuery, k: int, mask: Mask) -> Hits:
        wanted = set(self.words(query.text))
        scores = [0.0] * len(self._rows)
        for weight, texts in (
            (query.title_weight, [p.title for _, p, _, _ in self._rows]),
            (query.body_weight, [p.text for _, p, _, _ in self._rows]),
        ):
            documents = [self.words(text) for text in texts]
            scores = [a + weight * b for a, b in zip(scores, _bm25(wanted, documents), strict=True)]
        return _hits([(-score, row) for row, score in enumerate(scores) if mask[row] and score > 0], k)

    def words(self, text: str) -> list[str]:
        folded = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        return _WORD.findall(folded.lower())

    def frequencies(self, words: Sequence[str]) -> tuple[list[int], int]:
        bodies = [set(self.words(p.text)) for _, p, _, _ in self._rows]
        return [sum(word in body for body in bodies) for word in words], len(bodies)

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        return [self._rows[row][1] for row in rows]

    def article(self, article_id: str, *, version: int | None = None, as_of: int | None = None) -> Version:
        for one in self.versions(article_id):
            if version is not None:
                chosen = one.version == version
            elif as_of is not None:
                chosen = _was_visible(one, as_of)
            else:
                chosen = one.version == one.newest
            if chosen:
                return one
        raise NotFound(f"article {article_id!r}: no such version")

    def versions(self, article_id: str) -> list[Version]:
        if article_id not in self._articles:
            raise NotFound(f"no article {article_id!r}")
        return [one.version for one in self._articles[article_id]]


def _matches(version: Version, filters: Filters) -> bool:
    article = version.article
    valid = version.valid_to is None if filters.as_of is None else _was_visible(version, filters.as_of)
    return (
        valid
        and _published_matches(article.published.interval(), filters)
        and all(
            not wanted or {name.casefold() for name in wanted} & {name.casefold() for name in found if name}
            for wanted, found in (
                (filters.sources, (article.source,)),
                (filters.languages, (article.language,)),
                (filters.tags, article.tags),
            )
        )
    )


def _was_visible(version: Version, moment: int) -> bool:
    """Valid at that moment, and published by then as far as is known."""
    published = version.article.published.interval()
    begun = max(version.valid_from, version.valid_from if published is None else published[0])
    return begun <= moment < (math.inf if version.valid_to is None else version.valid_to)


def _published_matches(interval: tuple[int, int] | None, filters: Filters) -> bool:
    if filters.published_from is None and filters.published_to is None:
        return True
    if interval is None:
        return filters.include_undated
    since = -math.inf if filters.published_from is None else filters.published_from
    until = math.inf if filters.published_to is None else filters.published_to
    return interval[1] > since and interval[0] < until


def _stored_passage(key: int, draft: Draft, number: int, passage: Passage) -> StoredPassage:
    article = draft.article
    return StoredPassage(
        key=key,
        passage_id=f"{article.id}/{number}/{passage.start}/{passage.end}",
        article_id=article.id,
        version=number,
        newest_version=number,
        section=passage.section,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        sentences=passage.sentences,
        title=article.sections[passage.section].title,
        source=article.source,
        url=article.url,
        published=article.published,
        language=article.language,
        copy_group=None,
        story=None,
    )


def _committed(draft: Draft, version: int, outcome: str) -> Committed:
    return Committed(
        article_id=draft.record.id,
        version=version,
        outcome=outcome,  # pyright: ignore[reportArgumentType]
        passages=len(draft.passages),
    )


def _bm25(wanted: set[str], documents: list[list[str]]) -> list[float]:
    """BM25 of each document with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009)."""
    mean = sum(map(len, documents)) / max(1, len(documents)) or 1.0
    scores = [0.0] * len(documents)
    for word in wanted:
        counts = [document.count(word) for document in documents]
        having = sum(count > 0 for count in counts)
        idf = math.log(1 + (len(documents) - having + 0.5) / (having + 0.5))
        for row, count in enumerate(counts):
            if count:
                scores[row] += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(documents[row]) / mean))
    return scores


def _hits(scored: list[tuple[float, int]], k: int) -> Hits:
    best = sorted(scored)[:k]
    return Hits(
        rows=np.array([row for _, row in best], np.int64), scores=np.array([-score for score, _ in best], np.float32)
    )
