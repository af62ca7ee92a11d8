"""practice.toml as a form changes it: read with what is wrong in it, checked field by field, written whole."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modwise.appeals.practice import METHODS, NAME, checked
from modwise.appeals.verifying.checks.values import valid_npi
from modwise.errors import UsageError
from modwise.home import data_home
from modwise.knowledge.corpus import corpus

Json = dict[str, Any]
PARTS = ("practice", "signer", "contact")
BEFORE = f"{NAME}.before"
HEAD = "# Letterhead, signer and where each payer wants its appeals. docs/appeals.md tells of every key.\n"
LEAST_DIGITS, MOST_DIGITS = 7, 15
MOST_LEVEL = 5
MOST_TEXT = 200
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_COMMENT = re.compile(r"^\s*#", re.MULTILINE)


@dataclass(frozen=True)
class Held:
    """The practice as the file has it: `table` by part, `payers`, whether comments stand in it, and what is wrong with it."""

    path: Path
    table: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    payers: Sequence[Mapping[str, Any]] = ()
    comments: bool = False
    wrong: str = ""

    def as_dict(self) -> Json:
        """As the fronts show it."""
        parts = {part: dict(self.table.get(part, {})) for part in PARTS}
        return {**parts, "payers": [dict(one) for one in self.payers], "comments": self.comments, "wrong": self.wrong}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field: its part, the entry's number among the payers, its key, and what to write."""

    part: str
    key: str
    says: str
    number: int = 0


def held(home: Path | None = None) -> Held:
    """The practice of the data folder; empty where there is none, with the reason where it cannot be read."""
    path = data_home(home) / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Held(path)
    except (OSError, UnicodeDecodeError):
        return Held(path, wrong="it is no text")
    try:
        table = tomllib.loads(text)
        found = checked(table, NAME)
    except tomllib.TOMLDecodeError as error:
        return Held(path, comments=True, wrong=str(error))
    except UsageError as error:
        return Held(path, comments=True, wrong=error.message)
    beyond = _COMMENT.search(text.removeprefix(HEAD)) is not None
    return Held(path, {part: table.get(part, {}) for part in PARTS}, found.payers, beyond)


def save(said: Mapping[str, Any], home: Path | None = None) -> list[Problem]:
    """Writes what was said (practice, signer, contact; payers) over the file, for its owner alone; what is wrong with it instead.

    What cannot be kept, comments and a file that could not be read, stays beside it as practice.toml.before.
    """
    table = trimmed(said)
    wrong = list(problems(table))
    if wrong:
        return wrong
    checked({name: value for name, value in {**table, "payer": table.get("payers", [])}.items() if name != "payers"})
    before = held(home)
    before.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if before.comments or before.wrong:
        os.replace(before.path, before.path.with_name(BEFORE))
    part = before.path.with_name(f"{NAME}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(written(table))
    os.replace(part, before.path)
    return []


def trimmed(said: Mapping[str, Any]) -> Json:
    """What was said without what is empty: texts stripped, addresses as lines, payers that name something."""
    parts = {part: _kept(said.get(part) or {}) for part in PARTS}
    payers = [kept for entry in said.get("payers") or () if (kept := _kept(entry)) and set(kept) - {"level", "method"}]
    return {**{part: kept for part, kept in parts.items() if kept}, **({"payers": payers} if payers else {})}


def _kept(entry: Mapping[str, Any]) -> Json:
    plain = {key: _plain(value) for key, value in entry.items()}
    return {key: value for key, value in plain.items() if value not in ("", [], None)}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [text for one in value if (text := " ".join(str(one).split()))]
    return " ".join(value.split()) if isinstance(value, str) else value


# ---- what is wrong


def problems(table: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with each field, in the order of the form."""
    for part in PARTS:
        for key, value in table.get(part, {}).items():
            says = _wrong(key, value)
            if says:
                yield Problem(part, key, says)
    contact = table.get("contact", {})
    if contact and not contact.keys() & {"telephone", "email"}:
        yield Problem("contact", "telephone", "Give a telephone number or an e-mail address by which they are reached.")
    for number, entry in enumerate(table.get("payers", ())):
        yield from (Problem("payers", key, says, number) for key, says in _of_payer(entry))


def _wrong(key: str, value: Any) -> str:
    """What is wrong with a value, as a sentence; empty where nothing is."""
    if any(len(one) > MOST_TEXT for one in ([value] if isinstance(value, str) else value if isinstance(value, list) else ())):
        return f"At most {MOST_TEXT} letters."
    if key == "npi" and not (value.isascii() and valid_npi(value)):
        return "An NPI has ten digits, and this is none: look for a digit that is wrong or swapped."
    if key == "tin_last4" and not re.fullmatch(r"[0-9]{4}", value):
        return "Only the last four digits of the tax number; no more of it is kept."
    if key in ("telephone", "fax") and not LEAST_DIGITS <= sum(sign.isdigit() for sign in value) <= MOST_DIGITS:
        return "A number with area code, such as 701-555-0100."
    return "An address such as billing@example.org." if key == "email" and not _MAIL.fullmatch(value) else ""


def _of_payer(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not entry.get("payer") and not entry.get("name"):
        yield "payer", "Choose the payer, or write its name as the remittance spells it."
    elif entry.get("payer") and entry["payer"] not in corpus().payers:
        yield "payer", "Choose a payer of the list."
    if not isinstance(entry.get("level", 1), int) or not 1 <= entry.get("level", 1) <= MOST_LEVEL:
        yield "level", f"A level from 1 to {MOST_LEVEL}."
    if entry.get("method", "mail") not in METHODS:
        yield "method", "Choose how it is sent."
    if entry.get("method") == "fax" and not entry.get("fax"):
        yield "fax", "Give the fax number, or choose another way."
    if entry.get("method", "mail") == "mail" and not entry.get("addressee"):
        yield "addressee", "Give the postal address, or choose another way."
    if entry.get("fax") and (says := _wrong("fax", entry["fax"])):
        yield "fax", says


# ---- written


def written(table: Mapping[str, Any]) -> str:
    """The file: every part with its keys, then the payers."""
    blocks = [HEAD]
    for part in PARTS:
        if table.get(part):
            blocks.append(_block(f"[{part}]", table[part]))
    blocks += [_block("[[payer]]", entry) for entry in table.get("payers", ())]
    return "\n".join(blocks)


def _block(head: str, entry: Mapping[str, Any]) -> str:
    wide = max(map(len, entry))
    return "\n".join([head, *(f"{key:<{wide}} = {_value(value)}" for key, value in entry.items() if _BARE.fullmatch(key))]) + "\n"


def _value(value: Any) -> str:
    # A JSON text is a TOML text, but for the one control sign that JSON leaves as it is.
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
