"""What the checks found, and the checks' own pages, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modwise.plural import count
from modwise.report.layout import Paper, printable

Json = Mapping[str, Any]
_COLOURS = {"block": "red", "warn": "yellow"}


def report_text(found: Json, paper: Paper) -> str:
    """Every problem with its place, then how many there are."""
    parts = [_problem(problem, paper) for problem in found["problems"]]
    return "\n\n".join([*parts, _summary(found, paper)])


def _problem(problem: Json, paper: Paper) -> str:
    place = problem["place"]
    where = f"page {place['page']}, line {place['line']}" if place["page"] else "the letter"
    head = f"{where}: {problem['check']} {problem['severity']}"
    lines = [f"{paper.paint(head, _COLOURS[problem['severity']], 'bold')}"]
    if problem["text"]:
        lines.append(
            paper.wrap(f"\N{LEFT DOUBLE QUOTATION MARK}{printable(problem['text'])}\N{RIGHT DOUBLE QUOTATION MARK}", first="  ")
        )
    lines.append(paper.wrap(printable(problem["message"]), first="  "))
    if problem["hint"]:
        lines.append(paper.paint(paper.wrap(printable(problem["hint"]), first="  "), "dim"))
    return "\n".join(lines)


def _summary(found: Json, paper: Paper) -> str:
    blocks = sum(problem["severity"] == "block" for problem in found["problems"])
    warnings = len(found["problems"]) - blocks
    read = found["read"]
    said = f"{count(read['checks'], 'check')} on {count(read['pages'], 'page')}, {count(read['words'], 'word')}: "
    said += "nothing blocks the letter" if not blocks else f"{count(blocks, 'problem blocks', 'problems block')} the letter"
    said += f"; {count(warnings, 'warning')}." if warnings else "."
    return paper.wrap(said)


def list_text(pages: Sequence[Json], paper: Paper) -> str:
    """The checks, one a line."""
    return paper.table([(page["code"], page["severity"], page["title"]) for page in pages], indent="")


def page_text(page: Json, paper: Paper) -> str:
    """One check's page."""
    head = paper.paint(f"{page['code']}  {page['title']}", "bold") + f"  ({page['severity']})"
    parts = [head, paper.wrap(page["summary"])]
    for title, key in (("What it does", "what_it_does"), ("Known limits", "known_limits")):
        parts.append(f"{paper.rule(title)}\n{paper.wrap(page[key], first='  ')}")
    return "\n\n".join(parts)
