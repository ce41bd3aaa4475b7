"""Reading: what becomes a record, and what is refused with which reason."""

import gzip
import io
import json
import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.article import Record
from index.errors import InputRefused
from index.exporting import export_records
from index.passages import SplitOptions
from index.readers import ReadOptions, read_inputs
from index.readers.jsonl import read_lines, read_record
from index.writer import Writer
from tests.archives import EMBEDDER, open_store

LIMIT = 10_000


def read(*paths: object, format_name: str | None = None, stdin: bytes = b"") -> list[Any]:
    return list(
        read_inputs(
            [str(path) for path in paths],
            ReadOptions(max_bytes=LIMIT),
            format_name=format_name,
            stdin=io.BytesIO(stdin),
        )
    )


def only(items: list[Record | InputRefused]) -> Record:
    (item,) = items
    assert isinstance(item, Record), item
    return item


def reason(items: list[Record | InputRefused]) -> str:
    (item,) = items
    assert isinstance(item, InputRefused), item
    return item.reason


def write(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


# --- text files


def test_a_text_file_keeps_its_words_and_its_prefix(tmp_path: Path) -> None:
    record = only(
        read(write(tmp_path / "a.txt", " date 2021-03-04 The ferry sank.\r\n\r\nAll were saved.\rNone drowned."))
    )
    assert record.text == " date 2021-03-04 The ferry sank.\n\nAll were saved.\nNone drowned."
    assert (record.id, record.published.date, record.published.provenance) == ("a.txt", "2021-03-04", "prefix")


def test_an_id_is_the_path_below_what_was_given(tmp_path: Path) -> None:
    write(tmp_path / "north/b c.txt", "Snow fell.")
    write(tmp_path / "a\tz.txt", "Rain fell.")
    write(tmp_path / ".hidden.txt", "Nothing fell.")
    assert [item.id for item in read(tmp_path) if isinstance(item, Record)] == ["a%09z.txt", "north/b%20c.txt"]
    assert only(read(tmp_path / "north/b c.txt")).id == "b%20c.txt"


def test_file_names_that_are_no_utf8_stay_apart(tmp_path: Path) -> None:
    for name in (b"\xe9.txt", b"\xe8.txt"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text("Snow fell.")
    found = read(tmp_path)
    assert [item.id for item in found if isinstance(item, Record)] == ["%E8.txt", "%E9.txt"]


def test_a_byte_order_mark_is_the_encoding_not_the_text(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        record = only(read(write(tmp_path / "a.txt", " date 2021-03-04 Größe".encode(encoding))))
        assert record.text == " date 2021-03-04 Größe"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"\x89PNG\0\0\0", "binary"),
        (b"\x01\x02\x03 text", "binary"),
        (b"caf\xe9 closed", "byte 3"),
        (b"\xff\xfea\0b", "not UTF-16"),
        (b"x" * (LIMIT + 1), "10,000 bytes"),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(tmp_path: Path, data: bytes, expected: str) -> None:
    assert expected in reason(read(write(tmp_path / "a.txt", data)))


def test_refusals_name_the_path_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = write(tmp_path / "a.txt", b"")
    odd = write(tmp_path / "b.docx", b"PK")
    write(tmp_path / "c.txt", "Snow fell.")
    os.mkfifo(tmp_path / "d.txt")
    (tmp_path / "e.txt").symlink_to(tmp_path / "gone")
    found = read(tmp_path, tmp_path / "missing.txt")
    assert [item.id if isinstance(item, Record) else item.name for item in found] == [
        *(str(path) for path in (bad, odd)),
        "c.txt",
        *(str(tmp_path / name) for name in ("d.txt", "e.txt", "missing.txt")),
    ]
    assert "not recognised" in str(found[1])
    assert "does not exist" in str(found[-1])


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "Snow fell.").chmod(0)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    assert ["denied" in str(item) for item in read(tmp_path)] == [True, True]
    closed.chmod(0o700)


def test_a_format_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "story.wire", "Snow fell.")
    assert "not recognised" in reason(read(path))
    assert only(read(path, format_name="text")).text == "Snow fell."


# --- JSONL


