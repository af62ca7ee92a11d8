"""A price as text: the amount, the steps that lead to it, what is paid of it, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modwise.plural import count
from modwise.report.layout import Paper, printable

Json = dict[str, Any]
Row = tuple[str, ...]
PAYMENT = {
    "allowed": "allowed",
    "coinsurance": "coinsurance, the patient's",
    "payment_cut": "cut of the payment by a modifier",
    "sequestration": "sequestration (CARC 253)",
    "payment": "paid by the payer, before any deductible",
}
OUTCOMES = {"unknown": "not known", "not_payable": "nothing is payable"}


def price_text(answer: Json, paper: Paper) -> str:
    """The answer about a line, then the other lines of the day in short."""
    parts = [_head(answer, paper), _steps(answer, paper)]
    if answer["reasons"]:
        parts.append(_listed("Why", answer["reasons"], paper))
    if answer["notes"]:
        parts.append(_listed("Notes", answer["notes"], paper))
    if answer["payment"]:
        rows: list[Row] = [(answer["payment"][name].rjust(10), words) for name, words in PAYMENT.items() if _matters(answer, name)]
        parts.append(paper.rule("Paid of it (kept apart: it changes no allowed amount)") + "\n" + paper.table(rows))
    if answer["lines"]:
        rows = [(_name(line), _amount(line), line["steps"][-1]["says"]) for line in answer["lines"]]
        parts.append(paper.rule("Other lines of the day") + "\n" + paper.table(rows))
    if answer["alternatives"]:
        parts.append(paper.rule("Other payers say") + "\n" + paper.table(_others(answer["alternatives"])))
    if sources := _sources(answer):
        parts.append(paper.rule("Sources") + "\n" + paper.table(sources))
    return "\n\n".join(parts)


def _others(alternatives: Sequence[Json]) -> list[Row]:
    """Modifier, what is said, and who says it; those who say the same stand together."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for one in alternatives:
        grouped.setdefault((one["modifier"], _value(one["value"])), []).append(f"{one['payer']} [{', '.join(one['source'])}]")
    return [(modifier, value, "; ".join(payers)) for (modifier, value), payers in grouped.items()]


def _sources(answer: Json) -> list[Row]:
    """The sources of the steps; those of other payers are in the JSON."""
    used = {
        key for line in (answer, *answer["lines"]) for step in line["steps"] for fact in step["facts"] for key in fact["source"]
    }
    return [(one["key"], f"{one['title']}. {one['publisher']}") for one in answer["sources"] if one["key"] in used]


def _head(answer: Json, paper: Paper) -> str:
    payer = answer["payer"] + ("" if answer["payer_named"] else " (no payer was named)")
    about = [payer, answer["setting"], answer["date"], f"{answer['units']} {'unit' if answer['units'] == '1' else 'units'}"]
    about += [f"place of service {answer['place_of_service']}"] if answer["place_of_service"] else []
    about += [f"charge {answer['charge']}"] if answer["charge"] else []
    share = f", {_percent(answer['share'])} of the full amount" if answer["share"] else ""
    amount = paper.paint(f"Expected allowed: {_amount(answer)}", "bold") + share
    return "\n".join([paper.paint(_name(answer), "bold"), paper.paint(paper.wrap(" · ".join(about)), "dim"), paper.wrap(amount)])


def _amount(line: Json) -> str:
    return OUTCOMES.get(line["outcome"]) or str(line["expected"])


def _percent(share: str) -> str:
    whole, _, rest = share.partition(".")
    digits = whole + rest.ljust(6, "0")
    number = digits[: len(whole) + 2].lstrip("0") or "0"
    tail = digits[len(whole) + 2 :].rstrip("0")
    return f"{number}.{tail} %" if tail else f"{number} %"


def _name(line: Json) -> str:
    return "-".join([line["code"], *line["modifiers"]])


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _steps(answer: Json, paper: Paper) -> str:
    rows: list[Row] = []
    for step in answer["steps"]:
        factor = f"× {step['factor']}" if step["factor"] and step["step"] != "rate" else ""
        sources = dict.fromkeys(key for fact in step["facts"] for key in fact["source"])
        cite = f" [{', '.join(sources)}]" if sources else ""
        rows.append((step["step"], factor, (step["amount"] or "-").rjust(9), step["says"] + cite))
    return paper.rule(f"Steps ({answer['rounding']})") + "\n" + paper.table(rows)


def _matters(answer: Json, name: str) -> bool:
    return name in answer["payment"] and (name != "payment_cut" or answer["payment"][name] != "0.00")


def _listed(title: str, sayings: Sequence[str], paper: Paper) -> str:
    return paper.rule(title) + "\n" + "\n".join(paper.wrap(says, first="  - ") for says in dict.fromkeys(sayings))


def short_text(answer: Json, paper: Paper) -> str:
    """Lines allowed too low, the dearest first, then what could not be compared."""
    read, total = answer["read"], answer["summary"]
    head = f"{total['lines']} of {count(answer['compared'], 'compared line')} {'is' if total['lines'] == 1 else 'are'} short by {total['difference']}; {total['at_risk']} would be paid more."
    parts = [
        paper.paint(paper.wrap(head), "bold")
        + "\n"
        + paper.wrap(f"{count(read['lines'], 'line')} read from {count(len(read['files']), 'file')}.")
    ]
    if answer["items"]:
        ordered = sorted(answer["items"], key=lambda one: -int(one["at_risk"].replace(".", "")))
        parts.append(paper.rule("Allowed too low") + "\n" + "\n".join(_short_line(one, paper) for one in ordered))
    if answer["not_compared"]:
        rows: list[Row] = [(str(one["lines"]).rjust(6), one["reason"]) for one in answer["not_compared"]]
        parts.append(paper.rule("Not compared") + "\n" + paper.table(rows))
    if read["set_aside"] or read["quarantined"]:
        says = f"{count(read['set_aside'], 'claim')} could not be read and {len(read['quarantined'])} do not add up; `modwise denials` names them."
        parts.append(paper.rule("Set aside") + "\n" + paper.wrap(says, first="  "))
    if answer["learnt"]:
        taken = answer["learnt"]
        parts.append(paper.wrap(f"Learnt from {count(taken['payments'], 'payment')}; {taken['known_before']} were known already."))
    return "\n\n".join(parts)


def _short_line(one: Json, paper: Paper) -> str:
    name = f"{printable(str(one['claim']))} line {one['line']}  {_name(one)}  {one['payer'] or 'payer not known'}  {one['date']}"
    amounts = f"expected {one['expected']}, allowed {one['allowed']}: {one['difference']} short, {one['at_risk']} at risk."
    return paper.wrap(name, first="  ") + "\n" + paper.wrap(f"{amounts} {one['says']}", first="    ")
