"""An archive loaded today, asked as it stood then: what is seen, counted and cited, and what is said of later versions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.errors import NotFound
from qa_service.http import schemas
from qa_service.http.app import create_app
from qa_service.request import AskRequest
from tests.unit.test_pipeline import Archive

FERRY = "The Marn ferry ran aground off Quill Head on Tuesday night with {} people aboard, the coastguard said. {}"
REST = "Lifeboats took off all passengers within two hours, and the captain said that the rudder had jammed."
NOTICE = "Correction, 7 March: An earlier version of this article gave a wrong number of people. It is 84."
AT = [len(FERRY.format(84, REST)) + 2, len(FERRY.format(84, REST)) + 2 + len(NOTICE)]
QUESTION = "How many people were aboard the Marn ferry?"


def ferry(article_id: str, source: str, count: int = 48, more: str = "", **fields: Any) -> dict[str, Any]:
    text = FERRY.format(count, REST) + more
    return {"id": article_id, "text": text, "source": source, "title": f"Ferry with {count} aground", **fields}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive(tmp_path)
    opened.put(
        ferry("courier/ferry", "Harbour Courier", date="2024-03-06"),
        ferry("echo/ferry", "Valley Echo", date="2024-03-06"),
        ferry(
            "courier/ferry", "Harbour Courier", 84, f"\n\n{NOTICE}", date="2024-03-06", modified="2024-03-07T10:00:00Z"
        ),
        ferry("ledger/ferry", "The Ledger", date="2024-03-10"),
        {
            "id": "wire/inquiry",
            "text": "An inquiry into the Marn ferry found that 85 people had been aboard, its chair said.",
            "source": "Northern Wire",
            "date": "2024-09-01",
        },
    )
    yield opened
    opened.service.close()


def cited(answer: dict[str, Any], article_id: str) -> dict[str, Any]:
    (found,) = {str(p["citation"]): p["citation"] for p in answer["passages"] if p["article_id"] == article_id}.values()
    return found


def test_before_the_first_article_nothing_is_seen(archive: Archive) -> None:
    answer = archive.ask(QUESTION, as_of="2024-03-05", min_confidence=0)
    assert (answer["outcome"], answer["answer"], answer["passages"], answer["claims"]) == ("unsupported", [], [], [])


def test_as_of_answers_from_the_version_then_valid_and_says_that_a_newer_one_exists(archive: Archive) -> None:
    answer = archive.ask(QUESTION, as_of="2024-03-06", min_confidence=0, top_k=20)
    assert "48" in answer["answer"][0]["sentence"]
    quoted = " ".join(p["text"] for p in answer["passages"])
    assert "84" not in quoted and "85" not in quoted
    seen = {p["article_id"] for p in answer["passages"]} | {
        c["article_id"] for p in answer["passages"] for c in p["copies"]
    }
    assert seen == {"courier/ferry", "echo/ferry"}, "what was published later is neither shown nor counted"
    for part in ("answer", "passages", "claims"):
        for one in answer[part]:
            cite = one["citation"]
            if cite["article_id"] == "courier/ferry":
                assert (cite["version"], cite["newer_version"]) == (1, 2)
                assert cite["corrected"] == {
                    "version": 2,
                    "date": "2024-03-07",
                    "kind": "correction",
                    "notice": AT,
                }
            else:
                assert (cite["version"], cite["newer_version"], cite["corrected"]) == (1, None, None)
    now = archive.service.article("courier/ferry")
    assert now["text"][slice(*AT)] == NOTICE


@pytest.mark.parametrize(("moment", "version"), [("2024-03-07T09:59:59Z", 1), ("2024-03-07T10:00:00Z", 2), (None, 2)])
def test_a_version_is_valid_from_its_modified_time(archive: Archive, moment: str | None, version: int) -> None:
    answer = archive.ask(QUESTION, as_of=moment, min_confidence=0, top_k=20, filters={"sources": ["Harbour Courier"]})
    assert {p["citation"]["version"] for p in answer["passages"]} == {version}


def test_copies_are_counted_as_of_then(archive: Archive) -> None:
    def carriers(moment: str | None) -> list[set[str]]:
        answer = archive.ask(QUESTION, as_of=moment, min_confidence=0, top_k=20)
        return [{p["article_id"], *(c["article_id"] for c in p["copies"])} for p in answer["passages"] if p["copies"]]

    assert carriers("2024-03-06") == [{"courier/ferry", "echo/ferry"}]
    assert carriers("2024-03-08") == [], "the corrected article carries another text, the third outlet's came later"
    assert carriers("2024-03-10") == carriers(None) == [{"echo/ferry", "ledger/ferry"}]


def test_a_timeline_holds_what_had_been_published(archive: Archive) -> None:
    story = archive.ask(QUESTION, min_confidence=0)["passages"][0]["story_id"]

    def timeline(moment: str | None) -> list[tuple[str, int]]:
        return [(one["article_id"], one["version"]) for one in archive.service.story(story, moment)["articles"]]

    assert timeline("2024-03-06") == [("courier/ferry", 1), ("echo/ferry", 1)]
    assert timeline("2024-03-08") == [("courier/ferry", 2), ("echo/ferry", 1)]
    assert ("ledger/ferry", 1) in timeline("2024-03-10")
    with pytest.raises(NotFound):
        timeline("2024-03-05")


def test_the_words_today_and_latest_are_those_of_that_day() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)

    def asked(**fields: Any) -> datetime:
        return AskRequest(question="What happened this week?", **fields).to_question(now).asked_at

    assert asked(as_of="2024-03-06") == datetime(2024, 3, 6, 23, 59, 59, tzinfo=UTC)
    assert asked(as_of="2024-03-06", asked_at="2024-03-08T12:00Z") == datetime(2024, 3, 8, 12, tzinfo=UTC)
    assert asked(as_of="2030") == asked() == now
    assert not AskRequest(question="Who?", as_of="2024-03-06").to_question(now).asked_at_given


# -- corrected, whatever is asked ------------------------------------------------------------------------------------------


def test_the_corrected_version_names_its_own_notice(archive: Archive) -> None:
    cite = cited(
        archive.search(QUESTION, by="passage", filters={"sources": ["Harbour Courier"]}, top_k=1), "courier/ferry"
    )
    assert (cite["version"], cite["newer_version"]) == (2, None)
    assert cite["corrected"] == {"version": 2, "date": "2024-03-07", "kind": "correction", "notice": AT}
    (passage, *_) = archive.ask(QUESTION, min_confidence=0, filters={"sources": ["Harbour Courier"]})["passages"]
    assert archive.service.passage(passage["passage_id"])["citation"]["corrected"] == cite["corrected"]


def test_a_newer_version_without_a_notice_is_an_update(archive: Archive) -> None:
    archive.put(ferry("echo/ferry", "Valley Echo", 84, date="2024-03-06", modified="2024-03-09"))
    answer = archive.ask(QUESTION, as_of="2024-03-08", min_confidence=0, filters={"sources": ["Valley Echo"]})
    cite = cited(answer, "echo/ferry")
    assert cite["newer_version"] == 2
    assert cite["corrected"] == {"version": 2, "date": "2024-03-09", "kind": "update", "notice": None}


def test_a_newer_version_of_unknown_time_has_no_date(archive: Archive) -> None:
    archive.put(ferry("echo/ferry", "Valley Echo", 84, date="2024-03-06"))
    answer = archive.ask(QUESTION, as_of="2024-03-08", min_confidence=0, filters={"sources": ["Valley Echo"]})
    assert cited(answer, "echo/ferry")["corrected"] == {"version": 2, "date": None, "kind": "update", "notice": None}


def test_an_old_notice_that_a_newer_version_keeps_is_still_the_cited_versions_own(archive: Archive) -> None:
    archive.put(
        ferry(
            "courier/ferry",
            "Harbour Courier",
            84,
            f" All are well.\n\n{NOTICE}",
            date="2024-03-06",
            modified="2024-03-20",
        )
    )
    answer = archive.ask(QUESTION, as_of="2024-03-08", min_confidence=0, filters={"sources": ["Harbour Courier"]})
    cite = cited(answer, "courier/ferry") if len(answer["passages"]) == 1 else answer["passages"][0]["citation"]
    assert cite["newer_version"] == 3
    assert cite["corrected"] == {"version": 2, "date": "2024-03-07", "kind": "correction", "notice": AT}


def test_a_retraction_that_came_later_is_told(archive: Archive) -> None:
    archive.put(
        {
            "id": "wire/inquiry",
            "text": "This article has been retracted. The inquiry has not reported yet, its chair told us on Friday.",
            "source": "Northern Wire",
            "date": "2024-09-01",
            "modified": "2024-09-03T08:00:00+02:00",
        }
    )
    answer = archive.ask(
        "What did the inquiry find?", as_of="2024-09-02", min_confidence=0, filters={"sources": ["Northern Wire"]}
    )
    assert cited(answer, "wire/inquiry")["corrected"]["kind"] == "retraction"
    assert cited(answer, "wire/inquiry")["corrected"]["date"] == "2024-09-03"


# -- the article object ------------------------------------------------------------------------------------------------------


def test_an_article_lists_versions_notices_and_what_changed(archive: Archive) -> None:
    article = archive.service.article("courier/ferry", diff=1)
    assert [(one["version"], one["valid_from"], one["valid_to"]) for one in article["versions"]] == [
        (1, "2024-03-06T00:00:00Z", "2024-03-07T10:00:00Z"),
        (2, "2024-03-07T10:00:00Z", None),
    ]
    assert article["notices"] == [{"kind": "correction", "span": AT, "text": NOTICE, "date": "2024-03-07"}]
    diff = article["diff"]
    assert (diff["from"], diff["to"]) == (1, 2)
    assert diff["fields"] == [
        {"field": "title", "from": "Ferry with 48 aground", "to": "Ferry with 84 aground"},
        {"field": "modified", "from": None, "to": "2024-03-07T10:00+00:00"},
    ]
    kinds = [(one["kind"], one["from_text"], one["to_text"]) for one in diff["changes"] if one["kind"] != "equal"]
    assert kinds == [("replace", "48", "84"), ("insert", "", f"\n\n{NOTICE}")]
    before = archive.service.article("courier/ferry", version=1)
    assert before["notices"] == [] and before["diff"] is None
    assert "".join(one["from_text"] for one in diff["changes"]) == before["text"]
    assert "".join(one["to_text"] for one in diff["changes"]) == article["text"]
    for one in diff["changes"]:
        assert before["text"][slice(*one["from"])] == one["from_text"]
        assert article["text"][slice(*one["to"])] == one["to_text"]


def test_a_difference_can_go_back_and_needs_both_versions(archive: Archive) -> None:
    diff = archive.service.article("courier/ferry", version=1, diff=2)["diff"]
    assert (diff["from"], diff["to"]) == (2, 1)
    same = archive.service.article("courier/ferry", version=1, diff=1)["diff"]
    assert [one["kind"] for one in same["changes"]] == ["equal"] and same["fields"] == []
    with pytest.raises(NotFound, match="no version 3"):
        archive.service.article("courier/ferry", diff=3)


# -- over HTTP ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with TestClient(create_app(archive.service)) as opened:
        yield opened


def test_the_article_is_given_with_its_difference_in_the_documented_shape(client: TestClient) -> None:
    answered = client.get("/v1/articles/courier/ferry?version=2&diff=1")
    assert answered.status_code == 200
    schemas.Article.model_validate_json(answered.content)
    article = answered.json()
    assert (article["diff"]["from"], article["diff"]["to"], article["span"]) == (1, 2, None)
    assert client.get("/v1/articles/courier/ferry").json()["diff"] is None


@pytest.mark.parametrize("diff", ["0", "-1", "one", "", "1&diff=2"])
def test_a_wrong_diff_is_refused(client: TestClient, diff: str) -> None:
    problem = client.get(f"/v1/articles/courier/ferry?diff={diff}")
    assert problem.status_code == 422
    assert problem.json()["errors"][0]["field"] == "diff"


def test_a_diff_with_a_version_that_is_not_there_is_a_404(client: TestClient) -> None:
    problem = client.get("/v1/articles/courier/ferry?diff=9")
    assert problem.status_code == 404
    assert "no version 9" in problem.json()["detail"]


def test_an_answer_as_of_then_has_the_documented_shape(client: TestClient) -> None:
    answered = client.get("/v1/ask", params={"q": QUESTION, "as_of": "2024-03-06", "min_confidence": 0})
    schemas.Answer.model_validate_json(answered.content)
    cites = [passage["citation"] for passage in answered.json()["passages"]]
    assert {"version": 2, "date": "2024-03-07", "kind": "correction", "notice": AT} in [c["corrected"] for c in cites]
    assert answered.json()["asked_at"].startswith("2024-03-06T23:59:59")
