"""Compiles the fact files and the edits' pages into one JSON file, which a command reads in milliseconds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from modwise.knowledge import load, pages

FORMAT = 1
NAME = "knowledge/compiled.json"


def inputs(package: Path) -> Iterator[Path]:
    """The files that the compiled one is made of."""
    yield from (path for path in sorted((package / "facts").rglob("*.toml")))
    yield from (path for path in sorted((package / "edits").glob("*/*.py")))


def fingerprint(package: Path) -> str:
    """Changes when any input changes: a hash over names, sizes and modification times."""
    digest = hashlib.sha256(str(FORMAT).encode())
    for path in inputs(package):
        stat = path.stat()
        digest.update(f"{path.name}:{stat.st_size}:{stat.st_mtime_ns}".encode())
    return digest.hexdigest()


def compile_corpus(package: Path) -> dict[str, Any]:
    """The corpus with the edits' pages, ready for JSON. Raises KnowledgeError as `load` does."""
    corpus = load.load(package / "facts")
    corpus["edits"] = pages.read_pages(package / "edits")
    corpus["format"] = FORMAT
    return corpus


def write(package: Path) -> Path:
    """Writes the compiled file beside the code and returns its path."""
    target = package / NAME
    corpus = compile_corpus(package)
    corpus["fingerprint"] = fingerprint(package)
    temporary = target.with_suffix(".tmp")
    temporary.write_text(json.dumps(corpus, default=_iso, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    temporary.replace(target)
    return target


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a fact file")
