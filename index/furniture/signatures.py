"""Who wrote a report, when and where from: bylines, datelines, agency and author notes."""

from __future__ import annotations

from index.furniture.rule import AGENCY, AGENCY_NEEDS, NAME, rule

SIGNATURES = (
    rule(
        "agency note",
        "feed|agency|syndicat|edited by|modification",
        r"\bthis (?:story|article|report|copy) (?:has been|was|is) (?:published|auto-?generated|taken|sourced)"
        r" (?:from|by)\b[^.]{0,80}\b(?:feed|agency|syndicat\w+)|\b(?:was|has) not (?:been )?edited by\b"
        r"|\bwithout (?:any )?modifications? to the text\b",
    ),
    rule(
        "agency note",
        "input|contribut|source|reporting|writing|editing|compiled|usa today network",
        r"\W*(?:with (?:agency )?inputs?\b[^.!?]{0,80}|contribut(?:ing|ors?):[^!?]{0,200}|source: [^.!?]{2,40}"
        r"|(?:additional )?(?:reporting|writing|editing|compiled) by\b.{1,250}|from usa today network\b.{0,60})",
        whole=True,
    ),
    rule(
        "agency note",
        "contributed|this story|this article|this report",
        r"\A.{2,160}\bcontributed to this (?:report|story|article)\W*\Z|\A\W*this (?:story|article|report)"
        r" (?:has been|was) updated (?:with|to (?:add|include|reflect|correct))\b[^.]{0,120}\W*\Z",
        longest=250,
    ),
    rule(
        "author note",
        "@",
        r"(?:\A|[.!?] )(?:reach|contact|email|follow|you can (?:reach|follow|email|contact|find)) [^!?]{0,120}@",
        longest=450,
    ),
    rule(
        "byline",
        "by",
        rf"(?:By|BY|by|Written by|Story by|Reported by) {NAME}(?:(?:,? and|,? &|,)? {NAME}){{0,8}}"
        rf"(?:,? {AGENCY}|, [\w ]{{2,40}})?",
        longest=140,
        whole=True,
        exact_case=True,
    ),
    rule(
        "byline",
        "",
        rf"[–−—-] ?{NAME}(?:(?:,|,? and)? {NAME}){{1,6}}",
        longest=90,
        whole=True,
        exact_case=True,
    ),
    rule(
        "byline",
        "cnn|bbc|press|" + AGENCY_NEEDS,
        rf"(?:[–−—-] ?)?(?:The )?(?:{AGENCY}|Associated Press|CNN|USA TODAY|Agence France-Presse|BBC(?: News)?)",
        longest=60,
        whole=True,
        exact_case=True,
    ),
    rule(
        "dateline",
        "",
        rf"{NAME}(?:[,./()]* ?[(/]?{NAME}){{0,6}}\)? ?[—–]",
        longest=70,
        whole=True,
        exact_case=True,
    ),
    rule(
        "dateline",
        "published|updated|posted|read",
        r"(?:[^.!?:]{4,20}\d{4},? )?(?:(?:first )?published|(?:last )?updated|posted)(?: (?:on|at))?:?"
        r" [^!?]{4,60}\d[^!?]{0,25}"
        r"|\d{1,2}[ -]min(?:ute)?s? read",
        longest=90,
        whole=True,
        exact_case=False,
    ),
)
