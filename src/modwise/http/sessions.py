"""Who is signed in with a browser, and who tried too often. Kept in memory: ending the server signs everybody out."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from modwise.http.keys import Key

COOKIE = "modwise"
# A signed-in browser is asked again after a working day, however busy it is.
LONGEST = 12 * 3600.0
MOST_SESSIONS = 10_000
# So many wrong keys are let pass, then each further one doubles the wait.
FREE_TRIES = 5
FIRST_WAIT = 30.0
LONGEST_WAIT = 15 * 60.0
MOST_TRIERS = 10_000


@dataclass
class Session:
    """A signed-in browser. `key` is null for those who came through the organisation's identity provider."""

    user: str
    key: Key | None
    begun: float
    used: float


class Sessions:
    """The sessions by their secret ids."""

    def __init__(self, idle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.idle = idle
        self._clock = clock
        self._lock = threading.Lock()
        self._all: dict[str, Session] = {}

    def begin(self, user: str, key: Key | None = None) -> str:
        """A new session's id."""
        now = self._clock()
        with self._lock:
            self._all = {name: one for name, one in self._all.items() if not self._over(one, now)}
            while len(self._all) >= MOST_SESSIONS:
                self._all.pop(next(iter(self._all)))
            name = secrets.token_urlsafe(32)
            self._all[name] = Session(user, key, now, now)
        return name

    def of(self, name: str, *, touch: bool = True) -> Session | None:
        """The session if it stands; `touch` counts this as use. A page that asks by itself does not keep a session alive."""
        now = self._clock()
        with self._lock:
            one = self._all.get(name)
            if one is None:
                return None
            if self._over(one, now):
                del self._all[name]
                return None
            if touch:
                one.used = now
            return one

    def end(self, name: str) -> None:
        """Signs the browser out."""
        with self._lock:
            self._all.pop(name, None)

    def _over(self, one: Session, now: float) -> bool:
        return now - one.used > self.idle or now - one.begun > LONGEST


class Lockout:
    """Wrong keys by who tried which: after a few, each further one makes the next wait longer."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: dict[tuple[str, str], tuple[int, float]] = {}

    def wait(self, address: str, identity: str) -> float:
        """Seconds until the address may try that key's id again; 0 = now."""
        with self._lock:
            _, until = self._tries.get((address, identity), (0, 0.0))
        return max(0.0, until - self._clock())

    def failed(self, address: str, identity: str) -> None:
        """Counts a wrong try."""
        now = self._clock()
        with self._lock:
            count, until = self._tries.pop((address, identity), (0, 0.0))
            if now - until > LONGEST_WAIT:
                count = 0
            count += 1
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (count - FREE_TRIES)) if count >= FREE_TRIES else 0.0
            while len(self._tries) >= MOST_TRIERS:
                self._tries.pop(next(iter(self._tries)))
            self._tries[address, identity] = (count, now + wait)

    def passed(self, address: str, identity: str) -> None:
        """Forgets the wrong tries before a right one."""
        with self._lock:
            self._tries.pop((address, identity), None)
