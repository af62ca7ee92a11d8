"""API keys: made and shown once, kept as argon2 hashes in the data folder, in a file that only its owner reads."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from modwise.errors import InputError, UsageError

FILE = "keys.json"
FORMAT = 1
PREFIX = "mw"
OWNER_ONLY = 0o600
MOST_USER = 60
_hasher = PasswordHasher()


@dataclass(frozen=True)
class Key:
    """A key as it is kept: never the key itself."""

    id: str
    user: str
    made: str
    hash: str

    def as_dict(self) -> dict[str, str]:
        """As it may be shown."""
        return {"id": self.id, "user": self.user, "made": self.made}


def make(folder: Path, user: str, now: datetime) -> tuple[Key, str]:
    """A new key of the user, kept; and its text, which is shown this once. Raises UsageError for a name that is none."""
    name = user.strip()
    if not name or len(name) > MOST_USER or not name.isprintable():
        raise UsageError("a key belongs to a user", hint=f"Give a name of at most {MOST_USER} characters.", code="bad-user")
    identity, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    key = Key(identity, name, now.isoformat(timespec="seconds"), _hasher.hash(secret))
    _write(folder, [*kept(folder), key])
    return key, f"{PREFIX}_{identity}_{secret}"


def revoke(folder: Path, identity: str) -> Key:
    """Takes a key away. Raises UsageError for one that is not there."""
    keys = kept(folder)
    for key in keys:
        if key.id == identity:
            _write(folder, [other for other in keys if other.id != identity])
            return key
    raise UsageError("no such key", hint="`modwise key list` shows the ids.", code="unknown-key")


def kept(folder: Path) -> list[Key]:
    """The keys, the oldest first. Raises InputError for a file that is damaged."""
    path = folder / FILE
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return [_of(row) for row in read["keys"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError("the file of API keys is damaged", where=str(path), hint="Remove it and make new keys.") from None


def _of(row: Mapping[str, Any]) -> Key:
    return Key(**{name: str(row[name]) for name in ("id", "user", "made", "hash")})


def _write(folder: Path, keys: list[Key]) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, fresh = folder / FILE, folder / f"{FILE}.{secrets.token_hex(4)}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with open(descriptor, "w", encoding="utf-8") as out:
        json.dump({"format": FORMAT, "keys": [asdict(key) for key in keys]}, out, indent=1)
    os.replace(fresh, path)


class Keys:
    """The keys as a server asks for them. A key that was right is remembered by a keyed hash; a change of the file forgets all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._secret = secrets.token_bytes(32)
        self._stamp: tuple[int, int] | None = None
        self._keys: dict[str, Key] = {}
        self._right: dict[str, Key] = {}
        # A hash takes much memory on purpose; many at once would take all of it.
        self._one_at_a_time = threading.Lock()

    def of(self, text: str) -> Key | None:
        """The key that the text is; None when it is none."""
        identity, secret = parts(text)
        known = self._current().get(identity)
        if known is None:
            return None
        mark = hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
        if self._right.get(mark) is known:
            return known
        if not self._verified(known, secret):
            return None
        self._right[mark] = known
        return known

    def has(self, key: Key) -> bool:
        """Whether the key still stands."""
        return self._current().get(key.id) == key

    def any(self) -> bool:
        """Whether there is a key at all."""
        return bool(self._current())

    def _verified(self, key: Key, secret: str) -> bool:
        with self._one_at_a_time:
            try:
                return _hasher.verify(key.hash, secret)
            except (Argon2Error, InvalidHashError):
                return False

    def _current(self) -> dict[str, Key]:
        try:
            found = os.stat(self._folder / FILE)
            stamp = (found.st_mtime_ns, found.st_ino)
        except OSError:
            stamp = None
        if stamp != self._stamp:
            self._keys = {key.id: key for key in kept(self._folder)}
            self._right, self._stamp = {}, stamp
        return self._keys


def parts(text: str) -> tuple[str, str]:
    """The key's id and secret; empty ones for what is no key."""
    prefix, _, rest = text.strip().partition("_")
    identity, _, secret = rest.partition("_")
    return (identity, secret) if prefix == PREFIX and secret else ("", "")
