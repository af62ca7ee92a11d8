"""A check that was kept: its result files are written when somebody asks for them, from the findings in its folder.

Most checks are looked at on the page and never downloaded; five files of a hundred thousand findings would take longer than the check.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Any, TextIO

from modwise.http.found import Found
from modwise.http.workroom import Folder

Json = dict[str, Any]
WRITERS: Mapping[str, str] = {
    "findings.csv": "write_csv",
    "findings.json": "write_json",
    "findings.jsonl": "write_jsonl",
    "findings.sarif": "write_sarif",
    "findings.html": "write_html",
}


class Kept:
    """A result as the reports take it."""

    def __init__(self, found: Found, head: Json) -> None:
        self._found = found
        self._head = head

    def finding_dicts(self) -> Iterator[Json]:
        """Each finding, from the folder."""
        return self._found.every()

    def head(self) -> Json:
        """Everything but the findings."""
        return copy(self._head)


def made(folder: Path, name: str, head: Json) -> Path:
    """The result file of that name, written now where it was not written before."""
    path = folder / name
    if not path.exists():
        part = folder / f"{name}.{secrets.token_hex(4)}"
        with Folder(folder).create(part.name) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as out:
            _writer(name)(Kept(Found.of(folder), head), out)
        part.replace(path)
    return path


def _writer(name: str) -> Callable[[Kept, TextIO], None]:
    from modwise.report import check_html, sarif, tables

    module = {"findings.sarif": sarif, "findings.html": check_html}.get(name, tables)
    writer: Callable[[Kept, TextIO], None] = getattr(module, WRITERS[name])
    return writer
