"""`show`, `list`, `edit`, `coverage`: what is known. No frame library is loaded here."""

from __future__ import annotations

from datetime import date

import click

from modwise import api
from modwise.cli import common
from modwise.report import denial_pages, pages

SECTIONS = [*pages.HEADINGS, "payment", "facts", "edits", "sources"]


@click.command()
@click.argument("code", nargs=-1, required=True)
@click.option("--payer", metavar="KEY", help="Only what holds for this payer; `modwise coverage` lists the keys.")
@common.as_of
@click.option(
    "--section", "sections", multiple=True, type=click.Choice(SECTIONS), metavar="NAME", help="Only this part; may be repeated."
)
@common.text_or_json
@common.no_color
def show(
    code: tuple[str, ...], payer: str | None, as_of: date | None, sections: tuple[str, ...], form: str, no_color: bool
) -> None:
    """A modifier's page, or a denial code's.

    \b
      modwise show 52
      modwise show CO-97
      modwise show RARC N822
      modwise show 25 --section documentation --section denials
      modwise show 53 --payer humana --as-of 2026-07-15
    """
    page = api.show(" ".join(code), payer=payer, as_of=as_of)
    if "modifier" in page:
        common.emit(form, page, lambda: pages.modifier_text(page, common.paper(no_color), sections))
    else:
        common.emit(form, page, lambda: denial_pages.text(page, common.paper(no_color)))


@click.command(name="list")
@click.option("--class", "klass", metavar="CLASS", help="pricing, edit, ncci, anatomic, coverage, informational or statistical.")
@click.option("--code-set", type=click.Choice(["CPT", "HCPCS"], case_sensitive=False), help="One of the two code sets.")
@click.option(
    "--payer", metavar="KEY", help="Only modifiers of which this payer, or the programme it follows, has a fact of its own."
)
@common.as_of
@common.text_or_json
@common.no_color
def list_(klass: str | None, code_set: str | None, payer: str | None, as_of: date | None, form: str, no_color: bool) -> None:
    """All modifiers, one a line.

    \b
      modwise list --class anatomic
      modwise list --class anatomic --payer mac-noridian
      modwise list --code-set CPT --as-of 2026-07-15
    """
    rows = api.list_modifiers(klass=klass, code_set=code_set, as_of=as_of, payer=payer)
    common.emit(form, rows, lambda: pages.list_text(rows, common.paper(no_color)))


@click.command()
@click.argument("code", required=False)
@common.text_or_json
@common.no_color
def edit(code: str | None, form: str, no_color: bool) -> None:
    """An edit's page; without a code, all edits.

    \b
      modwise edit
      modwise edit NCC201
      modwise edit pair-bundled
    """
    if code is None:
        rows = api.list_edits()
        common.emit(form, rows, lambda: pages.edits_text(rows, common.paper(no_color)))
        return
    page = api.edit(code)
    common.emit(form, page, lambda: pages.edit_text(page, common.paper(no_color)))


@click.command()
@click.option("--payer", metavar="KEY", help="One payer, topic by topic.")
@click.option("--topic", metavar="FACT", help="One topic, payer by payer, as 52.payment.")
@common.as_of
@common.text_or_json
@common.no_color
def coverage(payer: str | None, topic: str | None, as_of: date | None, form: str, no_color: bool) -> None:
    """What is known, for whom and since when, and what is not.

    \b
      modwise coverage
      modwise coverage --payer aetna
      modwise coverage --topic 53.payment
    """
    from modwise.report.coverage import coverage_text

    table = api.coverage(payer, topic=topic, as_of=as_of)
    common.emit(form, table, lambda: coverage_text(table, common.paper(no_color), payer=payer, topic=topic))
