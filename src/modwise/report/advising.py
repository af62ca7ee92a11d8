"""Advice as text: the answer, why, what is missing, what would change it, what the record must show, what is paid, sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from modwise.report.layout import Paper, printable

Json = dict[str, Any]

CERTAIN = {
    "settled": "settled",
    "payer_dependent": "payers differ",
    "needs_facts": "not decided: facts are missing",
}
COLOURS = {"settled": "green", "payer_dependent": "yellow", "needs_facts": "yellow"}
MOST_CHANGES = 8
MOST_PAYMENTS = 6


def advice_text(advice: Json, paper: Paper) -> str:
    """The advice for a terminal, at the paper's width."""
    parts = [
        _head(advice, paper),
        _contradictions(advice["contradictions"], paper),
        _missing(advice["missing"], paper),
        _alternatives(advice["alternatives"], paper),
        _lines(advice["lines"], paper),
        _understood(advice["understood"], paper),
        _path(advice["path"], paper),
        _changes(advice["would_change"], paper),
        _documentation(advice["documentation"], paper),
        _payment(advice["payment"], paper),
        _sources(advice["sources"], paper),
    ]
    return "\n\n".join(part for part in parts if part)


def answer_words(answer: Json) -> str:
    """The answer in a few words: "45378-53", "45378, no modifier", "nothing is reported"."""
    code = answer["code"] or ("another code" if answer.get("code_note") else "the code")
    if answer["billable"] is False:
        return "nothing is reported" + (f" ({answer['code']})" if answer["code"] else "")
    if answer["modifiers"] is None:
        return "no answer"
    if not answer["modifiers"]:
        return f"{code}, no modifier"
    if answer["code"]:
        return "-".join([answer["code"], *answer["modifiers"]])
    return f"{code} with {' and '.join(answer['modifiers'])}"


def facts_text(facts: Sequence[Json], paper: Paper) -> str:
    """The vocabulary of case facts."""
    blocks = []
    for fact in facts:
        head = paper.paint(fact["fact"], "bold") + (f"  (a number, {fact['unit']})" if fact["unit"] else "")
        rows = [(value["value"], value["says"]) for value in fact["values"]]
        blocks.append(
            head + "\n" + paper.wrap(fact["question"], first="  ") + ("\n" + paper.table(rows, indent="    ") if rows else "")
        )
    return "\n\n".join(blocks)


def _head(advice: Json, paper: Paper) -> str:
    certainty = advice["certainty"]
    words = answer_words(advice["answer"])
    if certainty == "payer_dependent" and advice["answer"]["modifiers"] is None:
        words = "it depends on the payer"
    first = paper.paint(words, "bold") + "  " + paper.paint(f"[{CERTAIN[certainty]}]", COLOURS[certainty])
    note = advice["answer"].get("code_note")
    shown = f"\n{paper.wrap(note, first='  code: ')}" if note and advice["answer"]["code"] is None else ""
    return first + shown


def _contradictions(problems: Sequence[str], paper: Paper) -> str:
    if not problems:
        return ""
    return paper.rule("This does not go together") + "\n" + "\n".join(paper.wrap(printable(p), first="  - ") for p in problems)


def _missing(missing: Sequence[Json], paper: Paper) -> str:
    if not missing:
        return ""
    rows = []
    for number, one in enumerate(missing, 1):
        rows.append(paper.wrap(f"{one['question']} (--fact {one['fact']}=…)", first=f"  {number}. "))
        rows += [paper.wrap(value["says"], first=f"       {value['value']}: ") for value in one["values"]]
    return paper.rule("What is still to be known") + "\n" + "\n".join(rows)


def _alternatives(alternatives: Sequence[Json], paper: Paper) -> str:
    if not alternatives:
        return ""
    rows = [
        (
            "code set" if one["payer"] == "any" else one["payer"],
            answer_words(one),
            f"{one['says'] or ''} {_cite(one['source'])}".strip(),
        )
        for one in alternatives
    ]
    return paper.rule("What each payer says") + "\n" + paper.table(rows)


