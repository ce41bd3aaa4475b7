"""When a question is about: the time its words name, read from the moment it is asked.

    expression = [bound] ["the"] [part] phrase [("-" | "to" | "and" | "until") [part] phrase] ["onwards"]
    bound      = "in" | "on" | "during" | … | "since" | "after" | … | "until" | "by" | "as of" | "before" | …
    part       = "early" | "mid" | "late" | "earlier" | "later" | "the end of" | "the first two weeks of" | …
    phrase     = a named time (`named`) | one counted from asked-at (`relative`)

The words and the look at a phrase's neighbours, which tells "in March" from "the march", are in `words`; bounds, parts,
ranges and the choice among several expressions in `expressions`. `docs/question-time.md` gives the rules with examples.
"""

from qa_service.question_time.expressions import Mode, TimeWindow, read_time, read_times

__all__ = ["Mode", "TimeWindow", "read_time", "read_times"]
