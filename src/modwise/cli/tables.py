"""`modwise data`: CMS's tables."""

from __future__ import annotations

import click

from modwise import api
from modwise.cli import common


@click.group()
def data() -> None:
    """CMS's tables: fee schedule, NCCI pairs, unit limits, add-on codes, OPPS and ASC, HCPCS, places, anesthesia.

    A starter set of common codes is inside. Import CMS's own files for all codes; they stay in the data folder (MODWISE_HOME moves it).
    """


@data.command(name="import")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--edition", metavar="PERIOD", help="The quarter, as 2026Q3 (or year), where the file does not say.")
@common.text_or_json
@common.no_color
def import_(files: tuple[str, ...], edition: str | None, form: str, no_color: bool) -> None:
    """Imports tables as CMS publishes them: zip, gz, csv, txt or xlsx. Each file is recognised by its header.

    \b
      modwise data import PPRRVU2026_Jul.zip ccipra-v322r0-f*.zip MCR_MUE_*.csv
    """
    rows = api.data_import(files, edition=edition)
    paper = common.paper(no_color)
    common.emit(
        form,
        rows,
        lambda: paper.table(
            [(r["table"], r["edition"], f"{r['rows']:,} rows", f"{r['valid_from']} to {r['valid_to']}", r["result"]) for r in rows],
            indent="",
        ),
    )


@data.command()
@common.text_or_json
@common.no_color
def status(form: str, no_color: bool) -> None:
    """Which editions are in use: rows, dates, source, notes."""
    rows = api.data_status()
    paper = common.paper(no_color)
    table = [
        (r["table"], r["edition"] or "-", f"{r['rows']:,}", f"{r.get('valid_from', '')} {'; '.join(r['notes'])}".strip())
        for r in rows
    ]
    common.emit(form, rows, lambda: paper.table(table, indent=""))
