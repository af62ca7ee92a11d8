"""`modwise verify`: the checks on a finished letter. No frame library is loaded here."""

from __future__ import annotations

from datetime import date

import click

from modwise import api
from modwise.cli import common
from modwise.errors import UsageError


@click.command()
@click.argument("letter", required=False, metavar="LETTER")
@click.option("--ledger", metavar="FILE", help="The ledger it was drafted with; by default LETTER.ledger.json beside it.")
@click.option("--today", callback=common.day, metavar="DATE", help="Count the deadline from this day, as 2026-07-15.")
@click.option("--list", "listed", is_flag=True, help="All checks, one a line.")
@click.option("--explain", metavar="CODE", help="A check's page, as L10.")
@common.text_or_json
@common.no_color
@click.pass_context
def verify(
    ctx: click.Context,
    letter: str | None,
    ledger: str | None,
    today: date | None,
    listed: bool,
    explain: str | None,
    form: str,
    no_color: bool,
) -> None:
    """Checks a finished letter, also one changed by hand, against its ledger.

    LETTER is text, Markdown, Word or a PDF with a text layer. Every date, amount, code, number, name, quotation and
    citation must trace to the ledger; so must every sentence. Exit status 1 when something blocks the letter.

    \b
      modwise verify letter.docx
      modwise verify letter.pdf --today 2026-07-15 --format json
      modwise verify --explain L10
    """
    from modwise.appeals.verifying import showing

    paper = common.paper(no_color)
    if listed or explain is not None:
        pages = api.letter_checks(explain)
        common.emit(form, pages, lambda: showing.list_text(pages, paper) if listed else showing.page_text(pages[0], paper))
        return
    if letter is None:
        raise UsageError("no letter is named", hint="Give the letter's file, or --list.", code="no-letter")
    found = api.verify(letter, ledger=ledger, today=today)
    common.emit(form, found, lambda: showing.report_text(found, paper))
    ctx.exit(0 if found["ok"] else 1)
