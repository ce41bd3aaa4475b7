"""Cleaning: what may be quoted, what is furniture and why, and where a second report begins."""

import time
from itertools import pairwise
from pathlib import Path

import pytest

from index.article import Article, Record
from index.assemble import assemble
from index.clean import clean
from index.furniture import furniture_reason
from index.readers import ReadOptions, read_inputs

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "data" / "seeds"

LEDE = "The ferry Aurelia ran aground off Port Lumen on Monday with 212 people aboard, the coastguard said."
MORE = "All of them were brought ashore by dawn, and nobody was badly hurt."
LAST = "The company has stopped sailings on the route until the hull is inspected."


def kept(text: str, title: str = "") -> list[str]:
    """Every kept paragraph."""
    ranges = [text[start:end] for section in clean(text, title).sections for start, end in section.kept]
    return [line.strip() for piece in ranges for line in piece.split("\n") if line.strip()]


def removed(text: str, title: str = "") -> dict[str, str]:
    return {text[slice(*item.span)]: item.reason for item in clean(text, title).removed}


# --- headline and prefix


def test_the_headline_becomes_the_title_and_is_not_quoted() -> None:
    text = f"Ferry aground off Port Lumen\n\n{LEDE}\n\n{MORE}"
    assert clean(text, "").sections[0].title == "Ferry aground off Port Lumen"
    assert kept(text) == [LEDE, MORE]
    assert removed(text) == {"Ferry aground off Port Lumen": "headline"}


def test_a_given_title_wins_and_its_line_goes() -> None:
    text = f"Ferry aground off Port Lumen\n\n{LEDE}"
    assert clean(text, "Ferry Aground off Port Lumen | Lumen News").sections[0].title.endswith("Lumen News")
    assert kept(text, "Ferry Aground off Port Lumen | Lumen News") == [LEDE]


def test_a_kicker_or_byline_before_the_headline_is_passed_over() -> None:
    text = f"WORLD\n\nFerry aground off Port Lumen\n\nBy Ida Berg and Tom Holm\n\nPORT LUMEN —\n\n{LEDE}\n\n{MORE}"
    assert clean(text, "").sections[0].title == "Ferry aground off Port Lumen"
    assert {"byline", "dateline"} < set(removed(text).values())


def test_text_on_the_line_of_the_prefix_is_kept_unless_it_is_a_headline() -> None:
    running = f" date 2021-03-04 This comes as the coastguard counts the passengers of the ferry\n\n{LEDE}"
    assert clean(running, "").sections[0].title == ""
    assert kept(running)[0].startswith("This comes as")
    headed = f" date 2021-03-04 Ferry aground off Port Lumen\n\n{LEDE}"
    assert clean(headed, "").sections[0].title == "Ferry aground off Port Lumen"
    assert removed(headed) == {"date 2021-03-04": "date prefix", "Ferry aground off Port Lumen": "headline"}


def test_a_line_alone_is_an_article_not_a_headline() -> None:
    assert kept("Ferry aground off Port Lumen") == ["Ferry aground off Port Lumen"]


# --- furniture

