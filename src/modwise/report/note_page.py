"""A note's reading as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from modwise.report.layout import Paper, printable

Json = dict[str, Any]

EXTENT = {
    "complete": "carried to its end",
    "reduced": "done, but less than the code describes",
    "discontinued": "begun or prepared, and given up",
    "converted": "changed into another procedure",
    "unclear": "not plain from the note",
}
REASON = {
    "choice": "by choice or plan",
    "risk": "risk to the patient, or not borne",
    "preparation": "the patient was not prepared",
    "equipment": "equipment failed",
    "patient": "the patient's wish",
    "anatomy": "anatomy or technique",
    "none": "",
    "unclear": "the reason is not plain",
}
STATUS = {"met": ("[x]", "green"), "not_found": ("[ ]", "yellow"), "contradicted": ("[!]", "red")}
ANESTHESIA = {"given": "given", "not_begun": "not begun", "none": "none", "planned": "named, not told", "not_stated": "not stated"}
SIDES = {"both": "both sides", "left": "left", "right": "right", "not_stated": "not stated"}


def note_text(found: Json, paper: Paper) -> str:
    """The reading, what it supports, the checklist with quotes, what was seen and not counted, warnings."""
    parts = [_reading(found, paper), _suggested(found, paper)]
    if found["checklist"]:
        parts.append(
            paper.rule("What the record must show") + "\n" + "\n".join(_item(entry, paper) for entry in found["checklist"])
        )
    if found.get("proposals"):
        parts.append(_proposed(found["proposals"], paper))
    if found["seen_not_counted"]:
        parts.append(
            paper.rule("Seen, not counted") + "\n" + "\n".join(_silenced(entry, paper) for entry in found["seen_not_counted"])
        )
    if found["warnings"]:
        parts.append(paper.rule("Mind") + "\n" + "\n".join(paper.wrap(warning, first="  - ") for warning in found["warnings"]))
    return "\n\n".join(parts)


def extent_of(reading: Json) -> str:
    """How far the service was carried, in words that claim no more than the note shows."""
    silent = reading["extent"] == "complete" and not reading["shown"]
    return "no words were found that say otherwise" if silent else EXTENT[reading["extent"]]


def _reading(found: Json, paper: Paper) -> str:
    reading = found["reading"]
    because = REASON[reading["reason"]]
    head = f"{reading['extent']}: {extent_of(reading)}" + (f"; {because}" if because else "")
    rows = [("anesthesia", ANESTHESIA[reading["anesthesia"]]), ("side", SIDES[reading["laterality"]])]
    if reading["increased_work"]:
        rows.append(("work", "more than usual is stated"))
    rows += [(figure["what"].replace("-", " "), printable(figure["value"])) for figure in reading["figures"][:6]]
    quotes = _quotes([*reading["evidence"]["extent"], *reading["evidence"]["reason"]], paper)
    return paper.rule("The note") + "\n" + paper.wrap(head, first="  ") + "\n" + quotes + paper.table(rows)


def _suggested(found: Json, paper: Paper) -> str:
    proposal, claim = found["suggested"], found["claim"]
    lines = [paper.rule("What it supports"), paper.wrap(_answer(proposal), first="  ")]
    for other in proposal["alternatives"]:
        shown = "nothing billable" if other["billable"] is False else " ".join(other["modifiers"] or ()) or "no modifier"
        lines.append(paper.wrap(f"{other['payer']}: {shown}. {other['says'] or ''}".rstrip(), first="    "))
    lines += [paper.wrap(f"to know: {ask['question']}", first="    ") for ask in proposal["missing"]]
    if claim["modifiers"] and claim["agrees"] is not None:
        said = "agrees" if claim["agrees"] else "does not agree"
        lines.append(paper.wrap(f"The claim's {' '.join(claim['modifiers'])} {said} with the note.", first="  "))
    return "\n".join(lines)


def _answer(proposal: Json) -> str:
    if proposal["billable"] is False:
        return "Nothing is billable."
    if proposal["modifiers"] is None:
        return "Not settled by the note alone." + (f" {proposal['code_note']}" if proposal["code_note"] else "")
    code = proposal["code"] or "the code"
    other = f" ({proposal['code_note']})" if proposal["code_note"] else ""
    marked = "-".join([code, *proposal["modifiers"]]) if proposal["modifiers"] else f"{code} without a modifier"
    return f"{marked}{other} ({proposal['certainty'].replace('_', ' ')})"


def _item(entry: Json, paper: Paper) -> str:
    mark, colour = STATUS[entry["status"]]
    head = paper.wrap(f"{entry['modifier']} {entry['says']}", first=f"  {mark} ")
    if not entry["readable"]:
        return head + "\n" + paper.wrap(f"not read from a note: {entry['why']}", first="        ")
    return paper.paint(head, colour) + ("\n" + _quotes(entry["evidence"], paper, "        ")).rstrip("\n")


def _proposed(proposals: Json, paper: Paper) -> str:
    rows = [f"{p['modifier']} {p['item']}: \u201c{printable(' '.join(p['quote'].split()))}\u201d" for p in proposals["evidence"]]
    refused = f"{proposals['rejected']} refused: not in the note word for word." if proposals["rejected"] else ""
    lines = [paper.wrap(row, first="  ") for row in [*rows, refused] if row] or ["  none"]
    return "\n".join([paper.rule("Proposed by the language model, to be checked by a person"), *lines])


def _silenced(entry: Json, paper: Paper) -> str:
    return _quotes([entry], paper).rstrip("\n") + "\n" + paper.wrap(entry["why"], first="        ")


def _quotes(pieces: Iterable[Json], paper: Paper, indent: str = "    ") -> str:
    return "".join(
        paper.wrap(f"\u201c{printable(' '.join(p['quote'].split()))}\u201d", first=indent) + f" ({p['start']}-{p['end']})\n"
        for p in pieces
    )
