"""The time that a caller gives instead of the one a question's words name: a window of whole days, or none at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

from index.article import date_interval
from qa_service.question import GivenWindow, Mode

_WHOLE_DAYS = 10
"""Characters of a date without a time of day."""


class TimeFields(BaseModel):
    """A window of whole days, both ends included. A month or a year stands for all its days; one end may be open."""

    model_config = ConfigDict(extra="forbid")

    start: str | None = Field(default=None, alias="from", examples=["2023-09-01"])
    end: str | None = Field(default=None, alias="to", examples=["2023-09-30"])
    mode: Mode | None = Field(
        default=None,
        description="Unless given: `inside` with both ends, `from` with the first alone, `up_to` with the last alone.",
    )


class TimeOff(TimeFields):
    """No time at all: what the words of the question name is not read."""


def _off_or_window(value: Any, window: ValidatorFunctionWrapHandler) -> TimeFields:
    if value == "off":
        return TimeOff()
    if not isinstance(value, (dict, TimeFields)):
        raise PydanticCustomError("time", 'is neither "off" nor an object of from, to and mode')
    return window(value)


TimeField = Annotated[TimeFields, WrapValidator(_off_or_window, json_schema_input_type=Literal["off"] | TimeFields)]
"""A request's ``time``: ``"off"``, or the fields of a window."""


def given_time(fields: TimeFields | None) -> tuple[GivenWindow | Literal["read", "off"], dict[str, str]]:
    """What a request's ``time`` asks for, and what is wrong with it by field (``time``, ``time.from``, …)."""
    if fields is None:
        return "read", {}
    if isinstance(fields, TimeOff):
        return "off", {}
    wrong: dict[str, str] = {}
    first = _days("time.from", fields.start, wrong)
    last = _days("time.to", fields.end, wrong)
    if wrong:
        return "read", wrong
    start, end = first and first[0], last and last[1]
    mode = fields.mode or ("up_to" if start is None else "from" if end is None else "inside")
    wrong = _contradiction(start, end, mode)
    return ("read", wrong) if wrong else (GivenWindow(start=start, end=end, mode=mode), {})


def _contradiction(start: date | None, end: date | None, mode: Mode) -> dict[str, str]:
    if start is None and end is None and mode != "newest":
        return {"time": "names neither from nor to"}
    if mode == "from" and start is None:
        return {"time.from": "is required with mode from"}
    if mode == "up_to" and end is None:
        return {"time.to": "is required with mode up_to"}
    if mode in {"up_to", "newest"} and start is not None:
        return {"time.from": f"has no meaning with mode {mode}"}
    if start is not None and end is not None and start > end:
        return {"time.to": "lies before from"}
    return {}


def _days(field: str, value: str | None, wrong: dict[str, str]) -> tuple[date, date] | None:
    """First and last day of a date, a month or a year."""
    if value is None:
        return None
    try:
        first, after = date_interval(value)
    except (ValueError, OverflowError):
        wrong[field] = f"{value!r} is not an ISO 8601 date such as 2023-10-02, 2023-10 or 2023"
        return None
    if len(value) > _WHOLE_DAYS:
        wrong[field] = f"{value!r} holds a time of day; a window is of whole days, such as {value[:_WHOLE_DAYS]}"
        return None
    return datetime.fromtimestamp(first, tz=UTC).date(), datetime.fromtimestamp(after - 1, tz=UTC).date()


def time_from_words(words: str) -> Literal["off"] | dict[str, str]:
    """The field as a command line writes it: ``off``, ``newest``, ``2023-09``, ``2023-09-01..2023-09-30``, ``2023..``.

    Whether the ends are dates is left to :func:`given_time`.
    """
    if words == "off":
        return "off"
    if words == "newest":
        return {"mode": "newest"}
    first, dots, last = words.partition("..")
    if not dots:
        return {"from": first, "to": first}
    return {name: value for name, value in (("from", first), ("to", last)) if value}
