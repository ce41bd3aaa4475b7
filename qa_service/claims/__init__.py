"""Claims: who says which value of what, read from the sentences of passages, grouped, agreeing or conflicting.

    sentence → numbers → units and nouns → counted → attribution, denial, as-of → Statement       (`extraction`)
    question → what is asked → statements about the same thing → rows                             (`relevance`)
    rows → groups, superseded tolls → "answered" or "conflicting"                                 (`agreement`)

Rules over word lists and regular expressions, linear in the text. `docs/claims.md` states them with examples.
"""