FURNITURE = {
    "photo credit": [
        "The Aurelia on the rocks on Monday. (photo credit: Ida Berg/Lumen Press via REUTERS)",
        "(photo credit: Ida Berg)",
        "IDA BERG / AFP Passengers wait on the quay of Port Lumen on March 8, 2021.",
        "Passengers wait on the quay. Ida Berg/AFP/Getty Images",
        "Passengers wait on the quay. Courtesy Ida Berg",
        "Getty Images",
        "Reuters",
        "FILE PHOTO: The ferry Aurelia in 2019",
        "Photo: Ida Berg",
        "Photo by Ida Berg / Lumen Press",
        "Image source, Getty Images",
    ],
    "comment form": [
        "Leave a Reply",
        "Leave a comment",
        "Your email address will not be published. Required fields are marked *",
        "Comments (12)",
    ],
    "newsletter": [
        "Sign up for our morning newsletter.",
        "Subscribe to Lumen Newsletters * Enter a valid email * Thank you for subscribing to our newsletter.",
        "Get the day's stories in your inbox",
        "Want more? Sign up for the Lumen briefing.",
    ],
    "messaging invitation": [
        "Follow this link to join our WhatsApp group: Join Now",
        "Lumen News is now on Telegram. Join our channel.",
        "Join us on WhatsApp for alerts",
    ],
    "e-paper": ["Click here to read the Lumen e-paper", "Read today's ePaper"],
    "appeal": ["Be Part of Quality Journalism", "Support independent journalism", "Donate now"],
    "share bar": [
        "Share Via",
        "Share this article",
        "Facebook Twitter WhatsApp Email",
        "SHARE THIS: Facebook . Copy link",
    ],
    "advertisement": ["ADVERTISEMENT", "Advertisement", "Story continues below advertisement", "Sponsored content"],
    "cookies": ["This site uses cookies to improve your visit. Accept all cookies?", "Accept all cookies"],
    "link": ["Read more: Why ferries run aground", "Also read | The coast of wrecks", "Click here", "READ MORE"],
    "follow us": ["Follow us on Twitter", "Follow us on Facebook and Instagram for more"],
    "rights notice": ["© 2021 Lumen Press", "Copyright 2021 Lumen Press. All rights reserved."],
    "agency note": [
        "This story has been published from a wire agency feed without modifications to the text.",
        "(With inputs from agencies)",
        "(Reporting by Ida Berg; Editing by Tom Holm)",
        "Ida Berg contributed to this report.",
    ],
    "byline": ["By Ida Berg", "By Ida Berg and Tom Holm, Lumen Press", "– Ida Berg", "CNN"],
    "dateline": ["CNN —", "PORT LUMEN —", "Updated March 9, 2021, 7:40 a.m."],
    "author note": ["Ida Berg covers the sea. Reach her at ida@lumen.example."],
    "divider": ["* * *", "___", "🚢🚢"],
}


@pytest.mark.parametrize(
    ("reason", "line"), [(reason, line) for reason, lines in FURNITURE.items() for line in lines], ids=str
)
def test_furniture_is_recognised_with_its_reason(reason: str, line: str) -> None:
    assert furniture_reason(line) == reason
    text = f"{LEDE}\n\n{line}\n\n{MORE}"
    assert line not in kept(text)
    assert {LEDE, MORE} <= set(kept(text)) or reason == "comment form"


@pytest.mark.parametrize(
    "prose",
    [
        "WhatsApp said on Monday that two billion people use it every day.",
        "Join-up problems between WhatsApp and Telegram have delayed the inquiry by a month.",
        "The government blocked Telegram on Tuesday, hours before the vote.",
        "The newspaper's newsletter has 40,000 subscribers, most of them abroad.",
        "Readers were asked to subscribe to a newsletter before they could see the report, the regulator found.",
        "Regulators fined the company 60 million euros because its site uses cookies without asking.",
        "We use cookies made with butter, said the baker, whose shop was burned down on Friday.",
        "The photographer Ida Berg, who worked for AFP, was killed in the shelling.",
        "Getty Images sued the company in London in January.",
        "He told Reuters that the talks had failed.",
        "The court ordered Facebook to share the data with the prosecutor.",
        "All the rights reserved to the islanders were withdrawn in 1968.",
        "Advertisements for the pills were banned in May.",
        "By Monday the water had reached the hospital.",
        "Comment was not immediately available from the ministry.",
        "“Sign up for the newsletter,” the minister told farmers who asked for help.",
        "More than 300 people were reported missing after the landslide.",
        "Quality journalism takes courage, the jury said of the winner, who spent two years in prison.",
        "Donors gave 4 million crowns to the hospital, which reopens on Sunday.",
        "– Norway won nine medals, and Sweden four.",
        "The picture: a country without money, without grain and without a government.",
    ],
)
def test_reports_that_mention_such_things_are_kept(prose: str) -> None:
    assert kept(f"{LEDE}\n\n{prose}\n\n{MORE}") == [LEDE, prose, MORE]


def test_a_caption_is_removed_again_where_it_stands_without_its_credit() -> None:
    caption = "Passengers wait on the quay of Port Lumen."
    text = f"{LEDE}\n\n {caption} (photo credit: Ida Berg)\n{caption}\n(photo credit: Ida Berg)\n\n{MORE}"
    assert kept(text) == [LEDE, MORE]


