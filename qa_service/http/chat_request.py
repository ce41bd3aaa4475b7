"""What a chat client sends: OpenAI's fields, of which few have a meaning here, and our own beside them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.errors import InvalidRequest
from qa_service.given_time import TimeField
from qa_service.request import AskRequest, FilterFields

OWN = ("asked_at", "as_of", "filters", "min_confidence", "time")
"""Fields of ours, with the meaning that they have in ``/v1/ask``."""
_ELSEWHERE = {name: f"belongs inside filters: filters.{name}" for name in FilterFields.model_fields} | {
    "question": "is not read here: the last user message is the question",
    "time_from": "belongs inside time: time.from",
    "time_to": "belongs inside time: time.to",
    "time_mode": "belongs inside time: time.mode",
}


class ChatPart(BaseModel):
    """A part of a message. Text is read; anything else cannot be."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["text"])
    text: str | None = None


class ChatMessage(BaseModel):
    """A turn of the conversation."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ChatPart] | None = None

    def words(self, place: str) -> str:
        """The message's text. Raises InvalidRequest where a user sends what is not text."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        for number, part in enumerate(self.content):
            if self.role == "user" and part.type not in ("text", "input_text"):
                wrong = f"is of type {part.type[:40]!r}; only text is read"
                raise InvalidRequest(**{f"{place}.content.{number}": wrong})
        return "\n".join(part.text for part in self.content if part.text)


class StreamOptions(BaseModel):
    """How a stream ends."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool | None = Field(None, strict=True)


class ChatRequest(BaseModel):
    """The body of `POST /v1/chat/completions`. Further fields of OpenAI's are accepted and have no effect."""

    model_config = ConfigDict(extra="allow")

    model: str = Field(examples=["qa-service"])
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = Field(None, strict=True)
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=1, strict=True, description="There is one reply.")
    asked_at: str | None = Field(None, examples=["2023-10-02"])
    as_of: str | None = None
    time: TimeField | None = None
    min_confidence: float | None = Field(None, ge=0, le=1, strict=True, allow_inf_nan=False)
    filters: FilterFields | None = None

    @property
    def include_usage(self) -> bool:
        """Whether a stream is to end with the counts."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def turns(self) -> list[tuple[str, str]]:
        """Role and text of every message. Raises InvalidRequest."""
        return [(one.role, one.words(f"messages.{number}")) for number, one in enumerate(self.messages)]

    def to_ask(self, question: str) -> AskRequest:
        """The same question as ``/v1/ask`` would have it."""
        return AskRequest(question=question).model_copy(
            update={name: value for name in OWN if (value := getattr(self, name)) is not None}
        )


def read_chat(fields: Any) -> ChatRequest:
    """The request. Raises ValidationError, and InvalidRequest where one of our own fields is misspelt or misplaced."""
    request = ChatRequest.model_validate(fields)
    wrong: dict[str, str] = {}
    for name in request.model_extra or {}:
        if name in _ELSEWHERE:
            wrong[name] = _ELSEWHERE[name]
        elif close := get_close_matches(name, OWN, n=1, cutoff=0.8):
            wrong[name] = f"is not a known field; {close[0]} is"
    if wrong:
        raise InvalidRequest(**wrong)
    return request
