"""ninjs, NewsML-G2 and NITF: what an item says becomes a record; kills, embargoes, packages and bombs are told apart."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from index.article import Item, Record, Withdrawn
from index.assemble import assemble
from index.errors import InputRefused
from index.notices import find_notices
from index.readers import ReadOptions, read_inputs
from index.readers.agency import iso_time

FIRST = "The harbour of Tolmere was closed on Monday after a crane fell across its only channel, the port said."
SECOND = "Divers will look at the wreck on Tuesday, and ships are sent to Sorrel until then, said Ana Reis of the port."

NITF = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "nitf-3-3.dtd">
<nitf xml:lang="en-GB"><head><title>Crane blocks harbour</title>
<tobject><tobject.subject tobject.subject.refnum="11000000" tobject.subject.type="Transport"/></tobject>
<docdata management-status="usable"><doc-id id-string="TLM-7" regsrc="tlm"/><urgency ed-urg="3"/>
<date.issue norm="20240506T081500+0200"/><date.release norm="20240506T090000+0200"/><du-key key="crane-tolmere"/>
<doc.copyright holder="Coastal Wire" year="2024"/>
<identified-content><location>Tolmere</location><classifier value="ports"/></identified-content>
<key-list><keyword key="harbour"/></key-list></docdata></head>
<body><body.head><hedline><hl1>Crane <em>blocks</em> harbour</hl1><hl2>Ships sent elsewhere</hl2></hedline>
<byline>By <person>Ana Reis</person><byttl>Port reporter</byttl></byline>
<distributor>Coastal Wire</distributor><dateline><location>TOLMERE</location></dateline></body.head>
<body.content><p>{FIRST}</p><media media-type="image"><media-reference source="a.jpg">no words</media-reference>
<media-caption>A crane lies in the water.</media-caption></media>
<table><tr><td>Ships waiting</td><td>12</td></tr></table><p>{SECOND}</p></body.content>
<body.end><tagline>Writing by Ana Reis</tagline></body.end></body></nitf>"""

