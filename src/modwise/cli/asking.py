"""`ask`: a question in plain words. No frame library is loaded unless a CMS table answers."""

from __future__ import annotations

from datetime import date

import click

from modwise import api
from modwise.cli import common
from modwise.report import answers


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--payer", metavar="KEY", help="Asked of this payer; `modwise coverage` lists the keys.")
@common.as_of
@click.option(
    "--phrase", is_flag=True, help="Let the language model of MODWISE_LLM_URL reword the answer; what is not held is dropped."
)
@common.text_or_json
@common.no_color
def ask(question: tuple[str, ...], payer: str | None, as_of: date | None, phrase: bool, form: str, no_color: bool) -> None:
    """A cited answer to a question in plain words.

    \b
      modwise ask "What does UHC pay for 52?"
      modwise ask "May 92250 take 50?"
      modwise ask "What did BCBS of North Dakota pay for 52 in 2018?"
    """
    answer = api.ask(" ".join(question), payer=payer, as_of=as_of, phrase=phrase)
    common.emit(form, answer, lambda: answers.answer_text(answer, common.paper(no_color)))
