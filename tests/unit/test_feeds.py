"""Feeds: every well-formed entry becomes a record, and everything else says why not."""

import gzip
import json
from pathlib import Path

import pytest

from index.article import Item, Record
from index.assemble import assemble
from index.errors import InputRefused
from index.readers import FORMATS, ReadOptions, read_inputs
from index.readers.feed import MAX_FEED_BYTES, read_feed_bytes
from index.readers.html.fragment import fragment_text, read_fragment
from index.readers.json_feed import read_json_feed_bytes
from index.readers.json_kinds import JSON_KINDS
from index.readers.xml_kinds import XML_KINDS, decode_xml, root_name

LIMIT = 20_000
REPORT = "The ferry to Port Lumen ran aground at dawn on Monday. All forty passengers were brought ashore."


def rss(*items: str, head: str = "<title>Lumen Courier</title><language>en-gb</language>", root: str = "") -> bytes:
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<?xml version="1.0"?><rss version="2.0" {spaces} {root}><channel>{head}{"".join(items)}</channel></rss>'.encode()


def item(inside: str = "", link: str = "https://lumen.example/ferry", text: str = REPORT) -> str:
    link = f"<link>{link}</link>" if link else ""
    return f"<item><title>Ferry aground</title>{link}<description>{text}</description>{inside}</item>"


def atom(*entries: str, head: str = "<title>Lumen Courier</title>") -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">{head}{"".join(entries)}</feed>'.encode()


def read(data: bytes) -> list[Item]:
    return list(read_feed_bytes(data, shown="a.rss", max_bytes=LIMIT))


def records(items: list[Item]) -> list[Record]:
    return [one for one in items if isinstance(one, Record)]


def reasons(items: list[Item]) -> list[tuple[str, str]]:
    return [(one.name, one.reason) for one in items if isinstance(one, InputRefused)]


def only(items: list[Item]) -> Record:
    (one,) = items
    assert isinstance(one, Record), one
    return one


# --- what an entry says


def test_rss_gives_all_that_an_entry_says() -> None:
    record = only(
        read(
            rss(
                item(
                    "<dc:creator>Ida Berg</dc:creator><category>Shipping</category><category>Port Lumen</category>"
                    '<guid isPermaLink="false">f-17</guid><pubDate>Mon, 04 Mar 2019 07:30:00 +0100</pubDate>'
                )
            )
        )
    )
    assert record.id == record.url == "https://lumen.example/ferry"
    assert (record.title, record.text, record.source, record.language) == (
        "Ferry aground",
        REPORT,
        "Lumen Courier",
        "en",
    )
    assert (record.published.date, record.published.provenance) == ("2019-03-04T07:30+01:00", "metadata")
    assert record.authors == ("Ida Berg",) and record.tags == ("Shipping", "Port Lumen") and record.modified is None


def test_the_whole_text_is_preferred_to_the_summary() -> None:
    content = "<content:encoded><![CDATA[<p>First &amp; foremost, the ferry ran aground off the pier at dawn.</p><script>x()</script><p>Nobody drowned.</p>]]></content:encoded>"
    record = only(read(rss(item(content, text="Short summary here."))))
    assert record.text == "First & foremost, the ferry ran aground off the pier at dawn.\nNobody drowned."


def test_a_content_that_is_only_a_picture_leaves_the_summary() -> None:
    assert only(read(rss(item('<content:encoded><![CDATA[<img src="a.jpg">]]></content:encoded>')))).text == REPORT


def test_html_in_a_summary_is_read_and_plain_text_keeps_its_signs() -> None:
    html = only(
        read(rss(item(text="&lt;p&gt;The ferry &amp;amp; its crew are safe now.&lt;/p&gt;&lt;p&gt;Good.&lt;/p&gt;")))
    )
    assert html.text == "The ferry & its crew are safe now.\nGood."
    plain = only(read(rss(item(text="The ferry and A &amp; B are safe, 3 &lt; 4."))))
    assert plain.text == "The ferry and A & B are safe, 3 < 4."


