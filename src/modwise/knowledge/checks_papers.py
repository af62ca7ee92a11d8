"""What must hold of the papers beside the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from modwise.knowledge import schema
from modwise.knowledge.shapes import shape_problems

Table = dict[str, Any]
_SLOT = re.compile(r"{([a-z0-9_.]+)}")
# A number of a form or a section belongs to a title; a sentence takes its figures from facts.
_DIGIT = re.compile(r"\d")


def problems(kinds: Table) -> Iterator[str]:
    """What is wrong with the files in papers/, each a sentence that begins with its place."""
    for name, table in kinds.get("papers", {}).items():
        place = f"papers/{name}.toml"
        if not table.get("source"):
            yield f"{place}: no source"
        if table.get("kind") == "form" and not (table.get("form") and table.get("row") and table.get("says")):
            yield f"{place}: a form needs form, says and rows"
        for row in table.get("row", ()):
            yield from shape_problems(row, schema.PAPER_ROW, f"{place}: row {row.get('label', '?')}")
            if not any(key in row for key in ("facts", "gap", "choices", "list", "says")):
                yield f"{place}: row {row.get('label', '?')} says nothing"
        for sentence in (*table.get("reference", ()), *table.get("piece", ())):
            yield from _slots(sentence, table.get("gap", {}), place)
        for question in table.get("question", ()):
            yield from shape_problems(question, schema.PAPER_QUESTION, f"{place}: question")
        for section in table.get("section", ()):
            yield from _section(section, table.get("gap", {}), f"{place}: section {section.get('key', '?')}")


def _section(section: Table, gaps: Table, where: str) -> Iterator[str]:
    yield from shape_problems(section, schema.PAPER_SECTION, where)
    for sentence in section.get("sentence", ()):
        yield from shape_problems(sentence, schema.PAPER_SENTENCE, where)
        yield from _slots(sentence, gaps, where)


def _slots(sentence: Table, gaps: Table, where: str) -> Iterator[str]:
    says = sentence.get("says", "")
    if _DIGIT.search(_SLOT.sub("", says)):
        yield f"{where}: {says!r} holds a digit; figures come from facts"
    if sentence.get("always"):
        yield from (f"{where}: no gap for {{{slot}}}" for slot in _SLOT.findall(says) if slot not in gaps)
