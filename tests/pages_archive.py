"""An archive made for the page: every case it has to show well. All places, outlets and events are invented."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from qa_service.bootstrap import open_service
from qa_service.service import Service
from qa_service.settings import Settings

HOSTILE = "<script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"
"""What an article's text and headline hold and what no page may run."""
QUESTIONS = {
    "ferry": "How much does a ticket for the ferry to Little Skarn cost?",
    "month": "What happened to the ferry in March 2024?",
    "toll": "How many people were killed in the landslide at Brannvik?",
    "nothing": "Who won the chess championship on the moon?",
    "wire": "When will the railway stop printing timetables?",
    "market": "How much does it cost to rebuild the covered market in Ostervik?",
    "bare": "Who was the last keeper of the lighthouse on Grey Holm?",
    "arabic": "كم بلغت تكلفة ترميم جسر النهر في مدينة سلمى؟",
    "markup": "What were visitors of the Falk Brothers web shop shown?",
    "dam": "By how many metres will the dam at Kvern be raised?",
}
"""What is asked of it, each for the case it shows."""
CARRIERS = 60
"""Outlets that print one wire text word for word."""

LONG_HEADLINE = (
    "Council of Ostervik votes after a nine-hour session to rebuild the covered market on its old foundations, to keep "
    "the iron roof, to move the fish hall to the north quay, to ask the province for eleven million crowns, and to let "
    "traders who lost their stalls in last winter’s fire come back rent-free"
)

