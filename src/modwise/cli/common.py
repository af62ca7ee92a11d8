"""What the commands share: options, dates, where text goes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import click

from modwise.errors import UsageError
from modwise.report.layout import Paper, terminal

text_or_json = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print."
)
no_color = click.option("--no-color", is_flag=True, help="No colour, also on a terminal. NO_COLOR does the same.")


def day(ctx: click.Context | None, param: click.Parameter | None, value: str | None) -> date | None:
    """An option's ISO date. Raises UsageError for anything else."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{value!r} is no date", hint="Write it as 2026-07-15.", code="bad-date") from None


as_of = click.option("--as-of", callback=day, metavar="DATE", help="What holds on that date of service, as 2026-07-15.")


def paper(no_color: bool) -> Paper:
    """Standard output as paper."""
    return terminal(is_terminal=sys.stdout.isatty(), no_color=no_color)


def emit(form: str, value: Any, text: Callable[[], str]) -> None:
    """Prints the value as JSON, or its text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1) if form == "json" else text())
