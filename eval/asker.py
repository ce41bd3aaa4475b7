"""Who is asked: the service in this process over a data directory, or a running one over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import httpx2

from eval.errors import EvalError, TopicFailed
from index.errors import InvalidRequest

if TYPE_CHECKING:
    from pydantic import BaseModel

    from qa_service.bootstrap import Service

Fields = Mapping[str, Any]
"""A request body of the contract."""
RETRIES = 4
"""How often a busy server is asked again before the topic fails."""


class Asker(Protocol):
    """What an evaluation needs of a service; bodies and replies are the contract's JSON."""

    def ask(self, fields: Fields) -> dict[str, Any]:
        """The ``/v1/ask`` object. Raises TopicFailed when this question is refused."""
        ...

    def search(self, fields: Fields) -> dict[str, Any]:
        """The ``/v1/search`` object. Raises TopicFailed when this question is refused."""
        ...

    def threshold(self) -> float:
        """The confidence below which an answer is withheld by default."""
        ...

    def describe(self) -> dict[str, Any]:
        """Model and settings, for the record."""
        ...


class LocalAsker:
    """The service opened in this process."""

    def __init__(self, service: Service, settings: dict[str, Any]) -> None:
        self._service = service
        self._settings = settings

    @classmethod
    def open(cls, data_dir: Path, config: dict[str, Any]) -> LocalAsker:
        """Opens a data directory with these settings; a table ``ranking`` holds ranking options.

        Raises EvalError naming what is wrong with a setting.
        """
        from pydantic import TypeAdapter, ValidationError

        from qa_service.bootstrap import open_service
        from qa_service.ranking import RankingOptions
        from qa_service.settings import Settings

        given = {name: value for name, value in config.items() if name != "ranking"}
        try:
            settings = Settings(**{**given, "data_dir": data_dir})
            options = TypeAdapter(RankingOptions).validate_python(
                known(RankingOptions(), config.get("ranking", {}), "ranking")
            )
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise EvalError(f"--config: {wrong}") from error
        shown = {**settings.model_dump(mode="json"), "ranking": asdict(options)}
        return cls(open_service(settings, ranking=options), shown)

    def ask(self, fields: Fields) -> dict[str, Any]:
        """See Asker."""
        from qa_service.request import AskRequest

        return _reply(self._service.ask, AskRequest, fields)

    def search(self, fields: Fields) -> dict[str, Any]:
        """See Asker."""
        from qa_service.request import SearchRequest

        return _reply(self._service.search, SearchRequest, fields)

    def threshold(self) -> float:
        """See Asker."""
        return float(self._service.threshold)

    def describe(self) -> dict[str, Any]:
        """The settings in force and the state of the archive."""
        return {"settings": self._settings, "status": self._service.status()}

    def close(self) -> None:
        """Lets go of the data directory."""
        self._service.close()


