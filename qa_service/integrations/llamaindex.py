"""A LlamaIndex retriever (extra ``llamaindex``): nodes are passages, their metadata is the citation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from qa_service.integrations.client import FoundPassage, ServiceClient

SHOWN = ("title", "source", "date")
"""What a language model is shown of the metadata beside the text."""


class ArchiveRetriever(BaseRetriever):
    """Asks a running service; ``retrieve`` and ``aretrieve`` raise InvalidRequest, Busy or QAError."""

    def __init__(
        self, url: str, *, api_key: str | None = None, top_k: int = 5, filters: Mapping[str, Any] | None = None
    ) -> None:
        """``url`` is where the service is; ``filters`` as in ``/v1/ask``."""
        super().__init__()  # pyright: ignore[reportUnknownMemberType] - it is typed with a bare Dict
        self._client = ServiceClient(url=url, api_key=api_key, top_k=top_k, filters=filters or {})

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_node(one) for one in self._client.passages(query_bundle.query_str)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_node(one) for one in await self._client.passages_async(query_bundle.query_str)]


def _node(found: FoundPassage) -> NodeWithScore:
    metadata = {**found.citation, "date": found.citation["published"]["date"] or "undated"}
    hidden = [name for name in metadata if name not in SHOWN]
    node = TextNode(
        id_=found.passage_id,
        text=found.text,
        metadata=metadata,
        excluded_llm_metadata_keys=hidden,
        excluded_embed_metadata_keys=hidden,
    )
    return NodeWithScore(node=node, score=found.score)
