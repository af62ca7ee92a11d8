"""`modwise appeal`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modwise import api
from modwise.cli import common, lettering
from modwise.cli.denying import claims, database, facts, keep_going, payer, today
from modwise.errors import UsageError

if TYPE_CHECKING:
    from modwise.appeals.appeal import Appeal


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
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="Where it goes: .txt, .md, .docx or .pdf, its ledger beside it; with --worklist a folder.",
)
@click.option("--template", metavar="FILE", help="A Word template of your own for the letter (.docx).")
@click.option("--packet", is_flag=True, help="The PDF holds cover sheet, request, letter, exhibits and sources.")
@click.option("--force", is_flag=True, help="Write a letter that fails its checks too, marked as a draft.")
@click.option("--papers", metavar="FOLDER", help="Where the papers to send instead of a letter go.")
@click.option("--starter-template", metavar="FILE", help="Write a Word template to start from, and do nothing else.")
@click.option("--worklist", is_flag=True, help="Draft all that is due of the worklist into the folder -o, with an index.")
@click.option(
    "--due", type=click.IntRange(0), default=7, show_default=True, metavar="DAYS", help="With --worklist: due within so many days."
)
@click.option(
    "--as",
    "letters",
    type=click.Choice(["txt", "md", "docx", "pdf"]),
    default="txt",
    show_default=True,
    help="With --worklist: how letters are written.",
)
@click.option("--notes-dir", metavar="DIR", help="With --worklist: records by claim (1001.txt, 1001-2.docx) or manifest.")
@database
@common.text_or_json
def appeal(
    remits: tuple[str, ...],
    claims: tuple[str, ...],
    output: str | None,
    form: str,
    today: date | None,
    denial: Any,
    interactive: bool,
    starter_template: str | None,
    worklist: bool,
    **terms: Any,
) -> int:
    """The appeal of a denied line: a letter that says only what claim, remittance and record hold.

    ERA is an X12 835 file. Where no appeal can work, the answer says why and what to send instead, and no letter is written.

    \b
      modwise appeal era.835 --claims batch.837 --claim 1001 --line 2 --note op-note.txt -o letter.pdf --packet
      modwise appeal --worklist --due 7 --claims batch.837 --notes-dir records -o this-week --as docx

    Exit status: 0 a letter that can be signed, 1 it lacks something or there is none, 2 could not run.
    """
    if starter_template is not None:
        click.echo(f"{api.starter_template(starter_template)} is written: edit it in Word, then give it as --template.")
        return 0
    if worklist:
        return lettering.week(remits, claims, output, form, today, terms)
    denial = _denial(denial, interactive=interactive)
    if not remits and denial is None:
        raise UsageError("no remittance is given", hint="Name the 835 file, or --denial FILE, or --interactive.", code="no-remit")
    how = lettering.taken(terms)
    found = api.appeal(list(remits), list(claims), today=today, denial=denial, **terms)
    files = lettering.write(found, output, how, today)
    if form == "json":
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    elif found.letter is not None and not output:
        click.echo(found.text, nl=False)
    _tell(found, files)
    return int(not found.complete or any(problem["severity"] == "block" for problem in found.problems))


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


def _tell(found: Appeal, files: Sequence[Path]) -> None:
    """What the user should know, on standard error."""
    say = sys.stderr.write
    if found.refused:
        say(f"No letter: {found.refused['why']}\nInstead: {found.refused['remedy'].replace('_', ' ')}.\n")
        for paper in found.papers:
            say(f"Paper: {paper.title}{'' if files else ' (--papers FOLDER writes it)'}\n")
    for warning in found.warnings:
        say(f"Note: {warning}\n")
    for gap in found.missing:
        say(f"Missing: {gap.why}\n")
    for file in files:
        say(f"Written: {file}\n")
