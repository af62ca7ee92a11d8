"""What is known of whom, as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from modwise.report.layout import Paper

Json = dict[str, Any]
FEW = 8


def coverage_text(table: Json, paper: Paper, *, payer: str | None = None, topic: str | None = None) -> str:
    """Counts, then each payer in a line; or one payer topic by topic; or one topic payer by payer."""
    if payer:
        return "\n\n".join(_payer(table["payers"][0], paper))
    if topic:
        rows = [(row["payer"], *_answer(row)) for row in table["payers"] if row["known"] or row["kind"]]
        return paper.rule(topic) + "\n" + paper.table(rows)
    return "\n\n".join(_all(table, paper))


def _all(table: Json, paper: Paper) -> Iterable[str]:
    pages = table["pages"]
    yield paper.wrap(
        f"{table['modifiers']} modifiers ({pages.get('full', 0)} full pages, {pages.get('brief', 0)} brief), {table['edits']} edits, "
        f"{table['sources']} sources, {table['unverified_values']} values not yet traced to a text"
    )
    rows = [(row["payer"], f"{len(row['known'])}/{_asked(row)}", _title(row)) for row in table["payers"] if row["kind"]]
    yield paper.rule("Payers: topics known of those asked") + "\n" + paper.table(rows)
    yield paper.wrap("What they pay is known of nobody for: " + ", ".join(table["payment_not_known"]))
    yield paper.wrap(
        "`modwise coverage --payer KEY` lists what is known of one payer and what is not, `--topic 52.payment` one topic."
    )


def _asked(row: Json) -> int:
    return len(row["known"]) + len(row["not_known"])


def _title(row: Json) -> str:
    return f"{row['title']} (yours)" if row["own"] else str(row["title"])


def _payer(row: Json, paper: Paper) -> Iterable[str]:
    parent = f" What is not its own comes from {row['parent']}." if row["parent"] else ""
    reviewed = f" Reviewed {row['reviewed']}." if row["reviewed"] else ""
    yield paper.wrap(f"{_title(row)}.{parent}{reviewed}")
    for group in dict.fromkeys(entry["group"] for entry in row["known"]):
        entries = [entry for entry in row["known"] if entry["group"] == group]
        shown = [(e["fact"], _since(e), _value(e, row["payer"])) for e in entries]
        yield paper.rule(group) + "\n" + paper.table(shown)
    asked = {entry["fact"] for entry in row["known"]}
    further = [(t["fact"], _since(t), _said(t["value"])) for t in row["topics"] if t["fact"] not in asked]
    if further:
        yield paper.rule("Further facts of its own") + "\n" + paper.table(further)
    if row["not_known"] and row["kind"]:
        yield paper.rule("Not known") + "\n" + "\n".join(_missing(row["not_known"], paper))


def _missing(entries: Sequence[Json], paper: Paper) -> Iterable[str]:
    for group in dict.fromkeys(entry["group"] for entry in entries):
        names = ", ".join(entry["fact"] for entry in entries if entry["group"] == group)
        yield paper.wrap(f"{group}: {names}", first="  ", rest="    ")


def _answer(row: Json) -> tuple[str, str]:
    return (_since(row["known"][0]), _value(row["known"][0], row["payer"])) if row["known"] else ("", "not known")


def _since(entry: Json) -> str:
    return ("by " if entry["at_latest"] else "from ") + str(entry["since"])


def _value(entry: Json, payer: str) -> str:
    notes = [] if entry["payer"] == payer else [f"from {entry['payer']}"]
    notes += ["unverified"] if entry["unverified"] else []
    notes += [f"{entry['confidence']} confidence"] if entry["confidence"] != "high" else []
    text = _said(entry["value"])
    return f"{text} ({'; '.join(notes)})" if notes else text


def _said(value: str | bool | list[str] | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) if 0 < len(value) <= FEW else f"a list of {len(value)}" if value else "none"
    return str(value)
