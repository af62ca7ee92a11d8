"""A line on a terminal that says how far a long reading is. Nothing on a pipe, nothing for short work."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TextIO

PATIENCE = 1.0
STEP = 0.2
MEGA = 1_000_000


class Meter:
    """Counts bytes and shows them, at most five times a second, after the first second."""

    def __init__(self, out: TextIO | None, what: str = "read") -> None:
        self._out = out
        self._what = what
        self._begun = time.monotonic()
        self._shown = 0.0

    @classmethod
    def on(cls, out: TextIO, what: str = "read") -> Meter:
        """A meter for that stream; a silent one when it is no terminal. `what` says what happens to the bytes."""
        return cls(out if out.isatty() else None, what)

    def step(self, done: int, total: int) -> None:
        """Called with bytes read and bytes in all (0 = not known)."""
        now = time.monotonic()
        if self._out is None or now - self._begun < PATIENCE or now - self._shown < STEP:
            return
        self._shown = now
        part = f"{100 * done // total:3d} %" if total else ""
        self._out.write(f"\r{done / MEGA:,.0f} MB {self._what} {part}\x1b[K")
        self._out.flush()

    def clear(self) -> None:
        """Takes the line away."""
        if self._out is not None and self._shown:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.clear()
