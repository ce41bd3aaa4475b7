"""Who says it: the nearest attribution of a quantity, with pronouns resolved from the sentence before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_service.claims.people import is_person, is_plural, plural_of
from qa_service.claims.speakers import (
    PRONOUNS,
    is_name,
    phrase_after,
    phrase_before,
    strip_article,
    subject,
    titled_name,
)
from qa_service.claims.speech import CLAIM_NOUN, speech_verbs

_ACCORDING = re.compile(
    r"\b(?P<how>according\sto|citing|quoting|in\sthe\swords\sof|in\sthe\sview\sof|on\sthe\sword\sof)\s", re.IGNORECASE
)
_QUOTED_BY = re.compile(r"\b(?:was|were|is|are)\squoted\b")
_INVERTED = re.compile(
    r"[,”\"’]\s?(?:said|says|announced|reported|warned|added|explained|claimed|wrote)\s(?!(?:that|it|he|on|in|after|before|during|at|by|as|of|when|while|to|for|with|from|over|\w+day)\b)"
)
_COLON = re.compile(r"(?P<who>[A-Z][\w’' .-]{2,40}?):\s")
_AS_SAID = re.compile(
    r"\bas\s(?P<who>(?:the\s)?[\w’' -]{2,40}?)\s(?:assert|claim|maintain|say|allege|insist|report|estimate"
    r"|believe|contend)\w*\b"
)
_POSSESSIVE = re.compile(
    rf"(?P<who>(?:[\w-]+\s){{0,4}}[\w-]+?)(?:[’']s|s[’'])\s(?:own\s|earlier\s|official\s|latest\s|first\s|death\s|reported\s|new\s)*{CLAIM_NOUN}\b"
    r"\s?(?:that\b|of\b|was\b|is\b|at\b|,|:|as\b|for\b)"
)
_CLAIM_BY = re.compile(rf"\b{CLAIM_NOUN}\sby\s(?P<who>[^,;:]+?)\s(?:that|of|which|had|has|showing|putting)\b")
_GAPPED = re.compile(
    r"[,;]\s(?:and\s|but\s|while\s)?(?P<who>(?:the\s|an?\s)?(?:[\w’'-]+\s){0,5}?[\w’'-]+?)(?:\s(?P<how>of|at|to|for|only))?\s$",
    re.IGNORECASE,
)
_POSSESSIVE_STOP = re.compile(
    r".*\b(?:the|an?|of|to|by|with|for|and|that|in|on|at|from|is|was|were|are|rejects|rejected|denied|dismissed|disputed|than|disputes|denies)\s",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"[“\"‘]")
_OWN = ("its", "his", "her", "their", "own", "it", "this", "that", "year", "month", "week", "yesterday", "today")
_OFFICES = frozenset(
    """
    minister ministry police army union mayor government auditor agency hospital president governor company
    court judge council commission prosecutor spokesman spokeswoman ombudsman regulator operator coastguard
    chief navy office kremlin pentagon study report poll
    """.split()
)
_OWN_SOURCE = re.compile(r"(?:its|their|his|her|our)\s(?:own\s)?", re.IGNORECASE)
"""Who cites observers of its own speaks for itself."""
_MISTER = re.compile(r"\A(?:Mr|Ms|Mrs|Miss|Dr)\.?\s(?P<surname>[A-Z][\w’'-]+)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What stands around a sentence: the outlet, the sentence before and who was speaking there."""

    outlet: str
    before: str = ""
    before_speaker: str | None = None
    article: str = ""
    """Text in which "Mr Kolstad" may be named in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One attribution: the words, where they begin, where the verb stands."""

    who: str
    start: int
    verb: int
    end: int
    how: str = "verb"


