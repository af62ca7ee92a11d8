"""`modwise appeal`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modwise import api
from modwise.cli import common
from modwise.cli.denying import claims, facts, keep_going, payer, today
from modwise.errors import UsageError

if TYPE_CHECKING:
    from modwise.appeals.appeal import Appeal

LEDGER = ".ledger.json"


@click.command()
@click.argument("remits", nargs=-1, metavar="ERA…")
@claims
@click.option("--claim", metavar="ID", help="The claim number, yours (CLM01) or the payer's.")
@click.option("--line", type=int, metavar="N", help="The line of the claim (LX); needed where several were denied.")
@click.option("--note", "notes", multiple=True, metavar="FILE", help="A record to quote and enclose; may be repeated.")
@facts
@click.option(
    "--practice", metavar="FILE", help="Letterhead, signer, payers' addresses; default: practice.toml in the data folder."
)
@payer
@today
@keep_going
@click.option("--denial", metavar="FILE", help="A denial that came on paper, as JSON; instead of an 835.")
@click.option("--interactive", is_flag=True, help="Ask for the denial question by question; instead of an 835.")
@click.option("--rephrase", is_flag=True, help="Let the language model of MODWISE_LLM_URL reword the prose between the facts.")
@click.option("-o", "--output", metavar="PATH", help="Where the letter goes: .txt or .md; its ledger is written beside it.")
@common.text_or_json
def appeal(
    remits: tuple[str, ...],
    claims: tuple[str, ...],
    output: str | None,
    form: str,
    today: date | None,
    denial: Any,
    interactive: bool,
    **terms: Any,
) -> int:
    """The appeal of a denied line: a letter that says only what claim, remittance and record hold.

    ERA is an X12 835 file. Where no appeal can work, the answer says why and what to send instead, and no letter is written.

    \b
      modwise appeal era.835 --claims batch.837 --claim 1001 --line 2 --note op-note.txt -o letter.txt

    Exit status: 0 a letter that can be signed, 1 it lacks something or there is none, 2 could not run.
    """
    denial = _denial(denial, interactive=interactive)
    if not remits and denial is None:
        raise UsageError("no remittance is given", hint="Name the 835 file, or --denial FILE, or --interactive.", code="no-remit")
    found = api.appeal(list(remits), list(claims), today=today, denial=denial, **terms)
    if form == "json":
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    if output and found.letter is not None:
        _write(found, Path(output))
    elif form == "text" and found.letter is not None:
        click.echo(found.text, nl=False)
    _tell(found, output)
    return int(not found.complete)


def _denial(path: str | None, *, interactive: bool) -> Any:
    """The denial typed in: a file's path as it is, or what the questions bring."""
    if not interactive:
        return path
    from modwise.appeals import typed

    click.echo("Answer what you know; Enter leaves a question out, ? explains it.", err=True)
    return typed.asked(_ask)


def _ask(question: Mapping[str, Any]) -> str:
    if question["wrong"]:
        click.echo(f"  Expected: {question['wrong']}.", err=True)
    while (answer := str(click.prompt(question["ask"], default="", show_default=False, err=True))).strip() == "?":
        click.echo(f"  {question['explain']}", err=True)
    return answer


def _write(found: Appeal, path: Path) -> None:
    try:
        path.write_text(found.markdown if path.suffix == ".md" else found.text, encoding="utf-8")
        ledger = json.dumps(found.ledger.as_dict(), ensure_ascii=False, indent=1)
        path.with_name(path.name + LEDGER).write_text(ledger + "\n", encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(path), hint=error.strerror or "cannot be written") from None


def _tell(found: Appeal, output: str | None) -> None:
    """What the user should know, on standard error."""
    say = sys.stderr.write
    if found.refused:
        say(f"No letter: {found.refused['why']}\nInstead: {found.refused['remedy'].replace('_', ' ')}.\n")
        return
    for warning in found.warnings:
        say(f"Note: {warning}\n")
    for gap in found.missing:
        say(f"Missing: {gap.why}\n")
    if output:
        say(f"{output} and its ledger {output}{LEDGER} are written{'' if found.complete else '; the draft is incomplete'}.\n")
