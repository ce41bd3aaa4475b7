"""Ranked rows as the answer's values: passages with their scores, highlights, carriers and citations; articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from index.article import StoredPassage
from index.groups import GroupMember, story_name
from index.view import View
from qa_service.answer import FoundArticle, RankedPassage
from qa_service.citing import cite_passage
from qa_service.grouping import other_carriers
from qa_service.highlighting import highlights
from qa_service.question_words import QuestionWords
from qa_service.ranking import Ranked

Carriers = Mapping[int, Sequence[GroupMember]]
"""The members of each copy group."""
_PASSAGES_OF_ARTICLE = 5


def read_passages(view: View, ranked: Ranked, places: Iterable[int]) -> tuple[list[StoredPassage], list[int]]:
    """The passages at those places of the ranking, and their places; one deleted meanwhile is in neither list."""
    place_of = {int(view.keys[ranked.rows[place]]): int(place) for place in places}
    passages = view.passages([int(ranked.rows[place]) for place in place_of.values()])
    return passages, [place_of[passage.key] for passage in passages]


def read_carriers(view: View, passages: Sequence[StoredPassage], as_of: int | None) -> Carriers:
    """Who else carries the same text, by copy group."""
    groups = [passage.copy_group for passage in passages if passage.copy_group is not None]
    return view.group_members(groups, as_of=as_of) if groups else {}


class Presenter:
    """Makes the answer's values out of one view's rows."""

    def __init__(self, view: View, words: QuestionWords, public_url: str) -> None:
        """``words`` are highlighted; ``public_url`` is the base of permalinks."""
        self._view = view
        self._words = words.weights.keys()
        self._public_url = public_url

    def passage(self, n: int, passage: StoredPassage, ranked: Ranked, place: int, carriers: Carriers) -> RankedPassage:
        """The ``n``-th passage of an answer, which stands at ``place`` of the ranking."""
        members = () if passage.copy_group is None else carriers.get(passage.copy_group, ())
        return RankedPassage(
            rank=n,
            score=round(float(ranked.scores[place]), 6),
            scores={name: round(float(part[place]), 6) for name, part in ranked.parts.items()},
            passage_id=passage.passage_id,
            article_id=passage.article_id,
            language=passage.language,
            text=passage.text,
            highlights=highlights(passage.text, self._words, self._view.words),
            story_id=None if passage.story is None else story_name(passage.story),
            independent_sources=1,  # carriers of one text are one voice, however many
            copies=other_carriers(members, passage.article_id),
            citation=cite_passage(n, passage, self._public_url),
        )

    def articles(self, ranked: Ranked, top_k: int) -> tuple[FoundArticle, ...]:
        """The best articles, each with its best passages; one deleted meanwhile is left out."""
        best = ranked.articles[:top_k]
        rows = {int(article): ranked.rows[ranked.article_of_row == article] for article in best}
        rows = {article: some[:_PASSAGES_OF_ARTICLE] for article, some in rows.items()}
        stored = {p.key: p for p in self._view.passages([int(row) for some in rows.values() for row in some])}
        found: list[FoundArticle] = []
        for place, article in enumerate(best):
            keys = [int(self._view.keys[row]) for row in rows[int(article)]]
            passages = [stored[key] for key in keys if key in stored]
            if passages:
                first = passages[0]
                found.append(
                    FoundArticle(
                        rank=len(found) + 1,
                        score=round(float(ranked.article_scores[place]), 6),
                        article_id=first.article_id,
                        title=first.title,
                        source=first.source,
                        url=first.url,
                        published=first.published,
                        passage_ids=tuple(p.passage_id for p in passages),
                    )
                )
        return tuple(found)
