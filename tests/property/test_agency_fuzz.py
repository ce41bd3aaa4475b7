"""Agency formats damaged in any way: items come out, no exception, whatever went in; ``-m slow`` tries ten thousand."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.article import Record, Withdrawn
from index.errors import InputRefused
from index.readers import ReadOptions, read_inputs
from index.readers.decoding import is_unfit
from tests.unit.test_agency_readers import NEWSML, NINJS_1, NINJS_3, NITF

SAMPLES = {
    "nitf": NITF.encode(),
    "newsml-g2": NEWSML.encode(),
    "ninjs": json.dumps(NINJS_1).encode(),
    "ninjs 3": json.dumps(NINJS_3).encode(),
}
PIECES = [
    *(b"<", b">", b"</p>", b"<p>", b"&amp;", b"&x;", b"]]>", b"<![CDATA[", b"<!--", b"\0", b"\xff\xfe", b"\xc3", b'"'),
    *(b"[", b"]", b"{", b"}", b"null", b"1e999", b"true", b"\\ud800", b"\\u0000", b"stat:canceled", b"withheld"),
    *(b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<inlineXML/>", b"<packageItem/>", b'xmlns="u"', b"9999-99-99", b"\n" * 9),
]
mutations = st.lists(
    st.one_of(
        st.tuples(st.just("cut"), st.floats(0, 1), st.integers(1, 400)),
        st.tuples(st.just("twice"), st.floats(0, 1), st.integers(1, 400)),
        st.tuples(st.sampled_from(PIECES), st.floats(0, 1), st.integers(0, 8)),
        st.tuples(st.binary(max_size=6), st.floats(0, 1), st.integers(0, 3)),
    ),
    min_size=1,
    max_size=5,
)


def mutated(data: bytes, changes: list[tuple[str | bytes, float, int]]) -> bytes:
    for what, where, size in changes:
        at = int(where * len(data))
        if isinstance(what, bytes):
            data = data[:at] + what + data[at + size :]
        else:
            middle = b"" if what == "cut" else data[at : at + size] * 2
            data = data[:at] + middle + data[at + size :]
    return data


def check(data: bytes, format_name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.dat"
        path.write_bytes(data)
        started = time.monotonic()
        items = list(read_inputs([str(path)], ReadOptions(max_bytes=1 << 20), format_name=format_name))
        assert time.monotonic() - started < 5
    assert items, "a file is read, or it is said why not"
    for item in items:
        assert isinstance(item, Record | Withdrawn | InputRefused)
        if isinstance(item, InputRefused):
            assert item.reason.strip()
            continue
        assert item.id and not any(is_unfit(character) for character in item.id)
        if isinstance(item, Record):
            item.text.encode()
            for one in item.furniture:
                assert 0 <= one.span[0] < one.span[1] <= len(item.text)


changed = st.tuples(st.sampled_from(sorted(SAMPLES)), mutations)


@given(changed)
@settings(max_examples=20, deadline=None)
def test_damaged_items_give_records_or_reasons(given_: tuple[str, list[tuple[str | bytes, float, int]]]) -> None:
    name, changes = given_
    check(mutated(SAMPLES[name], changes), name.partition(" ")[0])


@given(st.binary(max_size=300), st.sampled_from(["nitf", "newsml-g2", "ninjs"]))
@settings(max_examples=20, deadline=None)
def test_any_bytes_are_refused_and_no_more(data: bytes, format_name: str) -> None:
    check(data, format_name)


@pytest.mark.slow
@given(changed)
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_ten_thousand_damaged_items(given_: tuple[str, list[tuple[str | bytes, float, int]]]) -> None:
    name, changes = given_
    check(mutated(SAMPLES[name], changes), name.partition(" ")[0])
