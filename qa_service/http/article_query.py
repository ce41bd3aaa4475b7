"""What may be asked of an article, by programs and on the page: a version, a span of its text, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from index.article import Span
from index.errors import InvalidRequest

MAX_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleQuery:
    """The parameters of an article's address."""

    version: int | None
    """None: the current one."""
    span: Span | None
    """Not yet compared with the text."""
    diff: int | None
    """The version to compare with."""

    def span_in(self, text: str) -> Span | None:
        """``span`` if given. Raises InvalidRequest where it does not lie in the text."""
        if self.span is not None and not self.span[0] < self.span[1] <= len(text):
            raise InvalidRequest(span=f"does not lie in the text, which has {len(text)} characters")
        return self.span


def _read(
    version: Annotated[int | None, Query(ge=1, le=MAX_VERSION)] = None,
    span: Annotated[str | None, Query(pattern=r"^[0-9]{1,9}-[0-9]{1,9}$", examples=["120-284"])] = None,
    diff: Annotated[int | None, Query(ge=1, le=MAX_VERSION)] = None,
) -> ArticleQuery:
    start, _, end = (span or "").partition("-")
    return ArticleQuery(version=version, span=(int(start), int(end)) if span else None, diff=diff)


AskedOfArticle = Annotated[ArticleQuery, Depends(_read)]
