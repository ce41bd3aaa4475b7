"""A notice stays a passage; the sentence that only says that something was wrong is quoted after all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_service.notice_sentences import comes_last
from tests.unit.test_pipeline import Archive

ORDINARY = "By what margin did Brandvik win?"


@pytest.mark.parametrize(
    ("question", "sentence", "last"),
    [
        (ORDINARY, "Correction: An earlier version of this article misstated the margin.", True),
        (ORDINARY, "This story has been updated with further results.", True),
        (ORDINARY, "She won by 312 votes, not 1,312.", False),
        (ORDINARY, "The ministry corrected the margin on Saturday.", False),
        ("What did the Gazette get wrong about the margin?", "An earlier version of this article misstated the margin.", False),
        ("Which figure was corrected?", "An earlier version of this article misstated the margin.", False),
        ("What did the retraction say?", "This article has been retracted.", False),
    ],
)  # fmt: skip
def test_which_sentences_come_last(question: str, sentence: str, last: bool) -> None:
    assert comes_last(question, sentence) is last


def test_the_notice_is_listed_but_what_is_right_is_quoted_first(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put(
        {
            "id": "gazette/win",
            "text": "Edda Brandvik becomes the first woman to run Tolmere. The count took all night.\n\n"
            "Correction: An earlier version of this article misstated the margin of Brandvik's victory over Krige. "
            "She won by 312 votes, not 1,312.",
            "source": "Tolmere Gazette",
            "date": "2019-10-14",
            "language": "en",
        }
    )
    answer = archive.ask("By what margin did Brandvik's victory over Krige come?", min_confidence=0)
    assert "misstated" not in " ".join(one["sentence"] for one in answer["answer"])
    assert any("misstated" in passage["text"] for passage in answer["passages"])
    asked = archive.ask("What did the article misstate about Brandvik's victory over Krige?", min_confidence=0)
    assert "misstated the margin" in asked["answer"][0]["sentence"]
    archive.service.close()
