"""What an article says about its own change, told from what it reports about others'."""

from __future__ import annotations

import time

import pytest

from index.notices import find_notices, strongest
from tests.archives import draft

BODY = "The quarry at Low Fell closed on Tuesday, its owners said.\n\nForty people work there."


def notices(text: str, *, title: str = "Quarry closes", date: str | None = "2023-10-02", modified: str | None = None):
    return find_notices(draft("a", text, title=title, date=date, modified=modified).article)


FOUND = [
    ("Correction: An earlier version of this article misspelt the name of the quarry.", "correction", None),
    ("CORRECTION: Forty people work at the quarry, not fourteen.", "correction", None),
    ("Correction, 3 October: The owner is Fell Stone, not Fell Slate.", "correction", "2023-10-03"),
    ("Corrected 3 Oct: An earlier version of this story gave the wrong day.", "correction", "2023-10-03"),
    ("Correction (Oct. 3, 2023): The owner is Fell Stone.", "correction", "2023-10-03"),
    ("Correction to this article: the owner is Fell Stone.", "correction", None),
    ("Correction – the owner is Fell Stone, not Fell Slate.", "correction", None),
    ("Corrections and clarifications: the owner is Fell Stone.", "correction", None),
    ("An earlier version of this story gave the wrong owner. It is Fell Stone.", "correction", None),
    ("The owner's name was misspelt in a previous version of this report.", "correction", None),
    ("The original version of our article gave the wrong day.", "correction", None),
    ("This article was amended on 4 October 2023 because the owner is Fell Stone.", "correction", "2023-10-04"),
    ("This article was amended on 4 January because the owner is Fell Stone.", "correction", "2024-01-04"),
    ("This story has been corrected to say who the owner is.", "correction", None),
    ("This story has since been corrected.", "correction", None),
    ("This story corrects the name of the owner in the second paragraph.", "correction", None),
    ("(This version of the story corrects the day of the closure.)", "correction", None),
    ("This is a corrected version of a report from Monday.", "correction", None),
    ("This story has been updated to correct the owner's name.", "correction", None),
    ("Update: This story has been updated to correct the owner's name.", "correction", None),
    ("Editor's note: This article was corrected on Oct. 5 to name the owner.", "correction", "2023-10-05"),
    ("A correction was made on Oct. 5, 2023: the owner is Fell Stone.", "correction", "2023-10-05"),
    ("We have corrected this article, which gave the wrong owner.", "correction", None),
    ("Correction\n\nThe owner is Fell Stone, not Fell Slate.", "correction", None),
    ("Clarification: The quarry has a second pit, which stays open.", "clarification", None),
    ("Clarification, 2023-10-06: the second pit stays open.", "clarification", "2023-10-06"),
    ("This article has been updated to clarify which pit closed.", "clarification", None),
    ("A clarification was made to this article: the second pit stays open.", "clarification", None),
    ("This article has been retracted. We could not confirm what its source told us.", "retraction", None),
    ("Retraction: we withdraw the report that the quarry closed.", "retraction", None),
    ("We have withdrawn this article.", "retraction", None),
    ("This report was withdrawn on 9 October 2023.", "retraction", "2023-10-09"),
    ("Update: The owners now say that the quarry reopens in May.", "update", None),
    ("UPDATE, 4 p.m., 2 October: The owners now say it reopens.", "update", "2023-10-02"),
    ("This story has been updated with comments by the owners.", "update", None),
    ("Editor's Note: This story first ran in May. It has been updated with new figures.", "update", None),
]  # fmt: skip


@pytest.mark.parametrize(("notice", "kind", "day"), FOUND, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("where", ["above", "below"])
def test_a_notice_is_found_with_its_kind_and_date(notice: str, kind: str, day: str | None, where: str) -> None:
    text = f"{BODY}\n\n{notice}" if where == "below" else f"{notice}\n\n{BODY}"
    (found,) = notices(text)
    assert (found.kind, found.date, found.text) == (kind, day, notice)
    assert text[slice(*found.span)] == notice


NOT_FOUND = [
    "The ministry corrected the toll on Saturday: it is ten, not eleven.",
    "The journal said that the paper has been retracted.",
    "“This article has been retracted,” the journal wrote above the study.",
    "The spokesman asked for clarification of the order.",
    "A corrections officer was hurt: the third this year.",
    "Corrections officers at the gaol: what they say",
    "Update your address by Friday: the council needs it for the vote.",
    "The previous version of this phone had a smaller battery.",
    "A previous version of this article was published in May.",
    "An earlier version of this story first appeared in our newsletter.",
    "Updated Oct. 2, 2023, 4:01 p.m. ET",
    "Last updated on 3 October 2023",
    "The company updated its forecast: 4 million tonnes.",
    "Retracted landing gear: why the pilot could not see it",
    "If a correction or clarification is warranted, we will say so.",
    "The minister withdrew the bill and amended another.",
]


@pytest.mark.parametrize("line", NOT_FOUND)
def test_what_is_reported_of_others_is_no_notice(line: str) -> None:
    assert notices(f"{BODY}\n\n{line}\n\n{BODY}") == ()


def test_a_column_of_corrections_does_not_correct_itself() -> None:
    text = "News: An earlier version of this story gave the wrong owner.\n\nThis story has been updated to say so."
    assert notices(text, title="Corrections and clarifications") == ()
    assert len(notices(text, title="A quarry in the news")) == 2


def test_a_date_in_the_corrected_matter_is_not_the_date_of_the_notice() -> None:
    (found,) = notices(
        f"{BODY}\n\nCorrection: An earlier version of this article said 1 December. It is 1 January 2024."
    )
    assert found.date is None


def test_a_year_left_out_is_that_of_the_modified_time_then_of_the_article() -> None:
    line = f"{BODY}\n\nCorrection, 2 January: The owner is Fell Stone."
    assert notices(line, modified="2024-01-02T08:00:00+01:00")[0].date == "2024-01-02"
    assert notices(line, date="2023-12-30")[0].date == "2024-01-02"
    assert notices(line, date=None)[0].date is None
    assert notices(f"{BODY}\n\nCorrection, 31 June: The owner is Fell Stone.")[0].date is None


def test_in_a_paragraph_the_notice_begins_with_its_sentence() -> None:
    text = f"{BODY} Nobody was hurt. This story has been updated with a comment. It came late.\n\nMore."
    (found,) = notices(text)
    assert found.text == "This story has been updated with a comment. It came late."
    assert text[slice(*found.span)] == found.text


def test_the_strongest_comes_first_and_of_several_the_last() -> None:
    found = notices(
        f"{BODY}\n\nUpdate: The owners spoke later.\n\nCorrection: It was Monday.\n\nCorrection: It was Sunday."
    )
    best = strongest(found)
    assert best is not None and best.text == "Correction: It was Sunday."
    assert strongest(()) is None


@pytest.mark.parametrize("line", ["This story was updated. ", "Correction: ", "update ", "version of this story " * 3])
def test_long_texts_take_no_time(line: str) -> None:
    """A bound, not a measure: hostile texts of five million characters stay linear."""
    started = time.process_time()
    notices(line * (5_000_000 // len(line)))
    notices(("x" * 4000 + f"\n{line}\n") * 1200)
    assert time.process_time() - started < 30
