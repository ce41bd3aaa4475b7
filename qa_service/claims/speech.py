"""The verbs and nouns by which news text says who says so."""

from __future__ import annotations

import re

_ALWAYS = """
    said says say saying told tells tell announced announces announce claimed claims claim reported reports
    report confirmed confirms confirm insisted insists insist stated states state added adds add warned warns
    warn estimated estimates estimate believes believe believed predicted predicts predict expected expects
    expect calculates calculated calculate reckons reckon reckoned admitted admits admit acknowledged
    acknowledges acknowledge conceded concedes maintains maintain maintained asserts assert asserted argued
    argues argue denied denies deny rejected rejects reject dismissed dismisses disputes disputed wrote writes
    write explained explains declared declares declare disclosed discloses revealed reveals suggests suggested
    indicated indicates noted notes tallied alleged alleges allege thought thinks think concluded concludes
    testified tweeted complained complains boasted stressed repeated reiterated fears feared forecast forecasts
    projected projects learned learnt assumes assume supposes hopes hope promised promises pledged vowed
    demanded demands demand proposed proposes recorded records registered listed lists counted counts count
    published measured measures measure quoted remarked complain stress contend concede dispute reveal suggest
    indicate vow note explain boast lament laments lamented recalled recalls contends contended holds observed
    reminded informed cautioned joked swore
    """.split()
_PHRASES = (
    r"puts?\b(?=[^;]{0,60}?\sat\b)",
    r"(?:price|value)[sd]?\b(?=\s(?:the|its|his|her|their|it|this|that|them)\b[^;]{0,60}?\sat\b)",
    r"arrive[sd]?\sat(?=\s[\d£$€])",
    r"(?:spoke|speaks?|spoken|talks?|talked)\sof",
    r"(?:asked|asks?|asking|called|calls|calling|applied|bid|pleads?|pleaded)\sfor",
    r"(?:offered|offers|offering|ordered|orders|ordering)\b",
    r"called\b(?=[^;]{0,60}?(?:appropriate|enough|reasonable|invention|absurd|nonsense|false|untrue|wrong|lie|ridiculous|exaggerat|inflated|baseless|fantasy|fabricat|fiction|rubbish|smear|slander|groundless|unfounded|fake|fair|realistic|too))",
    r"(?:gave|gives?|given)\b(?=\s(?:out\s)?(?:a|the|its|their|an)\s(?:[\w-]+\s)?(?:toll|number|figure|count|estimate|total|tally))",
    r"(?:raised|lowered|revised|corrected|cut|increased|updated|adjusted|lifted|reduced)\b(?=\s(?:its|his|her|their|the)\s(?:own\s|earlier\s|official\s|death\s|first\s)*(?:count|toll|figure|estimate|tally|number|forecast|total))",
    r"(?:stood|stands?|sticks?|stuck)\s(?:by|to)",
    r"(?:knows?|knew|aware|heard)\sof",
    r"(?:would|will|did|could)\snot\ssay",
    r"accus(?:ed|es)\b",
    r"accept(?:s|ed)?\b",
    r"blam(?:es?|ed)\b",
    r"(?:gives?|gave)\b(?=\s[^;.]{2,40}?\sas\s)",
    r"(?:makes?|made)\sit\b(?=\s(?:\w+\s){0,2}[\d£$€])",
    r"(?:has|have|had)\s(?:it|her|him|them)\sat\b",
    r"gets?\b(?=\s(?:\w+\s){0,2}[\d£$€])",
    r"point(?:s|ed)?\sthe\sfinger\sat",
    r"suspect(?:s|ed)?\b(?=\s(?:that|an?|the|it)\b)",
    r"puts?\s(?:it|this|that|them|the\s[\w\s]{2,40}?)\sdown\sto",
    r"(?:attributes?|attributed|traces?|traced)\s(?:it|this|that|them|the\s[\w\s]{2,40}?)\sto",
    r"h[eo]lds?\b(?=\s[\w\s]{2,40}?\sresponsible)|held\b(?=\s[\w\s]{2,40}?\sresponsible)",
    r"cite[sd]?\b(?=\s(?:an?|the|its|his|her|their)\s)",
    r"(?:has|have|had)\b(?=[^;.]{0,80}?\bon\s(?:its|their)\s(?:books|records|lists?))",
    r"found\b(?=\sthat|\s?[,.;]|\Z)",
)
VERB = re.compile(r"\b(?:" + "|".join([*_ALWAYS, *_PHRASES]) + r")\b")
DOCUMENT_VERB = re.compile(r"\b(?:shows?|showed|shown|found|finds?|puts?|gives?|gave|suggests?|indicates?|had|has)\b")
DOCUMENT = (
    r"(?:figures|data|reports?|polls?|surveys?|study|studies|records|results|filings?|accounts|documents?|statistics|"
    r"audits?|inquiry|investigation|census|bulletins?|estimates?|analysis|researchers|auditors|inspectors|commission|review)"
)
_EVIDENCE = re.compile(
    r"\b(?:letter|memo|memorandum|e-?mail|document|file|note|minutes|recording|record|video|footage|photograph|message)s?\b[^.;]{0,80}?\s"
    r"(?P<verb>(?:appear(?:s|ed)?\sto\s|seem(?:s|ed)?\sto\s)?(?:show|suggest|indicate|prove|reveal|say)(?:s|ed)?)\b(?=\sthat\b|\show\b)",
    re.IGNORECASE,
)
"""What a letter or a recording shows is said by who made it public, else by the paper itself."""
_AFTER_DOCUMENT = re.compile(rf"\b{DOCUMENT}(?:\s(?:by|from|of|for|in)\s[^,;]{{2,40}})?\s$", re.IGNORECASE)
CLAIM_NOUN = (
    r"(?:claims?|assertions?|tally|tallies|estimates?|counts?|figures?|reports?|forecasts?|allegations?|tolls?|numbers?|"
    r"statements?|accounts?|totals?|calculations?|warnings?|predictions?|suggestions?|demands?|offers?)"
)
_NOUN_BEFORE = re.compile(
    r"(?:\b(?:an?|the|its|his|her|their|this|that|these|those|early|earlier|official|independent|first|initial|no|any|other|news|media"
    r"|press|unconfirmed|death|own|new|reported|to|of|for|by|recent|latest|conflicting|body|such|court|total|according)|[’']s?)\s$",
    re.IGNORECASE,
)
_NOUN_AFTER = re.compile(r"\s(?:of|by|from|about|on\sthe)\b|-")
_NOUN_FORMS = frozenset(
    """
    reports report claims claim counts count estimates estimate state states records notes demands demand fears
    hopes hope measures measure projects forecast forecasts holds lists offers orders promises
    """.split()
)
_PASSIVE_BEFORE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|it|as|so)\s(?:(?:also|now|still|not|reportedly|widely|officially|being)\s)?$",
    re.IGNORECASE,
)
_STATE = re.compile(r"[\w’'-]+\s(?:of\semergency|department|television|media|tv)\b", re.IGNORECASE)


