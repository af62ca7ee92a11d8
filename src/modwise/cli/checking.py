"""`modwise check`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

from modwise import api
from modwise.cli import common
from modwise.cli.progress import Meter

if TYPE_CHECKING:
    from modwise.report.result import CheckResult


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl", "csv", "sarif", "html"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option("-o", "--output", metavar="PATH", help="Write there instead of to standard output.")
@click.option(
    "--select", multiple=True, metavar="EDIT", help="Only these edits: a code, a prefix (RED) or a glob; may be repeated."
)
@click.option("--ignore", multiple=True, metavar="EDIT", help="Not these edits.")
@click.option("--payer", metavar="KEY", help="Check every line as this payer's, whatever the claim says.")
@click.option(
    "--notes", metavar="DIR", help="Procedure notes: CLAIM.txt, CLAIM-LINE.docx …, or a manifest.csv with note, claim, line."
)
@click.option("--keep-going", is_flag=True, help="Set broken claims aside and check the others.")
@click.option("--strict-dates", is_flag=True, help="Do not use the nearest edition of a CMS table where none covers the date.")
@click.option(
    "--fail-on",
    type=click.Choice(["never", "fail", "any"]),
    default="fail",
    show_default=True,
    help="Exit with 1 on findings that fail, on any finding, or never. Claims set aside count as failing.",
)
@common.no_color
def check(
    files: tuple[str, ...],
    form: str,
    output: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    payer: str | None,
    notes: str | None,
    keep_going: bool,
    strict_dates: bool,
    fail_on: str,
    no_color: bool,
) -> int:
    """Checks claims before they go out.

    FILE is an X12 837P or 837I, a CSV or a Parquet file of claim lines, plain or gzipped; - is standard input.

    \b
      modwise check batch.837
      modwise check batch.837 --select NCC --select MUE
      modwise check *.837 --format csv -o findings.csv
      zcat year.837.gz | modwise check - --keep-going --format jsonl

    Exit status: 0 clean, 1 findings or claims set aside, 2 could not run.
    """
    with Meter.on(sys.stderr) as meter:
        result = api.check(
            list(files),
            select=select,
            ignore=ignore,
            payer=payer,
            keep_going=keep_going,
            strict_dates=strict_dates,
            progress=meter.step,
            notes=notes,
        )
    with _opened(output) as out:
        _print(result, form, out, no_color=no_color or output is not None)
    return _status(result, fail_on)


@contextmanager
def _opened(path: str | None) -> Iterator[TextIO]:
    if path is None or path == "-":
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        with open(path, "w", encoding="utf-8", newline="") as out:
            yield out
    except OSError as error:
        raise click.FileError(path, hint=error.strerror or "cannot be written") from None


def _print(result: CheckResult, form: str, out: TextIO, *, no_color: bool) -> None:
    from modwise.report import tables, text

    if form == "text":
        for line in text.check_text(result, common.paper(no_color)):
            out.write(line + "\n")
    elif form == "sarif":
        from modwise.report import sarif

        sarif.write_sarif(result, out)
    elif form == "html":
        from modwise.report import check_html

        check_html.write_html(result, out)
    else:
        {"json": tables.write_json, "jsonl": tables.write_jsonl, "csv": tables.write_csv}[form](result, out)


def _status(result: CheckResult, fail_on: str) -> int:
    if fail_on == "never":
        return 0
    if result.log.set_aside:
        # What was not checked must not look clean to whoever reads only the status.
        return 1
    found = result.findings["status"]
    return int(len(found) > 0 if fail_on == "any" else (found == "fail").any())
