"""The article's page: the stored text as it is, its quotation marked, what became of it, and how it is cited."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from fastapi.testclient import TestClient

from qa_service.http.app import create_app
from qa_service.http.options import HttpOptions
from qa_service.http.pages.changes import CONTEXT, Stretch, stretches
from qa_service.http.pages.links import article_url, web_address
from qa_service.http.pages.paragraphs import blocks
from qa_service.http.testing import FakeService
from qa_service.keys import KeyRing

TEXT = "The harbour bridge reopened.\n\nTwo lorries crossed first, the mayor said.\n\nNobody was hurt."
STORED: list[dict[str, Any]] = [
    {
        "id": "courier/1",
        "text": TEXT,
        "title": "Bridge reopens",
        "source": "Harbour Courier",
        "date": "2023-10-02",
        "url": "https://courier.example/bridge",
        "language": "en",
        "tags": ["harbour"],
    },
    {"id": "mail/1", "text": TEXT, "source": "Valley Mail"},
    {"id": "bare", "text": "<script>alert(1)</script> & nothing else", "url": "javascript:alert(1)"},
    {"id": "courier/2023?#%41/é", "text": "An odd name."},
]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}


@pytest.fixture
def client() -> TestClient:
    made = TestClient(create_app(FakeService()), follow_redirects=False)
    assert made.post("/v1/articles", json=STORED).json()["refused"] == 0
    changed = STORED[0] | {"text": TEXT.replace("Two", "Twelve"), "title": "Bridge reopens to lorries"}
    assert made.post("/v1/articles", json=changed).json()["updated"] == 1
    return made


def shown(client: TestClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    return answer.text


def marked(page: str) -> list[str]:
    return [html.unescape(words) for words in re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)]


def test_the_article_is_shown_with_all_that_is_known_of_it(client: TestClient) -> None:
    page = shown(client, "/articles/courier/1")
    assert re.search(r"<h1[^>]*>Bridge reopens to lorries</h1>", page)
    for words in ("Harbour Courier", "2 October 2023", "date given with the article", "harbour", "Language: en"):
        assert words in page
    assert 'href="https://courier.example/bridge"' in page
    assert marked(page) == []
    for paragraph in TEXT.replace("Two", "Twelve").split("\n\n"):
        assert f">{paragraph}</p>" in page


def test_the_cited_span_is_marked_and_named_across_paragraphs(client: TestClient) -> None:
    start, end = TEXT.index("bridge"), TEXT.index("lorries") + len("lorries")
    page = shown(client, f"/articles/courier/1?version=1&span={start}-{end}")
    assert marked(page) == ["bridge reopened.", "Two lorries"]
    assert page.count('id="quote"') == 1
    assert page.index('id="quote"') < page.index("Two lorries")
    assert 'href="#quote"' in page


@pytest.mark.parametrize("span", [(0, 3), (len(TEXT) - 5, len(TEXT)), (0, len(TEXT))])
def test_a_span_at_either_end_is_marked(client: TestClient, span: tuple[int, int]) -> None:
    page = shown(client, f"/articles/mail/1?span={span[0]}-{span[1]}")
    assert marked(page) == [one for one in TEXT[slice(*span)].split("\n\n") if one]
    assert page.count('id="quote"') == 1


def test_what_is_not_known_is_said(client: TestClient) -> None:
    page = shown(client, "/articles/bare")
    for words in ("Without a headline", "No outlet named", "undated", "no date was given"):
        assert words in page


def test_a_text_never_becomes_markup_and_a_script_no_link(client: TestClient) -> None:
    page = shown(client, "/articles/bare")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; nothing else" in page
    assert 'href="javascript' not in page.lower()


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://courier.example/a", True),
        ("HTTP://courier.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        (" https://courier.example", False),
        ("https:///x", False),
    ],
)
def test_only_web_addresses_are_links(url: str, link: bool) -> None:
    assert web_address(url) == (url if link else None)


@pytest.mark.parametrize(("language", "told"), [("en", True), ("pt-BR", True), ("English, mostly", False)])
def test_only_a_language_tag_is_told_to_the_browser(client: TestClient, language: str, told: bool) -> None:
    assert client.post("/v1/articles", json={"id": "tongue", "text": "Words.", "language": language}).is_success
    page = shown(client, "/articles/tongue")
    assert f"Language: {language}" in page
    assert (f'lang="{language}"' in page.partition('class="text"')[2]) is told


def test_a_name_may_hold_anything(client: TestClient) -> None:
    name = STORED[3]["id"]
    for path in (quote(name, safe=""), quote(name, safe="/")):
        assert "An odd name." in shown(client, f"/articles/{path}")
    assert article_url(name).startswith(f"/articles/{quote(name, safe='')}")
    assert client.get("/articles/%FF").status_code == 422


def test_an_older_version_says_that_there_is_a_newer_one_and_whether_the_words_stand_in_it(client: TestClient) -> None:
    bridge = shown(client, f"/articles/courier/1?version=1&span=0-{len('The harbour bridge')}")
    assert "This is version 1." in bridge
    assert "The words quoted stand unchanged in it." in bridge
    assert 'href="/articles/courier%2F1?version=2&amp;span=0-18#quote"' in bridge
    start = TEXT.index("Two lorries")
    lorries = shown(client, f"/articles/courier/1?version=1&span={start}-{start + 11}")
    assert "do not stand in it" in lorries
    assert "This is version" not in shown(client, "/articles/courier/1?version=2")


def test_versions_are_listed_with_what_changed_between_them(client: TestClient) -> None:
    page = shown(client, "/articles/courier/1?version=1")
    assert page.count('<li class="shown"') == 1
    assert 'href="/articles/courier%2F1?version=2&amp;diff=1"' in page
    changed = shown(client, "/articles/courier/1?version=2&diff=1")
    assert "What changed from version 1 to version 2" in changed
    assert "<ins>" in changed
    assert "[taken out: " in changed
    assert "The text is the same in both." in shown(client, "/articles/courier/1?version=2&diff=2")


def test_other_carriers_and_the_story_are_listed(client: TestClient) -> None:
    page = shown(client, "/articles/mail/1")
    assert "Also carried by" not in page
    copy = {"id": "copy", "text": TEXT, "source": "Evening Copy", "date": "2023-10-03"}
    assert client.post("/v1/articles", json=copy).json()["ingested"] == 1
    page = shown(client, "/articles/mail/1")
    assert re.search(r'Also carried by.*?href="/articles/copy"[^>]*>Evening Copy<', page, re.DOTALL)
    assert re.search(r'On the same story.*?href="/articles/courier%2F1"', page, re.DOTALL)


def test_the_span_is_cited_in_every_form(client: TestClient) -> None:
    start = TEXT.index("Two lorries")
    page = shown(client, f"/articles/courier/1?version=1&span={start}-{start + 11}")
    forms = {
        name: html.unescape(text)
        for name, text in re.findall(r'<pre[^>]*aria-label="Citation as ([^"]*)"[^>]*>(.*?)</pre>', page, re.DOTALL)
    }
    assert list(forms) == ["Text", "Markdown", "BibTeX", "CSL-JSON", "Permalink"]
    copied = [html.unescape(text) for text in re.findall(r'data-copies="([^"]*)"', page)]
    assert copied == list(forms.values())
    permalink = f"/v1/articles/courier%2F1?version=1&span={start}-{start + 11}"
    assert forms["Permalink"] == permalink
    assert "“Two lorries”" in forms["Text"]
    assert forms["Markdown"].startswith("> Two lorries\n>\n> — [Bridge reopens](<https://courier.example/bridge>)")
    [item] = json.loads(forms["CSL-JSON"])
    assert (item["title"], item["custom"]["quote"], item["custom"]["version"]) == ("Bridge reopens", "Two lorries", 1)
    assert "annote = {Two lorries}" in forms["BibTeX"]


def test_without_a_span_the_article_is_cited_without_a_quotation(client: TestClient) -> None:
    page = shown(client, "/articles/courier/1?version=1")
    assert "Cite the article" in page
    text = html.unescape(re.findall(r'aria-label="Citation as Text"[^>]*>(.*?)</pre>', page, re.DOTALL)[0])
    address = "https://courier.example/bridge (/v1/articles/courier%2F1?version=1)"
    assert text == f"Harbour Courier, “Bridge reopens”, 2 October 2023 {address}"
    assert "annote" not in page


def test_what_is_not_there_is_said_as_a_page(client: TestClient) -> None:
    page = shown(client, "/articles/%3Cb%3Enobody", 404)
    assert "There is no such article in the archive" in page
    assert "&lt;b&gt;nobody" in page
    for address in ("version=9", "version=1&diff=9"):
        page = shown(client, f"/articles/courier/1?{address}", 404)
        assert "This article has no version 9" in page
        assert 'href="/articles/courier%2F1?version=2"' in page


@pytest.mark.parametrize("query", ["version=0", "version=x", "span=5", "span=5-3", "span=0-5000", "diff=-1", "whole=x"])
def test_wrong_values_are_named(client: TestClient, query: str) -> None:
    name = query.partition("=")[0]
    assert f"<code>{name}</code>" in shown(client, f"/articles/courier/1?{query}", 422)


def test_names_that_are_not_ours_are_left_alone(client: TestClient) -> None:
    assert "Bridge reopens" in shown(client, "/articles/courier/1?utm_source=chat")


# -- following a permalink ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("", "/articles/courier%2F1"),
        ("?version=1&span=4-18", "/articles/courier%2F1?version=1&span=4-18#quote"),
        ("?version=2&diff=1", "/articles/courier%2F1?version=2&diff=1"),
    ],
)
def test_a_browser_is_sent_from_the_permalink_to_the_page(client: TestClient, query: str, page: str) -> None:
    answer = client.get(f"/v1/articles/courier/1{query}", headers=BROWSER)
    assert (answer.status_code, answer.headers["location"], answer.headers["vary"]) == (303, page, "Accept")
    assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        ("*/*", 200),
        ("application/json", 200),
        ("application/json, text/html;q=0.5", 200),
        ("text/html;q=0.5, application/json;q=0.4", 303),
        ("text/html, */*", 200),
        ("text/html", 303),
        ("TEXT/HTML; charset=utf-8", 303),
        ("text/html;q=0", 200),
        ("text/html;q=x, nonsense", 303),
        ("text/*", 200),
    ],
)
def test_programs_get_json(client: TestClient, accept: str | None, status: int) -> None:
    answer = client.get("/v1/articles/courier/1", headers={} if accept is None else {"Accept": accept})
    assert (answer.status_code, answer.headers["vary"]) == (status, "Accept")
    if status == 200:
        assert answer.json()["id"] == "courier/1"


def test_where_keys_are_on_a_permalink_leads_over_signing_in_and_gives_a_cookie_no_json(tmp_path: Path) -> None:
    keys = KeyRing(tmp_path)
    key, _ = keys.add("reader", ["read"])
    made = TestClient(create_app(FakeService(), HttpOptions(keys=keys)), follow_redirects=False)
    permalink = "/v1/articles/courier/1?version=1&span=4-18"
    asked = made.get(permalink, headers=BROWSER)
    assert asked.status_code == 303
    assert unquote(asked.headers["location"]) == f"/sign-in?to={permalink}"
    made.cookies.set("qa_key", key)
    followed = made.get(permalink, headers=BROWSER)
    assert (followed.status_code, followed.headers["location"]) == (303, article_url("courier/1", 1, (4, 18)))
    assert made.get(permalink).status_code == 401
    assert made.delete("/v1/articles/courier/1", headers=BROWSER).status_code == 401


# -- paragraphs and changes --------------------------------------------------------------------------------------------


def article(text: str, removed: list[tuple[str, str]], sections: tuple[str, ...] = ("",)) -> dict[str, Any]:
    ranges = [([text.index(words), text.index(words) + len(words)], reason) for words, reason in removed]
    return {
        "text": text,
        "removed": [{"span": span, "reason": reason} for span, reason in ranges],
        "sections": [{"title": title} for title in sections],
    }


def shape(found: list[Any]) -> list[tuple[str, str, list[str]]]:
    return [
        (one.kind, one.reason, ["".join(piece.text for piece in paragraph.pieces) for paragraph in one.paragraphs])
        for one in found
    ]


def test_furniture_is_cut_out_of_paragraphs_with_its_reason() -> None:
    text = "2 October\n\nIt rained. Sign up here.\n\nMore rain.\n\nPhoto: A.\n\nPhoto: B."
    cuts = [("2 October", "date prefix"), ("Sign up here.", "newsletter"), ("Photo: A.", "photo credit")]
    found = blocks(article(text, [*cuts, ("Photo: B.", "photo credit")]), None)
    assert shape(found) == [
        ("removed", "date prefix", ["2 October"]),
        ("text", "", ["It rained."]),
        ("removed", "newsletter", ["Sign up here."]),
        ("text", "", ["More rain."]),
        ("removed", "photo credit", ["Photo: A.", "Photo: B."]),
    ]
    for block in found:
        for paragraph in block.paragraphs:
            words = "".join(piece.text for piece in paragraph.pieces)
            assert text[paragraph.start : paragraph.start + len(words)] == words


def test_a_removed_range_may_span_paragraphs_and_a_cited_one_is_opened() -> None:
    text = "One.\n\nTwo.\n\nThree."
    given = article(text, [("Two.\n\nThree.", "comment form")])
    assert shape(blocks(given, None)) == [("text", "", ["One."]), ("removed", "comment form", ["Two.", "Three."])]
    assert [one.is_cited for one in blocks(given, (0, 2))] == [True, False]
    cited = blocks(given, (4, 8))
    assert [one.is_cited for one in cited] == [False, True]
    assert [paragraph.is_anchor for one in cited for paragraph in one.paragraphs] == [False, True, False]


def test_a_second_reports_headline_stands_as_a_heading() -> None:
    text = "First report\n\nIt rained.\n\nSecond report\n\nIt snowed."
    removed = [("First report", "headline"), ("Second report", "headline")]
    found = blocks(article(text, removed, ("First report", "Second report")), None)
    assert [(one.kind, one.reason) for one in found] == [
        ("removed", "headline"),
        ("text", ""),
        ("heading", ""),
        ("text", ""),
    ]


def changes(*parts: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {
            "kind": "equal" if old == new else "insert" if not old else "delete" if not new else "replace",
            "from_text": old,
            "to_text": new,
        }
        for old, new in parts
    ]


def test_changes_are_whole_or_shown_with_the_words_around_them() -> None:
    same = "A word after the other. " * 100
    given = changes((same, same), ("48", "84"), (same, same), ("", " End."))
    whole = stretches(given, whole=True)
    assert "".join(one.text for one in whole if one.kind in {"same", "new"}) == same + "84" + same + " End."
    assert "".join(one.text for one in whole if one.kind in {"same", "gone"}) == same + "48" + same
    short = stretches(given, whole=False)
    assert [one.kind for one in short] == ["skipped", "same", "gone", "new", "same", "skipped", "same", "new"]
    assert all(one.length <= CONTEXT for one in short if one.kind == "same")
    kept = sum(one.length for one in short if one.kind in {"same", "skipped", "new"})
    assert kept == len(same + "84" + same + " End.")
    assert short[4].text == same[: short[4].length]
    assert same[short[4].length] == " "


def test_little_that_stayed_is_shown_rather_than_counted() -> None:
    given = changes(("a", "b"), (" and then ", " and then "), ("c", ""))
    assert stretches(given, whole=False) == [
        Stretch(kind="gone", text="a", length=1),
        Stretch(kind="new", text="b", length=1),
        Stretch(kind="same", text=" and then ", length=10),
        Stretch(kind="gone", text="c", length=1),
    ]
