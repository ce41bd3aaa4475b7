"""What speaks for or against a sentence as the answer: the features of the sentence ranker, in groups.

Every feature is a plain number, most within [0, 1]; docs/ranking.md says what each group is worth.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import get_args

from index.article import Span
from qa_service.expected import Expected, Kind, read_expected
from qa_service.names import find_names
from qa_service.question_words import Analyze, QuestionWords
from qa_service.tokens import Tokens

KINDS: tuple[Kind, ...] = get_args(Kind)
GROUPS: dict[str, tuple[str, ...]] = {
    "passage": (  # the passage
        "passage",  # its score against the best passage's
        "share",  # its part of all passages' scores after a softmax
        "first",  # whether it is the best
        "rank",  # 1 / rank
    ),
    "words": (  # the question's words, each weighted by its rarity
        "coverage",  # share that the sentence holds
        "similar",  # share that it holds in another form only: announced, announcement; two, 2, II
        "coverage2",  # square of both shares together
        "rarest",  # weight of the rarest word it holds, against the rarest asked
        "topic",  # share of the words that are no names
    ),
    "names": (  # the names and figures of the question
        "names",  # share of the question's names that it holds, part by part
        "whole_names",  # whether it holds every name in full
        "near_names",  # the same share with headline and two sentences before
        "no_names",  # whether the question names nobody
        "numbers",  # share of the question's figures that it holds
    ),
    "order": (  # how the words stand
        "pairs",  # share of the question's neighbouring word pairs that it holds, function words included
        "content_pairs",  # the same among content words alone
        "close",  # how close together the words stand: their number over the shortest stretch that holds all
        "density",  # share of its content words that the question asks about
    ),
    "context": (  # the question's words around it, each counted where it is met first
        "title",  # share that only the headline holds
        "before",  # share that only the sentence before adds
        "earlier",  # share that only the one before that adds
        "after",  # share that only the sentence after adds
        "elsewhere",  # share that only the rest of the passage adds
        "missing",  # share that passage and headline lack
    ),
    "form": (  # its form and place
        "short",  # fewer than 40 characters
        "length",  # log of its words, over 4
        "long",  # words beyond 30, over 30
        "fresh",  # log of its content words that the question lacks, over 3
        "asks",  # whether it is a question itself
        "quoted",  # whether it is mostly a quotation
        "quotes",  # whether it holds a quotation mark
        "pronoun",  # whether it opens with a pronoun
        "unfinished",  # whether it ends without a full stop
        "brackets",  # whether it holds a bracket
        "denies",  # whether it holds a negation
        "new_names",  # names that the question lacks, at most 4, over 4
        "digits",  # whether it holds a figure
    ),
    "place": (  # where it stands
        "position",  # 1 / (1 + place in the passage)
        "lead",  # the same where the passage opens its article, else 0
        "opening",  # whether the passage opens its article
        "alone",  # whether it is the passage's only sentence
    ),
    "expected": (  # what the question expects
        "spans",  # ranges of the expected kind, at most 4, over 4
        "fits",  # best fitness of a range
        "near",  # most weight of asked words near a range, falling by distance
        "fits_near",  # both at once
    ),
    "repeated": (  # what other passages say too
        "repeated",  # other passages that hold the range too, by how well it fits
        "repeated_share",  # the same, weighted by the passages' share
        "repeated_near",  # the same, by asked words near
    ),
    "kinds": (  # the same for each kind apart
        *(f"has_{kind}" for kind in KINDS),  # the question expects this kind, and something of the kind is there
        *(f"lacks_{kind}" for kind in KINDS),  # the question expects it, and nothing of the kind is there
        *(f"fits_{kind}" for kind in KINDS),  # how well it fits, where the question expects the kind
    ),
}
"""Features by what they look at; eval leaves each group out in turn."""
FEATURES = tuple(name for group in GROUPS.values() for name in group)
"""What speaks for or against a sentence, in the order of ``Sentence.features``."""

_LEAD = 300
"""Characters at the start of an article within which its first passage begins."""
_SHORT = 40
_QUOTED = re.compile(r"“[^”]+”|\"[^\"]+\"")
_NEGATION = re.compile(r"\b(?:not|never|no)\b|n['’]t\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_FINISHED = re.compile(r"[.!?…][”\"’')\]]*\s*$")
_PRONOUNS = frozenset("he she it they this that these those his her its their him them such".split())
_FIGURES = {
    **dict(
        zip("one two three four five six seven eight nine ten".split(), "1 2 3 4 5 6 7 8 9 10".split(), strict=True)
    ),
    **dict(zip("i ii iii iv v vi vii viii ix x".split(), "1 2 3 4 5 6 7 8 9 10".split(), strict=True)),
    **dict(zip("first second third fourth fifth".split(), "1 2 3 4 5".split(), strict=True)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question as the features see it."""

    text: str
    expected: Expected
    words: QuestionWords
    all_words: frozenset[str]
    topic: frozenset[str]
    """Words that are no names."""
    heaviest: float
    """Weight of the rarest word."""
    pairs: Mapping[tuple[str, str], float]
    """Weight of each pair of neighbouring words, function words included."""
    content_pairs: frozenset[tuple[str, str]]
    names: tuple[frozenset[str], ...]
    """Words of each name in it."""
    name_texts: frozenset[str]
    figures: frozenset[str]
    beginnings: dict[str, str]
    """The first letters of its longer words, to know them in another form."""


