"""Whatever bytes stand in a page, a text or a line of JSON, reading gives items and ends, and memory stays bounded."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from index.article import Record
from index.assemble import assemble
from index.errors import InputRefused
from index.readers import ReadOptions, read_inputs

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry aground | Courier</title>'
    '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Ferry aground",'
    ' "datePublished": "2019-03-04T07:30:00+01:00", "author": [{"name": "Ida"}]}]}</script>'
    '<meta property="article:modified_time" content="2019-03-05"><link rel="canonical" href="/ferry"></head><body>'
    '<nav><a href="/">Home</a></nav><article><h1>Ferry <b>aground</b></h1><time datetime="2019-03-04">4 March</time>'
    + "<p>The ferry to Port Lumen ran aground at dawn on Monday, and nobody was hurt, the coastguard said.</p>"
    * 4
    + "<figure><img><figcaption>The ferry on the rocks</figcaption></figure><ul><li>One</li></ul>"
    "<table><tr><td>a</td><td>b</td></tr></table></article></body></html>"
).encode()
LINES = b'{"id": "a", "text": "The ferry ran aground.", "date": "2019-03-04", "tags": ["sea"]}\n{"text": "Two."}\n'
TEXT = b" date 2019-03-04 Ferry aground\n\nThe ferry to Port Lumen ran aground at dawn.\nPhoto: Ida Berg\n"
SAMPLES = {"a.html": PAGE, "a.jsonl": LINES, "a.txt": TEXT}
SPLICES = [
    b"<", b">", b"&", b"<p>", b"</p>", b"<div>" * 60, b"</div>" * 9, b"<script>", b"<!--", b"-->", b"<![CDATA[", b"\0",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xf0\x9f\x9a\xa2", b"&#x110000;", b"&#0;", b"<table><tr>" * 20, b"9999-99-99",
    b'{"@type":["NewsArticle"],"headline":[]}', b"<meta charset=utf-7>", b"<base href='http://['>", b"href='//['",
    b"<time datetime='T'>", b"<h1>" * 9, b"<svg><p>", b"<template>", b"<html>", b"</html>", b"null", b"{", b"[[", b'"',
    b"\\ud800", b"1e999", b"\n" * 40, b"\r", b"\x0c", b"a" * 5000, b"<p " + b"a=b " * 200 + b">",
]  # fmt: skip


def mutated(sample: bytes, chance: random.Random) -> bytes:
    data = bytearray(sample)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data[at : at + chance.randint(1, 80)] = b""
            case 1:
                data[at:at] = chance.choice(SPLICES)
            case 2 if data:
                data[at % len(data)] = chance.randrange(256)
            case 3:
                start = chance.randrange(len(data) + 1)
                data[at:at] = data[start : start + chance.randint(1, 200)]
            case _:
                data = data[: max(1, at)] if chance.random() < 0.1 else data
    return bytes(data)


def check(path: Path, data: bytes) -> None:
    """Items only, in time; a record's own article can be made of it, and what it keeps lies in its text."""
    path.write_bytes(data)
    began = time.monotonic()
    for item in read_inputs([str(path)], ReadOptions(max_bytes=1 << 20)):
        assert isinstance(item, (Record, InputRefused))
        if isinstance(item, Record):
            article = assemble(item)
            assert all(0 <= start < end <= len(article.text) for start, end in article.kept)
    assert time.monotonic() - began < 20, data[:200]


@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    chance = random.Random(name)
    for _ in range(40):
        check(tmp_path / name, mutated(SAMPLES[name], chance))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [("a.html", 6_000), ("a.jsonl", 10_000), ("a.txt", 10_000)])
def test_damaged_files_in_thousands(tmp_path: Path, name: str, count: int) -> None:
    chance = random.Random(f"{name} in thousands")
    for _ in range(count):
        check(tmp_path / name, mutated(SAMPLES[name], chance))


@pytest.mark.parametrize("token", [b"<p>", b"<div>", b"<a href=x>", b"<li>", b"<!--", b"&amp;", b"<b><i>", b"<td>x"])
def test_much_of_one_token_ends(tmp_path: Path, token: bytes) -> None:
    check(tmp_path / "a.html", token * (300_000 // len(token)))
