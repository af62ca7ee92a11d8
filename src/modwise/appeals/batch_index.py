"""The index of a folder of letters, as a page and as a table: what is most pressing stands first."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from html import escape
from typing import Any
from urllib.parse import quote

from modwise.appeals.wording import amount, day
from modwise.plural import count

Json = dict[str, Any]
# A spreadsheet takes text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEAD = ("No.", "Days left", "Work by", "Payer", "Claim", "Line", "Service", "At stake", "Paper", "State", "Files")
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:84rem;padding:0 1rem;color:#1d2430;background:#fff}
h1{font-size:1.3rem;margin:0 0 .3rem}p{margin:.2rem 0 1.2rem;color:#59616e}
table{border-collapse:collapse;width:100%}caption{text-align:left;padding:.4rem 0;color:#59616e}
th,td{text-align:left;vertical-align:top;padding:.45rem .6rem;border-bottom:1px solid #d5d9df}
thead th{border-bottom:2px solid #1d2430;white-space:nowrap}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.late{color:#a4161a;font-weight:600}.complete{color:#14632b;font-weight:600}
ul{margin:0;padding-left:1.1rem}a{color:#0b4f8a}
@media print{body{margin:0;max-width:none}a{color:inherit;text-decoration:none}}
"""


@dataclass(frozen=True)
class Row:
    """One item: how pressing it is, what was written for it, and what is missing."""

    number: int
    item: int | None = None  # its number in the worklist
    score: str | None = None
    days_left: int | None = None
    work_by: str | None = None
    payer: str | None = None
    claim: str = ""
    line: int | None = None
    code: str = ""
    amount: str | None = None
    kind: str = ""
    complete: bool = False
    refused: bool = False
    missing: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def as_dict(self) -> Json:
        """As every front's JSON has it."""
        return asdict(self)

    @property
    def state(self) -> str:
        """In a word or two."""
        if self.kind == "failed":
            return "failed"
        return "complete" if self.complete else "no letter" if self.refused else "incomplete"


def csv_index(rows: Sequence[Row]) -> str:
    """The index for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        (
            "number",
            "worklist_item",
            "score",
            "days_left",
            "work_by",
            "payer",
            "claim",
            "line",
            "service",
            "at_stake",
            "paper",
            "state",
            "missing",
            "files",
        )
    )
    for row in rows:
        plain = (row.number, row.item, row.score, row.days_left, row.work_by, row.payer, row.claim, row.line, row.code, row.amount)
        writer.writerow([_safe(cell) for cell in (*plain, row.kind, row.state, " | ".join(row.missing), " | ".join(row.files))])
    return out.getvalue()


def html_index(rows: Sequence[Row], today: date) -> str:
    """The index as a page of its own: no script, no outside file."""
    done = sum(row.complete for row in rows)
    head = "".join(f'<th scope="col"{_right(name)}>{escape(name)}</th>' for name in _HEAD)
    body = "".join(_line(row) for row in rows)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Letters due</title><style>{_STYLE}</style></head><body><main><h1>Letters due, drafted {day(today.isoformat())}</h1>"
        f"<p>{count(len(rows), 'item')}, {done} ready to be signed. The most pressing stands first.</p>"
        f"<table><caption>Every item with its paper and what is missing</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        "</main></body></html>\n"
    )


def _line(row: Row) -> str:
    late = ' class="n late"' if row.days_left is not None and row.days_left < 0 else ' class="n"'
    cells = [
        f'<td class="n">{row.number}</td>',
        f"<td{late}>{'' if row.days_left is None else row.days_left}</td>",
        f"<td>{escape(day(row.work_by) if row.work_by else 'not known')}</td>",
        *(f"<td>{escape(text)}</td>" for text in (row.payer or "", row.claim)),
        f'<td class="n">{"" if row.line is None else row.line}</td>',
        f"<td>{escape(row.code)}</td>",
        f'<td class="n">{escape(amount(row.amount)) if row.amount else "not known"}</td>',
        f"<td>{escape(row.kind)}</td>",
        f"<td>{_state(row)}</td>",
        f"<td>{'<br>'.join(_link(file) for file in row.files)}</td>",
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _state(row: Row) -> str:
    if row.complete:
        return '<span class="complete">complete</span>'
    missing = "".join(f"<li>{escape(text)}</li>" for text in row.missing if text)
    return f"{escape(row.state)}{f'<ul>{missing}</ul>' if missing else ''}"


def _link(file: str) -> str:
    return f'<a href="{escape(quote(file))}">{escape(file)}</a>'


def _right(name: str) -> str:
    return ' class="n"' if name in ("No.", "Days left", "Line", "At stake") else ""


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
