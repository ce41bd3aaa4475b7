"""What a person does on the page, done in Chromium over a real archive; with ``either`` also where scripts are off."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.pages_archive import CARRIERS, HOSTILE, LONG_HEADLINE, PAGES, QUESTIONS

TICKET = "A ticket costs 62 crowns, harbour director Ingrid Solvang said."


def asked(page: Page) -> list[tuple[str, str]]:
    """What the page's address says, without the fields of a form that were left empty."""
    return sorted(pair for pair in parse_qsl(urlsplit(page.url).query) if pair[1])


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def test_a_question_is_answered_with_a_quotation_its_outlet_and_its_date(site: str, either: Page) -> None:
    either.goto(site)
    ask(either, QUESTIONS["ferry"])
    expect(either.get_by_role("heading", level=1)).to_have_text("The archive says")
    first = either.locator("figure.quote").first
    expect(first.locator("blockquote")).to_have_text(TICKET)
    expect(first.locator("strong")).to_have_text("62 crowns")
    expect(first.locator("figcaption")).to_contain_text("Ostervik Post")
    expect(first.locator("figcaption")).to_contain_text("4 March 2024, 07:30 UTC+1")
    expect(first.locator("figcaption")).to_contain_text(re.compile("confidence: (very )?likely"))
    assert asked(either) == [("q", QUESTIONS["ferry"])]

    passage = either.locator("#p1")
    expect(passage.get_by_role("heading", level=3)).to_have_text("Ferry line to Little Skarn returns after two years")
    expect(passage.locator("mark", has_text=TICKET)).to_be_visible()
    ask(either, QUESTIONS["dam"])
    expect(first).to_contain_text("raised by 7 metres")
    expect(first.locator(".badge")).to_have_text("corrected 17 January 2024")
    either.go_back()
    expect(first).to_contain_text(TICKET)
    expect(either.get_by_label("Your question")).to_have_value(QUESTIONS["ferry"])


def test_where_nothing_answers_the_page_says_so_and_shows_the_nearest_as_such(site: str, either: Page) -> None:
    either.goto(site + PAGES["unsupported"])
    expect(either.get_by_role("heading", level=1)).to_have_text("Nothing in the archive supports an answer")
    expect(either.locator("#passages-title")).to_contain_text("Nearest passages")
    expect(either.locator(".passage")).to_have_count(5)
    expect(either.locator("figure.quote")).to_have_count(0)

    either.goto(site + PAGES["empty"])
    expect(either.locator(".passage")).to_have_count(0)
    either.get_by_role("link", name="Ask again without filters and dates").click()
    expect(either.locator("figure.quote").first).to_contain_text(TICKET)


def test_reports_that_differ_are_a_table_whose_rows_jump_to_their_quotes(site: str, either: Page) -> None:
    either.goto(site + PAGES["conflicting"])
    expect(either.get_by_role("heading", level=1)).to_have_text("Reports differ")
    table = either.get_by_role("table")
    groups = table.locator("tbody")
    expect(groups).to_have_count(2)
    expect(groups.nth(0).get_by_role("rowheader")).to_contain_text("54 people killed")
    expect(groups.nth(0)).to_contain_text("2 independent sources")
    expect(groups.nth(0).get_by_role("row")).to_have_count(2)
    expect(groups.nth(1).get_by_role("rowheader")).to_have_text("at least 31 people killed")
    expect(groups.nth(1)).to_contain_text("interior ministry")
    expect(groups.nth(1)).to_contain_text("17 June 2024")
    box, passages = table.bounding_box(), either.locator("#p1").bounding_box()
    assert box and passages and box["y"] + box["height"] <= passages["y"], "the table stands before the passages"

    link = groups.nth(1).get_by_role("link")
    target = either.locator(link.get_attribute("href") or "none")
    link.click()
    expect(target).to_be_in_viewport()
    expect(target.locator("mark").first).to_contain_text(
        "At least 31 people were killed in the landslide, the interior ministry said"
    )
    expect(target).to_contain_text("Northern Mail")


def test_the_time_that_was_read_can_be_taken_away_and_changed(site: str, either: Page) -> None:
    either.goto(site)
    ask(either, QUESTIONS["month"])
    chips = either.locator(".chips")
    expect(chips).to_contain_text("as 1 March 2024 to 31 March 2024")
    chips.get_by_label("Do not read a time").click()
    expect(chips).to_contain_text("No time is read")
    assert asked(either) == [("q", QUESTIONS["month"]), ("time", "off")]
    chips.get_by_role("link", name="read it").click()
    expect(chips).to_contain_text("as 1 March 2024 to 31 March 2024")

    chips.get_by_text("Change the time").click()
    chips.get_by_label("From").fill("2024-03-10")
    chips.get_by_label("To").fill("2024-03-20")
    chips.get_by_role("button", name="Read it so").click()
    expect(chips).to_contain_text("10 March 2024 to 20 March 2024")
    assert asked(either) == [("q", QUESTIONS["month"]), ("time_from", "2024-03-10"), ("time_to", "2024-03-20")]
    chips.get_by_label("Do not read a time").click()
    expect(chips).to_contain_text("No time is read")


