"""A service to evaluate without a model: ranks by shared words, replies in the contract's shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.asker import Fields
from eval.errors import TopicFailed
from eval.matching import normalise


class FakeAsker:
    """Knows articles as id → text; each is one passage, its sentences end in full stops.

    ``confidence`` is the share of the question's words that the best article has. A question in ``refuse`` fails.
    """

    def __init__(self, articles: Mapping[str, str], *, threshold: float = 0.5, refuse: Sequence[str] = ()) -> None:
        self._articles = articles
        self._threshold = threshold
        self._refuse = frozenset(refuse)
        self.asked: list[dict[str, Any]] = []
        """Every body that was sent to ``ask``."""

    def ask(self, fields: Fields) -> dict[str, Any]:
        """See eval.asker.Asker."""
        self.asked.append(dict(fields))
        ranked = self._ranked(fields)[: fields["top_k"]]
        passages = [self._passage(rank, article, score) for rank, (article, score) in enumerate(ranked, start=1)]
        answer = [
            {
                "sentence": max(self._sentences(p["text"]), key=lambda s: _overlap(fields["question"], s)),
                "confidence": p["score"],
                "span_text": None,
                "passage_rank": p["rank"],
                "citation": p["citation"],
            }
            for p in passages
        ]
        return {
            "question": fields["question"],
            "asked_at": fields.get("asked_at"),
            "as_of": fields.get("as_of"),
            "interpreted": {"time": None, "sources": []},
            "outcome": "answered",
            "confidence": ranked[0][1] if ranked else 0.0,
            "answer": answer,
            "passages": passages,
            "claims": [],
            "timings_ms": {},
        }

    def search(self, fields: Fields) -> dict[str, Any]:
        """See eval.asker.Asker."""
        ranked = self._ranked(fields)[: fields["top_k"]]
        articles = [{"rank": n, "score": score, "article_id": a} for n, (a, score) in enumerate(ranked, start=1)]
        return {"question": fields["question"], "by": "article", "articles": articles, "passages": []}

    def threshold(self) -> float:
        """See eval.asker.Asker."""
        return self._threshold

    def describe(self) -> dict[str, Any]:
        """See eval.asker.Asker."""
        return {"model": "shared words"}

    def close(self) -> None:
        """Nothing is open."""

    def _ranked(self, fields: Fields) -> list[tuple[str, float]]:
        question = fields["question"]
        if question in self._refuse:
            raise TopicFailed("question: is refused by this fake")
        scored = [(article, _overlap(question, text)) for article, text in self._articles.items()]
        return sorted((pair for pair in scored if pair[1] > 0), key=lambda pair: -pair[1])

    def _passage(self, rank: int, article: str, score: float) -> dict[str, Any]:
        text = self._articles[article]
        citation = {"n": rank, "article_id": article, "version": 1, "source": f"Outlet of {article}", "quote": text}
        return {
            "rank": rank,
            "score": score,
            "article_id": article,
            "text": text,
            "independent_sources": 1,
            "copies": [],
            "citation": citation,
        }

    @staticmethod
    def _sentences(text: str) -> list[str]:
        return [f"{sentence.strip()}." for sentence in text.split(".") if sentence.strip()]


def _overlap(question: str, text: str) -> float:
    """Share of the question's words that the text has."""
    words = set(normalise(question).split())
    return len(words & set(normalise(text).split())) / len(words) if words else 0.0