def test_an_appeal_takes_its_paragraph_along() -> None:
    appeal = "Our reporters depend on readers. Only your support keeps independent journalism alive."
    assert kept(f"{LEDE}\n\nSupport independent journalism\n\n{appeal}\n\n{MORE}") == [LEDE, MORE]
    assert appeal in kept(f"{LEDE}\n\n{appeal}\n\n{MORE}")


def test_what_a_page_appends_to_a_paragraph_is_cut_off() -> None:
    text = (
        f"{LEDE} Sign up for our morning newsletter.\n\n{MORE} The Standard's e-paper is out daily. Open it in the app."
    )
    assert kept(text) == [LEDE, MORE]


def test_after_a_comment_form_near_the_end_all_is_furniture() -> None:
    report = "\n\n".join([LEDE, MORE, LAST] * 3)
    comments = "Leave a Reply\n\nanna says: terrible seamanship, as always.\n\nName\n\nWebsite"
    assert kept(f"{report}\n\n{comments}") == [LEDE, MORE, LAST] * 3


def test_a_comment_form_in_the_middle_takes_only_its_fields() -> None:
    text = f"{LEDE}\n\n{MORE}\n\nLeave a Reply\n\nname *\n\n{LAST}\n\n{LEDE}\n\n{MORE}\n\n{LAST}"
    assert kept(text) == [LEDE, MORE, LAST, LEDE, MORE, LAST]


def test_a_list_of_dashed_names_is_no_row_of_signatures() -> None:
    text = f"{LEDE}\n\n– Ida Berg\n– Tom Holm\n– Ada Lund\n\n{MORE}"
    assert "– Tom Holm" in kept(text)


def test_neighbouring_paragraphs_are_one_range() -> None:
    text = f"{LEDE}\n\n{MORE}\n\nADVERTISEMENT\n\n{LAST}"
    (section,) = clean(text, "").sections
    assert [text[start:end] for start, end in section.kept] == [f"{LEDE}\n\n{MORE}", LAST]


def test_nothing_but_furniture_keeps_nothing() -> None:
    assert kept("Share Via\n\nADVERTISEMENT") == []


