"""`modwise note`: a procedure note against a code and its modifiers. No frame library is loaded here."""

from __future__ import annotations

import json
from datetime import date

import click

from modwise import api
from modwise.cli import common
from modwise.report import note_html, note_page

SETTINGS = ["professional", "hopd", "asc", "cah", "inpatient"]


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--code", metavar="CODE", help="The procedure code of the claim.")
@click.option("--modifier", "modifiers", multiple=True, metavar="M", help="A modifier to check; may be repeated.")
@click.option("--setting", type=click.Choice(SETTINGS), help="On whose claim the line stands.")
@click.option("--payer", metavar="KEY", help="Who pays; `modwise coverage` lists the keys.")
@click.option("--date", "on", callback=common.day, metavar="DATE", help="The date of service, as 2026-07-15.")
@click.option("--propose", is_flag=True, help="Ask the language model of MODWISE_LLM_URL for quotes on items not found.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True, help="How to print."
)
@common.no_color
def note(
    file: str,
    code: str | None,
    modifiers: tuple[str, ...],
    setting: str | None,
    payer: str | None,
    on: date | None,
    propose: bool,
    form: str,
    no_color: bool,
) -> None:
    """What a procedure note documents, with its own words.

    FILE is text, Word, RTF or a PDF with a text layer; - is standard input. Nothing of it leaves this machine,
    unless --propose is given with a server elsewhere.

    \b
      modwise note op-note.txt --code 45378 --modifier 53
      modwise note op-note.docx --code 27447 --setting hopd
      modwise note op-note.pdf --code 92557 --format html > note.html
    """
    text = api.note_text(file)
    found = api.read_note_text(text, code=code, modifiers=modifiers, setting=setting, payer=payer, on=on, propose=propose)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    elif form == "html":
        click.echo(note_html.page(found, text))
    else:
        click.echo(note_page.note_text(found, common.paper(no_color)))
