"""Tables of articles: separators, encodings, columns by name and by mapping, and rows refused by line."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.article import Checkpoint, Item, Record
from index.errors import InputRefused
from index.readers import ReadOptions, read_inputs
from index.readers.tables import read_columns

LIMIT = 2_000


def read(path: Path, columns: Mapping[str, str] | None = None, resume: int | None = None) -> list[Item]:
    follow = None if resume is None else (lambda name, state: resume)
    return list(read_inputs([str(path)], ReadOptions(max_bytes=LIMIT, columns=columns or {}, resume_from=follow)))


def table(folder: Path, data: bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_separators_and_encodings(tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [["id", "text", "title"], ["a", f'"Der Fluß{separator} so breit\nwie nie ""zuvor"""', "Überflutet"]]
    path = table(tmp_path, "\r\n".join(map(separator.join, rows)).encode(encoding))
    (record,) = read(path)
    assert isinstance(record, Record)
    assert (record.id, record.title) == ("a", "Überflutet")
    assert record.text == f'Der Fluß{separator} so breit\nwie nie "zuvor"'


@pytest.mark.parametrize("name", ["t.csv.gz", "t.tsv", "t.tsv.gz"])
def test_endings(tmp_path: Path, name: str) -> None:
    data = b"id\ttext\nx\tThe bridge is open.\n"
    (record,) = read(table(tmp_path, gzip.compress(data, mtime=0) if name.endswith("gz") else data, name))
    assert isinstance(record, Record) and record.id == "x"


def test_columns_by_other_names(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        b"Headline,Body,Link,pub date,keywords,rank\nRain,It rained.,https://a.example/1,2023-10-02,weather;floods,4\n",
    )
    (record,) = read(path)
    assert isinstance(record, Record)
    assert (record.title, record.text, record.url) == ("Rain", "It rained.", "https://a.example/1")
    assert record.published.date == "2023-10-02" and record.tags == ("weather", "floods")
    (record,) = read(path, {"text": "Headline", "title": "Body"})
    assert isinstance(record, Record) and (record.title, record.text) == ("It rained.", "Rain")


def test_missing_columns_are_refused_naming_those_there_are(tmp_path: Path) -> None:
    path = table(tmp_path, b"a,b\n1,2\n")
    (refused,) = read(path)
    assert isinstance(refused, InputRefused) and "no column 'text'" in refused.reason and "'a', 'b'" in refused.reason
    (refused,) = read(path, {"text": "c"})
    assert isinstance(refused, InputRefused) and "no column 'c' for text" in refused.reason


def test_rows_are_refused_by_line(tmp_path: Path) -> None:
    path = table(tmp_path, b'id,text,date\na,"one\ntwo",2023\nb,,\nc,three,soon\n\nd,four,2023,more\ne,five,2024\n')
    items = read(path)
    assert [item.id for item in items if isinstance(item, Record)] == ["a", "e"]
    names = [item.name for item in items if isinstance(item, InputRefused)]
    assert names == [f"{path}:{line}" for line in (4, 5, 7)]


def test_a_quotation_mark_that_never_closes_is_bounded(tmp_path: Path) -> None:
    path = table(tmp_path, b'id,text\na,fine\nb,"' + b"endless\n" * 10_000)
    first, refused = read(path)
    assert isinstance(first, Record) and isinstance(refused, InputRefused)
    assert refused.name == f"{path}:3" and "never closed" in refused.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"id,text\na,\x00\x01", "is binary"),
        (b"id,text\na,\x81\x8d", "neither UTF-8 nor Windows-1252"),
        (b"id,text\na," + b"\xa4\xb6\xa7\xb9" * 20, "mostly signs"),
        (gzip.compress(b"id,text\n" + b"a,b\n" * 900, mtime=0)[:-9], "damaged gzip"),
    ],
)
def test_files_refused_with_the_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    refused = read(table(tmp_path, data))[-1]
    assert isinstance(refused, InputRefused) and reason in refused.reason


def test_reading_goes_on_at_a_row(tmp_path: Path) -> None:
    path = table(tmp_path, b"id,text\n" + b"".join(b"a%d,text %d\n" % (n, n) for n in range(5)))
    items = read(path, resume=3)
    assert [item.id for item in items if isinstance(item, Record)] == ["a3", "a4"]
    assert [item.position for item in items if isinstance(item, Checkpoint)] == [4, 5, None]


@pytest.mark.parametrize("given", ["text", "text=", "=body", "body=text", "text=a,text=b"])
def test_a_mapping_that_is_none(given: str) -> None:
    with pytest.raises(ValueError, match=r"FIELD=COLUMN|no field|twice"):
        read_columns(given)


def test_parquet(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "t.parquet"
    rows = {
        "id": [f"a{n}" for n in range(300)],
        "body": [f"Report {n}." if n != 7 else None for n in range(300)],
        "published": [datetime(2023, 10, 2, 14, 5, tzinfo=UTC)] * 300,
        "tags": [["weather"]] * 300,
    }
    parquet.write_table(arrow.table(rows), path, row_group_size=100)
    items = read(path)
    assert [item.id for item in items if isinstance(item, Record)] == [f"a{n}" for n in range(300) if n != 7]
    assert [item.name for item in items if isinstance(item, InputRefused)] == [f"{path}:8"]
    first = items[0]
    assert isinstance(first, Record) and first.published.date == "2023-10-02T14:05+00:00" and first.tags == ("weather",)
    assert [item.id for item in read(path, resume=250) if isinstance(item, Record)][:1] == ["a250"]
    (refused,) = read(path, {"text": "nope"})
    assert isinstance(refused, InputRefused) and "'body'" in refused.reason
    path.write_bytes(path.read_bytes()[:-20])
    (refused,) = read(path)
    assert isinstance(refused, InputRefused)


def test_parquet_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (refused,) = read(table(tmp_path, b"PAR1", "t.parquet"))
    assert isinstance(refused, InputRefused) and refused.reason == "needs pip install 'qa-service[parquet]'"
