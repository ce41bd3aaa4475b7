"""Whatever a feed or a sitemap is made of, reading it gives items: no exception, no hang."""

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.article import Record
from index.errors import InputRefused
from index.readers import ReadOptions, read_inputs
from index.readers.feed import read_feed_bytes
from index.readers.json_feed import read_json_feed_bytes
from index.readers.sitemap import Listed, read_sitemap

TEXT = "The ferry ran aground at dawn on Monday. Nobody drowned, the coastguard of Port Lumen said."
RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    "<title>Lumen Courier &amp; Co</title><link>https://lumen.example/</link><language>en-gb</language><item><title>"
    "<![CDATA[Ferry aground]]></title><link>https://lumen.example/1</link><guid isPermaLink='false'>1</guid>"
    f"<pubDate>Mon, 04 Mar 2019 07:30:00 +0100</pubDate><description>{TEXT}&lt;br/&gt;</description><dc:creator>"
    f"ib@lumen.example (Ida Berg)</dc:creator></item><item><content:encoded><![CDATA[<p>{TEXT}</p><figure><img/>"
    "<figcaption>x</figcaption></figure>]]></content:encoded><category>Sea</category></item></channel></rss>"
).encode()
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title type="html">Lumen &amp;amp; Co</title><entry><id>'
    "tag:1</id><link rel='alternate' href='/a'/><updated>2020-01-02T03:04:05Z</updated><published>2020-01-01</published>"
    f"<author><name>Ida</name></author><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>{TEXT}</p>"
    f"</div></content></entry><entry><summary type='text'>{TEXT}</summary><source><title>Harbour</title></source></entry></feed>"
).encode("utf-16")
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>'
    f"<title>Old Post</title></channel><item rdf:about='https://l.example/1'><description>{TEXT}</description></item></rdf:RDF>"
).encode()
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Lumen",
        "items": [
            {"id": 1, "content_html": f"<p>{TEXT}</p>", "date_published": "2020-01-01T00:00:00Z", "tags": ["a"]},
            {"id": "2", "url": "https://l.example/", "summary": TEXT, "authors": [{"name": "I"}]},
        ],
    }
).encode()
SITEMAP = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
    b"<url><loc>https://l.example/1</loc><lastmod>2020-01-01</lastmod><n:news><n:title>T</n:title></n:news></url></urlset>"
)
SPLICES = [
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<item>", b"</item>", b"<entry>", b"</rss>", b"</channel>",
    b"<?xml encoding='x'?>", b"<!DOCTYPE a [<!ENTITY b '&b;&b;'>]>", b"&nbsp;", b"&#0;", b"&#x110000;", b"&b;", b"\0", b"\xff",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\x1b", b" xmlns:q='", b"'", b'"', b"<q:z/>", b"<div>" * 40, b"9" * 40,
    b"9999-99-99", b"encoding='utf-7'", b"base64", b"type='image/png'", b"xml:base='http://['", b"null", b"{", b"[",
    b"\\ud800", b"1e999", b"-", b"//[", b"javascript:", b"<guid/>", b"<link/>", b"<source>", b"<media:content><title>",
]  # fmt: skip
OPTIONS = ReadOptions(max_bytes=5_000)
Read = Callable[[bytes], list[object]]


def feed(data: bytes) -> list[object]:
    return list(read_feed_bytes(data, shown="f", max_bytes=5_000))


def json_feed(data: bytes) -> list[object]:
    return list(read_json_feed_bytes(data, shown="f", max_bytes=5_000))


def check(items: list[object]) -> None:
    assert items, "an input is settled: read or refused"
    for one in items:
        assert isinstance(one, Record | InputRefused | Listed)
        if isinstance(one, InputRefused):
            assert one.reason and one.name.startswith("f")
        elif isinstance(one, Record):
            assert one.id and one.text.strip() and one.text.encode() and not any(c.isspace() for c in one.id)


def mutated(seed: bytes, chance: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        at, size = chance.randrange(len(data) + 1), chance.randint(0, 60)
        kind = chance.randrange(5)
        if kind == 0:
            data[at:at] = chance.choice(SPLICES)
        elif kind == 1:
            del data[at : at + size]
        elif kind == 2:
            data[at:at] = data[at : at + size] * chance.randint(1, 4)
        elif kind == 3 and at < len(data):
            data[at] = chance.randrange(256)
        else:
            data[at : at + size] = chance.choice(SPLICES)
    return bytes(data)


@given(
    st.sampled_from([RSS, ATOM, RDF, JSON]),
    st.integers(min_value=0),
    st.one_of(st.none(), st.binary(max_size=200)),
)
@settings(max_examples=20)
@example(RSS, 0, b"<rss>")
@example(RSS, 0, b"<rss><item>")
def test_mutated_feeds_give_items(seed: bytes, number: int, instead: bytes | None) -> None:
    data = mutated(seed, random.Random(number)) if instead is None else instead
    check(json_feed(data) if seed is JSON else feed(data))


@given(st.integers(min_value=0))
@settings(max_examples=20)
def test_mutated_sitemaps_give_items(tmp_path_factory: pytest.TempPathFactory, number: int) -> None:
    path = tmp_path_factory.mktemp("sitemap") / "f.xml"
    path.write_bytes(mutated(SITEMAP, random.Random(number)))
    items = list(read_sitemap(path))
    assert items and all(isinstance(one, Listed | InputRefused) for one in items)


@pytest.mark.slow
def test_twelve_thousand_mutated_inputs_give_items_and_none_takes_long(tmp_path: Path) -> None:
    chance = random.Random(20240304)
    slowest = 0.0
    path = tmp_path / "f.xml"
    read = 0
    for seed, run in _rounds(12_000):
        data = mutated(seed, chance) if chance.random() < 0.95 else chance.randbytes(chance.randrange(400))
        started = time.process_time()
        if run is None:
            path.write_bytes(data)
            assert list(read_inputs([str(path)], OPTIONS))
        else:
            items = run(data)
            check(items)
            read += sum(isinstance(one, Record) for one in items)
        slowest = max(slowest, time.process_time() - started)
    assert read > 3_000, "many mutations leave something to be read"
    assert slowest < 2


def _rounds(count: int) -> Iterator[tuple[bytes, Read | None]]:
    ways: list[tuple[bytes, Read | None]] = [(RSS, feed), (ATOM, feed), (RDF, feed), (JSON, json_feed), (SITEMAP, None)]
    for number in range(count):
        yield ways[number % len(ways)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "repeated",
    [
        b"<",
        b"<a ",
        b"<!--",
        b"<b>",
        b"&",
        b"&#",
        b"<![CDATA[",
        b"<item>",
        b"<item></item>",
        b"]]>",
        b"<p/>",
        b"' ",
        b"x",
    ],
    ids=str,
)
def test_a_megabyte_of_one_thing_is_read_in_seconds(repeated: bytes) -> None:
    data = b"<rss><channel><title>T</title><item><description>" + repeated * (1_000_000 // len(repeated))
    started = time.process_time()
    check(feed(data))
    check(feed(data + b"</description></item></channel></rss>"))
    assert time.process_time() - started < 30
