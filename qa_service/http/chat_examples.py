"""Examples of chat for the OpenAPI document, in words of our own."""

from __future__ import annotations

from typing import Any

from qa_service.http.examples import ANSWER, QUESTION, QUOTE

_LINK = ANSWER["answer"][0]["citation"]["quote_url"]
_OPENING = "The archive says:\n\n> “"
CONTENT = f"{_OPENING}{QUOTE}” [1]({_LINK})  \n> — Harbour Courier, 2 October 2023"
CHAT: dict[str, Any] = {
    "model": "qa-service",
    "messages": [{"role": "user", "content": QUESTION}],
    "asked_at": "2023-10-04",
}
MODEL: dict[str, Any] = {"id": "qa-service", "object": "model", "created": 1767225600, "owned_by": "qa-service"}
MODELS: dict[str, Any] = {"object": "list", "data": [MODEL]}
_CITED: dict[str, Any] = {
    "start_index": len(_OPENING),
    "end_index": len(_OPENING) + len(QUOTE),
    "title": "Harbour bridge open again",
    "url": _LINK,
}
COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-4f1c2a",
    "object": "chat.completion",
    "created": 1767225600,
    "model": "qa-service",
    "system_fingerprint": None,
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": CONTENT,
                "refusal": None,
                "annotations": [{"type": "url_citation", "url_citation": _CITED}],
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 6, "completion_tokens": 27, "total_tokens": 33},
    "qa": ANSWER,
}
EVENTS = (
    'data: {"id":"chatcmpl-4f1c2a","object":"chat.completion.chunk","created":1767225600,"model":"qa-service",'
    '"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n'
    "data: [DONE]\n\n"
)