def read_asked(question: str, words: QuestionWords, analyze: Analyze) -> Asked:
    """What the features need of a question."""
    weights, all_words = words.weights, frozenset(words.weights)
    opening = question[:1].lower() + question[1:]  # a capital that only begins the question is no name's
    spans = find_names(opening)
    names = [all_words.intersection(analyze(opening[a:b])) for a, b in spans]
    pairs = pairwise(analyze(question))
    return Asked(
        text=question,
        expected=read_expected(question, analyze),
        words=words,
        all_words=all_words,
        topic=all_words.difference(*names),
        heaviest=max(weights.values(), default=1.0),
        pairs={p: sum(weights.get(w, 0.0) for w in p) for p in pairs if p[0] in weights or p[1] in weights},
        content_pairs=frozenset(pairwise(words.order)),
        names=tuple(name for name in names if name),
        name_texts=frozenset(opening[a:b] for a, b in spans),
        figures=frozenset(word for word in all_words if word.isdigit()),
        beginnings={word: word[:5] for word in all_words if len(word) > 4 and not word.isdigit()},
    )


def similar_words(asked: Asked, stems: frozenset[str], matched: frozenset[str]) -> frozenset[str]:
    """Asked words that are not there but in another form: of the same first five letters, or the same figure."""
    found: set[str] = set()
    beginnings = {stem[:5] for stem in stems if len(stem) > 4}
    figures = {_FIGURES.get(stem, stem) for stem in stems}
    for word in asked.all_words - matched:
        figure = _FIGURES.get(word, word)
        if asked.beginnings.get(word) in beginnings or (figure.isdigit() and figure in figures):
            found.add(word)
    return frozenset(found)


def word_evidence(asked: Asked, tokens: Tokens, matched: frozenset[str], similar: frozenset[str]) -> dict[str, float]:
    """The features of the question's words in the sentence itself."""
    words, held = asked.words, matched | similar
    content = tokens.content
    topic_weight = words.share(asked.topic)
    pairs = frozenset(pairwise(tokens.stems))
    share, extra = words.share(matched), words.share(similar)
    return {
        "coverage": share,
        "similar": extra,
        "coverage2": (share + extra) ** 2,
        "rarest": max((words.weights[w] for w in matched), default=0.0) / asked.heaviest,
        "topic": words.share(asked.topic & held) / topic_weight if topic_weight else 0.5,
        "names": _held(asked.names, held),
        "whole_names": float(bool(asked.names) and all(name <= held for name in asked.names)),
        "no_names": float(not asked.names),
        "numbers": len(asked.figures & matched) / (len(asked.figures) or 1),
        "pairs": sum(asked.pairs[pair] for pair in asked.pairs.keys() & pairs) / (sum(asked.pairs.values()) or 1.0),
        "content_pairs": len(asked.content_pairs & set(pairwise(content))) / (len(asked.content_pairs) or 1),
        "close": _closeness(tokens.stems, matched),
        "density": len(matched) / (len(content) or 1),
        "fresh": math.log(1 + len(set(content) - held)) / 3,
    }


def _held(names: Sequence[frozenset[str]], held: frozenset[str]) -> float:
    return sum(len(name & held) / len(name) for name in names) / (len(names) or 1)


def _closeness(stems: Sequence[str], matched: frozenset[str]) -> float:
    """How many matched words the shortest stretch with all of them has for each of its words; 0 for fewer than two."""
    if len(matched) < 2:
        return 0.0
    last: dict[str, int] = {}
    shortest = len(stems)
    for place, stem in enumerate(stems):
        if stem in matched:
            last[stem] = place
            if len(last) == len(matched):
                shortest = min(shortest, place - min(last.values()) + 1)
    return len(matched) / shortest


def context_evidence(
    asked: Asked, held: Sequence[frozenset[str]], number: int, title: frozenset[str], everywhere: frozenset[str]
) -> dict[str, float]:
    """The features of the question's words around sentence ``number``, each counted where it is met first."""
    share, own = asked.words.share, held[number]
    before = held[number - 1] if number > 0 else frozenset[str]()
    earlier = held[number - 2] if number > 1 else frozenset[str]()
    after = held[number + 1] if number + 1 < len(held) else frozenset[str]()
    return {
        "title": share(title - own),
        "before": share(before - own - title),
        "earlier": share(earlier - before - own - title),
        "after": share(after - own - before - title),
        "elsewhere": share(everywhere - own - before - earlier - after - title),
        "missing": share(asked.all_words - everywhere - title),
        "near_names": _held(asked.names, own | before | earlier | title),
    }


def form_evidence(asked: Asked, tokens: Tokens, names: Sequence[Span]) -> dict[str, float]:
    """The features of a sentence's own form."""
    text, n_words = tokens.text, len(tokens.words)
    quoted = sum(len(match.group()) for match in _QUOTED.finditer(text))
    return {
        "short": float(len(text) < _SHORT),
        "length": math.log(1 + n_words) / 4,
        "long": max(0, n_words - 30) / 30,
        "asks": float(text.rstrip("\"”’')").endswith("?")),
        "quoted": float(2 * quoted > len(text)),
        "quotes": float("“" in text or '"' in text),
        "pronoun": float(n_words > 0 and tokens.words[0].lower() in _PRONOUNS),
        "unfinished": float(_FINISHED.search(text) is None),
        "brackets": float("(" in text),
        "denies": float(_NEGATION.search(text) is not None),
        "new_names": min(4, len({text[a:b] for a, b in names} - asked.name_texts)) / 4,
        "digits": float(_DIGIT.search(text) is not None),
    }


def place_evidence(number: int, n_sentences: int, start: int) -> dict[str, float]:
    """The features of a sentence's place: its number in a passage that begins at ``start`` of its article."""
    opening = start < _LEAD
    return {
        "position": 1 / (1 + number),
        "lead": 1 / (1 + number) if opening else 0.0,
        "opening": float(opening),
        "alone": float(n_sentences == 1),
    }
