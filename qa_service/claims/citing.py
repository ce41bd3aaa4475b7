"""Rows of claims as the answer's values, each with the citation of its sentence."""

from __future__ import annotations

from collections.abc import Sequence

from index.article import StoredPassage
from qa_service.answer import Claim
from qa_service.citing import cite_span
from qa_service.claims.rows import ClaimRow
from qa_service.claims.sentences import words_of


def cite_claims(rows: Sequence[ClaimRow], passages: Sequence[StoredPassage], public_url: str) -> tuple[Claim, ...]:
    """The contract's claims, in the order of ``rows``; ``passages`` are those that the rows were read from."""
    return tuple(_cite(row, passages, public_url) for row in rows)


def quoted_sentence(row: ClaimRow, passages: Sequence[StoredPassage]) -> str:
    """The words of the sentence that a row cites."""
    return words_of(passages[row.passages[0]], row.statement.sentence)


def _cite(row: ClaimRow, passages: Sequence[StoredPassage], public_url: str) -> Claim:
    said, first = row.statement, row.passages[0]
    return Claim(
        kind=said.kind,
        value=said.value,
        bound=said.bound,
        unit=said.unit,
        counted=said.counted,
        said_by=said.said_by,
        denied=said.denied,
        published=passages[first].published,
        as_of=said.as_of,
        passage_ranks=tuple(place + 1 for place in row.passages),
        citation=cite_span(first + 1, passages[first], said.sentence, public_url),
        group=row.group,
    )
