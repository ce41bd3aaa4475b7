"""Who takes which stand in a passage: each attributed sentence, and whether it denies, negates or accuses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.article import Span, StoredPassage
from qa_service.claims.attribution import Context, Said, attributions, resolved
from qa_service.claims.extraction import NO_OUTLET
from qa_service.claims.parties import Party, party_of
from qa_service.claims.sentences import words_of
from qa_service.claims.speakers import strip_article
from qa_service.claims.topic_words import content_stems

_WRONG = (
    r"(?:untrue|false|wrong|absurd|nonsense|rubbish|an?\s(?:\w+\s)?(?:lie|invention|fiction|fabrication|fantasy|fairy\stale|smear)|lies|invention"
    r"|baseless|groundless|unfounded|fabricated|fiction|fake)"
)
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?(?!\s(?:him|her|them)\b)|disput(?:es?|ed|ing)|refut(?:es?|ed)|contradict(?:s|ed)?|contest(?:s|ed)"
    rf"|(?:call(?:s|ed)|branded|termed)\s(?:[\w’'-]+\s){{0,5}}?[“\"‘]?{_WRONG}"
    rf"|(?:was|were|is|are|as)\s(?:\w+ly\s)?[“\"‘]?{_WRONG}|no\ssuch|nothing\sof\sthe\s(?:kind|sort)|not\strue|no\struth|did\snot\sreflect)\b",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:den(?:y|ies|ied)|reject(?:s|ed)?|dismiss(?:es|ed)?|disput(?:es?|ed)|contradict(?:s|ed)?|call(?:s|ed)|branded|termed|contest(?:s|ed))\s(?:\w+\s){0,3}?"
    r"(?:(?:this|that|it|these|them)(?=\s*(?:[,.;:]|\Z|\b(?:and|but|as|on|in|outright|flatly)\b))|responsibility|involvement|ever|having|any"
    r"|the\s(?:\w+\s)?(?:testimony|rumour|evidence|letter|article|video|study|claim|report|accusation|allegation|charge|account|story|version|suggestion|statement)s?)\b"
    r"|\b(?:call(?:s|ed)|branded|termed)\s(?:this|that|it|these|them)\b"
    r"|\b(?:the|this|that)\s(?:claim|report|accusation|allegation|charge|account|story|version|suggestion)s?\b|\bno\ssuch\b|\bnothing\sof\sthe\b|\bno\struth\b|\bnot\strue\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:not|never|no|nobody|nothing|none|neither|cannot|still|remain(?:s|ed|ing)?|continu(?:e|es|ed|ing)|yet\sto|far\sfrom|intact|untouched|unharmed|unsafe|without|refus\w+|fail(?:s|ed)?\sto|laughed\sat)\b"
    r"|n[’']t\b|\b(?:went|goes|going|go)\son\b",
    re.IGNORECASE,
)
_DEFENDS = re.compile(
    r"\b(?:sound|safe|clean|free\sof|free\sfrom|in\sorder|up\sto\sdate|lawful\w*|legal\w*|proper\w*|correct\w*|harmless|healthy|innocent|genuine"
    r"|nothing\swrong|as\s(?:it|they)\sshould|by\sthe\s(?:book|rules)|according\sto\sthe\srules|within\sthe\s(?:law|rules|limits?)|always|instead|in\sfact)\b",
    re.IGNORECASE,
)
"""An answer to an accusation that does without "not"."""
_CANNOT_SAY = re.compile(
    r"\b(?:not|no)\s(?:comment|know|say|clear|immediately|yet\sknown|only|give|name|want|longer\sthan|later\sthan|more\sthan|less\sthan|fewer\sthan)\b"
    r"|\bno\s(?:one\s|\w+\s)?(?:comment|decision|reason|details?|figures?)\b",
    re.IGNORECASE,
)
_ACCUSES = re.compile(
    r"\b(?:accus(?:es?|ed|ing)|blam(?:es?|ed|ing)|h[eo]ld\w*\s[\w\s]{2,40}?responsible|alleg(?:es?|ed|ing))\b",
    re.IGNORECASE,
)
_NOUN = r"(?:claim|accusation|allegation|charge|report|assertion)s?"
_CLAIM_BY = re.compile(
    rf"\b{_NOUN}\s(?:by|from|of)\s(?P<by>[^,;.]+?)\s(?P<by_what>that\s[^;.]+)"
    rf"|(?P<owner>(?:the\s)?[\w’' -]{{2,40}}?)[’']s?\s{_NOUN}\s(?P<owner_what>(?:that|of)\s[^;.]+)"
    rf"|\b(?P<people>[A-Z]\w+)\s{_NOUN}\s(?P<people_what>(?:that|of)\s[^;.]+)"
)
_DENIED_BY = re.compile(r"\b(?:denied|rejected|dismissed|disputed|contradicted)\sby\s(?P<who>[^,;.]+)")
_THAT = re.compile(r"\s?(?:,|:)?\s?(?:(?:on|in|at)\s\w+(?:\s(?:morning|evening|night|afternoon))?\s)?(?:that\s)?")
_NOBODY = re.compile(
    r"(?:each|both|neither|either|what|whoever|some|many|few|others|nobody|everybody|everyone)\b", re.IGNORECASE
)
"""Speakers that name no party."""
_SAID_LAST = re.compile(
    r"(?:\s(?:on|in|at|late|early|to|the|an?|his|her|its|their|this|reporters|parliament|journalists|lawmakers|\w+day)\b[^,;:“”\"]{0,40})?[.]?\s*\Z"
)
"""What may follow "..., its spokeswoman said" at the end of a sentence."""
_CLOSING = 0.5
"""An attribution in the last part of a sentence comes after what it covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """What one party says in one sentence."""

    at: int
    """Number of its sentence in the passage."""
    sentence: Span
    """In the article's text."""
    part: Span
    """The words that state it, in the article's text."""
    words: str
    who: str
    party: Party
    denied: bool
    """Says in so many words that something said is not so."""
    refers: bool
    """A denial of what was said before, not of what its own sentence spells out."""
    negative: bool
    """Says that something is not, or still not, so."""
    defends: bool
    """Says that something is as it should be."""
    accuses: bool
    stems: frozenset[str]
    """Content words of the sentence, without those of the speaker."""