def speech_verbs(sentence: str) -> list[tuple[int, int]]:
    """Where the active verbs of saying stand in ``sentence``."""
    spans: list[tuple[int, int]] = []
    for found in VERB.finditer(sentence):
        before, after = sentence[: found.start()], sentence[found.end() :]
        word = found[0]
        if re.search(r"\b(?:the|an?|its|this|that|of|amid|despite|with)\s$", before, re.IGNORECASE):
            continue
        if not before.strip(" \"“‘'’”"):
            continue
        if word in _NOUN_FORMS and (
            _NOUN_BEFORE.search(before) or _NOUN_AFTER.match(after) or _STATE.match(sentence, found.start())
        ):
            continue
        if word.endswith(("ed", "told", "en", "nt", "wn")) and _PASSIVE_BEFORE.search(before):
            pronoun = re.search(r"\b(it|as|so)\s$", before, re.IGNORECASE)
            if not pronoun or pronoun[1].lower() != "it":
                continue
        if re.search(r"\b(?:to|help)\s$", before) and not word.endswith("ed"):
            continue
        if word == "published" and after.startswith(" by "):
            continue
        if word == "told" and re.search(r"\b(?:been|was|were)\s$", before):
            continue
        if (
            word.startswith("expected")
            and re.match(r"\sto\b|\s\w+\s(?:people|guests)", after)
            and not before.endswith("had ")
        ):
            continue
        spans.append(found.span())
    spans += [
        found.span() for found in DOCUMENT_VERB.finditer(sentence) if _AFTER_DOCUMENT.search(sentence[: found.start()])
    ]
    spans += [found.span("verb") for found in _EVIDENCE.finditer(sentence)]
    return sorted(set(spans))
