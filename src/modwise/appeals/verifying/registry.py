"""Finds the checks by walking their folder: no registration."""

from __future__ import annotations

import importlib
import inspect
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from modwise.appeals.verifying.base import Check
from modwise.errors import UsageError

FOLDER = Path(__file__).resolve().parent / "checks"
PARTS = ("What it does", "Known limits")
_HEADING = re.compile(r"^## (.+)$", re.M)


@lru_cache(maxsize=1)
def every_check() -> tuple[Check, ...]:
    """One instance of every check, in order of code."""
    found: list[Check] = []
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        module = importlib.import_module(f"modwise.appeals.verifying.checks.{path.stem}")
        found.extend(
            item()
            for item in vars(module).values()
            if isinstance(item, type) and issubclass(item, Check) and item.__module__ == module.__name__
        )
    return tuple(sorted(found, key=lambda check: check.code))


def page(check: Check) -> dict[str, Any]:
    """A check's page: code, title, severity, summary, what it does, known limits."""
    head, *parts = _HEADING.split(inspect.getdoc(type(check)) or "")
    texts = {title: " ".join(text.split()) for title, text in zip(parts[::2], parts[1::2], strict=True)}
    return {
        "code": check.code,
        "title": check.title,
        "severity": check.severity,
        "summary": " ".join(head.split()),
        "what_it_does": texts.get(PARTS[0], ""),
        "known_limits": texts.get(PARTS[1], ""),
    }


def pages() -> list[dict[str, Any]]:
    """Every check's page, in order of code."""
    return [page(check) for check in every_check()]


def explain(code: str) -> dict[str, Any]:
    """The page of one check. Raises UsageError for an unknown code."""
    wanted = code.strip().upper()
    for check in every_check():
        if check.code == wanted:
            return page(check)
    raise UsageError(f"no check {code!r} is known", hint="`modwise verify --list` shows all.", code="unknown-check")
