"""The practice: letterhead, signer, where each payer wants its appeals. `practice.toml` in the data folder, or --practice FILE."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modwise.appeals.book import Book
from modwise.appeals.ledger import Source
from modwise.errors import InputError, UsageError
from modwise.home import data_home

NAME = "practice.toml"
_KEYS: dict[str, dict[str, type]] = {
    "practice": {"name": str, "address": list, "telephone": str, "fax": str, "email": str, "npi": str, "tin_last4": str},
    "signer": {"name": str, "credentials": str, "title": str, "telephone": str, "email": str},
    "payer": {"payer": str, "level": int, "name": str, "addressee": list, "method": str, "fax": str, "portal": str},
}
METHODS = ("mail", "fax", "portal", "email")


@dataclass(frozen=True)
class Practice:
    """What practice.toml says; `file` is null where there is none."""

    file: str | None = None
    practice: Mapping[str, Any] = field(default_factory=dict)
    signer: Mapping[str, Any] = field(default_factory=dict)
    payers: tuple[Mapping[str, Any], ...] = ()

    def payer(self, keys: Iterable[str], name: str | None, level: int = 1) -> Mapping[str, Any]:
        """What is set for a payer and level: by the name on the remit first, then by our key or a parent's; empty where nothing is."""
        folded = (name or "").casefold()
        held = [p for p in self.payers if p.get("level", 1) == level]
        by_name = [p for p in held if p.get("name", "").casefold() == folded and folded]
        by_key = [p for key in keys for p in held if p.get("payer") == key and "name" not in p]
        return next(iter([*by_name, *by_key]), {})


def read(path: str | Path | None, home: Path | None = None) -> Practice:
    """The practice of a file, or that of the data folder; an empty one where none is given and none lies there.

    Raises InputError for a file that cannot be read, UsageError for a key that is none.
    """
    found = Path(path) if path is not None else data_home(home) / NAME
    if path is None and not found.exists():
        return Practice()
    try:
        table = tomllib.loads(found.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "cannot be read"
        raise InputError(
            f"no practice file: {reason}", where=str(found), hint="docs/appeals.md shows one.", code="bad-practice"
        ) from None
    return checked(table, str(found))


def checked(table: Mapping[str, Any], where: str | None = None) -> Practice:
    """The practice, when every key is one that is known. Raises UsageError that names the first that is not."""
    for part, content in table.items():
        if part not in _KEYS:
            raise _bad(where, f"unknown part [{part}]")
        for entry in content if isinstance(content, list) else [content]:
            if not isinstance(entry, Mapping):
                raise _bad(where, f"[{part}] is no table")
            for key, value in entry.items():
                wanted = _KEYS[part].get(key)
                if wanted is None:
                    raise _bad(where, f"unknown key {key!r} in [{part}]")
                if not isinstance(value, wanted) or (isinstance(value, list) and not all(isinstance(v, str) for v in value)):
                    raise _bad(
                        where,
                        f"{key!r} in [{part}] is no {'list of texts' if wanted is list else 'number' if wanted is int else 'text'}",
                    )
            if entry.get("method") not in (None, *METHODS):
                raise _bad(where, f"method {entry['method']!r} is none of {', '.join(METHODS)}")
    payers = table.get("payer", [])
    return Practice(
        where, table.get("practice", {}), table.get("signer", {}), tuple(payers if isinstance(payers, list) else [payers])
    )


def _bad(where: str | None, what: str) -> UsageError:
    return UsageError(what, where=where or NAME, hint="docs/appeals.md lists the keys.", code="bad-practice")


def into(book: Book, practice: Practice) -> None:
    """The practice as facts: practice_name, practice_address, signer_name and so on."""
    source = Source("practice", practice.file)
    for part, table in (("practice", practice.practice), ("signer", practice.signer)):
        for key, value in table.items():
            text = "\n".join(value) if isinstance(value, list) else value
            kind = (
                "address"
                if key == "address"
                else "name"
                if key == "name"
                else "identifier"
                if key in ("npi", "tin_last4")
                else "contact"
            )
            book.add(kind, f"{part}_{key}", text, source)  # type: ignore[arg-type]
