"""Routes for chat front-ends: OpenAI's ``/v1/models`` and ``/v1/chat/completions``."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Generator, Iterable
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from index.errors import InvalidRequest, QAError
from qa_service.answer import Answer
from qa_service.chat.composing import Reply, compose
from qa_service.chat.followup import resolve
from qa_service.chat.tasks import answer_task, question_in
from qa_service.http import chat_examples, chat_schemas
from qa_service.http.body import parse_json, read_body, unusable_strings
from qa_service.http.chat_request import ChatRequest, read_chat
from qa_service.http.chat_writing import MODEL, Completion, model_object, new_name
from qa_service.http.lifecycle import HasLifecycle, Lifecycle
from qa_service.http.openapi import answers, json_body
from qa_service.http.problems import (
    BUSY,
    INVALID,
    MALFORMED,
    MEDIA,
    NOT_FOUND,
    NOT_READY,
    TOO_LARGE,
    Refusal,
    invalid,
    refusal_of,
    wrong_fields,
)
from qa_service.http.query import only
from qa_service.http.service_port import Service
from qa_service.http.writing import json_response

router = APIRouter(prefix="/v1", tags=["chat"])

_STREAM = {
    "text/event-stream": {
        "schema": {"$ref": "#/components/schemas/ChatEvent"},
        "examples": {"one": {"value": chat_examples.EVENTS}},
    }
}
_RESPONSES = answers(chat_examples.COMPLETION, MALFORMED, NOT_FOUND, TOO_LARGE, MEDIA, INVALID, BUSY, NOT_READY)
_RESPONSES[200]["content"] |= _STREAM


@router.get(
    "/models",
    response_model=chat_schemas.ModelList,
    responses=answers(chat_examples.MODELS, INVALID),
    dependencies=[Depends(only())],
)
async def models() -> Response:
    """The models there are: one, which is the archive. Front-ends check a connection with it."""
    return json_response({"object": "list", "data": [model_object()]})


@router.get(
    "/models/{model}",
    response_model=chat_schemas.Model,
    responses=answers(chat_examples.MODEL, NOT_FOUND, INVALID),
    dependencies=[Depends(only())],
)
async def model_by_name(model: Annotated[str, Path(examples=[MODEL])]) -> Response:
    """One model."""
    with _errors_as_openai():
        _check_model(model)
    return json_response(model_object())


@router.post(
    "/chat/completions",
    response_model=chat_schemas.ChatCompletion,
    responses=_RESPONSES,
    openapi_extra=json_body("ChatRequest", chat_examples.CHAT),
    dependencies=[Depends(only())],
)
async def chat_completions(request: Request, lifecycle: HasLifecycle) -> Response:
    """The last user message, answered with quotations; earlier messages say what a follow-up question is about."""
    with _errors_as_openai():
        body = await read_body(request, lifecycle.options.chat_bytes, lifecycle.options.body_seconds)
        asked = _read(body)
        events = await _answered(lifecycle, asked)
    if not asked.stream:
        return Response(events[0], media_type="application/json")
    # Everything has been worked out, so that whatever could go wrong already has a status of its own.
    return StreamingResponse(_sent(events), media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


async def _sent(events: Iterable[bytes]) -> AsyncGenerator[bytes]:
    for event in events:
        yield event


def _read(body: bytes) -> ChatRequest:
    fields: Any = parse_json(body)
    unusable = list(unusable_strings(fields, nul=True))
    if unusable:
        raise invalid(unusable)
    try:
        asked = read_chat(fields)
    except ValidationError as error:
        raise wrong_fields(error) from error
    _check_model(asked.model)
    return asked


async def _answered(lifecycle: Lifecycle, asked: ChatRequest) -> list[bytes]:
    """The completion in one piece, or the events of its stream."""
    turns = asked.turns()
    said = [text for role, text in turns if role == "user"]
    if not said:
        raise InvalidRequest(messages="holds no message of a user, so that nothing is asked")
    instructions = "\n".join(text for role, text in turns if role in ("system", "developer"))
    prompt = "\n".join(text for _, text in turns)
    task = answer_task(instructions, said)
    service = lifecycle.service()
    if task is not None:
        return _written(asked, Reply(blocks=(task,)), None, prompt)
    question = resolve([question_in(text) for text in said])
    return await lifecycle.asking.run(lambda: _ask(service, asked, question, prompt))


def _ask(service: Service, asked: ChatRequest, question: str, prompt: str) -> list[bytes]:
    try:
        answer = service.ask(asked.to_ask(question))
    except InvalidRequest as error:
        fields = {("messages" if name == "question" else name): message for name, message in error.fields.items()}
        raise InvalidRequest(**fields) from error
    return _written(asked, compose(answer), answer, prompt)


def _written(asked: ChatRequest, reply: Reply, answer: Answer | None, prompt: str) -> list[bytes]:
    made = Completion(reply=reply, answer=answer, prompt=prompt, created=int(time.time()), name=new_name())
    return list(made.events(include_usage=asked.include_usage)) if asked.stream else [made.to_bytes()]


def _check_model(name: str) -> None:
    if name != MODEL:
        raise Refusal(NOT_FOUND, f"There is no model {name[:100]!r}; /v1/models lists what there is: {MODEL!r}.")


@contextmanager
def _errors_as_openai() -> Generator[None]:
    """Problems that also carry OpenAI's ``error`` object, from which its clients take what they show."""
    try:
        yield
    except (Refusal, QAError) as error:
        refusal = refusal_of(error)
        message = "; ".join(f"{field}: {said}" for field, said in refusal.fields) or refusal.detail
        shown = {
            "message": message,
            "type": "server_error" if refusal.kind.status >= 500 else "invalid_request_error",
            "param": refusal.fields[0][0] if refusal.fields else None,
            "code": refusal.kind.slug,
        }
        more = refusal.more | {"error": shown}
        raise Refusal(
            refusal.kind, refusal.detail, fields=refusal.fields, headers=refusal.headers, more=more
        ) from error
