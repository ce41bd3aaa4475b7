"""What the contract's objects are made of: dates, corrections, and what changed between versions."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Span = tuple[int, int]
"""Half-open range of code points."""


class Shape(BaseModel):
    """An object with exactly these keys."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class InferredDate(Shape):
    """A date read in the running text: shown, never matched by a filter."""

    date: str
    span: Span


class Published(Shape):
    """When an article says it was published, and how that is known."""

    date: str | None
    precision: Literal["minute", "day", "month", "year", "none"]
    provenance: Literal["metadata", "prefix", "page", "text", "none"]
    inferred: InferredDate | None


class Corrected(Shape):
    """That the article was corrected, clarified, retracted or updated.

    `version` is the one that says so, or that replaced the one cited; `notice` is a range of its text.
    """

    version: int
    date: str | None = Field(description="The notice's own day, else that of the version's modified time.")
    kind: Literal["correction", "clarification", "retraction", "update"]
    notice: Span | None


class Notice(Shape):
    """What the article says about its own change; `span` is a range of `text`, `date` the day that it names."""

    kind: Literal["correction", "clarification", "retraction", "update"]
    span: Span
    text: str
    date: str | None


class FieldChange(Shape):
    """A field beside the text that differs between two versions."""

    field: Literal["title", "source", "url", "language", "tags", "published", "modified"]
    before: str | list[str] | Published | None = Field(alias="from")
    after: str | list[str] | Published | None = Field(alias="to")


class Change(Shape):
    """A stretch of the text; `from` and `to` are ranges of the one version's text and of the other's."""

    kind: Literal["equal", "insert", "delete", "replace"]
    before: Span = Field(alias="from")
    after: Span = Field(alias="to")
    from_text: str
    to_text: str


class Difference(Shape):
    """What changed from version `from` to version `to`. Joined in order, the changes make up either text whole."""

    before: int = Field(alias="from")
    after: int = Field(alias="to")
    fields: list[FieldChange]
    changes: list[Change]
