"""Sitemaps: addresses with what is said of them, as they stream in, within limits."""

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.errors import InputRefused
from index.readers import ReadOptions, read_inputs
from index.readers.sitemap import Listed, SitemapLimits, read_sitemap
from qa_service.cli import build

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
NEWS = (
    "<url><loc> https://lumen.example/ferry?a=1&amp;b=2 </loc><lastmod>2024-03-02T10:00:00Z</lastmod><news:news>"
    "<news:publication><news:name>Lumen Courier</news:name><news:language>en</news:language></news:publication>"
    "<news:publication_date>2024-03-01T10:00:00+01:00</news:publication_date><news:title>Ferry aground</news:title>"
    "</news:news><image:image><image:loc>https://lumen.example/a.jpg</image:loc><image:title>Pier</image:title>"
    "</image:image></url>"
)


def urlset(*urls: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACES}>{"".join(urls)}</urlset>'.encode()


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def url(address: str) -> str:
    return f"<url><loc>{address}</loc></url>"


def read(path: Path, limits: SitemapLimits | None = None) -> tuple[list[Listed], list[str]]:
    found = list(read_sitemap(path, limits))
    return (
        [one for one in found if isinstance(one, Listed)],
        [str(one).removeprefix(str(path)) for one in found if isinstance(one, InputRefused)],
    )


@pytest.mark.parametrize("zipped", [False, True])
def test_a_news_sitemap_lists_what_it_says(tmp_path: Path, zipped: bool) -> None:
    data = urlset(NEWS, url("https://lumen.example/two"))
    listed, refused = read(write(tmp_path / "s.xml.gz", gzip.compress(data) if zipped else data))
    first, second = listed
    assert not refused
    assert (first.url, first.kind, first.title) == ("https://lumen.example/ferry?a=1&b=2", "page", "Ferry aground")
    assert (first.outlet, first.language, first.modified) == ("Lumen Courier", "en", "2024-03-02T10:00+00:00")
    assert (first.published.date, first.published.provenance) == ("2024-03-01T10:00+01:00", "metadata")
    assert (second.url, second.published.date, second.title) == ("https://lumen.example/two", None, "")


def test_an_index_lists_sitemaps(tmp_path: Path) -> None:
    data = f"<sitemapindex {SPACES}><sitemap><loc>https://lumen.example/s1.xml</loc></sitemap></sitemapindex>".encode()
    ((one,), refused) = read(write(tmp_path / "s.xml", data))
    assert one.kind == "sitemap" and not refused


def test_what_cannot_be_followed_is_refused_by_number(tmp_path: Path) -> None:
    data = urlset(url("javascript:alert(1)"), "<url/>", url("https://lumen.example/a"), url("https://[x"))
    listed, refused = read(write(tmp_path / "s.xml", data))
    assert [one.url for one in listed] == ["https://lumen.example/a"]
    assert [one.split(":")[1] for one in refused] == ["1", "2", "4"]


def test_what_comes_before_damage_is_listed(tmp_path: Path) -> None:
    data = urlset(url("https://lumen.example/a"), url("https://lumen.example/b"))
    listed, refused = read(write(tmp_path / "s.xml", data[:-30]))
    assert [one.url for one in listed] == ["https://lumen.example/a"]
    assert len(refused) == 1 and "not well-formed" in refused[0] and "the 1 before were read" in refused[0]
    many = urlset(*(url(f"https://lumen.example/{number:064}") for number in range(5000)))
    listed, refused = read(write(tmp_path / "s.xml.gz", gzip.compress(many)[:-300]))
    assert 0 < len(listed) < 5000 and len(refused) == 1 and "damaged gzip" in refused[0]


def test_limits_hold_for_bytes_entries_and_depth(tmp_path: Path) -> None:
    data = urlset(*(url(f"https://lumen.example/{number}") for number in range(9000)))
    path = write(tmp_path / "s.xml.gz", gzip.compress(data))
    listed, refused = read(path, SitemapLimits(max_entries=5))
    assert len(listed) == 5 and refused == [": lists over 5 addresses, the most that is read"]
    listed, refused = read(path, SitemapLimits(max_bytes=100_000))
    assert len(listed) < 9000 and "100,000 bytes" in refused[0]
    _, refused = read(write(tmp_path / "d.xml", b"<urlset>" + b"<a>" * 100))
    assert refused == [": is nested over 50 elements deep"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no element found"),
        (b"<urlset/>", "is a sitemap without addresses"),
        (b"<rss/>", "is no sitemap: its root element is <rss>"),
        (b'<!DOCTYPE urlset [<!ENTITY a "b">]><urlset>&a;</urlset>', "declares entities"),
    ],
)
def test_what_is_no_sitemap_says_so(tmp_path: Path, data: bytes, reason: str) -> None:
    listed, refused = read(write(tmp_path / "s.xml", data))
    assert not listed and len(refused) == 1 and reason in refused[0]


def test_ingest_refuses_a_sitemap_once_with_its_reason(tmp_path: Path) -> None:
    path = write(tmp_path / "s.xml", urlset(NEWS, url("https://lumen.example/two")))
    (refused,) = read_inputs([str(path)], ReadOptions(max_bytes=1000))
    assert isinstance(refused, InputRefused)
    assert refused.reason == "is a sitemap: 2 addresses, no text; `qa-service inspect` lists them"


def test_inspect_lists_the_addresses(tmp_path: Path) -> None:
    path = str(write(tmp_path / "s.xml", urlset(NEWS, url("https://lumen.example/two"))))
    shown = CliRunner().invoke(build(), ["inspect", path])
    assert shown.exit_code == 0
    assert "2024-03-01T10:00+01:00 https://lumen.example/ferry?a=1&b=2" in shown.output
    assert "Ferry aground  Lumen Courier · en" in shown.output
    result = CliRunner().invoke(build(), ["inspect", path, "--json"])
    first, second = map(json.loads, result.output.splitlines())
    assert first["source"] == "Lumen Courier" and first["published"]["date"] == "2024-03-01T10:00+01:00"
    assert second == {
        "url": "https://lumen.example/two",
        "kind": "page",
        "published": {"date": None, "precision": "none", "provenance": "none", "inferred": None},
        "modified": None,
        "title": "",
        "source": None,
        "language": None,
    }


def test_inspect_of_a_damaged_sitemap_shows_what_there_is_and_exits_1(tmp_path: Path) -> None:
    data = urlset(url("https://lumen.example/a"), url("https://lumen.example/b"))[:-30]
    result = CliRunner().invoke(build(), ["inspect", str(write(tmp_path / "s.xml", data))])
    assert result.exit_code == 1 and "https://lumen.example/a" in result.output