def attributions(sentence: str) -> list[Said]:
    """Every "X said", "said X", "according to X" and "X:" of ``sentence``, in order of their verbs."""
    found: list[Said] = []
    for start, end in speech_verbs(sentence):
        before = phrase_before(sentence, start)
        if before is not None:
            found.append(Said(who=before[0], start=before[1], verb=start, end=end))
    for match in _ACCORDING.finditer(sentence):
        who = phrase_after(sentence, match.end())
        if who and who.split(" ", 1)[0].lower() not in ("which", "whom"):
            how = "according" if match["how"].lower().startswith("acc") else "citing"
            found.append(Said(who=who, start=match.end(), verb=match.start(), end=match.end() + len(who), how=how))
    for match in _INVERTED.finditer(sentence):
        who = phrase_after(sentence, match.end())
        if who:
            found.append(
                Said(who=who, start=match.end(), verb=match.start(), end=match.end() + len(who), how="inverted")
            )
    for match in _QUOTED_BY.finditer(sentence):
        before = phrase_before(sentence, match.start())
        if before is not None:
            found.append(Said(who=before[0], start=before[1], verb=match.start(), end=match.end(), how="citing"))
    match = _COLON.match(sentence)
    if match and not found and _speaks(match["who"]):
        found.append(
            Said(who=strip_article(match["who"]), start=0, verb=match.end("who"), end=match.end(), how="colon")
        )
    return sorted(found, key=lambda said: said.verb)


def _speaks(words: str) -> bool:
    """Whether what stands before a colon is a speaker: "Minister: 125 dead", not "Ferry sinks: 18 dead"."""
    last = words.rsplit(maxsplit=1)[-1]
    return len(words.split()) <= 3 and (
        last.lower() in _OFFICES or is_person(last) or (last.isupper() and len(last) < 6)
    )


def speaker_of(sentence: str, said: list[Said], lead: int, end: int) -> Said | None:
    """The attribution that covers the quantity at ``[lead, end)``; None where nobody is named."""
    claimant = _claimant(sentence, lead, end)
    if claimant is not None:
        return claimant
    left = max(sentence.rfind("; ", 0, lead), 0)
    right = sentence.find("; ", end)
    right = len(sentence) if right < 0 else right
    near = [one for one in said if left <= one.verb < right]
    citing = [one for one in near if one.how == "citing" and not _OWN_SOURCE.match(one.who)]
    if citing:
        return citing[-1]
    said = [one for one in said if not _OWN_SOURCE.match(one.who) or one.how != "citing"]
    near = [one for one in near if one in said]
    earlier = [one for one in near if one.verb < lead]
    later = [one for one in said if one.verb >= end and _closes(sentence, one)]
    if not earlier and not later:
        earlier = [one for one in said if one.verb < lead]
    if earlier:
        last = earlier[-1]
        gapped = _GAPPED.search(sentence, last.end, lead)
        if gapped and last.how == "verb" and _gap_fits(sentence, last, gapped):
            return Said(who=strip_article(gapped["who"]), start=gapped.start("who"), verb=last.verb, end=last.end)
        return last
    return later[0] if later else None


def _gap_fits(sentence: str, said: Said, gapped: re.Match[str]) -> bool:
    """Whether "the guards' union of twelve" takes up "prison officials spoke of eight"."""
    words = gapped["who"].lower()
    if re.search(
        r"\b(?:including|and|killing|wounding|injuring|with|among|another|least|than|most|up|of|were|was|had|in|on|some|about)\b",
        words,
    ):
        return False
    if re.search(r"\d|ed\b|ing\b", words):
        return False
    verb = sentence[said.verb : said.end + 4]
    how = gapped["how"]
    return bool(how and how in verb.split()) or (not how and re.match(r"the\s|an?\s", words) is not None)


def _closes(sentence: str, said: Said) -> bool:
    """Whether an attribution follows what it covers: set off by a comma or quotation mark."""
    if said.how in ("according", "citing", "inverted"):
        return True
    before = sentence[: said.start].rstrip()
    before = re.sub(r"\b(?:the|an?|as|but)\Z", "", before, flags=re.IGNORECASE).rstrip()
    before = re.sub(
        r",?\s?\b(?:an?|the)\s(?:figure|number|claim|total|toll|count|report)(?:\s(?:that|which))?\Z",
        ",",
        before,
        flags=re.IGNORECASE,
    )
    return not before or before[-1] in ",”\"’—–-'(" or sentence[said.start - 4 : said.start].strip() == "as"


