"""The state of a page is its address: what was asked and how, as pairs of a query string that links change."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from pydantic import ValidationError

from index.errors import InvalidRequest
from qa_service.http.body import unusable_strings
from qa_service.http.problems import wrong_fields
from qa_service.http.query import AskQuery
from qa_service.request import AskRequest

LISTS = ("sources", "languages", "tags")
_KNOWN = frozenset(AskQuery.model_fields) - {"question"}
FILTERS = ("published_from", "published_to", *LISTS, "include_undated")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewState:
    """The pairs of a query string, in order, none of them empty."""

    pairs: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """The value of a field that is there at most once."""
        return next((value for key, value in self.pairs if key == name), None)

    def values(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for key, value in self.pairs if key == name]

    @property
    def is_filtered(self) -> bool:
        """Whether any filter, or a time of asking, is set."""
        return any(name not in {"q", "top_k"} for name, _ in self.pairs)

    def url(self, path: str = "/", **changes: str | None) -> str:
        """The address of this state with those fields set instead, or taken away where None."""
        pairs = [pair for pair in self.pairs if pair[0] not in changes]
        pairs += [(name, value) for name, value in changes.items() if value is not None]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def without(self, name: str, value: str) -> str:
        """The address of this state without one pair."""
        return ViewState(pairs=tuple(pair for pair in self.pairs if pair != (name, value))).url()

    def cleared(self) -> str:
        """The address of the same question with nothing else set."""
        return ViewState(pairs=tuple(pair for pair in self.pairs if pair[0] == "q")).url()

    def to_request(self) -> AskRequest | None:
        """What is asked; None where no question is. Raises Refusal naming every wrong field."""
        if self.get("q") is None:
            return None
        fields: dict[str, object] = {name: self.values(name) for name in LISTS}
        fields |= {name: value for name, value in self.pairs if name not in LISTS}
        try:
            return AskQuery.model_validate(fields).to_request()
        except ValidationError as error:
            raise wrong_fields(error) from error


def read_state(request: Request) -> ViewState:
    """The state in a request's address.

    An empty field of a form is one that was not given, and a name that is not ours (links on social networks grow
    them) is dropped. Raises InvalidRequest where the address is not UTF-8 or gives a field twice.
    """
    try:
        query = request.scope["query_string"].decode("ascii")
        pairs = parse_qsl(query, errors="strict", max_num_fields=2000)
    except ValueError as error:
        raise InvalidRequest(query="is not percent-encoded UTF-8") from error
    kept = tuple(dict.fromkeys((name, value.strip()) for name, value in pairs if name in _KNOWN and value.strip()))
    wrong = {name: message for name, value in kept for _, message in unusable_strings(value, nul=True)}
    single = [name for name, _ in kept if name not in LISTS]
    wrong |= {name: "is given more than once" for name in single if single.count(name) > 1}
    if wrong:
        raise InvalidRequest(**wrong)
    return ViewState(pairs=kept)


def asked_state(request: Request) -> ViewState | None:
    """The state to show again beside what was wrong with it; None where the address holds no question to show."""
    try:
        state = read_state(request)
    except InvalidRequest:
        return None
    return state if request.url.path == "/" and state.get("q") else None