_ORDINARY: list[dict[str, Any]] = [
    {
        "id": "ostervik-post/2024-03-04/ferry",
        "title": "Ferry line to Little Skarn returns after two years",
        "source": "Ostervik Post",
        "date": "2024-03-04T07:30+01:00",
        "url": "https://ostervik-post.example/2024/03/ferry-returns",
        "tags": ["transport", "islands"],
        "text": "OSTERVIK - The ferry between Ostervik and Little Skarn sailed again on Monday after two years without a "
        "crossing. The line was closed in 2022 when its only ship failed an inspection.\n\n"
        "The new ship, the Marit Hald, carries 140 passengers and 18 cars and needs 35 minutes for the crossing. A ticket "
        "costs 62 crowns, harbour director Ingrid Solvang said. Islanders travel for half.\n\n"
        "About two hundred people waited at the pier with flags. “My daughter has never seen the mainland from here”, "
        "said Pal Nerud, who keeps the shop on Little Skarn.",
    },
    {
        "id": "northern-mail/2024-03-05/ferry",
        "title": "Islanders cheer first crossing in two years",
        "source": "Northern Mail",
        "date": "2024-03-05",
        "url": "https://northern-mail.example/islanders-cheer",
        "tags": ["transport"],
        "text": "LITTLE SKARN, 5 March - With a brass band and a broken loudspeaker the island of Little Skarn welcomed the "
        "Marit Hald, the ship that ends its two years without a ferry. The crossing takes 35 minutes.\n\n"
        "The school had the day off. The doctor, who until now came by fishing boat every second week, will hold "
        "surgery on Tuesdays and Fridays.",
    },
    {
        "id": "ostervik-post/2024-03-12/ferry-timetable",
        "title": "Evening ferry from April",
        "source": "Ostervik Post",
        "date": "2024-03-12",
        "url": "https://ostervik-post.example/2024/03/evening-ferry",
        "tags": ["transport"],
        "text": "OSTERVIK - From 2 April the ferry to Little Skarn will also sail at nine in the evening, the harbour "
        "office announced. The Marit Hald carried 4,100 passengers in its first week, twice what had been planned.",
    },
    {
        "id": "ostervik-post/2024-05-21/market",
        "title": LONG_HEADLINE,
        "source": "Ostervik Post",
        "date": "2024-05-21",
        "url": "https://ostervik-post.example/2024/05/market-vote",
        "tags": ["council"],
        "text": "OSTERVIK - The council voted by 23 to 12 on Tuesday to rebuild the covered market that burned down in "
        "January. Work is to begin in September and to cost 38 million crowns.\n\n"
        "Mayor Astrid Loken called the vote a promise kept. The opposition had asked for a car park.",
    },
    {
        "id": "tide-and-field/2023-11-08/oyster",
        "title": "Oyster beds closed at Hamnsund",
        "source": "Tide & Field",
        "date": "2023-11",
        "tags": ["fishing"],
        "text": "HAMNSUND - The oyster beds at Hamnsund were closed after inspectors found algae in nine of twelve samples. "
        "The beds feed forty families. They are to be tested every week until the water is clean.",
    },
]
_CONFLICT: list[dict[str, Any]] = [
    {
        "id": "northern-mail/2024-06-17/landslide",
        "title": "Landslide buries houses at Brannvik",
        "source": "Northern Mail",
        "date": "2024-06-17",
        "url": "https://northern-mail.example/brannvik-landslide",
        "tags": ["brannvik"],
        "text": "BRANNVIK - A landslide buried part of Brannvik on Sunday night. At least 31 people were killed in the "
        "landslide, the interior ministry said on Monday. Soldiers are digging with their hands for fear of a second slide.",
    },
    {
        "id": "ostervik-post/2024-06-17/landslide",
        "title": "Brannvik counts its dead",
        "source": "Ostervik Post",
        "date": "2024-06-17",
        "url": "https://ostervik-post.example/2024/06/brannvik",
        "tags": ["brannvik"],
        "text": "BRANNVIK - The landslide at Brannvik killed 54 people, the mayor of Brannvik, Tor Hestad, said on Monday. "
        "He read out their names in the school hall.\n\nThe road to the north is shut.",
    },
    {
        "id": "tide-and-field/2024-06-18/landslide",
        "title": "What the slope above Brannvik had warned of",
        "source": "Tide & Field",
        "date": "2024-06-18",
        "url": "https://tide-and-field.example/slope",
        "tags": ["brannvik", "geology"],
        "text": "BRANNVIK - Doctors at the hospital said 54 people were killed in the landslide at Brannvik. Cracks had "
        "been measured above the town since the spring, and a report on them lay unread in a drawer.",
    },
]
_BARE: list[dict[str, Any]] = [
    {
        "id": "loose/lighthouse",
        "text": "The lighthouse on Grey Holm was lit by hand until 1961, when its last keeper, Anna Tveit, left the rock "
        "with two goats and a piano. Her logbook lists every wreck that she saw.",
    },
    {
        "id": "loose/bell",
        "title": "The bell of Saint Runa",
        "text": "The bell of Saint Runa cracked in the frost of 12 February 2021 and has been silent ever since. A "
        "foundry in the south offers to cast it anew for 400,000 crowns.",
    },
    {
        "id": "al-mina/2024-04-10/bridge",
        "title": "إعادة فتح جسر النهر في مدينة سلمى",
        "source": "صحيفة الميناء",
        "date": "2024-04-10",
        "language": "ar",
        "url": "https://al-mina.example/bridge",
        "text": "سلمى - أعيد فتح جسر النهر في مدينة سلمى يوم الأربعاء بعد تسعة أشهر من أعمال الترميم. وقالت رئيسة البلدية "
        "ليلى حداد إن تكلفة الترميم بلغت 12 مليون دينار.\n\nوعبر أول الحافلات الجسر في السابعة صباحا.",
    },
    {
        "id": "night-desk/2024-02-02/script",
        "title": f"Web shop of Falk Brothers defaced {HOSTILE}",
        "source": "Night <b>Desk</b>",
        "date": "2024-02-02",
        "url": "https://night-desk.example/falk?a=1&b=%22%3E",
        "tags": ["<i>crime</i>"],
        "text": f"Visitors of the Falk Brothers web shop were shown the line {HOSTILE} instead of prices on Friday. The "
        "owners took the shop off the net after twenty minutes & said that no customer data was lost.",
    },
]

_VERSIONED = {
    "id": "northern-mail/2024-01-15/dam",
    "title": "Dam at Kvern to be raised",
    "source": "Northern Mail",
    "url": "https://northern-mail.example/kvern-dam",
    "date": "2024-01-15T09:00+01:00",
    "tags": ["energy"],
}
_VERSIONS = [
    {
        "modified": "2024-01-15T09:00+01:00",
        "text": "KVERN - The dam at Kvern will be raised by 4 metres, the power company said on Monday. The work costs 90 "
        "million crowns.\n\nTwo farms have to move.",
    },
    {
        "modified": "2024-01-15T16:20+01:00",
        "text": "KVERN - The dam at Kvern will be raised by 4 metres, the power company said on Monday. The work costs 90 "
        "million crowns and lasts three years.\n\nTwo farms have to move. Their owners heard of it on the radio.",
    },
    {
        "modified": "2024-01-17T11:05+01:00",
        "text": "KVERN - The dam at Kvern will be raised by 7 metres, the power company said on Monday. The work costs 90 "
        "million crowns and lasts three years.\n\nTwo farms have to move. Their owners heard of it on the radio.\n\n"
        "Correction, 17 January 2024: An earlier version of this article gave the wrong height; the dam will be raised by 7 metres.",
    },
]
_WIRE = (
    "HOLMGARD (Nordwire) - The national railway will stop printing timetables on paper at the end of the year, it said on "
    "Wednesday. The yearly volume, first published in 1871, sold 3,200 copies last year after 410,000 in 1960.\n\n"
    "Stations keep posters with departures, and a printed leaflet can be ordered by post for eight crowns."
)


