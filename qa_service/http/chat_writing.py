"""A reply in OpenAI's shapes: one JSON object, or the server-sent events of a stream."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa_service.answer import Answer, to_json
from qa_service.chat.composing import Annotation, Reply, Source

MODEL = "qa-service"
MODEL_CREATED = 1_767_225_600
"""Seconds since 1970: 1 January 2026, the form of these replies."""
DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A reply on its way out, with what its envelope needs."""

    reply: Reply
    answer: Answer | None
    """None where nothing was searched."""
    prompt: str
    """The conversation's words, for the counts of ``usage``."""
    created: int
    """Seconds since 1970."""
    name: str
    """The completion's ``id``."""

    def to_bytes(self) -> bytes:
        """The whole completion as JSON."""
        message = {
            "role": "assistant",
            "content": self.reply.text,
            "refusal": None,
            "annotations": self._annotations(),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return _dumps(self._head("chat.completion") | {"choices": [choice], "usage": self._usage(), "qa": self._qa()})

    def events(self, *, include_usage: bool) -> Iterator[bytes]:
        """The events of a stream, ready to be sent."""
        head = self._head("chat.completion.chunk")
        usage = {"usage": None} if include_usage else {}

        def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
            return _event(head | {"choices": [choice]} | usage | more)

        yield chunk({"role": "assistant", "content": ""})
        for source in self.reply.sources:
            yield chunk({}, event=source_event(source))
        for block in self.reply.blocks[:-1]:
            yield chunk({"content": block})
        last = {"content": self.reply.blocks[-1], "annotations": self._annotations()}
        yield chunk(last, qa=self._qa())
        yield chunk({}, "stop")
        if include_usage:
            yield _event(head | {"choices": [], "usage": self._usage()})
        yield DONE

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.name,
            "object": kind,
            "created": self.created,
            "model": MODEL,
            "system_fingerprint": None,
        }

    def _annotations(self) -> list[dict[str, Any]]:
        return [_annotation(one) for one in self.reply.annotations]

    def _qa(self) -> Any:
        return None if self.answer is None else to_json(self.answer)

    def _usage(self) -> dict[str, int]:
        """Words, since no model counts tokens here."""
        asked, said = len(self.prompt.split()), len(self.reply.text.split())
        return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def new_name() -> str:
    """An ``id`` for one completion."""
    return f"chatcmpl-{uuid.uuid4().hex}"


def source_event(source: Source) -> dict[str, Any]:
    """The event by which Open WebUI lists a source."""
    entry = {"source": source.source_id, "name": source.name, "source_url": source.url}
    return {
        "type": "source",
        "data": {
            "source": {"id": source.source_id, "name": source.name, "url": source.url},
            "document": [source.text],
            "metadata": [entry],
            "distances": [source.relevance],
        },
    }


def model_object() -> dict[str, Any]:
    """The one model there is: the archive."""
    return {"id": MODEL, "object": "model", "created": MODEL_CREATED, "owned_by": "qa-service"}


def _annotation(one: Annotation) -> dict[str, Any]:
    cited = {"start_index": one.span[0], "end_index": one.span[1], "title": one.title, "url": one.url}
    return {"type": "url_citation", "url_citation": cited}


def _event(value: dict[str, Any]) -> bytes:
    return b"data: " + _dumps(value) + b"\n\n"


def _dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
