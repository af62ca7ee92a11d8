"""A process that does jobs, one after the other, and the talk with it: a JSON line each way over its pipes.

Nothing it writes to standard error is kept: a trace may quote what stands in a claim.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

Json = dict[str, Any]


class Died(Exception):
    """The process ended in the middle of a job; the text says how."""


class Took(Exception):
    """The job took longer than it may."""


class Process:
    """One process, started when it is first needed."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None
        self._killed = False

    @property
    def alive(self) -> bool:
        """Whether it can take a job."""
        return not self._killed and self._child is not None and self._child.poll() is None

    def run(self, order: Mapping[str, Any], progress: Callable[[int, int], None], longest: float) -> Json:
        """Has the job done: {summary, results, large} or {error}. Raises Died, or Took after `longest` seconds."""
        child = self._start()
        late = threading.Event()
        alarm = threading.Timer(longest, self._stop, [late])
        alarm.daemon = True
        alarm.start()
        try:
            return self._talk(child, order, progress)
        except (BrokenPipeError, EOFError, ValueError):
            self.kill()
            if late.is_set():
                raise Took from None
            raise Died(_how(child.wait())) from None
        finally:
            alarm.cancel()

    def kill(self) -> None:
        """Ends it at once."""
        self._killed = True
        child = self._child
        if child is not None:
            child.kill()
            with suppress(subprocess.TimeoutExpired):
                child.wait(10)

    def close(self) -> None:
        """Ends it and lets go of its pipes; not while it is being talked to."""
        self.kill()
        for pipe in (self._child.stdin, self._child.stdout) if self._child else ():
            if pipe is not None:
                # What was not sent yet is of no use any more.
                with suppress(OSError):
                    pipe.close()

    def _stop(self, late: threading.Event) -> None:
        late.set()
        self.kill()

    def _start(self) -> subprocess.Popen[str]:
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "modwise.http.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
            if self._killed:
                # It was cancelled while it was being started.
                self._child.kill()
        return self._child

    def _talk(self, child: subprocess.Popen[str], order: Mapping[str, Any], progress: Callable[[int, int], None]) -> Json:
        if child.stdin is None or child.stdout is None:
            raise EOFError
        child.stdin.write(json.dumps(order) + "\n")
        child.stdin.flush()
        for line in child.stdout:
            said: Json = json.loads(line)
            if "progress" not in said:
                return said
            progress(*said["progress"])
        raise EOFError


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
