"""The signals that confidence is read from: all of them exist already when an answer is chosen."""

from __future__ import annotations

from qa_service.answering import Sentence
from qa_service.evidence import FEATURES
from qa_service.question_words import QuestionWords

Scored = list[tuple[float, Sentence]]


def support_signals(words: QuestionWords, similarity: float, sentences: Scored) -> dict[str, float]:
    """Signals that the archive supports an answer, each roughly within [0, 1]."""
    if not sentences:
        return {"similarity": similarity}
    passages: dict[int, set[str]] = {}
    for _, sentence in sentences:
        passages.setdefault(sentence.passage, set()).update(sentence.matched)
    covered = [sum(words.weights[w] for w in matched) / words.total for matched in passages.values()]
    best = sentences[0][1]
    everywhere = {word for matched in passages.values() for word in matched}
    return {
        "similarity": similarity,
        "coverage": max(covered),
        "sentence_coverage": float(best.features[FEATURES.index("coverage")]),
        "absent": sum(w for word, w in words.weights.items() if word not in everywhere) / words.total,
        "kind": 1.0 if best.kind_spans else 0.0,
        "score": sentences[0][0],
    }


def sentence_signals(
    support: dict[str, float], score: float, sentence: Sentence, sentences: Scored
) -> dict[str, float]:
    """Signals that one sentence holds the answer."""
    others = [other for other, candidate in sentences if candidate is not sentence]
    return support | {
        "sentence_score": score,
        "margin": score - (max(others) if others else 0.0),
        **{f"own_{name}": float(value) for name, value in zip(FEATURES, sentence.features, strict=True)},
    }
