"""Compiles the fact files and the edits' pages into one file, of which a command reads only the entries it asks for."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from modwise.knowledge import links, load, pages, patterns
from modwise.knowledge.corpus import COMPILED
from modwise.knowledge.needed import needed

FORMAT = 6
FEW = 60
# The patterns of the reading of notes that are looked for in many sentences.
PATTERNS = frozenset({"pattern", "unless", "in_title", "named", "done", "reached", "denied", "short", "needs"})


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
    # A look-up reads one modifier's entry only, so what other pages say of it is put there.
    named = links.incoming(corpus["modifiers"])
    for code, table in corpus["modifiers"].items():
        table["named_by"] = named.get(code, [])
    _add_cues(corpus["kinds"].get("reading", {}))
    return corpus


def _add_cues(files: dict[str, Any]) -> None:
    """Beside each pattern of the reading of notes, as `<key>_cues`, the plain words of which one stands wherever it matches."""
    words = {name: text for table in files.values() for name, text in table.get("words", {}).items()}
    for entry in (
        entry for table in files.values() for entries in table.values() if isinstance(entries, list) for entry in entries
    ):
        for key in PATTERNS & entry.keys():
            found = needed(patterns.expand(entry[key], words))
            # Names are looked for by all their words at once; in a sentence many words take longer than the pattern.
            entry[f"{key}_cues"] = list(found) if key == "named" or len(found) <= FEW else []


def write(package: Path) -> Path:
    """Writes the compiled file beside the code and returns its path.

    Its first line is JSON: format, fingerprint, and where each entry of each part stands (offset behind that line, length).
    """
    target = package / COMPILED
    body, places = _body(compile_corpus(package))
    head = json.dumps({"format": FORMAT, "fingerprint": fingerprint(package), "parts": places}, separators=(",", ":"))
    # Two processes may compile at once; each writes a file of its own and the last to finish wins.
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(head.encode() + b"\n" + body)
    temporary.replace(target)
    return target


def _body(corpus: dict[str, Any]) -> tuple[bytes, dict[str, dict[str, tuple[int, int]]]]:
    """The entries behind each other, and part → key → (offset, length). A further kind is the part `kinds/<folder>`."""
    parts = {name: corpus[name] for name in ("modifiers", "payers", "families", "rules", "sources", "edits", "facts")}
    parts |= {f"kinds/{folder}": files for folder, files in corpus["kinds"].items()}
    body = bytearray()
    places: dict[str, dict[str, tuple[int, int]]] = {}
    for name, entries in parts.items():
        places[name] = {}
        for key, entry in entries.items():
            text = json.dumps(entry, default=_iso, ensure_ascii=False, separators=(",", ":")).encode()
            places[name][key] = (len(body), len(text))
            body += text + b"\n"
    return bytes(body), places


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a fact file")
