"""Items and measures as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modwise.denying.running import Denials
from modwise.plural import count
from modwise.report.layout import Paper, printable

Json = Mapping[str, Any]
SHOWN = 200
LISTED = 12


def denials_text(result: Denials, paper: Paper) -> Iterator[str]:
    """Lines: what is to be done, the most pressing first; what is quarantined or set aside; the measures."""
    for item in result.open[:SHOWN]:
        yield from _item(item, paper)
        yield ""
    if len(result.open) > SHOWN:
        yield f"… {len(result.open) - SHOWN} more; --format csv or xlsx has them all."
    yield from _left_out(result, paper)
    yield from _measures(result, paper)
    for warning in result.warnings:
        yield paper.wrap(printable(warning), first="! ")


def _item(item: Json, paper: Paper) -> Iterator[str]:
    code = "-".join([item["code"] or "", *item["modifiers"]])
    decided = item["decided"]
    changed = f" (decided as {'-'.join([decided['code'] or '', *decided['modifiers']])})" if decided else ""
    head = f"claim {item['claim']} line {item['line'] or '-'}  {code}{changed}  {item['payer'] or 'payer not known'}"
    yield paper.paint(printable(head), "bold")
    reason = "-".join(part for part in (item["group"], item["carc"]) if part)
    amounts = f"charge {item['charge']}, paid {item['paid']}, expected {item['expected'] or 'not known'}{_origin(item)}"
    yield paper.wrap(
        printable(f"{reason} {' '.join(item['rarc'])}; {amounts}; at risk {item['at_risk'] or 'not known'}"), first="  "
    )
    remedy = item["remedy"].replace("_", " ")
    level = f", {item['level']}" if item["level"] else ""
    change = f" ({item['change']})" if item["change"] and item["change"] not in (item["level"] or "") else ""
    yield paper.wrap(f"{remedy}{level}{change}: {item['cause']}", first="  → ")
    if item["deadline"]:
        yield paper.wrap(_deadline(item["deadline"]), first="    ")
    # That something was denied goes without saying here.
    told = [reason["says"] for reason in item["decided_by"] if not reason["rule"].startswith("standing.")]
    yield paper.wrap(" ".join(told or [reason["says"] for reason in item["decided_by"]]), first="    ")
    for other in item["would_change"][:4]:
        by = f" by {other['work_by']}" if other["work_by"] else ""
        yield paper.paint(paper.wrap(f"if {other['if']}: {other['remedy'].replace('_', ' ')}{by}", first="    "), "dim")


def _origin(item: Json) -> str:
    """How an expected amount that is not exact was had."""
    origin = item["expected_from"] or {}
    if origin.get("learnt_from"):
        return f" (learnt from {count(origin['learnt_from'], 'line')})"
    quality = origin.get("quality")
    return f" ({quality})" if quality in ("nearest", "national") else ""


def _deadline(deadline: Json) -> str:
    if deadline["legal"] is None:
        return f"no date known: {deadline.get('why')}"
    mark = " [unverified]" if deadline.get("unverified") else ""
    held = f" (held for: {deadline['held_for'].replace('_', ' ')})" if deadline.get("held_for") else ""
    late = " LATE" if deadline.get("late") else ""
    closed = f" {deadline['closed']}." if deadline.get("closed") else ""
    return f"work by {deadline['work_by']}, legal {deadline['legal']}{late}{held}: {deadline['rule']}{mark}.{closed}"


def _left_out(result: Denials, paper: Paper) -> Iterator[str]:
    for one in result.quarantined[:LISTED]:
        place = f"{one['file']} at byte {one['position']}: {one['level']}"
        yield paper.wrap(printable(f"quarantined, {place}: off by {one['difference']}. {one['why']}"), first="! ")
    for one in result.read["set_aside"][:LISTED]:
        yield paper.wrap(printable(f"set aside, {one['file']} at byte {one['position']}: {one['why']}"), first="! ")
    more = max(0, len(result.quarantined) - LISTED) + max(0, len(result.read["set_aside"]) - LISTED)
    if more:
        yield f"! {more} more quarantined or set aside; the JSON has them all."


def _measures(result: Denials, paper: Paper) -> Iterator[str]:
    told = result.summary
    denied, risk = told["denied"], told["at_risk"]
    yield paper.rule("Measures")
    yield paper.table(
        [
            (
                "read",
                f"{count(told['claims'], 'claim')}, {count(told['lines'], 'line')} decided; {count(told['reversals'], 'reversal')} netted",
            ),
            (
                "denied or cut",
                f"{count(denied['lines'], 'line')} of {count(denied['claims'], 'claim')}; share of claims {_share(denied['claim_rate'])}",
            ),
            ("first-pass yield", _share(denied["first_pass_yield"])),
            ("at risk", f"{risk['total']}; not known for {risk['not_known']}"),
            *((f"  {band}", amount) for band, amount in risk["by_days_left"].items() if amount != "0.00"),
            ("underpaid", told["underpaid"]),
            ("lapsed deadlines", str(told["lapsed"])),
            ("small amounts", _small(told["small_balance"])),
            *(
                (f"  {name.replace('_', ' ')}", f"{count['items']} ({count['at_risk']})")
                for name, count in told["by_remedy"].items()
            ),
        ]
    )
    if told["unmatched_lines"] and result.read["sent"]["lines"]:
        yield f"{count(told['unmatched_lines'], 'remit line was', 'remit lines were')} found in no claim."


def _small(told: Json) -> str:
    if not told["items"] and told["least"] is None:
        return "no --small-balance set: none written off"
    return f"{told['items']} written off ({told['amount']}); each needs an approver"


def _share(rate: str | None) -> str:
    return "-" if rate is None else f"{float(rate):.1%}"


def worklist_text(rows: Sequence[Json], paper: Paper) -> str:
    """The worklist's items in a line each."""
    table = [
        (
            str(row["id"]),
            row["state"].replace("_", " "),
            row["work_by"] or "-",
            printable(f"{row['claim']} {row['line'] or ''}".strip()),
            "-".join([row["code"] or "", *row["modifiers"]]),
            row["remedy"].replace("_", " "),
            f"{row['at_risk'] or 'not known'}  {row['cause']}  {row['assignee'] or ''}".rstrip(),
        )
        for row in rows
    ]
    head = ("id", "state", "work by", "claim", "code", "remedy", "at risk, cause, assignee")
    return paper.table([head, *table], indent="") if table else "The worklist is empty."