def test_a_record_brings_its_fields() -> None:
    fields = {
        "id": "wire/7#a?%",
        "text": "Snow\r\nfell.",
        "title": " Snow ",
        "source": "The Fjord Post",
        "date": "Mon, 02 Oct 2023 14:05:00 +0400",
        "modified": "2023-10-03T08:00:30Z",
        "url": "https://fjord.example/a b",
        "language": "en-GB",
        "tags": ["weather", "north", "weather"],
    }
    record = only(read("-", stdin=lines(fields)))
    assert (record.id, record.text, record.title) == ("wire/7#a?%", "Snow\nfell.", "Snow")
    assert (record.published.date, record.published.precision) == ("2023-10-02T14:05+04:00", "minute")
    assert record.published.provenance == "metadata"
    assert (record.modified, record.language) == ("2023-10-03T08:00:30+00:00", "en")
    assert record.tags == ("weather", "north")


def test_without_an_id_the_address_is_it_and_then_the_content() -> None:
    def identity(**fields: object) -> str:
        return only(read("-", stdin=lines({"text": "Snow fell.", **fields}))).id

    assert identity(url="https://fjord.example/a b") == "https://fjord.example/a%20b"
    assert identity().startswith("sha256-")
    assert identity() == identity(title="Snow") == identity(date="2023-01-01", url=None)
    assert len({identity(), identity(source="The Fjord Post"), identity(text="Rain fell.")}) == 3


def test_null_and_empty_fields_count_as_absent() -> None:
    absent: dict[str, Any] = dict.fromkeys(("id", "title", "source", "date", "modified", "url", "language", "tags"))
    empty: dict[str, Any] = dict.fromkeys(("title", "source", "date", "modified", "url", "language"), "")
    for fields in (absent, empty):
        record = only(read("-", stdin=lines({"text": "Snow fell.", **fields})))
        assert record == Record(id=record.id, text="Snow fell.")


def test_a_record_without_a_date_may_carry_the_prefix() -> None:
    undated, dated = read(
        "-",
        stdin=lines(
            {"id": "1", "text": " date 2021-03-04 Snow fell."},
            {"id": "2", "text": " date 2021-03-04 Snow fell.", "date": "2022"},
        ),
    )
    assert isinstance(undated, Record)
    assert isinstance(dated, Record)
    assert (undated.published.date, undated.published.provenance) == ("2021-03-04", "prefix")
    assert (dated.published.date, dated.published.precision) == ("2022", "year")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "'text' is missing"),
        ({"text": None}, "'text' is missing"),
        ({"text": " \n"}, "'text' is empty"),
        ({"text": 7}, "'text' is a JSON number"),
        ({"text": "a\0b"}, "NUL"),
        ({"text": "x" * (LIMIT + 1)}, "'text' has over"),
        ({"text": "a", "Date": "2023"}, "unknown field 'Date'"),
        ({"text": "a", "date": 2023}, "'date' is a JSON number"),
        ({"text": "a", "date": "yesterday"}, "'date': cannot read 'yesterday'"),
        ({"text": "a", "date": "2023-02-30"}, "'date': 2023-02-30 is not in the calendar"),
        ({"text": "a", "date": "1066"}, "'date': the year 1066"),
        ({"text": "a", "modified": "soon"}, "'modified'"),
        ({"text": "a", "id": "a b"}, "'id'"),
        ({"text": "a", "id": "a\u2028b"}, "'id'"),
        ({"text": "a", "id": ""}, "'id'"),
        ({"text": "a", "id": True}, "'id' is a JSON boolean"),
        ({"text": "a", "url": "javascript:alert(1)"}, "'url'"),
        ({"text": "a", "url": "https://[half"}, "'url'"),
        ({"text": "a", "language": "English, mostly"}, "'language'"),
        ({"text": "a", "tags": "north"}, "'tags'"),
        ({"text": "a", "tags": ["north", 7]}, "'tags'"),
        ({"text": "a", "title": ["A"]}, "'title' is a JSON array"),
    ],
)
def test_a_wrong_field_is_refused_by_name(fields: dict[str, object], expected: str) -> None:
    refused, good = read("-", stdin=lines(fields, {"id": "good", "text": "Snow fell."}))
    assert isinstance(refused, InputRefused)
    assert expected in refused.reason
    assert refused.name == "-:1"
    assert isinstance(good, Record)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"{", "not JSON"),
        (b"[1]", "no JSON object"),
        (b"[" * 9000, "nested too deeply"),
        (b'{"text": NaN}', "NaN"),
        (b'{"text": "caf\xe9"}', "not UTF-8: byte 13"),
        (b'{"text": "\\ud800"}', "lone surrogate"),
        (b'{"text": "' + b"x" * 7 * LIMIT + b'"}', "longer than"),
    ],
)
def test_a_wrong_line_is_refused_by_number(line: bytes, expected: str) -> None:
    first, refused, last = read("-", stdin=lines({"text": "a"}) + b"\n" + line + b"\n" + lines({"text": "b"}))
    assert isinstance(refused, InputRefused)
    assert expected in refused.reason
    assert refused.name == "-:3"
    assert isinstance(first, Record)
    assert isinstance(last, Record)


