"""Addresses fetched one after the other, and what they hold handed on: articles to store, lists to follow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from index.article import Item, Record, Withdrawn
from index.errors import InputRefused
from index.fetching.client import Client, Fetched, Gone, Unchanged, Validators
from index.fetching.conditional import FetchedAddresses
from index.fetching.pages import kind_of, read_items, read_list
from index.ports import Committed

WhenGone = Literal["report", "delete"]
DEEPEST = 2
"""How many lists lead to a page: a sitemap index, then a sitemap."""


@dataclass(slots=True, kw_only=True)
class Visited:
    """What became of addresses, in the order in which they were asked for."""

    fetched: int = 0
    unchanged: list[str] = field(default_factory=list[str])
    gone: list[str] = field(default_factory=list[str])
    left_out: int = 0
    """Addresses of lists beyond the most that are fetched."""


@dataclass(slots=True, kw_only=True)
class Visit:
    """One round of fetching; its items go to an ingest that tells :meth:`heard` of each outcome.

    What an address said of its state is kept only once its article is stored, so that a crash in between loses nothing.
    """

    client: Client
    addresses: FetchedAddresses
    max_bytes: int
    most: int
    """Addresses fetched at most that were found in lists."""
    when_gone: WhenGone = "report"
    stop: Callable[[], bool] = lambda: False
    visited: Visited = field(default_factory=Visited)
    _pending: dict[str, tuple[str, Validators]] = field(default_factory=dict[str, tuple[str, Validators]])

    def pages(self, urls: Iterable[str]) -> Iterator[Item]:
        """The article of each address, and of each address that is listed where one holds a list."""
        waiting = deque((url, 0) for url in dict.fromkeys(urls))
        seen = {url for url, _ in waiting}
        while waiting and not self.stop():
            url, depth = waiting.popleft()
            listed: list[str] = []
            yield from self._visit(url, depth, listed)
            for found in listed:
                if found in seen:
                    continue
                if len(seen) >= self.most:
                    self.visited.left_out += 1
                    continue
                seen.add(found)
                waiting.append((found, depth + 1))

    def feed(self, url: str) -> Iterator[Item]:
        """Every entry of a feed, unless the feed is as it was. What it said of its state is kept by :meth:`settle`."""
        try:
            outcome = self.client.fetch(url, self.addresses.known(url))
            if isinstance(outcome, Fetched):
                self.visited.fetched += 1
                yield from read_items(outcome, self.max_bytes)
                self._pending[""] = (url, outcome.validators)
            elif isinstance(outcome, Unchanged):
                self.visited.unchanged.append(url)
            else:
                self.visited.gone.append(url)
                yield InputRefused(url, f"is not there (status {outcome.status})")
        except InputRefused as error:
            yield error

    def heard(self, done: Committed | Withdrawn | InputRefused) -> None:
        """Keep what an address said of its state, now that its article is stored."""
        if isinstance(done, Committed) and done.article_id in self._pending:
            url, validators = self._pending.pop(done.article_id)
            self.addresses.keep(url, validators, done.article_id)

    def settle(self) -> None:
        """Keep what a feed said of its state, now that all its entries are settled."""
        if "" in self._pending:
            url, validators = self._pending.pop("")
            self.addresses.keep(url, validators)

    def _visit(self, url: str, depth: int, listed: list[str]) -> Iterator[Item]:
        try:
            outcome = self.client.fetch(url, self.addresses.known(url))
            if isinstance(outcome, Unchanged):
                self.visited.unchanged.append(url)
            elif isinstance(outcome, Gone):
                yield from self._gone(outcome)
            else:
                self.visited.fetched += 1
                yield from self._read(outcome, depth, listed)
        except InputRefused as error:
            yield error if error.name == url else InputRefused(url, f"{error.name}: {error.reason}")

    def _read(self, fetched: Fetched, depth: int, listed: list[str]) -> Iterator[Item]:
        if kind_of(fetched) == "page":
            for item in read_items(fetched, self.max_bytes):
                if isinstance(item, Record):
                    self._pending[item.id] = (fetched.url, fetched.validators)
                yield item
            return
        if depth >= DEEPEST:
            yield InputRefused(fetched.url, f"is a list within {DEEPEST} others, deeper than lists are followed")
            return
        for found in read_list(fetched, self.max_bytes):
            if isinstance(found, InputRefused):
                yield found
            else:
                listed.append(found.url)

    def _gone(self, gone: Gone) -> Iterator[Item]:
        self.visited.gone.append(gone.url)
        stored = self.addresses.articles(gone.url)
        reason = f"is not there (status {gone.status})"
        if self.when_gone == "delete" and stored:
            for article_id in stored:
                yield Withdrawn(id=article_id, reason=f"{gone.url} {reason}")
        elif stored:
            yield InputRefused(gone.url, f"{reason}; what it gave stays: {', '.join(stored)}")
        else:
            yield InputRefused(gone.url, reason)
