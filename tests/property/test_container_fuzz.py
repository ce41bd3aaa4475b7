"""Whatever bytes a file holds, its reader yields items and ends: tables, web archives, zip and tar, in bounded time."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from index.article import Checkpoint, Record
from index.errors import InputRefused
from index.readers import ReadOptions, read_inputs

HTML = b"<html><head><title>Ferry</title></head><body><p>The ferry was late.</p></body></html>"


def warc() -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    http += b"%x\r\n%s\r\n0\r\n\r\n" % (len(HTML), HTML)
    head = (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nWARC-Date: 2023-10-02T10:00:00Z\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(http)
    )
    return head + http + b"\r\n\r\n"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "The ferry was late.")
        archive.writestr("b.csv", "id,text\nx,It rained.\n")
    return out.getvalue()


def tarred(mode: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # pyright: ignore[reportCallIssue, reportArgumentType]
        for name in ("a.txt", "b.txt"):
            info = tarfile.TarInfo(name)
            info.size = 20
            archive.addfile(info, io.BytesIO(b"The ferry was late.\n"))
    return out.getvalue()


def parquet() -> bytes:
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(arrow.table({"id": ["a", "b"], "text": ["One.", "Two."]}), out)
    return out.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {
    ".csv": lambda: b'id,text,date\na,"It rained, and ""poured"".",2023-10-02\nb,Two.,\n',
    ".csv.gz": lambda: gzip.compress(b"id;text\na;It rained.\nb;Two.\n"),
    ".warc": lambda: warc() * 3,
    ".warc.gz": lambda: gzip.compress(warc()) * 3,
    ".zip": zipped,
    ".tar": lambda: tarred("w"),
    ".tar.gz": lambda: tarred("w:gz"),
    ".parquet": parquet,
}


def mutated(sample: bytes, chance: random.Random) -> bytes:
    """A sample with bytes changed, cut out, repeated, cut off; now and then nothing but noise."""
    data = bytearray(sample)
    if chance.random() < 0.02:
        return chance.randbytes(chance.randrange(200))
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(data) + 1)
        more = at + chance.randrange(1, 40)
        kind = chance.randrange(5)
        if kind == 0 and at < len(data):
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at:more]
        elif kind == 2:
            data[at:at] = data[at:more]
        elif kind == 3:
            data[at:at] = chance.choice([b"\0", b"\xff\xfe", b'"', b"\r\n", b"99999999999", b"-1", b"WARC/1.0\r\n"])
        elif chance.random() < 0.2:
            del data[at:]
    return bytes(data)


@pytest.mark.parametrize("ending", SAMPLES)
@pytest.mark.parametrize("inputs", [20, pytest.param(10_000, marks=pytest.mark.slow)])
def test_mutated_inputs_give_items_and_nothing_else(ending: str, inputs: int) -> None:
    sample = SAMPLES[ending]()
    chance = random.Random(f"{ending}{inputs}")
    options = ReadOptions(max_bytes=2_000, resume_from=lambda name, state: chance.choice([None, 1, 300]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fuzzed{ending}"
        for number in range(inputs):
            path.write_bytes(mutated(sample, chance))
            items = list(read_inputs([str(path)], options))
            assert items, number
            assert all(isinstance(item, Record | InputRefused | Checkpoint) for item in items)
