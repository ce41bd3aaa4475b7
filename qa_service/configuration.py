"""Settings in force and where each comes from: an option, the environment, a TOML file, or the default."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from index.errors import InvalidRequest
from qa_service.settings import CONFIG, PREFIX, Settings

MASK = "********"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings, and for each name its origin: ``option``, ``environment``, ``file`` or ``default``."""

    settings: Settings
    origins: Mapping[str, str]
    file: Path | None


def configure(options: Mapping[str, Any], environment: Mapping[str, str], file: Path | None = None) -> Configuration:
    """Settings from options, over the environment, over the file. ``file`` wins over ``QA_CONFIG``.

    Raises InvalidRequest naming every unknown name and every wrong value as its source spells it.
    """
    from_environment = _environment(environment)
    named = environment.get(CONFIG)
    path = file if file is not None else Path(named) if named else None
    from_file = {} if path is None else _read(path)
    origins = dict.fromkeys(Settings.model_fields, "default")
    origins |= dict.fromkeys(from_file, "file") | dict.fromkeys(from_environment, "environment")
    origins |= dict.fromkeys(options, "option")
    try:
        given: dict[str, Any] = {**from_file, **from_environment, **options}
        settings = Settings(**given)
    except ValidationError as error:
        wrong: dict[str, str] = {}
        for one in error.errors():
            name = str(one["loc"][0]) if one["loc"] else "settings"
            spelled = f"{path}: {name}" if origins.get(name) == "file" else f"{PREFIX}{name.upper()}"
            wrong[spelled] = one["msg"]
        raise InvalidRequest(**wrong) from None
    return Configuration(settings=settings, origins=origins, file=path)


def shown(configuration: Configuration) -> dict[str, dict[str, Any]]:
    """``{name: {"value", "from"}}`` for people: secrets, and passwords in addresses, are masked."""
    settings = configuration.settings
    return {
        name: {"value": _masked(getattr(settings, name)), "from": origin}
        for name, origin in configuration.origins.items()
    }


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The values under their settings' names. Raises InvalidRequest for a name that is none."""
    known = {f"{PREFIX}{name}".upper(): name for name in Settings.model_fields}
    values: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for name, value in environment.items():
        upper = name.upper()
        if upper in known:
            values[known[upper]] = value
        elif upper.startswith(PREFIX) and upper != CONFIG:
            unknown[name] = _no_setting(upper, [*known, CONFIG])
    if unknown:
        raise InvalidRequest(**unknown)
    return values


def _read(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidRequest(**{str(path): f"cannot be read as TOML settings: {reason}"}) from None
    unknown = {
        f"{path}: {n}": _no_setting(n, list(Settings.model_fields)) for n in values if n not in Settings.model_fields
    }
    if unknown:
        raise InvalidRequest(**unknown)
    return values


def _no_setting(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=3)
    return f"is no setting; near: {', '.join(near)}" if near else "is no setting; `qa-service config` lists them"


def _masked(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, str) and "://" in value and (word := urlsplit(value).password):
        return value.replace(f":{word}@", f":{MASK}@", 1)
    return list(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else value
