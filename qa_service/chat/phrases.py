"""Every word of a reply that the archive did not write. ``docs/chat.md`` lists them; a test compares.

A reply is these phrases, quotations, outlets, dates, and the values of claims; nothing else.
"""

from __future__ import annotations

ANSWERED = "The archive says:"
DISAGREE = "The archive does not agree with itself. The claims:"
QUOTED = "In the words of the sources:"
UNSUPPORTED = "The archive does not support an answer to this question."
NEAREST = "The nearest passages, which do not answer it:"
NOTHING = "It holds no passage that comes near."
CUT = "[…]"
"""After a quotation that stops before its passage does."""
REPLACED = "(a newer version of this article exists)"
CARRIED = "Also carried by:"
VALUE = "Claim"
SAID_BY = "Said by"
OUTLET = "Outlet"
DATE = "Published"
SOURCE = "Source"
DENIED = "denied:"
AT_LEAST = "at least"
AT_MOST = "at most"
ABOUT = "about"
UNDATED = "undated"
MENTIONS = "undated; mentions"
FROM_PREFIX = "(date from the file's prefix)"
FROM_PAGE = "(date from the page)"
NO_TASK = "This service quotes an archive; it does not do tasks of this kind."
NEW_CHAT = "New chat"
"""Title of a conversation in which nothing was asked."""
MORE_LATEST = "What is the latest on"
MORE_WHO = "Who said so:"
MORE_WHEN = "When was that:"
"""Openings of suggested follow-up questions; what they are about is in the conversation's own words."""

PHRASES = (
    ANSWERED,
    DISAGREE,
    QUOTED,
    UNSUPPORTED,
    NEAREST,
    NOTHING,
    CUT,
    REPLACED,
    CARRIED,
    VALUE,
    SAID_BY,
    OUTLET,
    DATE,
    SOURCE,
    DENIED,
    AT_LEAST,
    AT_MOST,
    ABOUT,
    UNDATED,
    MENTIONS,
    FROM_PREFIX,
    FROM_PAGE,
    NO_TASK,
    NEW_CHAT,
    MORE_LATEST,
    MORE_WHO,
    MORE_WHEN,
)
