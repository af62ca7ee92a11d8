"""The practice: letterhead, signer, where each payer wants its appeals. `practice.toml` in the data folder, or --practice FILE."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modwise.appeals.book import Book
from modwise.appeals.ledger import FactKind, Source
from modwise.errors import InputError, UsageError
from modwise.home import data_home

NAME = "practice.toml"
_KEYS: dict[str, dict[str, type]] = {
    "practice": {
        "name": str,
        "address": list,
        "remit_address": list,
        "telephone": str,
        "fax": str,
        "email": str,
        "npi": str,
        "tin_last4": str,
    },
    "signer": {"name": str, "credentials": str, "title": str, "telephone": str, "email": str},
    "contact": {"name": str, "telephone": str, "email": str},
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
    contact: Mapping[str, Any] = field(default_factory=dict)

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
    listed = tuple(payers if isinstance(payers, list) else [payers])
    return Practice(where, table.get("practice", {}), table.get("signer", {}), listed, table.get("contact", {}))


def _bad(where: str | None, what: str) -> UsageError:
    return UsageError(what, where=where or NAME, hint="docs/appeals.md lists the keys.", code="bad-practice")


_KINDS: dict[str, FactKind] = {
    "address": "address",
    "remit_address": "address",
    "name": "name",
    "npi": "identifier",
    "tin_last4": "identifier",
}


def into(book: Book, practice: Practice) -> None:
    """The practice as facts: practice_name, practice_address, signer_name, contact_name and so on."""
    source = Source("practice", practice.file)
    for part, table in (("practice", practice.practice), ("signer", practice.signer)):
        for key, value in table.items():
            book.add(_KINDS.get(key, "contact"), f"{part}_{key}", _text(key, value), source)
    # Whom to ask is one of the ways by which the practice is reached, as its telephone is: a letter may name them anywhere.
    for key, value in practice.contact.items():
        book.add("contact", f"contact_{key}", value, source)
    _billing(book, practice, source)


def _text(key: str, value: Any) -> str:
    """An address as lines; where payments go stands in one row of the letter."""
    if not isinstance(value, list):
        return str(value)
    return ", ".join(value) if key == "remit_address" else "\n".join(value)


def _billing(book: Book, practice: Practice, source: Source) -> None:
    """Numbers of the practice where claim and remittance give none, if it is the practice that billed."""
    name, billed = practice.practice.get("name"), book.value("billing_name")
    if billed is not None and (name is None or _plain(name) != _plain(billed)):
        return
    book.once("name", "billing_name", name, source)
    if book.get("billing_name"):
        book.once("identifier", "billing_npi", practice.practice.get("npi"), source)
        book.once("identifier", "tin_last4", practice.practice.get("tin_last4"), source)


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
