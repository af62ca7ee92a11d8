"""Why a line could not be judged, in a biller's words: what is not known, of whom, and which of CMS's tables does not tell it."""

from __future__ import annotations

import re
from functools import lru_cache

from modwise.knowledge.corpus import Corpus
from modwise.reference.titles import title

UNDATED = "the line has no date of service"
_END = re.compile(r"[.;:](?:\s|$)")


@lru_cache(maxsize=1024)
def topic(fact: str, known: Corpus) -> str:
    """What a fact is about, as the end of a sentence: the first clause of what it says."""
    says = known.facts(fact)[0].says
    clause = _END.split(says, maxsplit=1)[0].strip()
    if clause.startswith("The payer"):
        clause = f"whether {clause[:1].lower()}{clause[1:]}"
    # An abbreviation or a code keeps its capital.
    return clause if clause[1:2].isupper() or clause[:1].isdigit() else clause[:1].lower() + clause[1:]


def not_known(fact: str, payer: str, known: Corpus) -> str:
    """The payer was recognised, and nothing is known of it."""
    name = known.payers.get(payer, {}).get("title", payer)
    return f"not known of {name} on the date of service: {topic(fact, known)}"


def no_payer(fact: str, known: Corpus) -> str:
    """The payer was not recognised, and payers differ."""
    return f"the payer was not recognised, and payers differ in this: {topic(fact, known)}"


def no_edition(table: str) -> str:
    """No edition of the table covers the date."""
    return f"no edition at hand of CMS's table covers the date of service: {title(table)}"


def no_code(table: str, *, starter: bool) -> str:
    """The table does not hold the code."""
    if starter:
        return f"the code is not among the common codes that come with Modwise; import CMS's own table: {title(table)}"
    return f"the code is not in CMS's table: {title(table)}"