def test_the_last_line_may_lack_its_end_and_the_first_may_bear_a_mark() -> None:
    data = b"\xef\xbb\xbf" + lines({"text": "a"}) + b'{"text": "b"}'
    assert [item.text for item in read("-", stdin=data) if isinstance(item, Record)] == ["a", "b"]


def test_files_without_any_record_are_refused(tmp_path: Path) -> None:
    assert "empty" in reason(read(write(tmp_path / "a.jsonl", b"\n\n")))
    assert "empty" in reason(read("-"))
    assert "UTF-16" in reason(read("-", stdin='{"text": "a"}\n'.encode("utf-16")))


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.ndjson", "-"])
def test_gzip_is_recognised_by_its_bytes(tmp_path: Path, name: str) -> None:
    data = gzip.compress(lines({"text": "a"})) + gzip.compress(lines({"text": "b"}))
    found = read("-", stdin=data) if name == "-" else read(write(tmp_path / name, data))
    assert [item.text for item in found if isinstance(item, Record)] == ["a", "b"]


def test_gzip_cut_off_gives_what_came_before() -> None:
    numbers = [{"id": str(n), "text": os.urandom(30).hex()} for n in range(3000)]
    data = gzip.compress(lines(*numbers))
    *records, refused = read("-", stdin=data[: len(data) // 2])
    assert isinstance(refused, InputRefused)
    assert "damaged" in refused.reason
    whole = [item for item in records if isinstance(item, Record)]
    assert len(whole) > 1300
    assert [record.id for record in whole] == [str(n) for n in range(len(whole))]


def test_gzip_with_a_wrong_byte_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(lines(*({"id": str(n), "text": os.urandom(30).hex()} for n in range(500)))))
    data[-6] ^= 255
    found = read(write(tmp_path / "a.jsonl.gz", bytes(data)), write(tmp_path / "b.txt", "Snow fell."))
    assert "damaged" in str(found[-2])
    assert len(found) == 502


def test_an_endless_line_is_never_held_whole() -> None:
    class Endless(io.RawIOBase):
        left = 2000

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            return b"x" * size if self.left > 0 else b""

    (refused,) = read_lines(Endless(), "-", 1000)  # pyright: ignore[reportArgumentType]
    assert isinstance(refused, InputRefused)
    assert "longer than" in refused.reason


def test_one_record_can_be_read_on_its_own() -> None:
    assert isinstance(read_record({"text": "Snow fell."}, name="item 1", max_bytes=100), Record)


def test_authors_and_furniture_of_a_record_survive_an_export(tmp_path: Path) -> None:
    given = {
        "id": "a",
        "text": "The quay in spring\nThe harbour bridge opened on Monday.",
        "authors": ["Rosa Tamm"],
        "furniture": [{"span": [0, 18], "reason": "caption"}],
    }
    read = read_record(given, name="a", max_bytes=1000)
    assert isinstance(read, Record)
    with closing(open_store(tmp_path)) as store:
        Writer(store, EMBEDDER, SplitOptions()).ingest([read])
        assert list(export_records(store.catalogue)) == [given]


@pytest.mark.parametrize(
    "furniture", ["x", [{"span": [0, 99], "reason": "caption"}], [{"span": [3, 3], "reason": "c"}], [1]]
)
def test_furniture_outside_the_text_is_refused(furniture: object) -> None:
    read = read_record({"text": "The bridge opened.", "furniture": furniture}, name="a", max_bytes=1000)
    assert isinstance(read, InputRefused) and "'furniture'" in read.reason
