"""A denial code's page as text."""

from __future__ import annotations

from typing import Any

from modwise.report.layout import Paper
from modwise.report.pages import WORDS, cite, sources

Json = dict[str, Any]

NAMES = {"carc": "Reason code", "rarc": "Remark code"}
PATIENT = {
    "no": "the patient is not billed",
    "yes": "the patient may be billed this amount",
    "undecided": "says nothing on who owes it",
}
ROLES = {"core": "at the heart of modifier denials", "partly": "partly about modifiers", "no": "not about modifiers"}


def text(page: Json, paper: Paper) -> str:
    """The whole page."""
    parts = [_title(page, paper), _meaning(page, paper)]
    if page["by_modifier"]:
        parts.append(
            paper.rule("By the modifier on the line") + "\n" + "\n".join(_case(case, paper) for case in page["by_modifier"])
        )
    return "\n\n".join([*parts, sources(page["sources"], paper)])


def _title(page: Json, paper: Paper) -> str:
    ended = f"; ended {page['ended']}" if page["ended"] else ""
    changed = f"; last changed {page['changed']}" if page["changed"] else ""
    asked = f"; in the list on the day asked: {page['on']}" if "on" in page else ""
    alert = "; an alert: it informs and explains no adjustment" if page["alert"] else ""
    lines = [paper.paint(f"{NAMES[page['kind']]} {page['code']}", "bold")]
    lines.append(paper.paint(paper.wrap(f"since {page['from']}{changed}{ended}{asked}{alert}"), "dim"))
    if page["group"]:
        group = page["group"]
        lines.append(paper.wrap(f"Group {group['code']}: {group['says']} {PATIENT[group['bill_patient']].capitalize()}."))
    return "\n".join(lines)


def _meaning(page: Json, paper: Paper) -> str:
    said = page["meaning"]
    if said is None:
        return paper.wrap("No meaning of our own is written for this code yet; its text belongs to X12.")
    lines = [paper.rule("What it means"), paper.wrap(f"{said['says']} {cite(said['source'], said['confidence'])}", first="  ")]
    lines.append(paper.wrap(f"{ROLES[said['modifiers']].capitalize()}.", first="  "))
    if said.get("causes"):
        lines += [paper.rule("Likely causes"), *(paper.wrap(cause, first="  - ") for cause in said["causes"])]
    tells = [("Evidence", said.get("evidence")), ("What it tells", said.get("tells"))]
    lines += [paper.wrap(str(what), first=f"  {name}: ") for name, what in tells if what]
    if said.get("with"):
        lines.append(paper.wrap(", ".join(said["with"]), first="  Usually beside reason code: "))
    if said.get("remedies"):
        lines.append(
            paper.wrap(", ".join(WORDS.get(r, r.replace("_", " ")) for r in said["remedies"]), first="  What can be done: ")
        )
    return "\n".join(lines)


def _case(case: Json, paper: Paper) -> str:
    named = ", ".join(case["modifiers"])
    rows = [
        paper.wrap(f"{case['title']} {cite(case['source'], case['confidence'])}", first=f"  {named}: ", rest="      "),
        paper.wrap(case["test"], first="      Look at: ") if case.get("test") else "",
        paper.wrap(case["cause"], first="      Cause: "),
        paper.wrap(case["fix"], first="      Then: ") if case.get("fix") else "",
    ]
    return "\n".join(row for row in rows if row)