class HttpAsker:
    """A running service. A reply of 429 or 503 is tried again after the time it names; that wait counts as latency."""

    def __init__(self, url: str, *, timeout: float = 60.0, transport: httpx2.BaseTransport | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise EvalError(f"--url {url!r} is no http address such as http://127.0.0.1:8000")
        away = parts.hostname not in ("localhost", "127.0.0.1", "::1")  # this machine needs no proxy
        self._url = url.rstrip("/")
        self._client = httpx2.Client(timeout=timeout, transport=transport, trust_env=away)
        self._ready: dict[str, Any] | None = None

    def ask(self, fields: Fields) -> dict[str, Any]:
        """See Asker."""
        return self._call("POST", "/v1/ask", fields)

    def search(self, fields: Fields) -> dict[str, Any]:
        """See Asker."""
        return self._call("POST", "/v1/search", fields)

    def threshold(self) -> float:
        """Read from ``min_confidence`` of ``GET /readyz``. Raises EvalError where the server does not say."""
        value = self.describe().get("min_confidence")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise EvalError(f"{self._url}/readyz names no min_confidence, the default threshold")
        return float(value)

    def describe(self) -> dict[str, Any]:
        """What ``GET /readyz`` says. Raises EvalError while the server is not ready."""
        if self._ready is None:
            try:
                self._ready = self._call("GET", "/readyz", None)
            except TopicFailed as error:
                raise EvalError(f"{self._url} is not ready: {error}") from error
        return self._ready

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()

    def _call(self, method: str, path: str, body: Fields | None) -> dict[str, Any]:
        reply = self._send(method, path, body)
        for _ in range(RETRIES):
            if reply.status_code not in (429, 503):
                break
            time.sleep(_seconds(reply.headers.get("retry-after")))
            reply = self._send(method, path, body)
        if reply.status_code != 200:
            raise TopicFailed(f"HTTP {reply.status_code}: {_problem(reply)}")
        try:
            value = reply.json()
        except ValueError as error:
            raise TopicFailed(f"{path} answered no JSON") from error
        if not isinstance(value, dict):
            raise TopicFailed(f"{path} answered no JSON object")
        return value

    def _send(self, method: str, path: str, body: Fields | None) -> httpx2.Response:
        try:
            return self._client.request(method, self._url + path, json=None if body is None else dict(body))
        except httpx2.HTTPError as error:
            raise EvalError(f"{self._url} does not answer: {error or type(error).__name__}") from error


def _reply(call: Callable[[Any], Any], request: type[BaseModel], fields: Fields) -> dict[str, Any]:
    from pydantic import ValidationError

    from qa_service.answer import to_json

    try:
        return to_json(call(request.model_validate(dict(fields))))
    except (InvalidRequest, ValidationError) as error:
        raise TopicFailed(str(error)) from error


def ingest(corpus: Path, data_dir: Path, config: dict[str, Any]) -> dict[str, Any]:
    """Ingests as an operator does, by the command line, so with the production reader; unchanged articles cost nothing.

    Returns the contract's report; refusals and progress appear on stderr. Raises EvalError if nothing could be done.
    """
    command = [sys.executable, "-m", "qa_service", "ingest", str(corpus), "--data-dir", str(data_dir), "--json"]
    settings = {f"QA_{name.upper()}": str(value) for name, value in config.items() if name != "ranking"}
    run = subprocess.run(command, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own command
    if run.returncode not in (0, 1):
        raise EvalError(f"ingest of {corpus} ended with status {run.returncode}")
    try:
        return json.loads(run.stdout)
    except ValueError as error:
        raise EvalError(f"ingest of {corpus} printed no report: {run.stdout[:200]!r}") from error


def known(defaults: Any, given: Any, name: str) -> dict[str, Any]:
    """The table as it is. Raises EvalError where it, or a table in it, names an option that ``defaults`` lacks."""
    if not isinstance(given, dict):
        raise EvalError(f"--config: {name} is no table")
    for option, value in given.items():
        if option not in {field.name for field in fields(defaults)}:
            raise EvalError(f"--config: {name} has no option {option}")
        if is_dataclass(default := getattr(defaults, option)):
            known(default, value, f"{name}.{option}")
    return given


def read_config(path: Path | None) -> dict[str, Any]:
    """Settings by name from a TOML or JSON file. Raises EvalError."""
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8")
        value = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise EvalError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise EvalError(f"{path}: {error}") from error
    if not isinstance(value, dict):
        raise EvalError(f"{path}: is no table of settings")
    return value


def _problem(reply: httpx2.Response) -> str:
    """The gist of an RFC 9457 problem, or the start of whatever came instead."""
    try:
        problem = reply.json()
        fields = "; ".join(f"{e['field']}: {e['message']}" for e in problem.get("errors") or [])
        return fields or str(problem.get("detail") or problem.get("title"))
    except (ValueError, AttributeError, KeyError, TypeError):
        return reply.text[:200]


def _seconds(retry_after: str | None) -> float:
    return min(float(retry_after), 30.0) if retry_after and retry_after.isdigit() else 1.0