def _claimant(sentence: str, lead: int, end: int) -> Said | None:
    """Whoever is named as having made the claim: "the rebels' claim that 150", "as the rebels assert"."""
    for match in _POSSESSIVE.finditer(sentence):
        who = _POSSESSIVE_STOP.sub("", match["who"])
        plural = sentence[match.end("who") : match.end("who") + 2] in ("s’", "s'")
        if (
            0 <= lead - match.end() < 40
            and who.split()[-1].lower() not in _OWN
            and ";" not in sentence[match.end() : lead]
        ):
            between = sentence[match.end() : lead]
            if not re.search(r"\b(?:said|says|to|and|but|but)\b|,\s", between) and not re.search(
                r"\b(?:said|put)\b", who
            ):
                return Said(
                    who=strip_article(who + ("s" if plural else "")),
                    start=match.start(),
                    verb=match.start(),
                    end=match.end(),
                )
    for match in _CLAIM_BY.finditer(sentence):
        if 0 <= lead - match.end() < 80 and ";" not in sentence[match.end() : lead]:
            return Said(who=strip_article(match["who"]), start=match.start("who"), verb=match.start(), end=match.end())
    for match in _AS_SAID.finditer(sentence):
        if -2 <= match.start() - end <= 12 or 0 <= lead - match.end() <= 3:
            return Said(who=strip_article(match["who"]), start=match.start("who"), verb=match.start(), end=match.end())
    return None


def resolved(said: Said | None, sentence: str, context: Context) -> str:
    """The speaker's words: a pronoun by its noun, no attribution by the outlet, "Mr Rask" by the full name."""
    if said is None:
        if _QUOTE.match(sentence) and sentence.rstrip(".! ")[-1:] in '”"’' and len(sentence) > 20:
            return context.before_speaker or spoken_before(context.before) or context.outlet
        return context.outlet
    kind = None if said.who.isupper() else PRONOUNS.get(said.who.lower())
    if kind is None:
        return _in_full(said.who, context)
    inside = None
    if said.start > 12:
        inside = titled_name(sentence[: said.start]) if kind == "person" else subject(sentence)
        inside = _agreeing(inside or subject(sentence), kind)
    if inside and PRONOUNS.get(inside.lower()) is None:
        return inside
    return antecedent(kind, context) or context.outlet


def _agreeing(who: str | None, kind: str) -> str | None:
    """A sentence's subject where a pronoun of ``kind`` can take it up: a promoter by "he", no Liberals by "it"."""
    if who is None:
        return None
    last = re.split(r"\s(?:of|in|for|at|by|from)\s", who)[0].split()[-1]
    if kind == "body":
        return None if is_plural(last) else who
    if kind == "person":
        return who if is_name(who) or plural_of(last) is not None or titled_name(who) is not None else None
    return who


def antecedent(kind: str, context: Context) -> str | None:
    """What a pronoun of ``kind`` stands for: the speaker of the sentence before, else its person or subject."""
    speaker = context.before_speaker or spoken_before(context.before)
    if kind == "person":
        if speaker:
            return speaker
        return titled_name(context.before) or subject(context.before)
    if speaker and not (kind == "body" and is_name(speaker) and titled_name(context.before) == speaker):
        return speaker
    return subject(context.before)


def spoken_before(before: str) -> str | None:
    """The speaker of the sentence before, where it names one that is no pronoun."""
    for said in reversed(attributions(before)):
        if said.who.lower() not in PRONOUNS:
            return said.who
    return None


def _in_full(who: str, context: Context) -> str:
    found = _MISTER.match(who)
    if not found:
        return who
    name = re.search(rf"\b([A-Z][\w’'-]+\s{re.escape(found['surname'])})\b", context.article)
    return name[1] if name and not _MISTER.match(name[1]) else who