def test_rss_without_a_namespace_and_with_rdf() -> None:
    old = b"<rss version='0.91'><channel><title>Old Post</title>" + item().encode() + b"</channel></rss>"
    rdf = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        b' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://lumen.example/">'
        b"<title>Old Post</title></channel>"
        + item("<dc:date>2017-06-15T10:29:00-07:00</dc:date>").encode()
        + b"</rdf:RDF>"
    )
    assert only(read(old)).source == only(read(rdf)).source == "Old Post"
    assert only(read(rdf)).published.date == "2017-06-15T10:29-07:00"


def test_atom_keeps_published_and_updated_apart() -> None:
    entry = (
        "<entry><title type='html'>A &amp;amp; B</title><id>tag:lumen,1</id><link href='https://lumen.example/a'/>"
        "<published>2020-01-02T03:04:05+02:00</published><updated>2020-01-02T09:00:00+02:00</updated>"
        f"<author><name>Ida Berg</name></author><category term='x' label='Sea'/><content type='text'>{REPORT}</content></entry>"
    )
    record = only(read(atom(entry)))
    assert record.title == "A & B" and record.authors == ("Ida Berg",) and record.tags == ("Sea",)
    assert (record.published.date, record.modified) == ("2020-01-02T03:04+02:00", "2020-01-02T09:00+02:00")


def test_atom_xhtml_and_escaped_text_are_told_apart() -> None:
    xhtml = f"<entry><id>1</id><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>{REPORT}</p><p>End.</p></div></content></entry>"
    assert only(read(atom(xhtml))).text == f"{REPORT}\nEnd."
    text = f"<entry><id>1</id><content type='text'>{REPORT} &lt;b&gt; is a tag.</content></entry>"
    assert only(read(atom(text))).text == f"{REPORT} <b> is a tag."


def test_the_one_time_that_an_entry_states_is_its_published_time() -> None:
    entry = f"<entry><id>1</id><updated>2020-01-02</updated><summary>{REPORT}</summary></entry>"
    record = only(read(atom(entry)))
    assert (record.published.date, record.published.precision, record.modified) == ("2020-01-02", "day", None)


@pytest.mark.parametrize("date", ["Fri, 01 Jan 2999 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"])
def test_a_date_that_cannot_be_leaves_the_entry_undated(date: str) -> None:
    assert only(read(rss(item(f"<pubDate>{date}</pubDate>")))).published.date is None


def test_odd_dates_are_understood() -> None:
    assert only(read(rss(item("<pubDate>Monday, 4 March 2019 07:30 GMT</pubDate>")))).published.date is not None


@pytest.mark.parametrize(
    ("inside", "link", "expected"),
    [
        ("<guid>https://lumen.example/g</guid>", "", "https://lumen.example/g"),
        ('<guid isPermaLink="false">f 17</guid>', "", "f%2017"),
        ("<guid>https://lumen.example/g</guid>", "https://lumen.example/l", "https://lumen.example/l"),
        ("", "/relative", "https://lumen.example/relative"),
    ],
)
def test_the_id_is_the_address_else_the_guid(inside: str, link: str, expected: str) -> None:
    head = "<title>Lumen Courier</title><link>https://lumen.example/</link>"
    assert only(read(rss(item(inside, link=link), head=head))).id == expected


def test_without_either_the_id_comes_from_the_text() -> None:
    assert only(read(rss(item(link="")))).id.startswith("sha256-")


def test_a_script_address_is_not_taken_over() -> None:
    record = only(read(rss(item("<guid isPermaLink='false'>x1</guid>", link="javascript:alert(1)"))))
    assert record.url is None and record.id == "x1"


def test_the_source_of_an_entry_is_its_outlet() -> None:
    assert only(read(rss(item('<source url="https://h.example/f">Harbour Times</source>')))).source == "Harbour Times"