_TICKET = _ORDINARY[0]["text"].index("A ticket costs")

PAGES = {
    "start": "/",
    "answered": f"/?{urlencode({'q': QUESTIONS['ferry'], 'asked_at': '2024-04-01'})}",
    "filtered": f"/?{urlencode([('q', QUESTIONS['month']), ('sources', 'Ostervik Post'), ('sources', 'Northern Mail'), ('tags', 'transport'), ('published_to', '2024-03-31'), ('include_undated', 'true'), ('min_confidence', '0')])}",
    "conflicting": f"/?{urlencode({'q': QUESTIONS['toll']})}",
    "unsupported": f"/?{urlencode({'q': QUESTIONS['nothing']})}",
    "empty": f"/?{urlencode({'q': QUESTIONS['ferry'], 'sources': 'No Such Paper'})}",
    "carriers": f"/?{urlencode({'q': QUESTIONS['wire']})}",
    "long-headline": f"/?{urlencode({'q': QUESTIONS['market']})}",
    "bare": f"/?{urlencode({'q': QUESTIONS['bare']})}",
    "right-to-left": f"/?{urlencode({'q': QUESTIONS['arabic'], 'min_confidence': 0})}",
    "markup": f"/?{urlencode({'q': QUESTIONS['markup']})}",
    "corrected": f"/?{urlencode({'q': QUESTIONS['dam']})}",
    "old-version": f"/?{urlencode({'q': QUESTIONS['dam'], 'as_of': '2024-01-15'})}",
    "error": "/?q=ferry&published_from=tomorrow&top_k=0",
    "article": "/articles/northern-mail/2024-01-15/dam",
    "article-at-quote": f"/articles/ostervik-post/2024-03-04/ferry?version=1&span={_TICKET}-{_TICKET + 63}#quote",
    "article-old": "/articles/northern-mail/2024-01-15/dam?version=1&span=0-78#quote",
    "article-changes": "/articles/northern-mail/2024-01-15/dam?version=3&diff=1",
    "article-bare": "/articles/loose/lighthouse",
    "article-right-to-left": "/articles/al-mina/2024-04-10/bridge",
    "article-markup": "/articles/night-desk/2024-02-02/script",
    "article-carriers": "/articles/carrier-00/timetables",
    "article-missing": "/articles/nowhere",
    "archive": "/archive",
    "evaluation": "/evaluation",
    "sign-in": "/sign-in?to=/",
}
"""The addresses of every kind of page, by name."""


def records() -> list[dict[str, Any]]:
    """Every record; the versions of one article in their order."""
    versions = [_VERSIONED | version for version in _VERSIONS]
    wire = [
        {
            "id": f"carrier-{number:02}/timetables",
            "title": "Railway ends printed timetables",
            "source": f"{_TOWNS[number % len(_TOWNS)]} {_PAPERS[number // len(_TOWNS)]}",
            "date": f"2024-09-{4 + number % 3:02}",
            "url": f"https://carrier-{number:02}.example/timetables",
            "text": _WIRE,
        }
        for number in range(CARRIERS)
    ]
    return [*_ORDINARY, *_CONFLICT, *_BARE, *versions, *wire]


_TOWNS = ("Ostervik", "Hamnsund", "Brannvik", "Kvern", "Holmgard", "Skarn", "Tveit", "Falk", "Lund", "Nerud")
_PAPERS = ("Times", "Herald", "Gazette", "Observer", "Chronicle", "Evening Advertiser and Shipping News")


def open_pages_archive(folder: Path) -> Service:
    """The archive, built in ``folder`` as any other: the packaged model, the real pipeline."""
    service = open_service(Settings(data_dir=folder))
    refused = [one for one in service.ingest_records(records()) if one.get("error")]
    if refused:
        raise ValueError(f"the archive for the page refuses {refused}")
    return service
