"""A LangChain retriever (extra ``langchain``): documents are passages, their metadata is the citation."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, SecretStr

from qa_service.integrations.client import FoundPassage, ServiceClient


class ArchiveRetriever(BaseRetriever):
    """Asks a running service; ``invoke`` and ``ainvoke`` raise InvalidRequest, Busy or QAError."""

    url: str
    """Where the service is, ``http://127.0.0.1:8000``."""
    api_key: SecretStr | None = None
    top_k: int = 5
    filters: dict[str, Any] = Field(default_factory=dict)
    """As in ``/v1/ask``: ``published_from``, ``sources``…"""

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(one) for one in self._client().passages(query)]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(one) for one in await self._client().passages_async(query)]

    def _client(self) -> ServiceClient:
        key = None if self.api_key is None else self.api_key.get_secret_value()
        return ServiceClient(url=self.url, api_key=key, top_k=self.top_k, filters=self.filters)


def _document(found: FoundPassage) -> Document:
    """``source`` in the metadata is the outlet, as in the citation; ``id`` is the passage's."""
    return Document(id=found.passage_id, page_content=found.text, metadata={**found.citation, "score": found.score})