def test_captions_and_notes_of_feed_programs_are_kept_out_of_passages() -> None:
    content = (
        f"<content:encoded><![CDATA[<figure><img><figcaption>The pier last year</figcaption></figure><p>{REPORT}</p>"
        "<p>The post <a>Ferry aground</a> appeared first on <a>Lumen Courier</a>.</p>]]></content:encoded>"
    )
    record = only(read(rss(item(content, text="x"))))
    article = assemble(record)
    assert [article.text[slice(*span)] for span in article.kept] == [REPORT]
    assert {one.reason for one in article.removed} == {"caption", "feed note"}


# --- what is refused, and why


@pytest.mark.parametrize("text", ["", "&lt;img src='a.gif'&gt;", "Read more", "[link] [275 comments]"])
def test_an_entry_without_a_sentence_is_refused(text: str) -> None:
    first, second = read(rss(item(text=text), item(link="https://lumen.example/2")))
    assert isinstance(first, InputRefused) and isinstance(second, Record)
    assert first.reason.startswith("has a title and a link but no text")
    assert first.name == "a.rss:1 https://lumen.example/ferry" and first.article_id == "https://lumen.example/ferry"


def test_a_long_entry_is_refused_and_the_rest_goes_on() -> None:
    first, second = read(rss(item(text=REPORT * 400), item()))
    assert isinstance(first, InputRefused) and "20,000 bytes" in first.reason
    assert isinstance(second, Record)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"<html><body><h1>Moved</h1></body></html>", "is a web page, not a feed"),
        (b"<!DOCTYPE html>\n<head><title>Moved</title></head>", "is a web page, not a feed"),
        (b"<urlset><url/></urlset>", "is no feed: its root element is <urlset>"),
        (b"Not found", "is no feed: no element stands at its start"),
        (b"\x00\x01\x02\x00" * 20, "is binary: it holds NUL bytes"),
        (b"<rss><channel><title>Empty</title></channel></rss>", "is a feed without entries"),
        (b"<rss>" + b"<a>" * 300 + b"</a>" * 300 + b"</rss>", "is nested over 200 elements deep"),
        (rss(item(f"<author>{'a' * 9000}</author>")), "holds a name, date or address that is longer than any is"),
        (b"<rss " + b" ".join(b'xmlns:n%d="n%d"' % (n, n) for n in range(300)) + b"/>", "declares over 200 namespaces"),
        (b"<rss>" + b" " * MAX_FEED_BYTES, "has over 33,554,432 bytes, the most that is read of a feed"),
    ],
)
def test_what_is_no_feed_says_so(data: bytes, reason: str) -> None:
    assert reasons(read(data)) == [("a.rss", reason)]


# --- broken feeds


def test_lossless_repairs_read_every_entry_and_name_the_feed() -> None:
    found = read(rss(item(text=f"{REPORT} Caf&eacute; &unknown; & more."), item(link="https://lumen.example/2")))
    assert [one.text for one in records(found)] == [f"{REPORT} Café &unknown; & more.", REPORT]
    assert reasons(found) == [
        ("a.rss", "is not well-formed XML (line 1: undefined entity); 2 of its 2 entries were read")
    ]


def test_a_broken_entry_does_not_take_the_others_with_it() -> None:
    found = read(
        rss(item(), item(text="<b>" + REPORT, link="https://lumen.example/2"), item(link="https://lumen.example/3"))
    )
    assert [one.id for one in records(found)][::2] == ["https://lumen.example/ferry", "https://lumen.example/3"]
    assert all(one.source == "Lumen Courier" and one.language == "en" for one in records(found))
    assert reasons(found)[-1][1].startswith("is not well-formed XML (line 1: mismatched tag)")


def test_an_entry_that_is_cut_off_is_refused_and_those_before_are_read() -> None:
    whole = rss(item(), item(link="https://lumen.example/2"))
    found = read(whole[: whole.rindex(b"ashore")])
    assert [one.id for one in records(found)] == ["https://lumen.example/ferry"]
    assert reasons(found)[0] == ("a.rss:2", "is cut off: its end is missing")
    assert "1 of its 2 entries were read" in reasons(found)[1][1]


def test_mark_up_in_cdata_begins_no_entry() -> None:
    text = f"<![CDATA[{REPORT} The tag <item> opens one, </item> ends one.]]>"
    found = read(rss(item(text=text), "<b>", item(link="https://lumen.example/2")))
    assert len(records(found)) == 2


