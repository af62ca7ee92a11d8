"""What `modwise appeal` does with files: the letter, the papers instead of one, and all that is due of the worklist."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modwise import api
from modwise.errors import UsageError
from modwise.plural import count

if TYPE_CHECKING:
    from modwise.appeals.appeal import Appeal

Json = dict[str, Any]
_HOW = ("template", "packet", "force", "papers", "due", "letters", "notes_dir", "database")
_STEP = 0.2
_MOST_PROCESSES = 8


def taken(terms: Json) -> Json:
    """What says how a letter is written, taken out of the command's options."""
    return {name: terms.pop(name) for name in _HOW}


def write(found: Appeal, output: str | None, how: Json, today: date | None) -> list[Path]:
    """Writes the letter, or the papers where there is none; returns the files."""
    files: list[Path] = []
    if found.letter is not None and output:
        said = {name: how[name] for name in ("template", "packet", "force")}
        files += api.write_appeal(found, output, today=today, **said)
    if found.papers and how["papers"]:
        Path(how["papers"]).mkdir(mode=0o700, parents=True, exist_ok=True)
        files += api.write_papers(found, how["papers"])
    return files


def week(remits: Sequence[str], claims: Sequence[str], output: str | None, form: str, today: date | None, terms: Json) -> int:
    """Drafts what is due into a folder; 0 when every letter can be signed, else 1."""
    if not output:
        raise UsageError("no folder is given", hint="Name it with -o.", code="no-folder")
    how = taken(terms)
    for name in ("claim", "line"):
        if terms.get(name) is not None:
            raise UsageError(f"--{name} names one line; --worklist drafts all that is due", code="one-or-all")
    said = {name: how[name] for name in ("due", "template", "packet", "force", "database")}
    found = api.appeal_all(
        output,
        form=how["letters"],
        today=today,
        remits=remits,
        claims=claims,
        notes=how["notes_dir"],
        facts=terms["facts"],
        practice=terms["practice"],
        processes=min(os.cpu_count() or 1, _MOST_PROCESSES),
        progress=meter(),
        **said,
    )
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if form == "json" else _told(found))
    return int(found["summary"]["complete"] < found["summary"]["items"])


def meter() -> Callable[[int, int], None] | None:
    """A line on a terminal that counts the letters; None where standard error is no terminal."""
    if not sys.stderr.isatty():
        return None
    shown = [0.0]

    def step(done: int, total: int) -> None:
        if done == total or time.monotonic() - shown[0] > _STEP:
            shown[0] = time.monotonic()
            sys.stderr.write(f"\r{done} of {total} drafted\x1b[K" + ("\n" if done == total else ""))
            sys.stderr.flush()

    return step


def _told(found: Json) -> str:
    counts = found["summary"]
    parts = [f"{counts['complete']} ready to be signed"]
    parts += [
        f"{counts[name]} {words}"
        for name, words in (("incomplete", "incomplete"), ("other_papers", "with other papers"), ("failed", "failed"))
        if counts[name]
    ]
    return f"{count(counts['items'], 'item')}: {', '.join(parts)}. See {found['index'][0]}."