@lru_cache(maxsize=2048)
def stances_in(passage: StoredPassage) -> tuple[Stance, ...]:
    """The stances of a passage in text order; a denial that names who made the claim gives both sides."""
    found: list[Stance] = []
    before, speaker = "", None
    article = f"{passage.title}. {passage.text}"
    for at, span in enumerate(passage.sentences):
        sentence = words_of(passage, span)
        context = Context(outlet=passage.source or NO_OUTLET, before=before, before_speaker=speaker, article=article)
        said = attributions(sentence)
        main = _main([one for one in said if not _NOBODY.match(one.who)], sentence)
        speaker = resolved(said[-1], sentence, context) if said else None
        if main is not None:
            found.extend(_read(at, span, sentence, said, main, context=context))
        else:
            found.extend(_passive(at, span, sentence))
        before = sentence
    return tuple(found)


def _main(said: list[Said], sentence: str) -> Said | None:
    """The attribution of the whole sentence: the first one that opens it, else the last."""
    if (
        said
        and said[-1].how in ("verb", "inverted", "according")
        and _SAID_LAST.match(sentence, said[-1].end)
        and sentence[: min(said[-1].start, said[-1].verb)].rstrip(' ”"').endswith(",")
    ):
        return said[-1]
    opening = [one for one in said if one.start < _CLOSING * len(sentence) and one.start <= one.verb]
    return next(iter(opening), None) or (said[-1] if said else None)


def _read(at: int, span: Span, sentence: str, said: list[Said], main: Said, *, context: Context) -> list[Stance]:
    denial = _DENIES.search(sentence)
    who = resolved(main, sentence, context)
    if denial is None:
        return [_stance(at, span, sentence, _part(sentence, main), who)]
    denier = next((one for one in said if one.verb <= denial.start() <= one.end), main)
    if denier.start > main.end:
        claim = _before(sentence, main, denier)
        other = _stance(
            at, span, sentence, (denial.start(), len(sentence)), resolved(denier, sentence, context), denied=True
        )
        return [_stance(at, span, sentence, claim, who, claimed=True), other]
    stance = _stance(at, span, sentence, _part(sentence, main, denial.start()), who, denied=True)
    claim = _CLAIM_BY.search(sentence, denial.end())
    if claim is None:
        return [stance]
    how = next(name for name in ("by", "owner", "people") if claim[name])
    other = strip_article(claim[how])
    return [stance, _stance(at, span, sentence, claim.span(f"{how}_what"), other, claimed=True)]


def _passive(at: int, span: Span, sentence: str) -> list[Stance]:
    """As in: that was denied by the club."""
    found = _DENIED_BY.search(sentence)
    if found is None:
        return []
    return [_stance(at, span, sentence, (0, len(sentence)), strip_article(found["who"]), denied=True)]


def _before(sentence: str, main: Said, denier: Said) -> Span:
    """What the first of two speakers says in a sentence, up to where the second one denies it."""
    if sentence[main.end : main.end + 1] in (",", ";") and main.start > 2:
        return 0, max(1, sentence.rfind(",", 0, min(main.start, main.verb)))
    return main.end, max(main.end + 1, denier.start - 1)


def _part(sentence: str, said: Said, denial: int | None = None) -> Span:
    """The words that a stance is quoted by: without "the ministry said that", from the denial on where there is one."""
    before = sentence[: said.start].rstrip()
    if before.endswith(('"', "”")) or (before.endswith(",") and sentence[said.end : said.end + 1] == ","):
        return 0, len(sentence)
    if said.start <= said.verb and said.start < _CLOSING * len(sentence):
        if denial is not None and denial <= said.end:
            return denial, len(sentence)
        lead = _THAT.match(sentence, said.end)
        start = lead.end() if lead else said.end
        if said.how == "verb" and len(sentence) - start > 12:
            return start, len(sentence)
        return 0, len(sentence)
    cut = sentence.rfind(",", 0, min(said.start, said.verb))
    return 0, cut if cut > _CLOSING * len(sentence) else len(sentence)


def _stance(
    at: int, span: Span, sentence: str, part: Span, who: str, *, denied: bool = False, claimed: bool = False
) -> Stance:
    part = part[0] + len(sentence[part[0] : part[1]]) - len(sentence[part[0] : part[1]].lstrip(" ,")), part[1]
    words = sentence[part[0] : part[1]].rstrip(' .”"')
    party = party_of(who)
    said = words if claimed else sentence
    return Stance(
        at=at,
        sentence=span,
        part=(span[0] + part[0], span[0] + part[0] + len(words)),
        words=words,
        who=who,
        party=party,
        denied=denied,
        refers=denied and _REFERS.search(sentence) is not None,
        negative=_NEGATIVE.search(_CANNOT_SAY.sub("", words)) is not None,
        defends=_DEFENDS.search(words) is not None,
        accuses=_ACCUSES.search(sentence) is not None,
        stems=content_stems(said) - party.words,
    )
