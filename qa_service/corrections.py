"""Citations that say whether the article cited was corrected: by a notice in it, or by a version that came later."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from index.article import Version
from index.catalogue import Catalogue
from index.errors import NotFound
from index.notices import find_notices, strongest
from qa_service.answer import Answer, AnswerSentence, Citation, Claim, Corrected, RankedPassage, SearchResult

Cited = TypeVar("Cited", AnswerSentence, RankedPassage, Claim)


class Corrections:
    """What the catalogue knows of corrections, each article version read once."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Keep it for one answer: an article may be corrected or deleted before the next."""
        self._catalogue = catalogue
        self._known: dict[tuple[str, int], Corrected | None] = {}

    def of_answer(self, answer: Answer) -> Answer:
        """The answer with every citation's ``corrected``."""
        return replace(
            answer,
            answer=tuple(map(self._marked, answer.answer)),
            passages=tuple(map(self._marked, answer.passages)),
            claims=tuple(map(self._marked, answer.claims)),
        )

    def of_result(self, result: SearchResult) -> SearchResult:
        """The ranked list with every citation's ``corrected``."""
        return replace(result, passages=tuple(map(self._marked, result.passages)))

    def of_citation(self, citation: Citation) -> Citation:
        """The citation with its ``corrected``."""
        key = (citation.article_id, citation.version)
        if key not in self._known:
            try:
                versions = self._catalogue.versions(citation.article_id, beside_current=citation.version)
            except NotFound:  # deleted meanwhile
                versions = []
            self._known[key] = correction(versions, citation.version)
        return replace(citation, corrected=self._known[key])

    def _marked(self, cited: Cited) -> Cited:
        return replace(cited, citation=self.of_citation(cited.citation))


def correction(versions: list[Version], cited: int) -> Corrected | None:
    """Whether the version ``cited`` was corrected; ``versions`` holds it and the current one.

    A notice that came with the current version counts first, then one in the cited version itself, then that there is
    a newer version at all.
    """
    known = {one.version: one for one in versions}
    own = known.get(cited)
    if own is None:
        return None
    current = known.get(own.newest, own)
    notices = find_notices(own.article)
    told = {notice.text for notice in notices}
    came_later = tuple(notice for notice in find_notices(current.article) if notice.text not in told)
    for version, notice in ((current, strongest(came_later)), (own, strongest(notices))):
        if notice is not None:
            return Corrected(
                version=version.version,
                date=notice.date or _modified_day(version),
                kind=notice.kind,
                notice=notice.span,
            )
    if current is own:
        return None
    return Corrected(version=current.version, date=_modified_day(current), kind="update", notice=None)


def _modified_day(version: Version) -> str | None:
    modified = version.article.modified
    return None if modified is None else modified[:10]
