"""Web pages as they are read: text, headline, dates, outlet, authors, captions, and pages that are no article."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eval.pages import figures, judge
from index.article import Record
from index.assemble import assemble
from index.errors import InputRefused
from index.passages import SplitOptions
from index.readers import ReadOptions, read_inputs
from index.readers.html import read_page
from index.rereading import reread
from index.writer import Writer
from tests.archives import EMBEDDER, open_store

HTML = Path(__file__).parents[3] / "shared" / "data" / "html"
URL = "https://www.courier.example/2023/10/02/bridge"
PARAGRAPHS = [
    "The harbour bridge at Vesterhavn opened again on Monday after eleven weeks of repairs, the port authority said.",
    "Some 14,000 cars had taken the way round by Sorrel every day, and the ferries had run late into the night.",
    "“We had hoped for ten weeks, and it took one more,” said Ines Dole, who leads the works for the authority.",
    "The repair cost 3.2 million crowns, a tenth more than planned, because two bearings had rusted through.",
]
LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "WebSite", "name": "Courier"},
 {"@type": "NewsArticle", "headline": "Harbour bridge open again", "datePublished": "2023-10-02T14:05:33+02:00",
  "dateModified": "2023-10-03T09:00:00+02:00", "author": [{"@type": "Person", "name": "Rosa Tamm"}, {"name": "Olav Brink"}],
  "publisher": {"@type": "Organization", "name": "Harbour Courier"}, "inLanguage": "en",},
]}</script>"""


