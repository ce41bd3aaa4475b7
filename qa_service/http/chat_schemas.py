"""OpenAI's objects as the OpenAPI document shows them, with `qa`, our own answer, beside."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from qa_service.http.schemas import Answer, Shape


class Model(Shape):
    """A model that can be named in a request."""

    id: str
    object: Literal["model"]
    created: int = Field(description="Seconds since 1970.")
    owned_by: str


class ModelList(Shape):
    """Every model."""

    object: Literal["list"]
    data: list[Model]


class UrlCitation(Shape):
    """A quotation in `content`: half-open, in code points."""

    start_index: int
    end_index: int
    title: str
    url: str


class ChatAnnotation(Shape):
    """Where a part of the message comes from."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


class AssistantMessage(Shape):
    """The reply."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[ChatAnnotation]


class ChatChoice(Shape):
    """The only choice."""

    index: int
    message: AssistantMessage
    logprobs: None
    finish_reason: Literal["stop"]


class ChatUsage(Shape):
    """Counts of words: no model counts tokens here."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(Shape):
    """A reply composed of quotations. `qa` is the answer that `/v1/ask` gives; null where nothing was searched."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    system_fingerprint: None
    choices: list[ChatChoice]
    usage: ChatUsage
    qa: Answer | None


class ChatEvent(BaseModel):
    """A server-sent event: `data` is a `chat.completion.chunk` in JSON, and `[DONE]` in the last."""

    data: str
