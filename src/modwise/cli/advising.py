"""`modwise advise`. No frame library is loaded here."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from modwise import api
from modwise.cli import common, questions
from modwise.errors import InputError, UsageError
from modwise.report import advising

SETTINGS = ["professional", "hopd", "asc", "cah", "inpatient"]
SHORT = {
    "extent": "extent",
    "reason": "reason",
    "stage": "stage",
    "anesthesia": "anesthesia",
    "sides": "sides",
    "side": "side",
    "role": "role",
}


def _facts(command: Callable[..., Any]) -> Callable[..., Any]:
    for name in reversed(SHORT):
        command = click.option(f"--{name}", name, metavar="VALUE", help=f"The same as --fact {name}=VALUE.")(command)
    return command


@click.command()
@click.argument("case", nargs=-1)
@click.option("--code", metavar="CODE", help="The procedure code.")
@click.option("--setting", type=click.Choice(SETTINGS, case_sensitive=False), help="On whose claim the line stands.")
@click.option("--payer", metavar="KEY", help="Whose rules; `modwise coverage` lists the keys.")
@click.option("--date", "on", callback=common.day, metavar="DATE", help="The date of service, as 2026-07-15; default today.")
@click.option("--note", metavar="FILE", help="A procedure note (txt, docx, rtf, pdf); facts are read from its words.")
@click.option("--fact", "pairs", multiple=True, metavar="NAME=VALUE", help="A fact of the case; may be repeated.")
@_facts
@click.option(
    "--json", "file", metavar="FILE", help="The case as JSON: case, code, setting, payer, date, facts; - is standard input."
)
@click.option("--interactive", is_flag=True, help="Ask what still matters, one question at a time.")
@click.option("--list-facts", is_flag=True, help="The facts a case can have, with their values.")
@common.text_or_json
@common.no_color
def advise(
    case: tuple[str, ...],
    on: date | None,
    pairs: tuple[str, ...],
    file: str | None,
    interactive: bool,
    list_facts: bool,
    form: str,
    no_color: bool,
    **options: str | None,
) -> int:
    """Which modifier fits a case, and why.

    CASE is the case in plain English; options outweigh what is read from it.

    \b
      modwise advise "screening colonoscopy, poor prep, scope reached only the
                      splenic flexure, sedated, hospital outpatient" --code G0121
      modwise advise --code 64721 --setting professional --sides both
      modwise advise --code 45385 --setting asc --interactive

    Exit status: 0 answered (settled, or each payer's answer), 1 facts are missing, 2 could not run.
    """
    paper = common.paper(no_color)
    if list_facts:
        facts = api.case_facts()
        common.emit(form, facts, lambda: advising.facts_text(facts, paper))
        return 0
    asked = _asked(" ".join(case), on, pairs, file, options)
    if interactive:
        asked = questions.ask(asked, paper)
    elif not any(asked.values()):
        raise UsageError("no case", hint="Describe it in words, or give --code and facts, or use --interactive.", code="no-case")
    answer = api.advise(asked.pop("case"), **asked)
    common.emit(form, answer, lambda: advising.advice_text(answer, paper))
    return int(answer["certainty"] == "needs_facts")


def _asked(
    words: str, on: date | None, pairs: tuple[str, ...], file: str | None, options: Mapping[str, str | None]
) -> dict[str, Any]:
    read = _read(file) if file else {}
    facts = {**{str(k): _text(v) for k, v in read.get("facts", {}).items()}, **dict(_pair(pair) for pair in pairs)}
    facts |= {name: value for name in SHORT if (value := options.get(name)) is not None}
    day = on or common.day(None, None, read.get("date"))
    return {
        "case": words or read.get("case") or None,
        "code": options.get("code") or read.get("code"),
        "setting": options.get("setting") or read.get("setting"),
        "payer": options.get("payer") or read.get("payer"),
        "on": day,
        "facts": facts,
        "note": options.get("note"),
    }


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--fact {text!r} is no NAME=VALUE", hint="As in --fact stage=started.", code="bad-fact")
    return name.strip().replace("-", "_"), value.strip()


def _text(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _read(file: str) -> Mapping[str, Any]:
    try:
        content = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        read = json.loads(content)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no JSON"
        raise InputError(f"{reason}", where=file, hint='Give {"case": "…", "code": "…", "facts": {…}}.', code="bad-case") from None
    known = {"case", "code", "setting", "payer", "date", "facts"}
    if not isinstance(read, dict) or set(read) - known or not isinstance(read.get("facts", {}), dict):
        raise InputError("is no case", where=file, hint=f"An object with {', '.join(sorted(known))}.", code="bad-case")
    return read