NEWSML = f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:wire:7" version="2" xml:lang="pt">
<itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:CW"><name>Coastal Wire</name></provider>
<versionCreated>2024-05-06T09:15:20+02:00</versionCreated><firstCreated>2024-05-06T08:15:00+02:00</firstCreated>
<embargoed>2024-05-06T10:00:00+02:00</embargoed><pubStatus qcode="stat:usable"/>
<edNote>Correction: gives Monday, not Sunday, as the day.</edNote></itemMeta>
<contentMeta><located qcode="geo:1"><name>Tolmere</name></located><by>Ana Reis</by><creditline>CW</creditline>
<headline role="hld:sub">Ships sent elsewhere</headline><headline>Crane blocks harbour</headline>
<slugline>crane-tolmere</slugline><dateline>TOLMERE, May 6</dateline><language tag="en"/>
<subject qcode="medtop:1"><name>transport</name></subject><subject qcode="medtop:2"/></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>
</head><body><p>{FIRST}</p><figure><figcaption>A crane.</figcaption></figure><p>{SECOND}</p></body></html></inlineXML>
</contentSet></newsItem>"""

NINJS_1: dict[str, Any] = {
    "uri": "urn:wire:7",
    "type": "text",
    "versioncreated": "2024-05-06T09:15:20+02:00",
    "firstcreated": "2024-05-06T08:15:00+02:00",
    "pubstatus": "usable",
    "urgency": 3,
    "language": "en",
    "headline": "Crane blocks harbour",
    "byline": "By Ana Reis",
    "copyrightholder": "Coastal Wire",
    "located": "Tolmere",
    "subject": [{"code": "medtop:1", "name": "transport"}, {"code": "medtop:2"}],
    "body_text": f"{FIRST}\n\n{SECOND}",
}
NINJS_3: dict[str, Any] = {
    "uri": "https://wire.example/items/7",
    "standard": {"name": "ninjs", "version": "3.0"},
    "versioncreated": "2024-05-06T09:15:20+02:00",
    "contentcreated": "2024-05-06T08:15:00+02:00",
    "by": "Ana Reis",
    "headlines": [{"role": "sub", "value": "Ships sent elsewhere"}, {"role": "main", "value": "Crane blocks harbour"}],
    "bodies": [
        {"role": "summary", "contenttype": "text/plain", "value": "A crane fell."},
        {
            "role": "main",
            "contenttype": "text/html",
            "value": f"<p>{FIRST}</p><figcaption>A crane.</figcaption><p>{SECOND}",
        },
    ],
    "rightsinfo": {"copyrightholder": "Coastal Wire"},
    "subjects": [{"name": "transport", "uri": "x:1"}],
    "places": [{"name": "Tolmere"}],
    "trustindicators": [{"title": "Policy", "href": "https://wire.example/p"}],
    "embargoed": "2024-05-06T10:00:00+02:00",
}


def read(folder: Path, name: str, content: str | bytes, format_name: str | None = None) -> list[Item]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_inputs([str(path)], ReadOptions(max_bytes=1 << 20), format_name=format_name))


def record(items: list[Item]) -> Record:
    assert len(items) == 1 and isinstance(items[0], Record), items
    return items[0]


def reason(items: list[Item]) -> str:
    assert len(items) == 1 and isinstance(items[0], InputRefused), items
    return items[0].reason


def kept(found: Record) -> list[str]:
    article = assemble(found)
    return [line for a, b in article.kept for line in article.text[a:b].split("\n\n")]


def test_nitf(tmp_path: Path) -> None:
    found = record(read(tmp_path, "a.xml", NITF))
    assert (found.id, found.title, found.source, found.language) == (
        "TLM-7",
        "Crane blocks harbour",
        "Coastal Wire",
        "en",
    )
    assert (found.published.date, found.published.provenance) == ("2024-05-06T08:15+02:00", "metadata")
    assert (found.modified, found.embargo) == ("2024-05-06T08:15+02:00", "2024-05-06T09:00+02:00")
    assert found.authors == ("Ana Reis",)
    assert found.tags == ("ports", "Transport", "harbour", "slug:crane-tolmere", "place:Tolmere")
    reasons = {found.text[slice(*one.span)]: one.reason for one in found.furniture}
    assert reasons == {
        "TOLMERE": "dateline",
        "A crane lies in the water.": "caption",
        "Writing by Ana Reis": "author note",
    }
    assert kept(found)[-2:] == ["Ships waiting 12", SECOND] and FIRST in kept(found)
    assert "no words" not in found.text


def test_newsml(tmp_path: Path) -> None:
    found = record(read(tmp_path, "a.xml", NEWSML))
    assert (found.id, found.title, found.source) == ("urn:newsml:wire:7", "Crane blocks harbour", "Coastal Wire")
    assert (found.published.date, found.modified) == ("2024-05-06T08:15+02:00", "2024-05-06T09:15:20+02:00")
    assert (found.embargo, found.language) == ("2024-05-06T10:00+02:00", "en")
    assert found.tags == ("transport", "slug:crane-tolmere", "place:Tolmere")
    assert kept(found) == [FIRST, SECOND]
    assert {one.reason for one in found.furniture} == {"editors' note", "dateline", "caption"}
    notice = find_notices(assemble(found))
    assert [one.kind for one in notice] == ["correction"], "the editors' note tells of the correction"


def test_newsml_with_nitf_or_plain_text_inside(tmp_path: Path) -> None:
    start, end = NEWSML.index("<inlineXML"), NEWSML.index("</contentSet>")
    nitf = f"<inlineXML><nitf><body><body.content><p>{FIRST}</p></body.content></body></nitf></inlineXML>"
    assert kept(record(read(tmp_path, "b.xml", NEWSML[:start] + nitf + NEWSML[end:]))) == [FIRST]
    plain = f'<inlineData contenttype="text/plain">{FIRST}\n{SECOND}</inlineData>'
    assert kept(record(read(tmp_path, "c.xml", NEWSML[:start] + plain + NEWSML[end:]))) == [FIRST, SECOND]


def test_a_message_is_read_item_by_item(tmp_path: Path) -> None:
    package = '<packageItem guid="p"/>'
    items = read(tmp_path, "m.xml", f"<newsMessage><itemSet>{NEWSML}{package}{NEWSML}</itemSet></newsMessage>")
    assert [type(one) for one in items] == [Record, InputRefused, Record]
    assert isinstance(items[1], InputRefused)
    assert items[1].name.endswith("m.xml:2") and "package" in items[1].reason
    assert "package" in reason(read(tmp_path, "p.xml", package))
    assert "without items" in reason(read(tmp_path, "n.xml", "<newsMessage><itemSet/></newsMessage>"))


def test_ninjs_of_both_kinds(tmp_path: Path) -> None:
    old, new = (record(read(tmp_path, f"{n}.json", json.dumps(one))) for n, one in enumerate((NINJS_1, NINJS_3)))
    for found in (old, new):
        assert (found.title, found.source, found.authors) == ("Crane blocks harbour", "Coastal Wire", ("Ana Reis",))
        assert (found.published.date, found.modified) == ("2024-05-06T08:15+02:00", "2024-05-06T09:15:20+02:00")
        assert found.tags == ("transport", "place:Tolmere")
        assert kept(found) == [FIRST, SECOND]
    assert (old.id, old.url, new.id, new.url) == ("urn:wire:7", None, NINJS_3["uri"], NINJS_3["uri"])
    assert (old.embargo, new.embargo) == (None, "2024-05-06T10:00+02:00")
    both = read(tmp_path, "list.json", json.dumps([NINJS_1, {**NINJS_3, "type": "picture"}, 7]))
    assert [type(one) for one in both] == [Record, InputRefused, InputRefused]


@pytest.mark.parametrize("format_name", ["ninjs", "newsml-g2", "nitf"])
def test_a_format_can_be_named(tmp_path: Path, format_name: str) -> None:
    content = {"ninjs": json.dumps(NINJS_1), "newsml-g2": NEWSML, "nitf": NITF}[format_name]
    found = record(read(tmp_path, "a.dat", content, format_name))
    assert found.raw is not None and (found.raw.format, found.raw.data) == (format_name, content.encode())


@pytest.mark.parametrize("status", ["canceled", "cancelled", "stat:canceled"])
def test_what_is_canceled_is_taken_back(tmp_path: Path, status: str) -> None:
    ninjs = {"uri": "urn:wire:7", "pubstatus": status, "ednote": "Crane was a rumour"}
    assert read(tmp_path, "a.json", json.dumps(ninjs)) == [Withdrawn(id="urn:wire:7", reason="Crane was a rumour")]
    newsml = NEWSML.replace("stat:usable", status)
    assert [type(one) for one in read(tmp_path, "a.xml", newsml)] == [Withdrawn]
    nitf = NITF.replace('"usable"', f'"{status}"')
    assert read(tmp_path, "b.xml", nitf) == [
        Withdrawn(id="TLM-7", reason="Crane blocks harbour", moment="2024-05-06T08:15+02:00")
    ]


def test_kills(tmp_path: Path) -> None:
    killed = NEWSML.replace("<edNote>Correction", '<signal qcode="sig:kill"/><edNote>Correction')
    assert [type(one) for one in read(tmp_path, "a.xml", killed)] == [Withdrawn]
    ninjs = {**NINJS_1, "headline": "MANDATORY KILL: Crane"}
    assert [type(one) for one in read(tmp_path, "a.json", json.dumps(ninjs))] == [Withdrawn]
    assert record(read(tmp_path, "b.json", json.dumps({**NINJS_1, "headline": "Kill switch fails"}))).title
    of_other = NITF.replace("<doc-id", '<correction info="Mandatory kill" id-string="TLM-3"/><doc-id')
    assert read(tmp_path, "b.xml", of_other) == [
        Withdrawn(id="TLM-3", reason="Mandatory kill", moment="2024-05-06T08:15+02:00")
    ]
    beside = NITF.replace("<docdata", '<docdata management-doc-idref="TLM-2" management-idref-status="canceled"')
    assert [type(one) for one in read(tmp_path, "c.xml", beside)] == [Withdrawn, Record]


def test_what_is_withheld_is_refused_and_not_left_behind(tmp_path: Path) -> None:
    items = read(tmp_path, "a.json", json.dumps({**NINJS_1, "pubstatus": "withheld"}))
    assert [type(one) for one in items] == [Withdrawn, InputRefused]
    assert isinstance(items[1], InputRefused) and "is withheld" in items[1].reason


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps({**NINJS_1, "uri": ""}), "no id"),
        (json.dumps({**NINJS_1, "pubstatus": "maybe"}), "'maybe'"),
        (json.dumps({**NINJS_1, "body_text": " "}), "no text"),
        (json.dumps({**NINJS_1, "embargoed": "soon"}), "'embargo'"),
        (json.dumps({**NINJS_1, "pubstatus": "embargoed"}), "until when"),
        (json.dumps({**NINJS_1, "versioncreated": "last week"}), "'modified'"),
        ('{"versioncreated": ' + "[" * 100_000, "nested too deeply"),
        ('{"pubstatus": 1', "not JSON"),
    ],
)
def test_what_is_wrong_with_ninjs_is_said(tmp_path: Path, content: str, said: str) -> None:
    assert said in reason(read(tmp_path, "a.json", content))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f'<!DOCTYPE nitf [<!ENTITY l0 "ha">{LAUGHS}]><nitf>&l9;</nitf>', "entity"),
        ('<!DOCTYPE nitf [<!ENTITY x SYSTEM "file:///etc/passwd">]><nitf>&x;</nitf>', "entity"),
        ('<!DOCTYPE nitf [<!ENTITY % x SYSTEM "http://a.example/x">%x;]><nitf/>', "entity"),
        ("<nitf>" + "<p>" * 10_000 + "</p>" * 10_000 + "</nitf>", "nested over"),
        ("<nitf><p></nitf>", "not well-formed"),
        (NITF.replace("TLM-7", ""), "no id"),
        (NITF.replace("body.content", "body.other"), ""),
    ],
)
@pytest.mark.parametrize("format_name", [None, "nitf", "newsml-g2"])
def test_bombs_and_broken_xml_are_refused_at_once(
    tmp_path: Path, content: str, said: str, format_name: str | None
) -> None:
    started = time.monotonic()
    items = read(tmp_path, "a.xml", content, format_name)
    assert time.monotonic() - started < 1
    if said and format_name != "newsml-g2":
        assert said in reason(items)
    else:
        assert items


def test_times_of_nitf() -> None:
    assert iso_time("20241120T143000-0500") == "2024-11-20T14:30:00-0500"
    assert iso_time("20241120T143000Z") == "2024-11-20T14:30:00Z"
    assert iso_time("20241120") == "2024-11-20"
    assert iso_time("2024-11-20T14:30:00+01:00") == "2024-11-20T14:30:00+01:00"