def test_every_filter_is_set_in_the_form_seen_in_the_address_and_taken_away(site: str, either: Page) -> None:
    either.goto(site)
    ask(either, QUESTIONS["ferry"])
    either.get_by_text("Filters and dates").click()
    form = either.locator("form.asking")
    given = {
        "published_from": ("From", "2024-03-01"),
        "published_to": ("To", "2024-03-31"),
        "sources": ("Outlet", "Ostervik Post"),
        "languages": ("Language", "en"),
        "tags": ("Tag", "transport"),
        "asked_at": ("Asked on", "2024-04-01"),
        "as_of": ("As known on", "2024-03-31"),
    }
    for label, value in given.values():
        form.get_by_label(label, exact=True).fill(value)
    form.get_by_label("Undated articles too").check()
    form.get_by_role("button", name="Apply").click()
    expect(either.locator(".chip.set")).to_have_count(8)
    wanted = {name: value for name, (_, value) in given.items()} | {"include_undated": "true", "q": QUESTIONS["ferry"]}
    assert asked(either) == sorted(wanted.items())
    outlets = either.locator(".passage .outlet").all_inner_texts()
    assert outlets and set(outlets) == {"Ostervik Post"}

    shared = either.url
    either.get_by_label("Remove: Outlet Ostervik Post").click()
    expect(either.locator(".chip.set")).to_have_count(7)
    assert ("sources", "Ostervik Post") not in asked(either)
    either.go_back()
    expect(either.locator(".chip.set")).to_have_count(8)
    either.goto(shared)
    expect(either.locator(".chip.set")).to_have_count(8)
    either.get_by_text("Filters and dates").click()
    form.get_by_label("Outlet", exact=True).fill("Northern Mail")
    form.get_by_role("button", name="Apply").click()
    expect(either.get_by_label("Remove: Outlet")).to_have_count(2)
    either.get_by_role("link", name="Clear all").click()
    expect(either.locator(".chip.set")).to_have_count(0)
    assert asked(either) == [("q", QUESTIONS["ferry"])]


def test_as_of_shows_the_version_of_then_and_says_that_there_is_a_newer_one(site: str, page: Page) -> None:
    page.goto(site + PAGES["old-version"])
    first = page.locator("figure.quote").first
    expect(first).to_contain_text("raised by 4 metres")
    expect(first).to_contain_text("version 2; now version 3")


def test_more_passages_are_added_to_those_that_are_there(site: str, page: Page) -> None:
    page.goto(site + PAGES["conflicting"])
    page.get_by_role("link", name="More passages").click()
    expect(page).to_have_url(re.compile("top_k=15"))
    assert page.locator(".passage").count() > 5


def test_what_is_wrong_is_named_and_the_question_is_still_there(site: str, page: Page) -> None:
    answer = page.goto(f"{site}/?q=ferry&published_from=tomorrow")
    assert answer is not None and answer.status == 422
    expect(page.locator(".notice")).to_contain_text("published_from")
    expect(page.get_by_label("Your question")).to_have_value("ferry")


def test_keys_lead_through_the_page(site: str, page: Page) -> None:
    page.goto(site + PAGES["conflicting"])
    page.keyboard.press("/")
    field = page.get_by_label("Your question")
    expect(field).to_be_focused()
    page.keyboard.type("?")
    expect(page.locator("#keys")).to_be_hidden()
    expect(field).to_have_value("?")
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()

    for number in (1, 2, 3):
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"#p{number}")).to_be_focused()
        expect(page.locator(f"#p{number}")).to_be_in_viewport()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#p2")).to_be_focused()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("#p2")).to_be_focused()
    wanted = page.locator("#p2 h3 a").get_attribute("href") or "none"
    page.keyboard.press("Enter")
    page.wait_for_url(site + wanted)


def test_what_was_found_is_said_aloud(site: str, page: Page) -> None:
    page.goto(site + PAGES["conflicting"])
    shown = page.locator("figure.quote").count()
    said = f"{shown} quotation{'' if shown == 1 else 's'}, reports differ, 5 passages."
    expect(page.get_by_role("status")).to_have_text(said)
    page.goto(site + PAGES["unsupported"])
    expect(page.get_by_role("status")).to_have_text("Nothing supports an answer, 5 passages.")


def test_the_permalink_is_copied(site: str, context: Callable[..., BrowserContext]) -> None:
    page = context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(site + PAGES["answered"])
    link = page.locator("#p1").get_by_role("link", name="Permalink")
    href = link.get_attribute("href")
    link.click()
    expect(page.locator("#p1")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}{href}"
    expect(page.locator("#live")).to_have_text("Copied")


