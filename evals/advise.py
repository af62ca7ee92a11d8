"""How often `advise` says what a file of cases expects.

    python -m evals.advise [FILE…]        TOML or JSON; without a file those of tests/advice

A case has `case` (plain English), `code`, `setting`, `payer`, `date`, `facts`, any of them; and what must come out: `modifiers`
(the order does not count; a list of lists when several are right), `billable`, `answer_code`, `certainty`, `missing` (facts that
must be asked for), `alternatives` (modifiers that must stand among the payers' answers).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import modwise
from evals import cases

DEFAULT = Path(__file__).parents[1] / "tests" / "advice"


def answer(case: Mapping[str, Any]) -> dict[str, Any]:
    """What advise says of a case."""
    day = case.get("date")
    return modwise.advise(
        case.get("case"),
        code=case.get("code"),
        setting=case.get("setting"),
        payer=case.get("payer"),
        on=date.fromisoformat(str(day)) if day else None,
        facts={name: str(value) for name, value in case.get("facts", {}).items()},
    )


def wrong(case: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """What of the answer is not as expected, in words; empty when all is."""
    said = told["answer"]
    found = []
    if "certainty" in case and told["certainty"] != case["certainty"]:
        found.append(f"certainty {told['certainty']}, expected {case['certainty']}")
    if "modifiers" in case and not _same(case["modifiers"], said["modifiers"], said["billable"]):
        found.append(f"modifiers {said['modifiers']}, expected {case['modifiers']}")
    for name, key in (("billable", "billable"), ("answer_code", "code")):
        if name in case and said[key] != case[name]:
            found.append(f"{key} {said[key]}, expected {case[name]}")
    asked = [one["fact"] for one in told["missing"]]
    found += [f"{name} is not asked (asked: {', '.join(asked)})" for name in case.get("missing", []) if name not in asked]
    offered = [set(one["modifiers"] or ()) for one in told["alternatives"]]
    found += [f"{one} is not among the alternatives" for one in case.get("alternatives", []) if set(one) not in offered]
    if told["contradictions"] and case.get("certainty") != "needs_facts":
        found += told["contradictions"]
    return "; ".join(found)


def _same(expected: list[Any], said: list[str] | None, billable: bool | None) -> bool:
    if said is None or (billable is False and not expected):
        return False
    choices = expected if expected and isinstance(expected[0], list) else [expected]
    return any(sorted(choice) == sorted(said) for choice in choices)


def name_of(case: Mapping[str, Any]) -> str:
    """A short name: the given one, else the beginning of its words or its facts."""
    text = case.get("name") or case.get("case") or str(case.get("facts"))
    payer = f" ({case['payer']})" if case.get("payer") else ""
    return f"{text[:70]}{payer}"


def main(arguments: list[str]) -> int:
    """Prints the accuracy on each file; 1 when anything is wrong."""
    failed = False
    for path in cases.files(arguments, DEFAULT):
        outcomes = [(name_of(case), wrong(case, answer(case))) for case in cases.read(path)]
        cases.report(f"advise, {path.name}", outcomes)
        failed |= any(why for _, why in outcomes)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
