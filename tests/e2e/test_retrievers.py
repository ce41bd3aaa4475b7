"""The retrievers in the real LangChain and LlamaIndex, against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from index.errors import Busy, InvalidRequest, QAError
from qa_service.http import examples
from qa_service.http.app import create_app
from qa_service.http.testing import FakeService, serving

pytestmark = pytest.mark.anyio

RECORDS: list[dict[str, Any]] = [
    examples.RECORD,
    {"id": "gazette/1", "text": "The harbour bridge closed in July.", "source": "Gazette"},
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    service = FakeService()
    service.ingest_records(RECORDS)
    with serving(create_app(service)) as address:
        yield address


async def test_langchain_gets_passages_with_their_citations(url: str) -> None:
    langchain = pytest.importorskip("qa_service.integrations.langchain")
    retriever = langchain.ArchiveRetriever(url=url, top_k=2)
    documents = retriever.invoke("harbour bridge")
    assert [one.page_content for one in documents] == [one["text"] for one in RECORDS]
    for document in documents:
        assert document.metadata["quote"] == document.page_content
        assert document.metadata["permalink"]
        assert document.id
    assert documents[0].metadata["published"]["date"] == "2023-10-02"
    assert await retriever.ainvoke("harbour bridge") == documents
    only = langchain.ArchiveRetriever(url=url, filters={"sources": ["Gazette"]})
    assert [one.metadata["article_id"] for one in only.invoke("harbour bridge")] == ["gazette/1"]


async def test_langchain_composes_it_into_a_chain(url: str) -> None:
    langchain = pytest.importorskip("qa_service.integrations.langchain")
    chain = langchain.ArchiveRetriever(url=url, top_k=1) | (lambda documents: documents[0].metadata["article_id"])
    assert chain.invoke("harbour bridge") == "courier/bridge"


async def test_llamaindex_gets_nodes_with_their_citations(url: str) -> None:
    llamaindex = pytest.importorskip("qa_service.integrations.llamaindex")
    from llama_index.core.schema import MetadataMode

    retriever = llamaindex.ArchiveRetriever(url, top_k=2)
    nodes = retriever.retrieve("harbour bridge")
    assert [one.node.text for one in nodes] == [one["text"] for one in RECORDS]
    assert nodes[0].score >= nodes[1].score
    assert nodes[1].metadata["article_id"] == "gazette/1"
    assert nodes[1].metadata["date"] == "undated"
    shown = nodes[0].node.get_content(MetadataMode.LLM)
    assert "date: 2023-10-02" in shown
    assert "permalink" not in shown
    again = await retriever.aretrieve("harbour bridge")
    assert [one.node.node_id for one in again] == [one.node.node_id for one in nodes]


@pytest.mark.parametrize("package", ["langchain", "llamaindex"])
def test_what_the_service_refuses_is_raised_by_name(url: str, package: str) -> None:
    module = pytest.importorskip(f"qa_service.integrations.{package}")
    retriever = module.ArchiveRetriever(url=url, filters={"published_from": "soon"})
    ask = retriever.invoke if package == "langchain" else retriever.retrieve
    with pytest.raises(InvalidRequest, match=r"filters\.published_from"):
        ask("harbour bridge")


def test_a_service_that_is_busy_or_away() -> None:
    client = pytest.importorskip("qa_service.integrations.client")
    with serving(create_app(FakeService(failure=Busy("too much")))) as address, pytest.raises(Busy, match="too much"):
        client.ServiceClient(url=address).passages("bridge?")
    with pytest.raises(QAError, match="no answer from http://127"):
        client.ServiceClient(url=address).passages("bridge?")
    assert "secret" not in repr(client.ServiceClient(url=address, api_key="secret"))
