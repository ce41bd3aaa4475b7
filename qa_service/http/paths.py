"""Names in the path that may hold any character.

A framework decodes a path once and routes by the result, where ``%2F`` and ``/`` are one, an invalid byte has become
U+FFFD, and a closing line feed is lost to the pattern. So the name is taken from the bytes as they arrived.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote, unquote_to_bytes

from fastapi import Depends, Path, Request

from index.errors import InvalidRequest
from qa_service.http.problems import NO_ROUTE, Refusal


def name_after(prefix: str, parameter: str) -> Callable[[Request], str]:
    """A dependency: everything after ``prefix`` in the path, percent-decoded once, strictly as UTF-8."""
    marker = prefix.encode()

    def read(request: Request) -> str:
        raw: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
        _, found, rest = raw.partition(marker)
        if not found:
            raise Refusal(NO_ROUTE, "There is nothing at this path; /docs lists what there is.")
        try:
            return unquote_to_bytes(rest).decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidRequest(**{parameter: "is not percent-encoded UTF-8"}) from error

    return read


_ID = Path(description="Any characters, percent-encoded; `/` is accepted encoded or not.", examples=["seed-01"])
ARTICLES = "/v1/articles/"
PASSAGES = "/v1/passages/"
STORIES = "/v1/stories/"
ARTICLE_PAGES = "/articles/"


def _article_id(request: Request, article_id: Annotated[str, _ID]) -> str:
    return name_after(ARTICLES, "article_id")(request)


def _passage_id(request: Request, passage_id: Annotated[str, Path(examples=["p-4f1c2a"])]) -> str:
    return name_after(PASSAGES, "passage_id")(request)


def _story_id(request: Request, story_id: Annotated[str, Path(examples=["s12"])]) -> str:
    return name_after(STORIES, "story_id")(request)


def _shown_id(request: Request, article_id: Annotated[str, _ID]) -> str:
    return name_after(ARTICLE_PAGES, "article_id")(request)


ArticleId = Annotated[str, Depends(_article_id)]
ShownArticleId = Annotated[str, Depends(_shown_id)]
PassageId = Annotated[str, Depends(_passage_id)]
StoryId = Annotated[str, Depends(_story_id)]
