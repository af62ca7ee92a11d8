"""`modwise price`."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from modwise import api
from modwise.cli import common
from modwise.errors import UsageError


@click.command()
@click.option("--code", required=True, metavar="CODE", help="The procedure code.")
@click.option("--modifier", "modifiers", multiple=True, metavar="MOD", help="A modifier of the line; may be repeated.")
@click.option("--payer", metavar="KEY", help="Whose rules and figures hold; `modwise coverage` lists the keys. Default: Medicare.")
@click.option("--date", "day", callback=common.day, metavar="DATE", help="Date of service, as 2026-07-15. Default: today.")
@click.option(
    "--setting",
    type=click.Choice(["professional", "hopd", "asc", "cah"]),
    default="professional",
    show_default=True,
    help="Whose claim it is.",
)
@click.option("--pos", "place", metavar="NN", help="Place of service; decides between the facility and non-facility amount.")
@click.option("--mac", metavar="NNNNN", help="Medicare contractor of the place, for its geographic indices.")
@click.option("--locality", metavar="NN", help="Locality of that contractor; not needed where it has only one.")
@click.option("--units", default="1", show_default=True, metavar="N", help="Units of the line.")
@click.option("--charge", metavar="AMOUNT", help="The line's charge, for payers that pay the lower of price and charge.")
@click.option("--with", "others", multiple=True, metavar="LINES", help='Other lines of the day: "45380-59,45378" or "97110-GPx2".')
@click.option("--rate", metavar="AMOUNT", help="The contract's full rate for the line.")
@click.option("--contract", type=click.Path(dir_okay=False), metavar="FILE", help="Contract terms, TOML or CSV.")
@click.option("--factor", "factors", multiple=True, metavar="MOD=SHARE", help="A modifier's share as agreed, as 52=0.75.")
@click.option("--care-days", type=click.IntRange(0, 365), metavar="N", help="With 55: the days of care this clinician gave.")
@click.option("--minutes", type=click.IntRange(1, 10_000), metavar="N", help="Anesthesia time.")
@click.option("--base-units", metavar="N", help="Anesthesia base units, where no table holds them.")
@common.text_or_json
@common.no_color
def price(modifiers: tuple[str, ...], others: tuple[str, ...], factors: tuple[str, ...], day: date | None, **said: Any) -> None:
    """What a payer should allow for a line, step by step.

    \b
      modwise price --code 27447 --modifier 54 --pos 21 --mac 10112
      modwise price --code 45385 --with "45380-59,43239"
      modwise price --code 95810 --modifier 52 --payer bcbs-nd --rate 400.00

    A step whose figure is not known makes the price unknown, and the reason is said. Coinsurance and sequestration are shown apart:
    they change what is paid, not what is allowed.
    """
    form, no_color = said.pop("form"), said.pop("no_color")
    answer = api.price(
        said.pop("code"),
        modifiers=modifiers,
        payer=said.pop("payer"),
        day=day,
        others=[text.strip() for one in others for text in one.split(",") if text.strip()],
        factors=dict(_factor(one) for one in factors),
        **said,
    )

    def text() -> str:
        from modwise.report import prices

        return prices.price_text(answer, common.paper(no_color))

    common.emit(form, answer, text)


def _factor(text: str) -> tuple[str, str]:
    modifier, equals, share = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r} is no factor", hint="Write it as 52=0.75.", code="bad-factor")
    return modifier.strip(), share.strip()
