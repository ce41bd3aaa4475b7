"""API keys: made here, kept as digests in the data directory, compared in constant time.

A key is 256 bits from the system's source of randomness. Nobody can guess one, so a single SHA-256 keeps it safe at
rest: slow, salted hashing is for secrets that people choose, and would cost every request.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import InvalidRequest, NotFound, StoreDamaged

READ = "read"
WRITE = "write"
SCOPES = (READ, WRITE)
_PREFIX = "qa_"
_FILE = "keys.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What is known about a key once it has been given out: never the key itself."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: str
    """UTC, ISO 8601."""
    digest: str
    """SHA-256 of the whole key, hexadecimal."""


class KeyRing:
    """The keys of one data directory; changes by other processes are seen at the next look."""

    def __init__(self, data_dir: Path) -> None:
        """Nothing is read or created yet."""
        self._path = data_dir / _FILE
        self._stamp: tuple[int, int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    def keys(self) -> tuple[Key, ...]:
        """Every key that is valid now, oldest first. Raises StoreDamaged where the file is no list of keys."""
        stamp = self._stamp_now()
        if stamp != self._stamp:
            self._keys = self._read()
            self._stamp = stamp
        return self._keys

    def add(self, name: str, scopes: Iterable[str] = (READ,)) -> tuple[str, Key]:
        """A new key, in clear for the only time, and what is kept of it. Raises InvalidRequest."""
        wanted = tuple(scope for scope in SCOPES if scope in set(scopes))
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not wanted:
            raise InvalidRequest(scope=f"{', '.join(unknown) or 'none'} given; there are {' and '.join(SCOPES)}")
        if not name.strip() or not name.isprintable() or len(name) > 100:
            raise InvalidRequest(name="must be 1 to 100 printable characters, not all blank")
        with self._changing() as keys:
            taken = {key.id for key in keys}
            identity = next(one for one in iter(lambda: secrets.token_hex(4), None) if one not in taken)
            clear = f"{_PREFIX}{identity}_{secrets.token_urlsafe(32)}"
            created = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            key = Key(id=identity, name=name, scopes=wanted, created=created, digest=digest(clear))
            keys.append(key)
        return clear, key

    def revoke(self, identity: str) -> Key:
        """The key that is no longer valid. Raises NotFound."""
        with self._changing() as keys:
            found = next((key for key in keys if key.id == identity), None)
            if found is None:
                raise NotFound(f"there is no key {identity!r}: `qa-service keys list` shows what there is")
            keys.remove(found)
        return found

    def find(self, clear: str) -> Key | None:
        """The key of that text, if it is valid. Takes as long for any text: every digest is compared."""
        given, found = digest(clear), None
        for key in self.keys():
            if hmac.compare_digest(key.digest, given):
                found = key
        return found

    def _stamp_now(self) -> tuple[int, int, int] | None:
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            return None
        return facts.st_mtime_ns, facts.st_size, facts.st_ino

    def _read(self) -> tuple[Key, ...]:
        try:
            listed: list[dict[str, Any]] = json.loads(self._path.read_text("utf-8"))
            for one in listed:
                one["scopes"] = tuple(one["scopes"])
            return tuple(Key(**one) for one in listed)
        except FileNotFoundError:
            return ()
        except (ValueError, TypeError, KeyError) as error:
            raise StoreDamaged(f"{self._path} is no list of keys: {error}") from error

    @contextmanager
    def _changing(self) -> Generator[list[Key]]:
        """The list to change, written whole and synced when the block ends; one process at a time."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            keys = list(self._read())
            yield keys
            text = json.dumps([asdict(key) for key in keys], ensure_ascii=False, indent=1)
            fresh = self._path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)


def digest(clear: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(clear.encode("utf-8", "surrogateescape")).hexdigest()
