"""A story's articles by date: one mark each, copies of one text joined, what was changed marked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from index.article import date_interval
from qa_service.http.pages.axis import Axis, Bin, Tick, axis_over, foot
from qa_service.http.pages.links import article_url
from qa_service.terminal import counted, date_words

MOST_BINS = 20
"""Columns that a phone has room for."""
LEAST_BINS = 5
"""A story of a day does not fill the width."""
MOST_ROWS = 7
"""Marks of a column; where there are more, the last of them are only counted."""
MOST_MARKS = 90
"""Articles beyond which columns are drawn as bars, with marks only for the passages shown."""
ROW = 14.0
"""Pixels of a row."""
_HEAD = 20.0
"""Pixels above the highest row, for its count."""
_BAR = 0.7
"""Part of a bin's width that a bar takes."""
_LABEL_APART = 9.0
"""Per cent of the width between two counts, so that neither covers the other."""

Changed = Literal["corrected", "clarified", "retracted", "updated"]
_CHANGED: dict[str, Changed] = {
    "correction": "corrected",
    "clarification": "clarified",
    "retraction": "retracted",
    "update": "updated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article of the story."""

    article_id: str
    outlet: str
    title: str
    day: str
    """Its date in words."""
    moment: int | None
    """Middle of its published interval in UTC seconds; None where undated."""
    lit: bool
    """Whether a passage on the page is of it."""
    versions: int
    changed: Changed | None
    text: int
    """Articles with the same number carry the same text."""
    carriers: int
    """How many do, itself included."""
    url: str
    told: str
    """``Outlet, date: headline``, and what else is known of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An article in the picture: ``x`` in per cent of the width, ``y`` in pixels."""

    item: Item
    x: float
    y: float
    joined: bool
    """To the mark below, as a copy of the same text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The articles of one bin."""

    bin: Bin
    x: float
    """Its middle, in per cent."""
    inner: tuple[float, float]
    """Left edge and width of its bar, in per cent."""
    count: int
    top: float
    """Pixel at which the highest mark or the bar ends."""
    label_y: float
    label: str
    """How many, above its marks; ``×`` where all carry one text; empty where there is no need or no room."""
    more: int
    """Articles that have no mark of their own: the highest mark stands for them."""
    words: str
    """The bin's days."""
    anchor: str
    """Of the first of its articles in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What ``_timeline.html`` draws and lists."""

    axis: Axis | None
    """None where no article has a date."""
    ticks: tuple[Tick, ...]
    barred: bool
    """Whether columns are bars."""
    height: float
    base: float
    """Pixel of the axis."""
    columns: tuple[Column, ...]
    marks: tuple[Mark, ...]
    items: tuple[Item, ...]
    """Every article, by date, undated ones last."""
    undated: tuple[Item, ...]
    span: str
    """The days of its articles in words."""


def timeline(articles: Sequence[Mapping[str, Any]], *, lit: Collection[str], as_of: str | None) -> Timeline:
    """The picture of a story's articles, in the form of ``/v1/stories``; those of ``lit`` ids are lit."""
    items = _items(articles, lit, as_of)
    dated = [one for one in items if one.moment is not None]
    undated = tuple(one for one in items if one.moment is None)
    if not dated:
        return Timeline(
            axis=None,
            barred=False,
            height=0,
            base=0,
            columns=(),
            marks=(),
            items=items,
            undated=undated,
            ticks=(),
            span="",
        )
    days = [_day_of(one) for one in dated]
    axis = axis_over(min(days), max(days), most=MOST_BINS, least=LEAST_BINS)
    held: defaultdict[int, list[Item]] = defaultdict(list)
    for one, day in zip(dated, days, strict=True):
        held[axis.place(day)].append(one)
    barred = len(dated) > MOST_MARKS
    rows = MOST_ROWS if barred else min(MOST_ROWS, max(map(len, held.values())))
    base = _HEAD + rows * ROW
    most = max(map(len, held.values()))
    place_of = {one.article_id: n for n, one in enumerate(items)}
    marks: list[Mark] = []
    columns: list[Column] = []
    for place, inside in sorted(held.items()):
        shown = _shown(inside, barred)
        more = 0 if barred else len(inside) - len(shown)
        x = axis.middle(place)
        marks += [
            Mark(item=one, x=x, y=base - (n + 0.5) * ROW, joined=n > 0 and not barred and shown[n - 1].text == one.text)
            for n, one in enumerate(shown)
        ]
        height = max(3.0, round(rows * ROW * len(inside) / most, 1)) if barred else (len(shown) + bool(more)) * ROW
        columns.append(
            Column(
                bin=axis.bins[place],
                x=x,
                inner=(round(x - _BAR / 2 * axis.width, 2), round(_BAR * axis.width, 2)),
                count=len(inside),
                top=base - height,
                label_y=base - max(height, len(shown) * ROW) - 5,
                label=("×" if len({one.text for one in inside}) == 1 else "") + str(len(inside)),
                more=more,
                words=axis.bins[place].words,
                anchor=f"t{place_of[inside[0].article_id]}",
            )
        )
    return Timeline(
        axis=axis,
        ticks=(ticks := axis.ticks()),
        barred=barred,
        height=base + foot(ticks),
        base=base,
        columns=_labelled(columns),
        marks=tuple(marks),
        items=items,
        undated=undated,
        span=Bin(first=min(days), last=max(days)).words,
    )


def _items(articles: Sequence[Mapping[str, Any]], lit: Collection[str], as_of: str | None) -> tuple[Item, ...]:
    texts = _texts(articles)
    carriers = Counter(texts.values())
    items = [_item(one, texts[one["article_id"]], carriers, lit, as_of) for one in articles]
    return tuple(sorted(items, key=lambda one: (one.moment is None, one.moment or 0)))


def _item(
    one: Mapping[str, Any], text: int, carriers: Mapping[int, int], lit: Collection[str], as_of: str | None
) -> Item:
    published: str | None = one["published"]["date"]
    outlet, title = one["source"] or one["article_id"], one["title"] or "Without a headline"
    day = "undated" if published is None else date_words(published)
    changed = _CHANGED.get(one["notice"] or "")
    notes = [changed] if changed else []
    if one["versions"] > 1:
        notes.append(f"{one['versions']} versions")
    if carriers[text] > 1:
        notes.append(f"same text in {counted(carriers[text], 'article')}")
    return Item(
        article_id=one["article_id"],
        outlet=outlet,
        title=title,
        day=day,
        moment=None if published is None else sum(date_interval(published)) // 2,
        lit=one["article_id"] in lit,
        versions=one["versions"],
        changed=changed,
        text=text,
        carriers=carriers[text],
        url=article_url(one["article_id"], None if as_of is None else one["version"]),
        told=f"{outlet}, {day}: {title}" + (f" ({'; '.join(notes)})" if notes else ""),
    )


def _texts(articles: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """A number for each article, equal where they carry the same text, at least through another carrier."""
    number: dict[str, int] = {}
    copies = {one["article_id"]: one["copies"] for one in articles}
    for n, start in enumerate(copies):
        waiting = [start]
        while waiting:
            one = waiting.pop()
            if one not in number:
                number[one] = n
                waiting += copies.get(one, ())
    return number


def _shown(inside: Sequence[Item], barred: bool) -> list[Item]:
    """A column's articles that get a mark, from the axis up: copies beside each other, those lit or changed first."""
    if barred:
        return [one for one in inside if one.lit][:MOST_ROWS]
    if len(inside) > MOST_ROWS:
        inside = sorted(inside, key=lambda one: (not one.lit, one.changed is None, one.versions < 2))[: MOST_ROWS - 1]
    first: dict[int, int] = {}
    for one in inside:
        first[one.text] = min(first.get(one.text, one.moment or 0), one.moment or 0)
    return sorted(inside, key=lambda one: (first[one.text], one.text, one.moment or 0))


def _labelled(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns with counts above those of several articles, the fullest first, as long as there is room."""
    said: list[float] = []
    for column in sorted(columns, key=lambda one: -one.count):
        near = [one for one in columns if 0 < abs(one.x - column.x) < _LABEL_APART / 1.5]
        free = all(abs(x - column.x) >= _LABEL_APART for x in said) and all(
            one.label_y >= column.label_y for one in near
        )
        if column.count > 1 and free:
            said.append(column.x)
    return tuple(column if column.x in said else replace(column, label="") for column in columns)


def _day_of(item: Item) -> date:
    return datetime.fromtimestamp(item.moment or 0, UTC).date()
