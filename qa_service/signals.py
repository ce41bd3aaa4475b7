"""The signals that confidence is read from: all of them exist already when an answer is chosen.

That the archive supports an answer shows in how much of the question its best passages and sentences hold, and in what
they lack: a right passage about the right thing without the asked detail misses the question's rarest word, a name, or
anything of the expected kind (compare the answerability features of Rajpurkar, Jia and Liang, "Know what you don't
know", ACL 2018).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from qa_service.answering import Sentence
from qa_service.claims.rows import Judgement
from qa_service.evidence import FEATURES
from qa_service.question_words import QuestionWords

Scored = list[tuple[float, Sentence]]

_BEST_OF_THREE = ("coverage", "similar", "names", "numbers", "fits", "near", "fits_near", "missing", "close", "pairs")
_COLUMN = {name: place for place, name in enumerate(FEATURES)}


def support_signals(words: QuestionWords, similarity: float, sentences: Scored, judged: Judgement) -> dict[str, float]:
    """Signals that the archive supports an answer.

    ``similarity`` is the best cosine, sentences are best first, ``judged`` says who claims what in the best passages.
    """
    if not sentences:
        return {"similarity": similarity}
    held: dict[int, set[str]] = {}
    for _, sentence in sentences:
        held.setdefault(sentence.passage, set()).update(sentence.matched)
    first = held[min(held)]
    everywhere = {word for matched in held.values() for word in matched}
    best = sentences[0][1]
    scores = [score for score, _ in sentences]
    return {
        "similarity": similarity,
        "first_coverage": words.share(first),
        "coverage": max(words.share(matched) for matched in held.values()),
        "absent": 1 - words.share(everywhere),
        "rarest_missing_first": _heaviest(words, words.weights.keys() - first),
        "rarest_missing": _heaviest(words, words.weights.keys() - everywhere),
        "rarest_missing_sentence": _heaviest(words, words.weights.keys() - best.matched),
        "words": len(words.weights) / 10,
        "rarity": words.total / (len(words.weights) or 1),
        "score": scores[0],
        "lead_2": scores[0] - scores[1] if len(scores) > 1 else 0.0,
        "lead_5": scores[0] - scores[4] if len(scores) > 4 else 0.0,
        "chance": _chance(scores[0], scores),
        "place": best.passage / 10,
        "claims": min(len(judged.rows), 6) / 6,
        "claims_first": float(any(0 in row.passages for row in judged.rows)),
        "claims_agree": min(max((row.independent_sources for row in judged.rows), default=0), 4) / 4,
        "claims_differ": float(judged.outcome == "conflicting"),
        **{f"best_{name}": float(value) for name, value in zip(FEATURES, best.features, strict=True)},
        **{
            f"of_three_{name}": max(float(s.features[_COLUMN[name]]) for _, s in sentences[:3])
            for name in _BEST_OF_THREE
        },
    }


def sentence_signals(
    support: dict[str, float], score: float, sentence: Sentence, sentences: Scored
) -> dict[str, float]:
    """Signals that one sentence holds the answer: the question's, without the best sentence's own, and its own."""
    others = [other for other, candidate in sentences if candidate is not sentence]
    return {
        **{name: value for name, value in support.items() if not name.startswith("best_")},
        "sentence_score": score,
        "margin": score - (max(others) if others else 0.0),
        "sentence_chance": _chance(score, [other for other, _ in sentences]),
        **{f"own_{name}": float(value) for name, value in zip(FEATURES, sentence.features, strict=True)},
    }


def _heaviest(words: QuestionWords, some: Iterable[str]) -> float:
    """Weight of the rarest of some of the question's words, against its rarest."""
    return max((words.weights[word] for word in some), default=0.0) / max(words.weights.values(), default=1.0)


def _chance(score: float, scores: list[float]) -> float:
    """A softmax over the best dozen."""
    best = scores[:12]
    return math.exp(score - max(best)) / sum(math.exp(other - max(best)) for other in best)
