"""Content words of questions and texts, stemmed by prefix, with the few synonyms that news cannot do without."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_][\w’'-]*")
_STOP = frozenset(
    """
    a an the and or but nor so yet for of in on at to by with from into onto over under above below between
    among amid during since until till after before while when where which who whom whose what why how that this
    these those as if than then because though although against about around near off out up down through across
    per via without within is are was were be been being am has have had having do does did will would can could
    may might shall should must he she it they we you i him her them us me his its their our your my not no any
    all some many much more most other another such own same too very just also only now still already yet ever
    there here said says say tell told according report reports reported people persons person number figure
    total toll count overall altogether per cent percent far long big high large come came take took make made get got
    disaster tragedy
    go went give gave know known knew aware learn learned learnt heard find found become happen happened latest last
    first day days week weeks month months year years today yesterday tomorrow ago early late end start so have
    january february march
    april may
    june july august september october november december monday tuesday wednesday thursday friday saturday
    sunday spring summer autumn winter
    """.split()
)
_SYNONYMS = (
    "explosion blast detonation explode exploded blew",
    "offensive operation assault attack clashes clash hostilities",
    "home homes house houses household households dwelling dwellings",
    "ceasefire truce armistice",
    "pit mine colliery miners miner mining",
    "quake earthquake tremor",
    "army military troops forces soldiers servicemen",
    "plane planes jet jets aircraft warplane su su-25 airplane",
    "fire blaze inferno burn burned burning burnt",
    "price cost costs costing",
    "crowd spectators crowds",
    "town city council municipality",
    "battery batteries packs pack",
    "depot store",
    "bike bikes bicycle cycle rider",
    "armenia armenian armenians yerevan",
    "azerbaijan azerbaijani azerbaijanis baku",
    "russia russian russians moscow kremlin",
    "turkey turkish turks ankara",
    "syria syrian syrians damascus",
    "ukraine ukrainian ukrainians kyiv kiev",
    "israel israeli israelis",
    "iran iranian iranians tehran",
    "china chinese beijing",
    "france french paris",
    "germany german germans berlin",
    "britain british london",
    "america american americans washington",
    "shooting shoot shot",
    "failed broken faulty defect fault leaking leaked leak",
    "job jobs post posts position positions redundancies",
    "missile missiles rocket rockets",
    "ship ships vessel vessels boat",
    "pupils schoolchildren schoolchild",
    "broke break violated violate breached breach violation",
    "captured capture taken fall fallen fell seized seize hands controlled control",
    "working work works worked",
    "told warned informed",
)
_PHRASES = (
    (re.compile(r"\bUnited\sStates\b|\bU\.?S\b\.?"), "American"),
    (re.compile(r"\bopen(?:ed|s|ing)?\sfire\b|\bfires?\s(?:on|at|upon)\b|\bshellfire\b|\bopened\sup\b"), "shooting"),
)
"""Phrases that are read as one word."""
_WHOLE = {"fired": "=shooting", "firing": "=shooting", "gunfire": "=shooting"}
"""Words whose prefix is that of another: who fired has not lit a fire."""
_EVENTS = """
    explosion offensive war quake fire crash flood storm accident outbreak election strike collapse shooting
    tsunami hurricane cyclone earthquake landslide avalanche riot bombing derailment sinking
    """.split()
_PLACED = re.compile(
    r"\b(?i:in|at|near|off|outside|over|of|on|from|to|inside|above|behind|west|east|north|south)\s(?:the\s)?(?:[\w-]+\s){0,2}?(?P<name>[A-Z][\w’'-]+)"
)
_STEM_LENGTH = 6
_IRREGULAR = {
    past: base
    for base, pasts in (
        line.split(":")
        for line in """
        leave:left
        buy:bought
        sell:sold
        win:won
        pay:paid
        steal:stole,stolen
        know:knew,known
        meet:met
        lose:lost
        build:built
        send:sent
        hold:held
        hide:hid,hidden
        drive:drove,driven
        fly:flew,flown
        write:wrote,written
        choose:chose,chosen
        sink:sank,sunk
        spend:spent
        catch:caught
        begin:began,begun
        flee:fled
        throw:threw,thrown
        speak:spoke,spoken
        lead:led
        bring:brought
        draw:drew,drawn
        drink:drank,drunk
        see:saw,seen
        teach:taught
        think:thought
        freeze:froze,frozen
        swear:swore,sworn
        withdraw:withdrew,withdrawn
        """.split()
    )
    for past in pasts.split(",")
}
"""Past forms that share no beginning with the verb that a question asks with."""


def _read(text: str) -> str:
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return text


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word's prefix without endings, or the name of its group of synonyms."""
    whole = _WHOLE.get(word.lower())
    if whole is not None:
        return whole
    plain = _plain_stem(word)
    group = _GROUPS.get(plain)
    name = re.sub(r"[’']s?\Z", "", word)
    if group is None and name[:1].isupper() and name[-1:] in tuple("aiou") and 5 < len(name) < 8:
        return plain.rstrip("aiou")  # Shusha, Shushi
    return group or plain


def _plain_stem(word: str) -> str:
    lower = re.sub(r"[’']s?\Z", "", word.lower())
    lower = _IRREGULAR.get(lower, lower)
    if len(lower) > 4:
        lower = re.sub(r"([b-df-hj-np-tv-z])\1\Z", r"\1", re.sub(r"(?:ings?|ed|es|s|ly)\Z", "", lower))
    return lower[:_STEM_LENGTH].rstrip("e") if len(lower) > 3 else lower


_GROUPS = {_plain_stem(word): f"={group.split()[0]}" for group in _SYNONYMS for word in group.split()}
_EVENT_STEMS = frozenset(stem(word) for word in _EVENTS)
_KIN_EVENTS = {
    stem("fire"): stem("explosion"),
    **{stem(word): stem("storm") for word in ("hurricane", "cyclone", "flood")},
}
"""Kinds of event that come together: what explodes burns."""


@lru_cache(maxsize=8192)
def content_stems(text: str) -> frozenset[str]:
    """The stems of the content words of ``text``; hyphenated words also in their parts."""
    return frozenset[str]().union(*map(_stems_of, set(_WORD.findall(_read(text)))))


@lru_cache(maxsize=20_000)
def _stems_of(word: str) -> frozenset[str]:
    """The stems of one word and of its hyphenated parts; none where it says nothing."""
    parts = {word, *word.split("-")}
    return frozenset(stem(part) for part in parts if part.lower() not in _STOP and len(part) > 1 and not part.isdigit())


def event_stems(stems: frozenset[str]) -> frozenset[str]:
    """Those of ``stems`` that name a kind of event: an explosion is no offensive."""
    return frozenset(_KIN_EVENTS.get(word, word) for word in stems & _EVENT_STEMS)


def placed_names(text: str) -> frozenset[str]:
    """The stems of names that follow a preposition of place."""
    return frozenset(stem(found["name"]) for found in _PLACED.finditer(text) if found["name"].lower() not in _STOP)


def name_stems(text: str) -> frozenset[str]:
    """The stems of capitalised words that do not begin ``text``."""
    names: set[str] = set()
    text = _read(text)
    for found in _WORD.finditer(text):
        word = found[0]
        if found.start() and word[0].isupper() and word.lower() not in _STOP:
            names.update(stem(part) for part in {word, *word.split("-")} if part[:1].isupper() and len(part) > 1)
    return frozenset(names)