def page(
    *, head: str = "", title: str = "Harbour bridge open again | Harbour Courier", before: str = "", after: str = ""
) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>
    <nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><h1 class="logo">Courier</h1>
    <main><article><h1>Harbour bridge open again</h1>{before}{body}{after}</article></main>
    <aside class="related"><h2>More</h2><p><a href="/x">Ferry prices rise in spring, says the line</a></p></aside>
    <footer><p>© Harbour Courier</p></footer></body></html>""".encode()


def read(data: bytes, url: str | None = URL) -> Record:
    record = read_page(data, name="bridge.html", shown="bridge.html", url=url, max_bytes=1 << 20)
    assert isinstance(record, Record), record
    return record


def refused(data: bytes, url: str | None = URL) -> str:
    record = read_page(data, name="bridge.html", shown="bridge.html", url=url, max_bytes=1 << 20)
    assert isinstance(record, InputRefused)
    return record.reason


def test_text_headline_outlet_authors_and_both_dates() -> None:
    record = read(page(head=LD))
    assert record.text.split("\n")[-4:] == PARAGRAPHS
    assert record.title == "Harbour bridge open again"
    assert record.source == "Harbour Courier"
    assert record.authors == ("Rosa Tamm", "Olav Brink")
    assert (record.published.date, record.published.precision, record.published.provenance) == (
        "2023-10-02T14:05+02:00",
        "minute",
        "page",
    )
    assert record.modified == "2023-10-03T09:00+02:00"
    assert record.id == record.url == URL
    assert record.raw is not None and record.raw.format == "html"


@pytest.mark.parametrize(
    ("head", "before", "date"),
    [
        ('<meta property="article:published_time" content="2023-10-02T23:30:00Z">', "", "2023-10-02T23:30+00:00"),
        ('<meta name="date" content="2023/10/2">', "", "2023-10-02"),
        ('<meta name="DC.date.issued" content="20231002">', "", "2023-10-02"),
        ("", '<time datetime="2023-10-02" itemprop="datePublished">2 October</time>', "2023-10-02"),
        ("", "<p class='date'>Published 1 October 2023</p>", "2023-10-01"),
    ],
)
def test_where_a_page_says_its_date(head: str, before: str, date: str) -> None:
    assert read(page(head=head, before=before), "https://www.courier.example/bridge").published.date == date


def test_a_date_in_the_address_is_the_pages() -> None:
    assert read(page()).published.date == "2023-10-02"


@pytest.mark.parametrize("value", ["2099-01-01T00:00:00Z", "0001-01-01", "1923-10-02", "soon", "2023-13-40"])
def test_impossible_dates_are_refused_and_none_is_invented(value: str) -> None:
    record = read(page(head=f'<meta property="article:published_time" content="{value}">'), "https://courier.example/b")
    assert record.published.date is None
    assert record.published.provenance == "none"


def test_tomorrow_in_another_time_zone_is_no_future() -> None:
    soon = (datetime.now(UTC) + timedelta(hours=10)).isoformat(timespec="minutes")
    record = read(page(head=f'<meta property="article:published_time" content="{soon}">'))
    assert record.published.date is not None and record.published.date[:16] == soon[:16]


def test_a_modified_time_before_publication_is_none() -> None:
    head = '<meta property="article:published_time" content="2023-10-02"><meta name="lastmod" content="2023-09-01">'
    assert read(page(head=head)).modified is None


@pytest.mark.parametrize(
    ("head", "title", "heading", "expected"),
    [
        ("", "Bridge open again - Courier", "Bridge open again", "Bridge open again"),
        (
            "",
            "Courier | Bridge open again after weeks",
            "<b>Bridge</b> open again after weeks",
            "Bridge open again after weeks",
        ),
        (
            "",
            "Bridge open again after weeks",
            '<span class="kicker">Traffic</span> Bridge open again after weeks',
            "Bridge open again after weeks",
        ),
        (
            '<meta property="og:title" content="Bridge open again after weeks">',
            "x",
            "Harbour: Bridge open again after weeks",
            "Bridge open again after weeks",
        ),
        ('<meta property="og:title" content="Bridge &amp; harbour">', "x", "", "Bridge & harbour"),
        ("", "", "The bridge has opened again", "The bridge has opened again"),
    ],
)
def test_headlines(head: str, title: str, heading: str, expected: str) -> None:
    data = page(head=head, title=title).replace(b"<h1>Harbour bridge open again</h1>", f"<h1>{heading}</h1>".encode())
    data = data.replace(b'<h1 class="logo">Courier</h1>', b"")
    assert read(data).title == expected


def test_captions_are_in_the_text_and_never_quoted() -> None:
    figure = "<figure><img src='b.jpg'><figcaption>The bridge seen from the old quay in spring</figcaption></figure>"
    article = assemble(read(page(after=figure + f"<p>{PARAGRAPHS[0]} Traffic was light.</p>")))
    kept = [article.text[start:end] for start, end in article.kept]
    assert not any("old quay" in text for text in kept)
    if "old quay" in article.text:
        assert [one.reason for one in article.removed if "old quay" in article.text[slice(*one.span)]] == ["caption"]


def test_a_lead_that_stands_apart_comes_first() -> None:
    lead = '<div class="article-lead"><span>Eleven weeks of detours are over for the people of Vesterhavn and Sorrel.</span></div>'
    assert "\nEleven weeks of detours are over" in read(page(before=lead)).text
    assert read(page(before=f"</article></main>{lead}<main><article>")).text.startswith("Eleven weeks of detours")


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-8"), ("iso-8859-1", "latin-1"), ("windows-1251", "windows-1251")]
)
def test_declared_encodings(charset: str, encoding: str) -> None:
    words = "Мост открыт снова." if encoding == "windows-1251" else "Für die Brücke."
    data = (
        page(after=f"<p>{words} {' '.join(PARAGRAPHS[:1])}</p>")
        .decode()
        .replace("“", '"')
        .replace("”", '"')
        .replace("©", "")
    )
    raw = data.replace('charset="utf-8"', f'charset="{charset}"').encode(encoding)
    assert words in read(raw).text


def test_a_broken_byte_does_not_make_another_encoding() -> None:
    data = page(after="<p>Brücke, Fähre, Straße und Öl kosten über 3 Millionen: so die Behörde für Häfen.</p>")
    assert "Brücke, Fähre" in read(data.replace(b"</footer>", b"\xff</footer>")).text


def test_a_canonical_address_of_another_site_is_not_believed() -> None:
    other = '<link rel="canonical" href="https://elsewhere.example/stolen">'
    assert read(page(head=other)).url == URL
    own = '<link rel="canonical" href="/2023/10/02/harbour-bridge">'
    assert read(page(head=own)).url == "https://www.courier.example/2023/10/02/harbour-bridge"
    front = '<link rel="canonical" href="https://www.courier.example/">'
    assert read(page(head=front)).url == URL


def test_without_an_address_the_name_is_the_id() -> None:
    record = read(page(), url=None)
    assert (record.id, record.url) == ("bridge.html", None)


def test_pages_that_are_no_articles() -> None:
    def bare(body: str, head: str = "") -> bytes:
        return f"<html><head><title>x</title>{head}</head><body>{body}</body></html>".encode()

    consent = "<p>We value your privacy. We use cookies. Accept all cookies or manage your consent and tracking.</p>"
    assert "consent wall" in refused(bare(consent))
    wall = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge", "isAccessibleForFree": false}'
        "</script>"
    )
    assert "preview" in refused(
        bare("<article><p>The bridge opened on Monday.</p></article><p>Subscribe now.</p>", wall)
    )
    assert "error page" in refused(bare("<h1>404</h1><p>Page not found</p>"))
    links = "".join(
        f'<article><a href="/{n}">A headline about matter number {n} in the town</a></article>' for n in range(30)
    )
    assert "list of articles" in refused(bare(links), "https://www.courier.example/")
    gallery = '<script type="application/ld+json">{"@type": "ImageGallery"}</script>'
    shown = "<figure><img><figcaption>The harbour at dawn</figcaption></figure>"
    text = "<p>The pictures of the year from the harbour, the sea around it and the people who work there.</p>"
    assert "gallery" in refused(bare(f"<article>{shown * 9}{text}</article>", gallery))


@pytest.mark.parametrize("data", [b"", b"   ", b"\0" * 900, b"\x89PNG\r\n\x1a\n" + b"\0" * 200, b"<", b"<!-- -->"])
def test_what_is_no_page_is_refused(data: bytes) -> None:
    assert refused(data)


def test_a_folder_of_pages(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(page(head=LD))
    (tmp_path / "b.htm").write_bytes(b"<p>short</p>")
    items = list(read_inputs([str(tmp_path)], ReadOptions(max_bytes=1 << 20)))
    assert isinstance(items[0], Record) and items[0].id == "a.html"
    assert isinstance(items[1], InputRefused) and items[1].name.endswith("b.htm")


@pytest.mark.skipif(not HTML.exists(), reason="needs the pages beside the project")
def test_real_pages_are_read_well() -> None:
    found = figures(list(judge(HTML)))
    assert found["headline_exact"] >= 0.8
    assert found["required_kept"] >= 0.95
    assert found["forbidden_absent"] >= 0.95
    assert found["date_exact"] >= 0.85


def test_what_was_kept_raw_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_store(tmp_path)) as store:
        writer = Writer(store, EMBEDDER, SplitOptions())
        writer.ingest([read(page(head=LD))])
        assert writer.ingest(reread(store.catalogue, max_bytes=1 << 20)).unchanged == 1
        better = replace(read(page(head=LD)), text="\n".join([*PARAGRAPHS, "It was the longest closure since 1931."]))
        monkeypatch.setattr("index.rereading.FORMATS", {"html": ((), lambda *_: iter([better]))})
        assert writer.ingest(reread(store.catalogue, max_bytes=1 << 20)).updated == 1
        first, second = store.catalogue.versions(URL)
        assert first.article.text.endswith("\n".join(PARAGRAPHS))
        assert second.article.text.endswith("since 1931.")
        store.delete([URL])
        assert list(reread(store.catalogue, max_bytes=1 << 20)) == []


def test_other_formats_are_read_again_too(tmp_path: Path) -> None:
    entry = {
        "id": "https://c.example/1",
        "url": "https://c.example/1",
        "title": "Bridge",
        "content_text": " ".join(PARAGRAPHS),
    }
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Courier", "items": [entry]}))
    with closing(open_store(tmp_path / "archive")) as store:
        writer = Writer(store, EMBEDDER, SplitOptions())
        assert writer.ingest(read_inputs([str(feed)], ReadOptions(max_bytes=1 << 20))).ingested == 1
        assert writer.ingest(reread(store.catalogue, max_bytes=1 << 20)).unchanged == 1
