"""The days a question is about: as its words say, as the caller says instead, or none."""

from __future__ import annotations

from qa_service.question import GivenWindow, Question
from qa_service.question_time import TimeWindow, read_times


def question_windows(question: Question) -> tuple[TimeWindow, ...]:
    """The times a question is about, the one to show as interpreted first; () where it names none or reads none."""
    match question.time:
        case "off":
            return ()
        case "read":
            return tuple(read_times(question.text, question.asked_at))
        case GivenWindow() as given:
            return (_window(given, question),)


def _window(given: GivenWindow, question: Question) -> TimeWindow:
    """The window as its words would have been read: "newest" and what came since end when the question is asked."""
    today, end = question.asked_at.date(), given.end
    if end is None and (given.mode == "newest" or (given.mode == "from" and given.start and given.start <= today)):
        end = today
    return TimeWindow(start=given.start, end=end, expression=None, mode=given.mode, span=(0, 0), relative=False)
