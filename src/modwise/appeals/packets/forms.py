"""Pages with the elements that a programme's request form asks for, in our own layout; which form is asked, the route says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modwise.appeals.ledger import Ledger
from modwise.appeals.packets import sheets
from modwise.appeals.packets.sheets import Block
from modwise.knowledge.corpus import Corpus

Paper = Mapping[str, Any]
_BOX = "[  ] "


def wanted(ledger: Ledger, known: Corpus) -> Iterator[Paper]:
    """The forms that the letter's route names."""
    asked = " ".join(map(str, ledger.route.get("form") or ())).casefold()
    for paper in known.kinds["papers"].values():
        if paper["kind"] == "form" and str(paper["form"]).casefold() in asked:
            yield paper


def form(paper: Paper, ledger: Ledger) -> Iterator[Block]:
    """The form's blocks; what is not known is a placeholder."""
    yield sheets.title(paper["title"])
    yield sheets.text(paper["says"], small=True)
    yield sheets.pairs(((row["label"], _answer(row, ledger)) for row in paper["row"]), ruled=True)
    yield sheets.signing("Signature of the person appealing", "Date")


def _answer(row: Mapping[str, Any], ledger: Ledger) -> str | None:
    if "choices" in row:
        return "    ".join(_BOX + choice for choice in row["choices"])
    if row.get("list") == "exhibits":
        return "\n".join(str(exhibit["text"]) for exhibit in ledger.letter.get("exhibits", ()))
    if "says" in row:
        return str(row["says"])
    found = sheets.value(ledger, *row.get("facts", ()))
    return found or (f"[TO BE COMPLETED: {row['gap']}]" if "gap" in row else None)
