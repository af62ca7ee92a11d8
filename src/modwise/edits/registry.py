"""Finds the edits by walking the folder: one file an edit, no registration."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from modwise.edits.base import Edit
from modwise.errors import UsageError

FOLDER = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def every_edit() -> tuple[Edit, ...]:
    """One instance of every edit, in order of code."""
    found: list[Edit] = []
    for path in sorted(FOLDER.glob("*/*.py")):
        if path.name.startswith("_"):
            continue
        module = importlib.import_module(f"modwise.edits.{path.parent.name}.{path.stem}")
        classes = [
            item
            for item in vars(module).values()
            if isinstance(item, type) and issubclass(item, Edit) and item.__module__ == module.__name__
        ]
        found.extend(cls() for cls in classes)
    return tuple(sorted(found, key=lambda edit: edit.code))


def choose(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> list[Edit]:
    """The edits asked for; a pattern is a code, a prefix ("RED") or a glob ("*201").

    Raises UsageError for a pattern that matches nothing: a typing error must not switch checking off in silence.
    """
    edits = list(every_edit())
    for pattern in (*select, *ignore):
        if not any(_matches(edit, pattern) for edit in edits):
            raise UsageError(f"no edit matches {pattern!r}", hint="`modwise edit` lists them.", code="unknown-edit")
    chosen = [e for e in edits if not select or any(_matches(e, p) for p in select)]
    return [e for e in chosen if not any(_matches(e, p) for p in ignore)]


def _matches(edit: Edit, pattern: str) -> bool:
    wanted = pattern.strip().upper()
    return edit.code == wanted or edit.code.startswith(wanted) or fnmatchcase(edit.code, wanted)
