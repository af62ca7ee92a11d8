"""`modwise underpaid`."""

from __future__ import annotations

import sys
from typing import Any

import click

from modwise import api
from modwise.cli import common
from modwise.cli.progress import Meter


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="ERA…")
@click.option(
    "--contract",
    "contracts",
    multiple=True,
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Contract terms; may be repeated.",
)
@click.option("--mac", metavar="NNNNN", help="Medicare contractor of the place, for its geographic indices.")
@click.option("--locality", metavar="NN", help="Locality of that contractor; not needed where it has only one.")
@click.option(
    "--rates",
    type=click.Choice(["exact", "any"]),
    default="exact",
    show_default=True,
    help="Compare with exact rates only, or with national, nearest and learnt ones too.",
)
@click.option("--learn", is_flag=True, help="Keep what the payers were seen to allow, for `price`; each payment counts once.")
@click.option("--keep-going", is_flag=True, help="Set broken claims aside and compare the others.")
@common.text_or_json
@common.no_color
def underpaid(files: tuple[str, ...], contracts: tuple[str, ...], form: str, no_color: bool, **terms: Any) -> int:
    """Lines of 835 files that were allowed less than they should have been, and what the difference looks like.

    \b
      modwise underpaid july.835 --mac 10112
      modwise underpaid *.835 --contract plan.toml --learn

    Exit status: 0 nothing short, 1 lines are short or something was set aside, 2 could not run.
    """
    with Meter.on(sys.stderr) as meter:
        answer = api.underpaid(list(files), contracts=list(contracts), progress=meter.step, **terms)

    def text() -> str:
        from modwise.report import prices

        return prices.short_text(answer, common.paper(no_color))

    common.emit(form, answer, text)
    return 1 if answer["items"] or answer["read"]["set_aside"] or answer["read"]["quarantined"] else 0