def test_declared_entities_are_never_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("topsecret")
    doctype = f'<!DOCTYPE rss [<!ENTITY a "boom boom"><!ENTITY f SYSTEM "{secret.as_uri()}">]>'.encode()
    (record,) = records(read(doctype + rss(item(text=f"{REPORT} &a; &f;")).split(b"?>", 1)[1]))
    assert "boom" not in record.text and "topsecret" not in record.text and "&a; &f;" in record.text


@pytest.mark.parametrize(
    ("declared", "encoding", "wrong"),
    [
        ("ISO-8859-1", "latin-1", None),
        ("windows-1251", "cp1251", None),
        ("UTF-16", "utf-16", None),
        ("UTF-8", "utf-8", None),
        ("ISO-8859-1", "utf-8", "read as UTF-8"),
        ("UTF-8", "latin-1", "read as Windows-1252"),
        ("rot13", "utf-8", "read as UTF-8"),
    ],
)
def test_the_encoding_is_found_whatever_is_declared(declared: str, encoding: str, wrong: str | None) -> None:
    words = "Паром сел на мель" if encoding == "cp1251" else "Møre — fähre" if encoding.startswith("utf") else "fähre"
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>' + rss(item(text=f"{REPORT} {words}.")).decode().split("?>", 1)[1]
    )
    found = read(text.encode(encoding))
    assert [one.text for one in records(found)] == [f"{REPORT} {words}."]
    if declared == "rot13":
        return  # what nobody can read is taken for UTF-8, and so it is
    assert (
        [wrong in reason for _, reason in reasons(found)] == ([True] if wrong else []) if wrong else not reasons(found)
    )


# --- JSON Feed


def json_feed(*items: object, version: str = "https://jsonfeed.org/version/1.1", **fields: object) -> bytes:
    return json.dumps({"version": version, "title": "Lumen Courier", "items": list(items), **fields}).encode()


def read_json(data: bytes) -> list[Item]:
    return list(read_json_feed_bytes(data, shown="a.json", max_bytes=LIMIT))


def test_a_json_feed_gives_all_that_an_item_says() -> None:
    whole = {
        "id": 17,
        "url": "https://lumen.example/ferry",
        "title": "Ferry aground",
        "content_html": f"<p>{REPORT}</p>",
        "summary": "Ferry.",
        "date_published": "2019-03-04T07:30:00+01:00",
        "date_modified": "2019-03-05T07:30:00+01:00",
        "authors": [{"name": "Ida Berg"}],
        "tags": ["Sea"],
    }
    record = only(read_json(json_feed(whole, language="de-CH")))
    assert (record.id, record.text, record.language) == ("https://lumen.example/ferry", REPORT, "de")
    assert (record.published.date, record.modified) == ("2019-03-04T07:30+01:00", "2019-03-05T07:30+01:00")
    assert record.authors == ("Ida Berg",) and record.tags == ("Sea",) and record.source == "Lumen Courier"


def test_version_1_and_plain_text_and_one_author() -> None:
    given = {"id": "x1", "content_text": f"{REPORT}\n\nEnd.", "author": {"name": "Ida Berg"}}
    record = only(read_json(json_feed(given, version="https://jsonfeed.org/version/1")))
    assert (record.id, record.text, record.authors) == ("x1", f"{REPORT}\nEnd.", ("Ida Berg",))


def test_what_is_wrong_in_a_json_feed_is_named() -> None:
    found = read_json(json_feed(3, {"id": "a", "title": "Bare"}, {"id": "b", "summary": REPORT}))
    assert [one.id for one in records(found)] == ["b"]
    assert reasons(found) == [
        ("a.json:1", "is no JSON object; an item of a feed was expected"),
        ("a.json:2 Bare", "has a title but no text"),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[]", "is no JSON Feed"),
        (b"{", "is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"version":"https://jsonfeed.org/version/1","items":{}}', "is no list"),
        (b'{"version":"https://jsonfeed.org/version/1","items":[]}', "without entries"),
        (b"\xff\xfe\xff", "cannot be decoded"),
    ],
)
def test_what_is_no_json_feed_says_so(data: bytes, reason: str) -> None:
    ((name, given),) = reasons(read_json(data))
    assert name == "a.json" and reason in given