def test_the_carriers_of_one_text_are_one_passage_with_a_list(site: str, either: Page) -> None:
    either.goto(site + PAGES["carriers"])
    passage = either.locator("#p1")
    carriers = passage.locator(".carriers li")
    expect(carriers.first).to_be_hidden()
    passage.get_by_text(f"also carried by {CARRIERS - 1} others").click()
    expect(carriers.first).to_be_visible()
    expect(carriers).to_have_count(CARRIERS - 1)
    expect(carriers.first).to_contain_text("September 2024")
    assert len(set(carriers.locator("a").all_inner_texts())) == CARRIERS - 1


def test_the_headline_opens_the_article_at_the_quote(site: str, either: Page) -> None:
    either.set_viewport_size({"width": 1280, "height": 500})
    either.goto(site + PAGES["answered"])
    either.locator("#p1 h3 a").click()
    expect(either.get_by_role("heading", level=1)).to_have_text("Ferry line to Little Skarn returns after two years")
    quote = either.locator("#quote")
    expect(quote).to_be_in_viewport()
    expect(quote).to_contain_text("The ferry between Ostervik and Little Skarn sailed again on Monday")


def test_text_that_looks_like_markup_stays_text(site: str, page: Page) -> None:
    opened: list[str] = []
    page.on("dialog", lambda dialog: opened.append(dialog.message))
    page.goto(site + PAGES["markup"])
    expect(page.locator("figure.quote").first).to_contain_text(HOSTILE)
    expect(page.locator("#p1 h3")).to_contain_text(HOSTILE)
    expect(page.locator("#p1 .outlet")).to_have_text("Night <b>Desk</b>")
    assert "taken" not in page.title()
    assert page.locator("main script, main img, main i, .outlet b").count() == 0
    hostile = f'"><script>alert(1)</script>{HOSTILE}'
    page.goto(site)
    ask(page, hostile)
    expect(page.get_by_label("Your question")).to_have_value(hostile)
    assert page.locator("main script, main img").count() == 0
    assert opened == []


def test_right_to_left_text_runs_right_to_left(site: str, page: Page) -> None:
    page.goto(site + PAGES["right-to-left"])
    for place in ("figure.quote blockquote", "#p1 h3", "#p1 blockquote", "#p1 .outlet"):
        expect(page.locator(place).first).to_have_css("direction", "rtl")
    expect(page.locator("#p2 blockquote")).to_have_css("direction", "ltr")
    expect(page.locator("#p1 .date")).to_have_css("direction", "ltr")


def test_what_an_article_lacks_is_said_not_invented(site: str, page: Page) -> None:
    page.goto(site + PAGES["bare"])
    passage = page.locator("#p1")
    expect(passage.locator(".line")).to_contain_text("outlet unknown")
    expect(passage.locator(".line")).to_contain_text("undated")
    expect(passage.get_by_role("heading")).to_have_text("Without a headline")
    expect(passage.get_by_role("link", name="At the source")).to_have_count(0)
    page.goto(site + PAGES["long-headline"])
    expect(page.locator("#p1 h3")).to_have_text(LONG_HEADLINE)
    source = page.locator("#p1").get_by_role("link", name="At the source").get_attribute("href")
    assert source is not None and source.startswith("https://ostervik-post.example/2024/05/market-vote#:~:text=")


@pytest.mark.parametrize("name", ["answered", "conflicting", "bare"])
def test_on_paper_every_passage_has_its_whole_citation(site: str, page: Page, name: str) -> None:
    page.goto(site + PAGES[name])
    page.emulate_media(media="print")
    expect(page.locator("main > .cited")).to_have_text(page.get_by_label("Your question").input_value())
    expect(page.locator("main > .cited")).to_be_visible()
    cited = page.locator(".passage .cited")
    expect(cited).to_have_count(page.locator(".passage").count())
    for number, line in enumerate(cited.all()):
        expect(line).to_be_visible()
        passage = page.locator(".passage").nth(number)
        words = line.inner_text()
        assert passage.locator(".date").first.inner_text() in words
        assert passage.locator(".outlet").inner_text().casefold() in words.casefold()
        assert "/v1/articles/" in words and "version=" in words
    for gone in ("header.top", "form.asking", "dialog"):
        expect(page.locator(gone)).to_be_hidden()
    if name == "conflicting":
        expect(page.get_by_role("table")).to_be_visible()


def test_the_report_of_an_evaluation_over_http_is_shown(where: Callable[[str], str], either: Page) -> None:
    either.goto(where("evaluation"))
    expect(either.get_by_role("main")).to_contain_text("4 questions with known answers")


def test_an_article_says_what_changed_and_what_was_corrected(where: Callable[[str], str], either: Page) -> None:
    either.goto(where("article-changes"))
    expect(either.locator("main del", has_text="[taken out: 4]")).to_be_visible()
    expect(either.locator("main ins", has_text="[put in: 7]")).to_be_visible()
    either.goto(where("article-old"))
    expect(either.locator("#quote")).to_contain_text("raised by 4 metres")
    expect(either.get_by_role("main")).to_contain_text("This is version 1.")
    either.get_by_role("link", name="Read version 3").click()
    expect(either.get_by_role("main")).to_contain_text("raised by 7 metres")