def _lines(lines: Sequence[Json], paper: Paper) -> str:
    if not lines:
        return ""
    rows = [(" ".join(line["modifiers"]) or "no modifier", line["says"]) for line in lines]
    return paper.rule("Further lines") + "\n" + paper.table(rows)


def _understood(understood: Sequence[Json], paper: Paper) -> str:
    shown = [one for one in understood if one["from"] in ("words", "note", "given", "code", "payer") and one["fact"] != "date"]
    rows = [(one["fact"].replace("_", " "), _whence(one), str(one["says"])) for one in shown if one["used"]]
    unused = [f"{one['fact'].replace('_', ' ')} {_whence(one)}" for one in shown if not one["used"] and one["from"] == "words"]
    also = "\n" + paper.paint(paper.wrap("read, not needed: " + ", ".join(unused), first="  "), "dim") if unused else ""
    return paper.rule("What was understood") + "\n" + paper.table(rows) + also if rows else ""


def _whence(one: Json) -> str:
    if one["from"] in ("words", "note"):
        told = f"“{printable(' '.join((one['words'] or '').split()))}”"
        return f"note: {told}" if one["from"] == "note" else told
    return {"given": "given", "code": f"from code {one['words']}", "payer": "from the payer"}[one["from"]]


def _path(path: Sequence[Json], paper: Paper) -> str:
    rows = []
    for step in path:
        if step["says"] is None:
            continue
        because = "; ".join(str(b["says"]) for b in step["because"])
        marks = [_cite(step["source"], step["confidence"])] if step["source"] else []
        marks += [f"({step['disagreement']})"] if step["disagreement"] else []
        rows.append(paper.wrap(" ".join([step["says"], *marks]), first="  - "))
        rows.append(paper.paint(paper.wrap(f"{step['table']} {step['row'] or ''}: {because or 'always'}", first="    "), "dim"))
    return paper.rule("Why") + "\n" + "\n".join(rows) if rows else ""


def _changes(changes: Sequence[Json], paper: Paper) -> str:
    if not changes:
        return ""
    rows = [(answer_words(one["answer"]), f"if {one['says']} ({one['fact']}={one['value']})") for one in changes[:MOST_CHANGES]]
    more = f"\n  … and {len(changes) - MOST_CHANGES} more with --format json" if len(changes) > MOST_CHANGES else ""
    return paper.rule("What would change it") + "\n" + paper.table(rows) + more


def _documentation(items: Sequence[Json], paper: Paper) -> str:
    if not items:
        return ""
    rows = [
        paper.wrap(f"{one['modifier']}: {one['says']} {_cite(one['source'], one['confidence'])}", first="  [ ] ") for one in items
    ]
    return paper.rule("What the record must show") + "\n" + "\n".join(rows)


def _payment(payment: Sequence[Json], paper: Paper) -> str:
    if not payment:
        return ""
    rows = [
        (
            one["modifier"],
            one["payer"],
            f"{_value(one['value'])}{' — ' + one['note'] if one['note'] else ''} {_cite(one['source'], one['confidence'])}",
        )
        for one in payment[:MOST_PAYMENTS]
    ]
    return paper.rule("What is paid") + "\n" + paper.table(rows)


def _value(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else {True: "yes", False: "no"}.get(value, str(value))


def _cite(keys: Iterable[str], confidence: str | None = "high") -> str:
    shown = ", ".join("unverified" if key == "untraced" else key for key in keys)
    mark = "" if confidence in (None, "high") else f"; {confidence} confidence"
    return f"[{shown}{mark}]"


def _sources(sources: Sequence[Json], paper: Paper) -> str:
    rows = [(one["key"], f"{one['title']}. {one['publisher']}; {one['kind']}. {one.get('url', '')}".strip()) for one in sources]
    return paper.rule("Sources") + "\n" + paper.table(rows) if rows else ""