@pytest.mark.parametrize(
    "hostile",
    ["a ", "(", "\n", ".", "- A", "A, ", "sign up ", "/AP ", "date ", "“", "share ", "Aa Bb\n\n", "Aa bb cc.\n\n"],
)
def test_hostile_text_is_cleaned_in_linear_time(hostile: str) -> None:
    text = hostile * (200_000 // len(hostile))
    started = time.process_time()
    assemble(Record(id="a", text=text + "x"))
    assert time.process_time() - started < 6  # half a second on an idle machine


# --- two reports in one file

FIRST = [
    "Lumen and Torvik Trade Blame As Ferry Talks Collapse",
    "PORT LUMEN – Lumen and Torvik broke off talks on the ferry route on Tuesday after the wreck of the Aurelia.",
    "Harbour master Sigrid Aasen told reporters that the lights at Torvik had been dark for a week.",
    "Torvik's mayor, Jonas Reeve, denied it and asked for the log of the ship.",
    "Aasen said she would hand it over once the coastguard had copied it.",
    "Reeve answered that the coastguard takes its orders from Lumen.",
    "The route carries half of the island's food.",
]
SECOND = [
    "Lumen vs Torvik ferry dispute: the quarrel over the Aurelia route explained as shops run empty",
    "The quarrel between Lumen and Torvik over the ferry route of the Aurelia shows no sign of ending.",
    "Torvik mayor Jonas Reeve wants the lights on the skerries to be run by an outside body.",
    "Harbour master Sigrid Aasen, of Lumen, has refused twice.",
    "Why did the talks fail?",
    "Both towns claim the skerries, and neither will pay for the lamps while the other holds the keys.",
    "Shops on the island have been short of bread since the weekend.",
]
OTHER = [
    "Museum Opens Its Vaults To Schools After Record Gift",
    "Schools may visit the vaults of the Hallen museum from May after a record gift, its director announced on Monday.",
    "The vaults hold 40,000 drawings, of which visitors have so far seen a few hundred.",
    "Pupils will handle copies, made by a printer in the next street.",
    "The gift of nine million crowns came from a family of brewers.",
]


def titles(*paragraphs: str, title: str = "") -> list[str]:
    return [section.title for section in clean("\n\n".join(paragraphs), title).sections]


def test_a_second_report_on_the_same_event_is_a_section_of_its_own() -> None:
    assert titles(*FIRST, *SECOND) == [FIRST[0], SECOND[0]]
    cleaned = clean("\n\n".join((*FIRST, *SECOND)), "")
    ends = [(section.kept[0][0], section.kept[-1][1]) for section in cleaned.sections]
    assert all(before[1] < after[0] for before, after in pairwise(ends))


def test_a_second_report_on_something_else_is_a_section_of_its_own() -> None:
    assert titles(*FIRST, *OTHER) == [FIRST[0], OTHER[0]]
    assert titles(*OTHER, *FIRST[:1], *FIRST[1:]) == [OTHER[0], FIRST[0]]


def test_a_signature_between_two_reports_parts_them() -> None:
    note = "This story has been published from a wire agency feed without modifications to the text."
    assert titles(*FIRST, note, *SECOND) == [FIRST[0], SECOND[0]]
    assert titles(*FIRST, "By Ida Berg", *OTHER)[0] == FIRST[0]


@pytest.mark.parametrize(
    "crosshead",
    [
        "Prospects of cooperation, trade and a common harbour",
        "Why did the two towns fall out?",
        "How the lights of Torvik went dark for a week",
        "Aasen and Reeve under pressure from Lumen and Torvik",
        "A route that feeds the island",
    ],
)
def test_a_crosshead_is_no_second_report(crosshead: str) -> None:
    body = [
        "She said that the lamps had been ordered in March and paid for in April.",
        "Reeve told the council on Wednesday that the bill was never sent, and Aasen called that untrue.",
        "The council meets again in a week.",
    ]
    assert titles(*FIRST, crosshead, *body) == [FIRST[0]]
    assert crosshead in kept("\n\n".join((*FIRST, crosshead, *body)))


def test_a_live_page_with_many_headlines_stays_whole() -> None:
    entries = [f"Update {n}: Lumen and Torvik still apart over the ferry route {n}" for n in range(6)]
    assert titles(*FIRST, *(line for entry in entries for line in (entry, LEDE, MORE))) == [FIRST[0]]


# --- the seeds


@pytest.fixture(scope="module")
def seeds() -> dict[str, Article]:
    if not SEEDS.is_dir():
        pytest.skip("the shared development data is not here")
    records = read_inputs([str(SEEDS)], ReadOptions(max_bytes=1 << 20))
    return {article.id[:3]: article for article in (assemble(r) for r in records if isinstance(r, Record))}


def test_seed_dates(seeds: dict[str, Article]) -> None:
    dates = {name: (article.published.date, article.published.provenance) for name, article in seeds.items()}
    assert dates == {
        "000": ("2023-10-02", "prefix"),
        "001": ("2023-09-20", "prefix"),
        "002": (None, "text"),
        "003": (None, "none"),
        "004": ("2020-09-30", "prefix"),
    }
    inferred = seeds["002"].published.inferred
    assert inferred is not None
    assert inferred.date == "2023-09-19"


def test_seed_sections_and_titles(seeds: dict[str, Article]) -> None:
    assert {name: len(article.sections) for name, article in seeds.items()} == {
        "000": 1, "001": 1, "002": 1, "003": 2, "004": 1,
    }  # fmt: skip
    assert seeds["002"].title.startswith("At least 200 killed")
    first, second = seeds["003"].sections
    assert first.title.startswith("Armenia, Azerbaijan Vow")
    assert second.title.startswith("Armenia vs Azerbaijan conflict")
    assert {"000", "001", "004"} == {name for name, article in seeds.items() if article.title == ""}


def test_seed_furniture_is_kept_out(seeds: dict[str, Article]) -> None:
    words = ("photo credit", "AFP Armenians", "whatsapp", "newsletter", "telegram", "epaper", "share via", "email", "reply",
             "quality journalism", "wire agency feed", "date 20", "only a handful")  # fmt: skip
    for article in seeds.values():
        ranges = " ".join(article.text[start:end] for start, end in article.kept).lower()
        assert [word for word in words if word.lower() in ranges] == []
