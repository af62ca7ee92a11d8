"""`modwise payer`: payers and contracts of one's own."""

from __future__ import annotations

import click

from modwise import api
from modwise.cli import common


@click.group()
def payer() -> None:
    """Payers and contracts of your own, one file each in the data folder (MODWISE_HOME/payers)."""


@payer.command()
@click.argument("key")
@click.option("--title", metavar="TEXT", help="Its name, as it is shown.")
@click.option("--kind", default="commercial", show_default=True, metavar="KIND", help="commercial, medicaid, programme, …")
@click.option("--parent", metavar="KEY", help="The payer whose rules hold where the file says nothing.")
@click.option("--payer-id", "payer_ids", multiple=True, metavar="NUMBER", help="Its number on claims; may be repeated.")
@click.option("-o", "--output", metavar="FILE", help="Where to write it; - prints it. Default: the data folder.")
@common.text_or_json
def new(
    key: str, title: str | None, kind: str, parent: str | None, payer_ids: tuple[str, ...], output: str | None, form: str
) -> None:
    """Writes a file for a payer or contract, ready to be filled in.

    \b
      modwise payer new acme-ppo --title "Acme PPO" --parent unitedhealthcare --payer-id ACME1
      modwise payer check
      modwise coverage --payer acme-ppo
    """
    made = api.payer_new(key, title=title, kind=kind, parent=parent, payer_ids=payer_ids, output=output)
    if output == "-" and form == "text":
        click.echo(made["text"], nl=False)
        return
    common.emit(form, made, lambda: f"{made['path']} written. Fill it in, then `modwise payer check`.")


@payer.command()
@click.argument("files", nargs=-1, metavar="[FILE…]")
@common.text_or_json
def check(files: tuple[str, ...], form: str) -> None:
    """Looks through your payer files (default: all in the data folder) and names what is wrong, with file and key."""
    found = api.payer_check(files)
    lines = [f"{row['payer']}: sound, {row['facts']} facts" for row in found] or ["no payer of your own"]
    common.emit(form, found, lambda: "\n".join(lines))