def test_what_is_kept_raw_reads_as_the_same_record() -> None:
    whole = rss(item("<dc:creator>Ida Berg</dc:creator><pubDate>Mon, 04 Mar 2019 07:30:00 +0100</pubDate>"))
    record = only(read(whole))
    assert record.raw is not None and record.raw.format in FORMATS
    assert only(read_json(record.raw.data)) == record


# --- recognition


def test_files_are_recognised_by_their_content(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_bytes(rss(item(link="https://lumen.example/a")))
    (tmp_path / "b.atom").write_bytes(atom(f"<entry><id>b</id><summary>{REPORT}</summary></entry>"))
    (tmp_path / "c.xml").write_bytes(b"<!-- made by hand -->\n" + rss(item(link="https://lumen.example/c"))[21:])
    (tmp_path / "d.xml.gz").write_bytes(gzip.compress(rss(item(link="https://lumen.example/d"))))
    (tmp_path / "e.json").write_bytes(json_feed({"id": "e", "summary": REPORT}))
    (tmp_path / "f.json").write_bytes(b'{"name": "x"}')
    (tmp_path / "g.xml").write_bytes(b"<recipe/>")
    (tmp_path / "h.xml").write_bytes(b"no mark-up")
    (tmp_path / "i.xml.gz").write_bytes(b"\x1f\x8bnothing")
    found = list(read_inputs([str(tmp_path)], ReadOptions(max_bytes=LIMIT)))
    assert [one.id.rpartition("/")[2] for one in records(found)] == ["a", "b", "c", "d", "e"]
    assert [(Path(name).name, reason.split(";")[0].split(":")[0]) for name, reason in reasons(found)] == [
        ("f.json", "is JSON of no kind that is read"),
        ("g.xml", "is XML of no kind that is read"),
        ("h.xml", "is no XML"),
        ("i.xml.gz", "is a damaged gzip file"),
    ]


def test_every_kind_has_a_reader() -> None:
    assert {*XML_KINDS.values(), *(kind for _, kind in JSON_KINDS)} <= set(FORMATS)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ('<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "c">]>\n<!-- <rss> --><n:Feed x="1">', "feed"),
        ("  <rss>", "rss"),
        ("text <rss>", None),
        ("<", None),
    ],
)
def test_the_root_is_found_behind_what_stands_before_it(text: str, root: str | None) -> None:
    assert root_name(text) == root


def test_a_declaration_is_taken_off_with_its_encoding() -> None:
    assert decode_xml(b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><rss/>').text == "<rss/>"


# --- fragments of HTML


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("One &amp; two", "One & two"),
        ("One\ntwo", "One\ntwo"),
        ("<p>One\ntwo</p><p>three<br>four</p>", "One two\nthree\nfour"),
        ("<ul><li>a</li><li>b <b>c</b></li></ul>d", "a\nb c\nd"),
        ("a<script>b</script>c<style>d</style><!-- e -->f", "acf"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("<form>Subscribe<input></form>x", "x"),
        ("", ""),
        ("<!-- only -->", ""),
    ],
)
def test_the_words_of_a_fragment(html: str, text: str) -> None:
    assert fragment_text(html) == text


def test_captions_of_a_fragment_are_marked() -> None:
    found = read_fragment(
        '<p>Text.</p><figure><figcaption>A <i>ferry</i></figcaption></figure><p class="credit">IB</p><p>End.</p>'
    )
    assert found.text == "Text.\nA ferry\nIB\nEnd."
    assert [found.text[slice(*one.span)] for one in found.furniture] == ["A ferry", "IB"]


def test_deep_nesting_is_read_without_recursion() -> None:
    assert "word" in fragment_text("<div>" * 200 + "word" + "</div>" * 200)
    assert isinstance(fragment_text("<b>" * 50_000 + "word"), str)
