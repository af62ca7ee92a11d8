"""A check's result as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from modwise.plural import count
from modwise.report.layout import Paper, printable
from modwise.report.result import CheckResult

Json = dict[str, Any]
STATUS_WORDS = {"fail": "fails", "bypassed": "bypassed", "needs_documentation": "needs records", "payer_dependent": "payers differ"}
STATUS_STYLE = {"fail": "red", "bypassed": "yellow", "needs_documentation": "yellow", "payer_dependent": "cyan"}
NOT_ASSESSED_SHOWN = 10
SET_ASIDE_SHOWN = 20


def check_text(result: CheckResult, paper: Paper) -> Iterator[str]:
    """Lines: findings by claim, what was set aside, the summary, what was not assessed."""
    for (file, claim), rows in groupby(result.finding_dicts(), key=lambda row: (row["file"], row["claim"])):
        yield paper.paint(printable(f"{file}  claim {claim}"), "bold")
        for row in rows:
            yield from _finding(row, paper)
        yield ""
    yield from _notes(result, paper)
    yield from _set_aside(result, paper)
    yield from _summary(result, paper)
    yield from _not_assessed(result, paper)
    yield from _editions(result, paper)


def _finding(row: Json, paper: Paper) -> Iterator[str]:
    modifiers = printable("-".join([row["code"] or "", *row["modifiers"]]))
    word = STATUS_WORDS[row["status"]]
    head = paper.wrap(
        f"line {row['line']}  {modifiers}  {row['edit']} {row['name']}: {word} ({row['outcome']})", first="  ", rest="    "
    )
    before, _, after = head.rpartition(word)
    yield before + paper.paint(word, STATUS_STYLE[row["status"]]) + after if before else head
    yield paper.wrap(printable(row["message"]), first="    ")
    if row["fix"]:
        yield paper.wrap(row["fix"]["note"], first="    → ")
    yield from _documentation(row.get("documentation"), paper)
    tail = _sources(row["facts"])
    if row["carc"]:
        tail += f" CARC {', '.join(row['carc'])}."
    yield paper.paint(paper.wrap(tail.strip(), first="    "), "dim")


def _documentation(found: Json | None, paper: Paper) -> Iterator[str]:
    """What the line's note shows of what its modifiers need."""
    if found is None:
        return
    for name, mark in (("met", "[x]"), ("contradicted", "[!]"), ("missing", "[ ]")):
        for item in found[name]:
            yield paper.wrap(f"{mark} {item['says']}", first="    ")
            if item["evidence"]:
                yield paper.wrap(_quoted(item["evidence"][0]), first="        ")


def _quoted(piece: Json) -> str:
    return (
        f"{printable(piece['note'])}: \u201c{printable(' '.join(piece['quote'].split()))}\u201d ({piece['start']}-{piece['end']})"
    )


def _notes(result: CheckResult, paper: Paper) -> Iterator[str]:
    """Lines whose note speaks against their modifiers, and notes that went unused or unread."""
    found = result.notes()
    if not found:
        return
    yield paper.rule("Notes")
    against = [entry for entry in found["notes"] if entry["agrees"] is False]
    yield f"  {count(len(found['notes']), 'line')} with a note; {len(against)} where it speaks against the modifiers"
    for entry in against:
        proposal = entry["suggested"]
        says = "nothing billable" if proposal["billable"] is False else " ".join(proposal["modifiers"]) or "no modifier"
        marked = printable("-".join([entry["code"] or "", *entry["modifiers"]]))
        yield paper.wrap(f"claim {printable(entry['claim'])} line {entry['line']}  {marked}: the note supports {says}", first="  ")
    yield from (paper.wrap(printable(f"{one['note']}: {one['why']}"), first="  ") for one in found["notes_unread"])
    if found["notes_unused"]:
        yield paper.wrap(printable("of no line: " + ", ".join(found["notes_unused"])), first="  ")
    yield ""


def _sources(facts: Sequence[Json]) -> str:
    """Every source once, and since when all of what they say has held."""
    keys = dict.fromkeys(key for fact in facts for key in fact["source"].split(", ") if key)
    named = ", ".join("unverified practice" if key == "untraced" else key for key in keys)
    since = max((fact["from"] for fact in facts if fact["from"]), default=None)
    return f"Sources: {named}{f'; all in force since {since}' if since else ''}." if named else ""


def _set_aside(result: CheckResult, paper: Paper) -> Iterator[str]:
    items = result.log.set_aside
    if not items:
        return
    yield paper.rule("Set aside: could not be read, not checked")
    for item in items[:SET_ASIDE_SHOWN]:
        yield paper.wrap(printable(f"{item.claim or 'file'}: {item.why}"), first="  ")
    if len(items) > SET_ASIDE_SHOWN:
        yield f"  {len(items) - SET_ASIDE_SHOWN} more: --format json"
    yield ""


def _summary(result: CheckResult, paper: Paper) -> Iterator[str]:
    log, summary = result.log, result.summary
    yield paper.rule("Summary")
    yield paper.wrap(
        f"{count(len(log.files), 'file')}, {count(log.claims, 'claim')}, {count(log.lines, 'line')}, {count(result.edits, 'edit')}",
        first="  ",
    )
    if not summary["findings"]:
        yield "  No findings. What was not assessed is below."
    else:
        yield f"  {'outcome':<10}{'findings':>10}{'lines':>10}{'charged':>18}"
        for name, part in [*summary["by_outcome"].items(), ("all", summary)]:
            yield f"  {name:<10}{part['findings']:>10,}{part['lines']:>10,}{_dollars(part['amount']):>18}"
    yield ""


def _dollars(amount: str) -> str:
    whole, _, cents = amount.partition(".")
    return f"${int(whole):,}.{cents}"


def _not_assessed(result: CheckResult, paper: Paper) -> Iterator[str]:
    rows = result.not_assessed_rows()
    if not rows:
        return
    yield paper.rule("Not assessed: no finding, and no pass")
    shown = [(f"{row['lines']:,}", row["edit"], row["reason"]) for row in rows[:NOT_ASSESSED_SHOWN]]
    yield paper.table(shown)
    if len(rows) > NOT_ASSESSED_SHOWN:
        yield f"  {len(rows) - NOT_ASSESSED_SHOWN} more reasons: --format json"
    yield ""


def _editions(result: CheckResult, paper: Paper) -> Iterator[str]:
    if any(row.get("starter") for row in result.editions):
        yield paper.wrap(
            "The CMS tables are the starter set of common codes. `modwise data import FILE…` takes CMS's own files for all codes."
        )
