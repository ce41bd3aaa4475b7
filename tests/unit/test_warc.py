"""Web archives: which records are articles, their captures as versions, damage, and going on at an offset."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
import zstandard

from index.article import Checkpoint, Item, Record, date_interval
from index.embedding import Embedder
from index.errors import InputRefused
from index.passages import SplitOptions
from index.readers import ReadOptions, read_inputs
from index.store import Store
from index.testing import HashEmbedder
from index.writer import Writer
from tests.archives import open_store

LIMIT = 200_000
SPLIT = SplitOptions(max_tokens=60, overlap_sentences=1)
EMBEDDER: Embedder = HashEmbedder(dim=16)
STAY = (
    "The harbour board of Wendel met on Monday and agreed to dredge the channel before the winter storms arrive. "
    "Boats of more than two metres of draught have had to wait for the tide since the spring. "
    "The work is to take six weeks and will be paid for by the county and the board together."
)


def page(n: int | str, text: str = STAY, date: str = "2023-09-30T08:00:00Z") -> bytes:
    return (
        f"<html><head><title>Channel {n} to be dredged</title>"
        f'<meta property="og:title" content="Channel {n} to be dredged">'
        f'<meta property="og:site_name" content="Wendel Post"><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{date}"></head><body><article>'
        f"<h1>Channel {n} to be dredged</h1><p>Report {n}. {text}</p><p>{text[::-1].title()[:0]}The mayor of "
        "Wendel said that nobody had been asked to leave a berth, and that the ferry would keep its hours.</p>"
        "</article></body></html>"
    ).encode()


def response(
    url: str,
    body: bytes,
    *,
    at: str = "2023-10-02T10:00:00Z",
    status: str = "200 OK",
    headers: str = "Content-Type: text/html; charset=utf-8\r\n",
    kind: str = "response",
) -> bytes:
    http = f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() + body
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {at}\r\n"
        f"WARC-Record-ID: <urn:uuid:{zlib.crc32(http):032x}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


ENDINGS: dict[str, Callable[[bytes], bytes]] = {
    ".warc": bytes,
    ".warc.gz": gzip.compress,
    ".warc.zst": zstandard.ZstdCompressor().compress,
}


def read(path: Path, resume: int | None = None, *, checkpoints: bool = False) -> list[Item]:
    follow = (lambda name, state: resume) if checkpoints or resume is not None else None
    return list(read_inputs([str(path)], ReadOptions(max_bytes=LIMIT, resume_from=follow)))


def urls(items: list[Item]) -> list[str | None]:
    return [item.url for item in items if isinstance(item, Record)]


@pytest.mark.parametrize("ending", ENDINGS)
def test_pages_are_read_and_what_is_no_page_is_passed_over(tmp_path: Path, ending: str) -> None:
    records = [
        response("http://post.example/", b"", kind="warcinfo"),
        response("http://post.example/1", page(1)),
        response("http://post.example/1", b"", kind="request"),
        response("http://post.example/2", page(2), kind="revisit"),
        response("http://post.example/pic", b"\x89PNG", headers="Content-Type: image/png\r\n"),
        response("http://post.example/gone", page(3), status="404 Not Found"),
        response("http://post.example/4", page(4)),
    ]
    path = tmp_path / f"crawl{ending}"
    path.write_bytes(b"".join(map(ENDINGS[ending], records)))
    items = read(path)
    assert urls(items) == ["http://post.example/1", "http://post.example/4"]
    assert len(items) == 2
    first = items[0]
    assert isinstance(first, Record)
    assert first.title == "Channel 1 to be dredged" and first.source == "Wendel Post"
    assert first.captured == "2023-10-02T10:00:00+00:00" and first.modified is None
    assert first.published.date in {"2023-09-30T08:00Z", "2023-09-30T08:00+00:00"}


def chunked(body: bytes) -> bytes:
    pieces = [body[n : n + 100] for n in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


ENCODED = {
    "chunked": ("Transfer-Encoding: chunked\r\n", chunked),
    "gzip": ("Content-Encoding: gzip\r\n", gzip.compress),
    "deflate": ("Content-Encoding: deflate\r\n", zlib.compress),
    "zstd": ("Content-Encoding: zstd\r\n", zstandard.ZstdCompressor().compress),
    "both": ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", lambda body: chunked(gzip.compress(body))),
    "only said to be": ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", bytes),
}


@pytest.mark.parametrize("how", ENCODED)
def test_payloads_are_decoded(tmp_path: Path, how: str) -> None:
    header, encode = ENCODED[how]
    body = encode(page(7))
    path = tmp_path / "a.warc"
    path.write_bytes(response("http://post.example/7", body, headers=f"Content-Type: text/html\r\n{header}"))
    (record,) = read(path)
    assert isinstance(record, Record) and "harbour board of Wendel" in record.text


def test_a_payload_that_unpacks_to_too_much_or_not_at_all_is_refused(tmp_path: Path) -> None:
    headers = "Content-Type: text/html\r\nContent-Encoding: gzip\r\n"
    path = tmp_path / "a.warc"
    path.write_bytes(
        response("http://post.example/bomb", gzip.compress(bytes(50_000_000)), headers=headers)
        + response("http://post.example/bad", b"\x1f\x8b\x08 no gzip at all", headers=headers)
        + response("http://post.example/odd", b"???", headers=headers.replace("gzip", "pack200"))
        + response("http://post.example/8", page(8))
    )
    *refused, good = read(path)
    assert [str(one).split(" ", 1)[1].split(": ")[0] for one in refused] == [
        f"http://post.example/{name}" for name in ("bomb", "bad", "odd")
    ]
    assert isinstance(good, Record)


def test_what_is_no_article_is_refused_by_offset_and_address(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    first = response("http://post.example/1", page(1))
    path.write_bytes(first + response("http://post.example/empty", b"<html><body></body></html>"))
    good, refused = read(path)
    assert isinstance(good, Record) and isinstance(refused, InputRefused)
    assert refused.name == f"{path}:{len(first)} http://post.example/empty"


def test_no_date_is_later_than_the_capture(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(response("http://post.example/1", page(1, date="2024-05-05T10:00:00Z")))
    (record,) = read(path)
    assert isinstance(record, Record) and record.published.date is None


def test_a_file_without_pages_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(response("http://post.example/1", b"", kind="request"))
    assert [item.reason[:17] for item in read(path) if isinstance(item, InputRefused)] == ["holds no web page"]
    for data in (b"", b"nothing of the kind"):
        path.write_bytes(data)
        (refused,) = read(path)
        assert isinstance(refused, InputRefused)


@pytest.mark.parametrize("ending", ENDINGS)
def test_damage_costs_only_the_record_it_is_in(tmp_path: Path, ending: str) -> None:
    parts = [ENDINGS[ending](response(f"http://post.example/{n}", page(n))) for n in range(6)]
    path = tmp_path / f"crawl{ending}"
    broken = bytearray(parts[2])
    broken[: len(broken) // 2] = b"x" * (len(broken) // 2)
    path.write_bytes(b"".join([*parts[:2], bytes(broken), *parts[3:]]))
    items = read(path)
    assert urls(items) == [f"http://post.example/{n}" for n in (0, 1, 3, 4, 5)]
    assert [item for item in items if isinstance(item, InputRefused)]
    path.write_bytes(b"".join(parts)[: -len(parts[5]) // 2])
    items = read(path)
    assert urls(items) == [f"http://post.example/{n}" for n in range(5)]
    assert len([item for item in items if isinstance(item, InputRefused)]) == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_reading_goes_on_at_any_checkpoint(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"crawl{ending}"
    path.write_bytes(b"".join(ENDINGS[ending](response(f"http://post.example/{n}", page(n))) for n in range(5)))
    items = read(path, checkpoints=True)
    assert items[-1] == Checkpoint(input=str(path.resolve()), state=items[-1].state, position=None)  # pyright: ignore[reportAttributeAccessIssue]
    whole = urls(items)
    for place, item in enumerate(items):
        if isinstance(item, Checkpoint) and item.position is not None:
            assert urls(items[:place]) + urls(read(path, item.position)) == whole
    assert sum(isinstance(item, Checkpoint) for item in items) == 5


def test_a_file_compressed_as_a_whole_has_no_place_to_go_on_at(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(gzip.compress(b"".join(response(f"http://post.example/{n}", page(n)) for n in range(4))))
    items = read(path, checkpoints=True)
    assert len(urls(items)) == 4
    assert [item.position for item in items if isinstance(item, Checkpoint)] == [None]
    assert len(urls(read(path, 17))) == 4


# -- captures as versions ----------------------------------------------------------------------------------------

CAPTURES = {
    "2023-10-01T00:00:00Z": "The lock is shut. " + STAY,
    "2023-10-03T00:00:00Z": "The lock is open. " + STAY,
    "2023-10-05T00:00:00Z": "The lock is open. " + STAY,
    "2023-10-07T00:00:00Z": "The lock is shut. " + STAY,
}


def history(store: Store) -> list[tuple[str, int, int | None]]:
    found = store.catalogue.versions("http://post.example/lock")
    ordered = sorted(found, key=lambda version: version.valid_from)
    return [(v.article.text.split("The lock is ")[1][:4], v.valid_from, v.valid_to) for v in ordered]


def ingest(archive: Path, *captures: tuple[str, str]) -> list[tuple[str, int, int | None]]:
    """The history of an article after its captures were read, and read once more."""
    path = archive.with_suffix(".warc")
    path.write_bytes(b"".join(response("http://post.example/lock", page("x", text), at=at) for at, text in captures))
    store = open_store(archive)
    Writer(store, EMBEDDER, SPLIT).ingest(read_inputs([str(path)], ReadOptions(max_bytes=LIMIT)))
    once = history(store)
    report = Writer(store, EMBEDDER, SPLIT).ingest(read_inputs([str(path)], ReadOptions(max_bytes=LIMIT)))
    assert (report.ingested, report.updated, history(store)) == (0, 0, once), "read again nothing changes"
    store.close()
    return once


def test_captures_that_differ_are_versions_from_the_time_they_were_first_seen(tmp_path: Path) -> None:
    start, opened, shut = (
        date_interval(moment)[0] for moment in ("2023-09-30T08:00Z", "2023-10-03T00:00Z", "2023-10-07T00:00Z")
    )
    assert ingest(tmp_path / "archive", *CAPTURES.items()) == [
        ("shut", start, opened),
        ("open", opened, shut),
        ("shut", shut, None),
    ]


def test_captures_are_put_in_order_of_time_however_they_come(tmp_path: Path) -> None:
    texts = ["shut", "open", "full", "sunk"]
    times = [f"2023-10-0{2 * n + 1}T00:00:00Z" for n in range(4)]
    starts = [date_interval("2023-09-30T08:00Z")[0], *(date_interval(at)[0] for at in times[1:])]
    wanted = list(zip(texts, starts, [*starts[1:], None], strict=True))
    captures = [(at, f"The lock is {text}. {STAY}") for at, text in zip(times, texts, strict=True)]
    for n, order in enumerate(permutations(captures)):
        if n % 4 == 0:
            assert ingest(tmp_path / f"archive{n}", *order) == wanted, order
