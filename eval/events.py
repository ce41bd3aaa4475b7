"""Which events an article tells of, and whether the first article found tells of the right one.

A file of events has a line an article: its id and what it mainly tells of, each ``event`` or ``event@count``. ``count``
tells apart the successive tolls, cases or costs that are reported of one event. A background paragraph is no event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.data import Topic, lines_of
from eval.errors import EvalError, GoldRefused

Events = dict[str, dict[str, str]]
"""Article id → event → which of its counts the article reports, "" for none."""
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")


def read_events(path: Path) -> Events:
    """The events of every article of a file. Raises GoldRefused naming the first wrong line."""
    events: Events = {}
    for number, line in lines_of(path):
        article, *told = line.split()
        if not told:
            raise GoldRefused(path, number, f"{article} tells of no event; expected: article event[@count] …")
        if article in events:
            raise GoldRefused(path, number, f"{article} is given a second time")
        named = [event.partition("@") for event in told]
        if not all(name and (count or not at) for name, at, count in named):
            raise GoldRefused(path, number, "an event is written event or event@count")
        events[article] = {name: count for name, _, count in named}
    if not events:
        raise EvalError(f"{path}: holds no events")
    return events


def event_values(topic: Topic, ranking: Sequence[str], judged: Mapping[str, int], events: Events) -> dict[str, float]:
    """Whether the first article is of the right event; once more where the question itself names a year.

    Nothing for a topic of another kind than ``time``: which event is meant is not what it asks.
    """
    if topic.kind not in (None, "time"):
        return {}
    right = float(bool(ranking) and is_right(ranking[0], judged, events))
    return {"right_event@1": right, **({"right_event_of_year@1": right} if _YEAR.search(topic.question) else {})}


def is_right(article: str, judged: Mapping[str, int], events: Events) -> bool:
    """Whether an article is judged, or tells of an event that the judged ones share, with no other count of it."""
    if article in judged:
        return True
    told = events.get(article, {})
    for event in _shared(judged, events) & told.keys():
        counts = {events[other][event] for other in judged if event in events.get(other, {})}
        if told[event] in {"", *counts} or "" in counts:
            return True
    return False


def _shared(judged: Mapping[str, int], events: Events) -> set[str]:
    """The events that all judged articles tell of; where there is none, those that all of the best grade tell of."""
    best = [article for article, grade in judged.items() if grade == max(judged.values())]
    for group in (list(judged), best):
        if shared := set[str].intersection(*(set(events.get(article, {})) for article in group)):
            return shared
    return set()
