"""`modwise data`: CMS's tables."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from modwise import api
from modwise.cli import common
from modwise.cli.progress import Meter


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
@click.argument("tables", nargs=-1, metavar="[TABLE…]")
@click.option("--edition", metavar="PERIOD", help="Another edition than today's, as 2026Q3 (or year).")
@click.option(
    "--url", "urls", multiple=True, metavar="ADDRESS", help="Another address, or a folder ending in /; file:// works too."
)
@click.option("--accept-ama-license", "ama", is_flag=True, help="You have read and accept the AMA's terms for CPT in CMS's tables.")
@common.text_or_json
@common.no_color
def install(tables: tuple[str, ...], edition: str | None, urls: tuple[str, ...], ama: bool, form: str, no_color: bool) -> None:
    """Downloads CMS's current tables from where CMS publishes them, and imports them.

    TABLE is mpfs, ncci, mue, add-on, opps, asc, hcpcs, gpci, anesthesia or anesthesia-base; without one, all. What did not change since
    the last time is left alone; a download that broke off goes on where it stopped.

    \b
      modwise data install mpfs ncci mue --accept-ama-license
      modwise data install hcpcs
      modwise data install mpfs --url file:///srv/mirror/ --accept-ama-license
    """
    meters: list[Meter] = []

    def begin(name: str) -> Callable[[int, int], None]:
        if meters:
            meters[-1].clear()
        meters.append(Meter.on(sys.stderr, f"of {name}"))
        return meters[-1].step

    try:
        rows = api.data_install(tables, edition=edition, urls=urls, accepted=("ama",) if ama else (), begin=begin)
    finally:
        if meters:
            meters[-1].clear()
    paper = common.paper(no_color)
    table = [(r["set"], r["edition"], r["result"], ", ".join(r["editions"])) for r in rows]
    common.emit(form, rows, lambda: paper.table(table, indent=""))


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
