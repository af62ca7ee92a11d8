"""The process that does jobs: reads an order a line, answers with progress and the outcome, ends when the server does."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from modwise.errors import ModwiseError

Json = dict[str, Any]

# Progress is told this often, in seconds, at most.
STEP = 0.2
# A process that grew larger is not kept for the next job.
LARGE = 1 << 30


def main() -> None:
    """Serves orders until standard input ends."""
    # What anything prints must not be taken for an answer.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(2, sys.stdout.fileno())
    orders: queue.Queue[Json] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin, orders), daemon=True).start()
    while True:
        _say(out, outcome(orders.get(), _Teller(out)))


def _listen(source: TextIO, orders: queue.Queue[Json]) -> None:
    for line in source:
        orders.put(json.loads(line))
    # The server is gone: whatever is being done is of no use to anybody.
    os._exit(0)


def _say(out: TextIO, answer: Json) -> None:
    out.write(json.dumps(answer) + "\n")
    out.flush()


class _Teller:
    """Tells how far the work is, not too often."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told >= STEP:
            self._told = now
            _say(self._out, {"progress": [done, total]})


def outcome(order: Json, progress: Callable[[int, int], None]) -> Json:
    """Does what is ordered: {summary, results, large}, or {error} in the one shape of errors. Labels stand in place of paths."""
    from modwise.http import works

    task = works.Task(
        Path(order["folder"]),
        order["files"],
        order["terms"],
        None if order["home"] is None else Path(order["home"]),
        order["owner"],
        progress,
    )
    try:
        summary, results = works.KINDS[order["kind"]](task)
    except ModwiseError as error:
        return {"error": task.named(_shape(error.as_dict(), str(error), error.status))}
    except Exception as error:  # noqa: BLE001 - whatever it is, the server must hear of it; its words may quote a claim and stay here
        return {"error": _bug(error)}
    return {"summary": summary, "results": results, "large": _size() > LARGE}


def _shape(entry: Json, text: str, status: int) -> Json:
    return {"ok": False, "error": text, "errors": [entry], "status": status}


def _bug(error: Exception) -> Json:
    """What went wrong by its kind and place in the program, without its words."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    message = f"Modwise itself failed here: {type(error).__name__} in {Path(last.filename).name}, line {last.lineno}."
    hint = "Report it with this place; nothing of your file was kept or sent."
    return _shape({"code": "internal", "where": "", "message": message, "hint": hint}, f"{message} {hint}", 500)


def _size() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
