"""Word-level differences: exact for every pair of texts, readable for usual ones, bounded for hostile ones."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.differences import text_changes

words = st.lists(st.sampled_from([*"abc", " ", "\n\n", ".", "é", "48,000", "𝒳", "'"]), max_size=40).map("".join)


def shown(before: str, after: str) -> str:
    """``[-gone-]{+come+}`` in the text that stayed."""
    parts = []
    for one in text_changes(before, after):
        if one.kind == "equal":
            parts.append(one.before_text)
        else:
            parts.append(
                (f"[-{one.before_text}-]" if one.before_text else "")
                + (f"{{+{one.after_text}+}}" if one.after_text else "")
            )
    return "".join(parts)


@given(before=words | st.text(max_size=60), after=words | st.text(max_size=60))
def test_changes_make_up_both_texts(before: str, after: str) -> None:
    changes = text_changes(before, after)
    assert "".join(one.before_text for one in changes) == before
    assert "".join(one.after_text for one in changes) == after
    at = (0, 0)
    for one in changes:
        assert (one.before[0], one.after[0]) == at
        at = (one.before[1], one.after[1])
        assert before[slice(*one.before)] == one.before_text and after[slice(*one.after)] == one.after_text
        kinds = {(True, True): None, (False, True): "delete", (True, False): "insert"}
        expected = kinds.get((not one.before_text, not one.after_text), "replace")
        assert one.kind == ("equal" if one.before_text == one.after_text else expected)
    assert at == (len(before), len(after))
    for one, other in pairwise(changes):
        assert (one.kind == "equal") != (other.kind == "equal"), "changes and what stayed take turns"


@given(text=words, place=st.integers(0, 40), new=words)
def test_what_was_put_in_is_all_that_changed(text: str, place: int, new: str) -> None:
    place = min(place, len(text))
    changed = sum(
        len(one.before_text)
        for one in text_changes(text, f"{text[:place]} {new} {text[place:]}")
        if one.kind == "delete"
    )
    assert changed == 0


CASES = [
    ("It recalls 48,000 packs.", "It recalls 84,000 packs.", "It recalls [-48,000-]{+84,000+} packs."),
    ("Ten died on Monday.", "Eleven people died on Monday.", "[-Ten-]{+Eleven people+} died on Monday."),
    ("One.\n\nTwo.", "One.\n\nNew.\n\nTwo.", "One.{+\n\nNew.+}\n\nTwo."),
    ("One.", "One.\n\nCorrection: It was two.", "One.{+\n\nCorrection: It was two.+}"),
    ("He said, it is so.", "He said it is so.", "He said[-,-] it is so."),
    ("a b c", "a x, y c", "a [-b-]{+x, y+} c"),
    ("same", "same", "same"),
    ("", "new", "{+new+}"),
    ("old", "", "[-old-]"),
    ("", "", ""),
]


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_usual_changes_read_well(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


def test_a_rewritten_paragraph_leaves_the_others_whole() -> None:
    paragraphs = [f"Paragraph {n} tells of place {n} and of what happened there on day {n}." for n in range(2000)]
    changed = [*paragraphs]
    changed[700] = "Something else stands here now."
    del changed[1500]
    found = [one for one in text_changes("\n\n".join(paragraphs), "\n\n".join(changed)) if one.kind != "equal"]
    assert len(found) <= 6
    assert sum(len(one.before_text) for one in found) < 200


SIZE = 5_000_000
HOSTILE = {
    "one word again and again": ("a " * (SIZE // 2) + "b", "b " + "a b " * (SIZE // 4)),
    "words in reverse": (" ".join(map(str, range(700_000))), " ".join(map(str, range(700_000, 0, -1)))),
    "nothing in common": (" ".join(map(str, range(700_000))), "x" * SIZE),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_texts_of_five_million_characters_take_seconds(case: str) -> None:
    before, after = HOSTILE[case]
    started = time.process_time()
    changes = text_changes(before, after)
    assert time.process_time() - started < 60
    assert "".join(one.before_text for one in changes) == before
    assert "".join(one.after_text for one in changes) == after
