"""One question from its words to the answer every front returns."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from modwise.asking import answer
from modwise.errors import UsageError
from modwise.knowledge.corpus import Corpus

Json = dict[str, Any]
# A question, not a document: what is longer is cut off nowhere silently.
MOST_LETTERS = 2000


def ask(
    question: str,
    corpus: Corpus,
    *,
    payer: str | None = None,
    as_of: date | None = None,
    phrase: bool = False,
    home: Path | None = None,
) -> Json:
    """The answer: {answer, statements, found, related, sources}; with `phrase` also `phrased`, how the model's words fared.

    Raises UsageError for an empty or overlong question, an unknown payer, or `phrase` without an endpoint.
    """
    if not question.strip():
        raise UsageError(
            "there is no question", hint='Write one: `modwise ask "What does Medicare pay for 52?"`.', code="no-question"
        )
    if len(question) > MOST_LETTERS:
        raise UsageError("the question is too long", hint=f"Ask in at most {MOST_LETTERS} letters.", code="long-question")
    if payer is not None:
        corpus.payer(payer)
    found = answer.ask(question, corpus, home, payer=payer, as_of=as_of)
    told = answer.as_json(found, corpus)
    if phrase:
        from modwise.asking import phrasing

        told = phrasing.phrased(question, told)
    return told
