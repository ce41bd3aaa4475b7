"""``/``: one field, and below it what the archive holds on the question."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from index.errors import NotFound
from qa_service.answer import Answer, Claim
from qa_service.chat.composing import worth_quoting
from qa_service.http.lifecycle import HasLifecycle
from qa_service.http.pages.histogram import histogram
from qa_service.http.pages.known_names import known_names
from qa_service.http.pages.marking import passage_pieces, sentence_pieces
from qa_service.http.pages.page_route import PageRoute
from qa_service.http.pages.rendering import page
from qa_service.http.pages.timeline import Timeline, timeline
from qa_service.http.pages.view_state import ViewState, read_state
from qa_service.http.service_port import Service
from qa_service.request import MAX_TOP_K, AskRequest

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_MORE = 10
"""Passages that "more passages" adds."""


@router.get("/")
async def ask(request: Request, lifecycle: HasLifecycle) -> Response:
    """The question's field; with a question, its answer."""
    service = lifecycle.service()
    state = read_state(request)
    asked = state.to_request()
    return await lifecycle.asking.run(lambda: _page(request, service, state, asked))


def _page(request: Request, service: Service, state: ViewState, asked: AskRequest | None) -> Response:
    if asked is None:
        return page(request, "start.html", {"state": state, "status": service.status(), "known": known_names(service)})
    return page(request, "results.html", results(state, service, asked))


def results(state: ViewState, service: Service, asked: AskRequest) -> dict[str, Any]:
    """What the page of an answer shows. Raises InvalidRequest."""
    explored = service.explore(asked)
    answer, top_k = explored.answer, asked.top_k
    by_rank = {passage.rank: passage for passage in answer.passages}
    return {
        "state": state,
        "answer": answer,
        "quotes": [(one, sentence_pieces(one, by_rank.get(one.passage_rank))) for one in worth_quoting(answer)],
        "passages": [(one, passage_pieces(one, answer.answer)) for one in answer.passages],
        "groups": claim_groups(answer),
        "more": state.url(top_k=str(min(MAX_TOP_K, top_k + _MORE))) if len(answer.passages) >= top_k else None,
        "story": _story(service, answer),
        "known": known_names(service),
        "nearby": histogram(explored.matching, state),
    }


def _story(service: Service, answer: Answer) -> Timeline | None:
    """The story of the first passage, where that has one."""
    story_id = answer.passages[0].story_id if answer.passages else None
    if story_id is None:
        return None
    try:
        story = service.story(story_id, answer.as_of)
    except NotFound:  # deleted meanwhile
        return None
    return timeline(story["articles"], lit={one.article_id for one in answer.passages}, as_of=answer.as_of)


def claim_groups(answer: Answer) -> list[list[Claim]]:
    """Claims with equal values together, denials apart, in the order of the first of each."""
    groups: dict[tuple[int, bool], list[Claim]] = {}
    for claim in answer.claims:
        groups.setdefault((claim.group, claim.denied), []).append(claim)
    return list(groups.values())
