"""What a topic expects beyond a ranking: answers, outcome, claims with their speakers, carriers of copies.

Each function gives measure → value for one topic; a measure the topic says nothing about is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.data import Topic
from eval.matching import MAX_SENTENCE, holds, holds_all, normalise, usable
from eval.outputs import AnswerRecord

Values = dict[str, float]


def first_sentences(record: AnswerRecord) -> list[str]:
    """The quoted sentences that may count: of the first three, those that are no longer than a sentence may be."""
    return [sentence for sentence in record.answer[:3] if len(sentence) <= MAX_SENTENCE]


def answer_values(topic: Topic, record: AnswerRecord | None) -> Values:
    """Whether an answer stands in the quoted sentences and in the passages, for topics with usable answers."""
    answers = usable(topic.answers)
    if not answers:
        return {}
    sentences = first_sentences(record) if record else []
    passages = record.passages if record else []
    return {
        **{f"answer_in_sentence@{k}": float(holds(" . ".join(sentences[:k]), answers)) for k in (1, 3)},
        **{f"answer_in_passages@{k}": float(holds(" . ".join(passages[:k]), answers)) for k in (1, 3, 5)},
    }


def outcome_values(topic: Topic, record: AnswerRecord | None) -> Values:
    """Whether the outcome is the expected one, and whether silence was kept just where nothing supports an answer."""
    values: Values = {}
    if topic.outcome is not None:
        values["outcome_accuracy"] = float(record is not None and record.outcome == topic.outcome)
    if topic.answerable is not None:
        silent = record is not None and record.outcome == "unsupported"
        values["abstention_accuracy"] = float(record is not None and silent != topic.answerable)
    return values


def difference_values(topic: Topic, record: AnswerRecord | None) -> Values:
    """Whether every differing answer, right or wrong, stands in the ten first passages or the claims."""
    if topic.wrong is None or not (topic.answers or topic.wrong):
        return {}
    shown = [*record.passages[:10], *_claim_texts(record.response)] if record else []
    return {"all_answers_shown@10": float(holds_all(shown, (*topic.answers, *topic.wrong)))}


def support_values(topic: Topic, ranking: Sequence[str]) -> Values:
    """Whether the first article is a supporting one, for answerable topics that name theirs."""
    if not topic.support or topic.answerable is False:
        return {}
    return {"support_article@1": float(bool(ranking) and ranking[0] in topic.support)}


def claim_values(topic: Topic, record: AnswerRecord | None) -> Values:
    """Share of the expected claims whose value is shown, and shown as said by the right speaker."""
    if not topic.claims:
        return {}
    shown = record.response.get("claims", []) if record else []
    same_value = [[c for c in shown if _same_value(c["value"], expected["value"])] for expected in topic.claims]
    attributed = [
        any(_same_speaker(claim["said_by"], expected.get("said_by")) for claim in claims)
        for claims, expected in zip(same_value, topic.claims, strict=True)
    ]
    return {
        "claim_values_found": sum(map(bool, same_value)) / len(topic.claims),
        "claims_found": sum(attributed) / len(topic.claims),
    }


def copy_values(topic: Topic, record: AnswerRecord | None) -> Values:
    """Share of the expected carriers in the passage that names most of them, and whether it counts sources rightly."""
    if not topic.carriers and topic.independent_sources is None:
        return {}
    best: tuple[float, bool] = (0.0, False)
    for passage in record.response.get("passages", []) if record else []:
        named = {passage["article_id"], passage["citation"]["source"]}
        named |= {name for copy in passage["copies"] for name in (copy["article_id"], copy["source"])}
        found = sum(carrier in named for carrier in topic.carriers) / len(topic.carriers) if topic.carriers else 1.0
        best = max(best, (found, passage["independent_sources"] == topic.independent_sources))
    values: Values = {"carriers_found": best[0]} if topic.carriers else {}
    if topic.independent_sources is not None:
        values["independent_sources_accuracy"] = float(best[1])
    return values


def _claim_texts(response: dict[str, Any]) -> list[str]:
    texts: list[str] = []
    for claim in response.get("claims", []):
        value, unit = claim["value"], claim.get("unit") or ""
        texts.append(claim["citation"]["quote"])
        forms = (f"{value:.15g}", f"{value:,.15g}") if isinstance(value, (int, float)) else (value,)
        texts += [f"{form} {unit}" for form in forms]
    return texts


def _same_value(shown: Any, expected: Any) -> bool:
    """Equal numbers; for statements, whether the one shown holds the expected words."""
    left, right = _number(shown), _number(expected)
    if left is not None and right is not None:
        return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    words = normalise(str(expected))
    return holds(str(shown), [words]) if words else str(shown).casefold() == str(expected).casefold()


def _number(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return None


def _same_speaker(shown: str | None, expected: str | None) -> bool:
    """Whether one name holds the other ("the Interior Ministry", "Interior Ministry"); any, if none is expected."""
    if not expected:
        return True
    left, right = f" {normalise(shown or '')} ", f" {normalise(expected)} "
    return bool(left.strip()) and (left in right or right in left)
