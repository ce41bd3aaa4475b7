"""What asks the reader for something: newsletters, messaging groups, e-papers, money."""

from __future__ import annotations

from index.furniture.rule import rule

_START = r"(?:\A|(?<=[.!?:*)] )|(?<=\())"
"""The start of a sentence inside a paragraph."""

INVITATIONS = (
    rule(
        "newsletter",
        "sign|subscribe|register",
        rf"{_START}(?:sign[- ]?up|subscribe|register)\b[^.!?]{{0,160}}"
        r"\b(?:newsletters?|inbox|e-?mails?|alerts|briefing|text with|podcast|channel)\b",
        longest=700,
    ),
    rule(
        "newsletter",
        "newsletter|inbox",
        r"\A\W*(?:you can )?get\b.{0,120}\b(?:newsletter|(?:to|in) your inbox)\b",
        longest=500,
    ),
    rule(
        "newsletter",
        "email|e-mail|thank you for|newsletter",
        r"enter (?:a valid|your) e-?mail|\bthank you for (?:subscribing|signing up)"
        r"|manage your newsletter (?:subscription|preferences)",
        longest=600,
    ),
    rule(
        "newsletter",
        "sign",
        r"\A(?:for more|don[’']t miss|want more)\b[^.]{0,120}\bsign[- ]?up (?:for|to|here)\b",
    ),
    rule("newsletter", "subscribe", r"\Asubscribe to [^.!?]{2,60}\b(?:escape|today|now|here|save|\*)", longest=700),
    rule(
        "messaging invitation",
        "whatsapp|whats app|telegram|viber|signal",
        r"\A(?:follow this link|click (?:here|on this link)|tap here|join|subscribe|follow|connect)\b"
        r"[^.!?]{0,100}\b(?:whats\s?app|telegram|viber|signal)\b[^.!?]{0,40}\b"
        r"(?:group|channel|app|now|here|us|alerts|updates)\b",
        longest=250,
    ),
    rule(
        "messaging invitation",
        "whatsapp|whats app|telegram|viber",
        r"\bis (?:now|also) on (?:whats\s?app|telegram|viber)\b[^.!?]{0,20}[.!]?\s*"
        r"(?:\W*(?:join|follow|click|subscribe)\b|\Z)",
    ),
    rule(
        "e-paper",
        "paper|edition",
        r"\A(?:click here to |tap to )?(?:read|download|subscribe to|get) (?:the|our|today[’']s)\b[^.!?]{0,50}"
        r"\be-?\s?(?:paper|newspaper|edition)",
    ),
    rule(
        "appeal",
        "journalism",
        r"\A(?:be (?:a )?part of (?:quality|independent)|support (?:our|independent|quality|local|fearless|free)"
        r"(?: \w+){0,2}) journalism\b",
        longest=250,
    ),
    rule(
        "appeal",
        "journalism|paying",
        r"\Aquality journalism takes\b|\bonly a handful are paying\b",
        longest=1500,
    ),
    rule(
        "appeal",
        "donate|contribute|subscribe|become",
        r"\A(?:please )?(?:donate|contribute|subscribe|become an? (?:\w+ )?(?:member|subscriber|supporter|patron)) "
        r"(?:now|today|here|and |to (?:support|help|our|us))",
        longest=400,
    ),
    rule(
        "appeal",
        "support|contribution|donation|subscription",
        r"\A(?:your|every) (?:support|contribution|donation|subscription) "
        r"(?:helps|makes|will help|keeps|allows|enables|is what|matters)\b",
        longest=400,
    ),
    rule("appeal", "subscribe & save", r"\bSUBSCRIBE & SAVE\b", longest=900, exact_case=True),
    rule("appeal", "subscribe|log in", r"\A(?:already a subscriber|subscribe (?:now|today)|log in to continue)\b"),
    rule(
        "messaging invitation",
        "whatsapp|telegram|viber|channel|group|our app|the app",
        r"\A\W*(?:join|get|tap|click|follow|open|download|install|find)\b[^.!?]{0,80}"
        r"\b(?:our (?:\w+ ){0,3}(?:channel|group|app)|on (?:whats\s?app|telegram|viber)|in the app)\b",
        longest=200,
    ),
    rule(
        "e-paper",
        "paper|edition",
        r"\be-?paper (?:is|comes) (?:out|available|ready|free)\b",
        longest=160,
    ),
    rule(
        "offer",
        "offer|win |voucher|coupon|free of charge|member|cancel",
        r"\A\W*(?:(?:readers?|subscriber|special|limited)(?: \w+)? offer\s?:|win (?:a|an|tickets|two)\b[^.?]{2,80}!"
        r"|fill in the (?:coupon|voucher)|you are reading\b[^.!?]{2,60}\bfree\b|already an? (?:member|subscriber)\?"
        r"|cancel any\s?time\b)",
        longest=250,
    ),
    rule(
        "appeal",
        "subscri|support us|gift",
        r"\A\W*subscribe to\b[^.!?]{2,60}\b(?:from|for (?:just|only|as little as))\b|\bsupport us with\b"
        r"|\A(?:please )?(?:consider|make) (?:supporting|donating to|an?) (?:us|our|donation|contribution|gift)\b",
        longest=250,
    ),
)
