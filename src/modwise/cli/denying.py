"""`modwise denials` and `modwise worklist`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from modwise import api
from modwise.cli import common
from modwise.cli.progress import Meter
from modwise.errors import UsageError
from modwise.home import user_name

if TYPE_CHECKING:
    from modwise.denying.running import Denials

today = click.option("--today", callback=common.day, metavar="DATE", help="Count days from that date instead of the clock's.")
claims = click.option("--claims", multiple=True, metavar="837", help="The claims that the remits answer; may be repeated.")
facts = click.option("--facts", metavar="FILE", help="JSON with what no claim or remit says: the record, contract, appeals.")
payer = click.option("--payer", metavar="KEY", help="Every claim is this payer's, whatever the remit says.")
keep_going = click.option("--keep-going", is_flag=True, help="Set broken claims aside and decide the others.")
learn = click.option("--learn", is_flag=True, help="Keep what each payer is seen to allow, and use it where no price is known.")
small_balance = click.option(
    "--small-balance", metavar="AMOUNT", help="Write off what is at stake below that amount; each needs an approver."
)
database = click.option("--database", metavar="URL", help="sqlite:///… or postgresql://…; default: a file in the data folder.")


def decided(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every command that decides remits takes; the names are those of `api.denials`."""
    for option in (keep_going, small_balance, learn, payer, today, facts, claims):
        command = option(command)
    return click.argument("remits", nargs=-1, required=True, metavar="ERA…")(command)


@click.command()
@decided
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "xlsx", "json"]),
    default="text",
    show_default=True,
    help="How to print; xlsx needs --output.",
)
@click.option("-o", "--output", metavar="PATH", help="Write there instead of to standard output.")
@common.no_color
def denials(form: str, output: str | None, no_color: bool, **terms: Any) -> int:
    """What was denied or cut, why, the remedy, until when, for how much.

    ERA is an X12 835 file, plain or gzipped; - is standard input.

    \b
      modwise denials era.835 --claims batch.837
      modwise denials *.835 --claims *.837 --facts facts.json --format xlsx -o denials.xlsx

    Exit status: 0 nothing to do, 1 something is to be done or does not balance, 2 could not run.
    """
    with Meter.on(sys.stderr) as meter:
        result = api.denials(**terms, progress=meter.step)
    _print(result, form, output, no_color=no_color)
    return int(bool(result.open or result.quarantined or result.read["set_aside"]))


def _print(result: Denials, form: str, output: str | None, *, no_color: bool) -> None:
    if form == "xlsx":
        if output in (None, "-"):
            raise UsageError("a workbook is no text", hint="Give its file, as -o denials.xlsx.", code="no-output")
        from modwise.denying import sheets

        try:
            sheets.workbook(result, str(output))
        except OSError as error:
            raise click.FileError(str(output), hint=error.strerror or "cannot be written") from None
        return
    parts = _parts(result, form, no_color=no_color or output is not None)
    if output in (None, "-"):
        sys.stdout.writelines(parts)
        return
    try:
        with open(str(output), "w", encoding="utf-8", newline="") as out:
            out.writelines(parts)
    except OSError as error:
        raise click.FileError(str(output), hint=error.strerror or "cannot be written") from None


def _parts(result: Denials, form: str, *, no_color: bool) -> Iterator[str]:
    """The output in parts: a year's items as one text would take as much memory again as the items."""
    if form == "json":
        yield from json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(result.as_dict())
        yield "\n"
    elif form == "csv":
        from modwise.denying import sheets

        yield sheets.csv(result)
    else:
        from modwise.denying.text import denials_text

        yield from (f"{line}\n" for line in denials_text(result, common.paper(no_color)))


@click.group()
def worklist() -> None:
    """Works denials to their end: who does it, what was sent, what came of it. Every change is in an audit trail.

    The list is a file in the data folder; --database or MODWISE_DATABASE names a PostgreSQL server instead.
    """


@worklist.command(name="import")
@decided
@database
@common.text_or_json
def import_(database: str | None, form: str, **terms: Any) -> None:
    """Takes the open items of 835 files in. The same files again change nothing."""
    counts = api.worklist_import(**terms, database=database, who=user_name())
    common.emit(
        form, counts, lambda: f"{counts['added']} added, {counts['changed']} decided again, {counts['unchanged']} unchanged"
    )


@worklist.command(name="list")
@click.option("--state", metavar="STATE", help="new, in_progress, sent, upheld, overturned, partly or closed.")
@click.option("--assignee", metavar="NAME", help="Only that person's.")
@click.option("--payer", metavar="KEY", help="Only that payer's.")
@click.option("--cause", metavar="CAUSE", help="Only that cause: one fix, many claims.")
@click.option("--remedy", metavar="REMEDY", help="Only that remedy.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many.")
@click.option("--measures", is_flag=True, help="The measures instead: by state, overturned, recovered, days, own chances.")
@database
@common.text_or_json
@common.no_color
def list_(form: str, no_color: bool, database: str | None, measures: bool, **wanted: Any) -> None:
    """The items, the earliest deadline first."""
    if measures:
        told = api.worklist_measures(database=database)
        common.emit(form, told, lambda: json.dumps(told, ensure_ascii=False, indent=1))
        return
    rows = api.worklist_list(database=database, **wanted)

    def text() -> str:
        from modwise.denying.text import worklist_text

        return worklist_text(rows, common.paper(no_color))

    common.emit(form, rows, text)


@worklist.command()
@click.argument("number", type=int)
@database
@common.text_or_json
def show(number: int, database: str | None, form: str) -> None:
    """One item: its decision, its notes, its trail."""
    item = api.worklist_show(number, database=database)
    common.emit(form, item, lambda: json.dumps(item, ensure_ascii=False, indent=1))


@worklist.command(name="set")
@click.argument("number", type=int)
@click.option("--state", metavar="STATE", help="The new state.")
@click.option("--assignee", metavar="NAME", help="Who works it.")
@click.option("--note", metavar="TEXT", help="A note.")
@click.option("--on", callback=common.day, metavar="DATE", help="The day it was sent, decided or closed.")
@click.option("--amount", metavar="AMOUNT", help="What was recovered, as 120.00.")
@click.option("--reason", metavar="TEXT", help="Why it was closed.")
@click.option("--approver", metavar="NAME", help="Who agrees to a write-off; it is not closed without.")
@database
@common.text_or_json
def set_(number: int, database: str | None, form: str, **said: Any) -> None:
    """Changes an item: new → in_progress → sent → upheld, overturned or partly → closed."""
    item = api.worklist_set(number, who=user_name(), database=database, **said)
    common.emit(form, item, lambda: f"item {item['id']}: {item['state'].replace('_', ' ')}")


@worklist.command()
@database
@common.text_or_json
def verify(database: str | None, form: str) -> int:
    """Whether the audit trail is whole and as it was written."""
    problems = api.worklist_verify(database=database)
    common.emit(form, {"ok": not problems, "problems": problems}, lambda: "\n".join(problems) or "The audit trail is whole.")
    return int(bool(problems))
