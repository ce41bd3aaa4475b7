"""Dates: read as published, refused when impossible, inferred only from full dates."""

import pytest

from index.article import Record
from index.assemble import assemble
from index.dates import infer_date, parse_moment, parse_published, prefix_date


@pytest.mark.parametrize(
    ("given", "kept", "precision"),
    [
        ("2023", "2023", "year"),
        ("2023-10", "2023-10", "month"),
        ("2023-10-02", "2023-10-02", "day"),
        ("2024-02-29", "2024-02-29", "day"),
        ("2023-10-02T14:05", "2023-10-02T14:05", "minute"),
        ("2023-10-02 14:05:09", "2023-10-02T14:05", "minute"),
        ("2023-10-02T14:05:09.123456Z", "2023-10-02T14:05+00:00", "minute"),
        ("2023-10-02T14:05:00+04:00", "2023-10-02T14:05+04:00", "minute"),
        ("2023-10-02T14:05:00 -0330", "2023-10-02T14:05-03:30", "minute"),
        ("Mon, 02 Oct 2023 14:05:00 +0400", "2023-10-02T14:05+04:00", "minute"),
        ("2 Oct 2023 14:05 GMT", "2023-10-02T14:05+00:00", "minute"),
        ("1400-01-01", "1400-01-01", "day"),
    ],
)
def test_a_date_is_kept_as_published(given: str, kept: str, precision: str) -> None:
    published = parse_published(given)
    assert (published.date, published.precision, published.provenance) == (kept, precision, "metadata")
    assert published.interval() is not None


@pytest.mark.parametrize(
    "given",
    ["", "soon", "23", "2023-13", "2023-00", "2023-02-30", "2023-10-02T25:00", "2023-10-02T14", "20231002", "02/10/2023",
     "1399-12-31", "3000", "0000", "2023-10-02T14:05+99:00", "Mon, 32 Oct 2023 14:05:00 +0400", "٢٠٢٣", "2023-W40-1",
     "Mon, 02 Okt 2023 14:05:00 +0400", "2023-10-02T14:05:00+", "2023-10-02junk"],
)  # fmt: skip
def test_what_is_no_date_says_what_was_expected(given: str) -> None:
    with pytest.raises(ValueError, match="expected a year, month or day"):
        parse_published(given)


def test_a_modified_time_keeps_its_seconds() -> None:
    assert parse_moment("2023-10-02T14:05:09Z") == "2023-10-02T14:05:09+00:00"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        (" date 2023-10-02 Snow fell.", (1, 16)),
        ("date 2023-10-02\nSnow fell.", (0, 15)),
        ("\n date 2023-10-02", (2, 17)),
    ],
)
def test_the_prefix_is_found_with_its_span(text: str, span: tuple[int, int]) -> None:
    found = prefix_date(text)
    assert found is not None
    assert (found[0].date, found[0].provenance, found[1]) == ("2023-10-02", "prefix", span)


@pytest.mark.parametrize(
    "text",
    ["date 2023-02-30 Snow", "date 2023-10-02T10:00 Snow", "update 2023-10-02 Snow", "Snow date 2023-10-02 fell",
     "date 2023-10-021 Snow", "date: 2023-10-02", "date 0001-01-01 Snow", ""],
)  # fmt: skip
def test_anything_else_is_no_prefix(text: str) -> None:
    assert prefix_date(text) is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("The bridge opened on September 20, 2023, at noon.", "2023-09-20"),
        ("It opened Wednesday, Sept. 20, 2023.", "2023-09-20"),
        ("It opened on 20 September 2023.", "2023-09-20"),
        ("It opened on the 3rd of May, 2021.", "2021-05-03"),
        ("Opened 2023-09-20 by the mayor.", "2023-09-20"),
        ("On May 1, 2020 it shut; on June 2, 2021 it opened; June 2, 2021 was dry.", "2021-06-02"),
        ("On May 1, 2020 it shut; on June 2, 2021 it opened.", "2020-05-01"),
        ("On May 1, 2020 it shut; on Wednesday, June 2, 2021 it opened.", "2021-06-02"),
        ("It opened in September 2023, or in 2022.", None),
        ("It opened on Wednesday, September 20.", None),
        ("It opened on February 30, 2023.", None),
        ("Figure 1234-56-78 is a part number.", None),
        ("September 20, 20234 is no date.", None),
    ],
)
def test_only_full_dates_are_inferred(text: str, date: str | None) -> None:
    found = infer_date(text, [(0, len(text))])
    assert (found.date if found else None) == date
    if found:
        start, end = found.span
        assert found.date[:4] in text[start:end]


BODY = "The river rose again on Tuesday, and the lower town was cleared.\n\nPumps from the city had worked since June 3, 2019."


def test_a_caption_dates_an_undated_article_before_its_text_does() -> None:
    text = f"Sandbags line the quay on March 9, 2021. (photo credit: Ida Berg)\n\n{BODY}"
    published = assemble(Record(id="a", text=text)).published
    assert (published.date, published.precision, published.provenance) == (None, "none", "text")
    assert published.inferred is not None
    assert published.inferred.date == "2021-03-09"


def test_a_published_date_is_never_replaced_by_one_in_the_text() -> None:
    published = assemble(Record(id="a", text=BODY, published=parse_published("2022"))).published
    assert (published.date, published.inferred) == ("2022", None)


def test_nothing_found_is_provenance_none() -> None:
    published = assemble(Record(id="a", text="The river rose in 2019.")).published
    assert (published.date, published.provenance, published.inferred) == (None, "none", None)
