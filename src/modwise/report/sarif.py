"""A check's result as SARIF 2.1.0, the shape in which tools that review changes take findings. One finding at a time is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, TextIO
from urllib.parse import quote

from modwise.knowledge import views
from modwise.knowledge.corpus import corpus
from modwise.report.result import Shown

Json = dict[str, Any]
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# What of a finding is an error to a tool that only knows error, warning and note.
LEVELS: Mapping[str, str] = {"fail": "error", "needs_documentation": "warning", "payer_dependent": "warning", "bypassed": "note"}


def write_sarif(result: Shown, out: TextIO) -> None:
    """The findings as one run; what was set aside and not assessed stands in the run's notifications and properties."""
    rules = [_rule(row) for row in views.edit_list(corpus())]
    places = {rule["id"]: number for number, rule in enumerate(rules)}
    head = result.head()
    run: Json = {
        "tool": {"driver": {"name": "Modwise", "version": version("modwise"), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(head["read"])],
        "properties": {name: head[name] for name in ("reference", "not_assessed", "summary")},
    }
    opened = json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False)
    # The results go in before the run and the list of runs are closed.
    out.write(opened.removesuffix("}]}") + ', "results": [')
    for number, row in enumerate(result.finding_dicts()):
        out.write((",\n" if number else "\n") + json.dumps(_result(row, places), ensure_ascii=False))
    out.write("\n]}]}\n")


def _rule(row: Json) -> Json:
    return {
        "id": row["edit"],
        "name": row["name"],
        "shortDescription": {"text": row["title"]},
        "properties": {"outcome": row["outcome"]},
    }


def _invocation(read: Json) -> Json:
    aside = [
        {"level": "error", "message": {"text": one["why"]}, "locations": [_location(one["file"], one["position"], one["claim"])]}
        for one in read["set_aside"]
    ]
    return {"executionSuccessful": not aside, "toolExecutionNotifications": aside}


def _result(row: Json, places: Mapping[str, int]) -> Json:
    named = {
        name: row[name] for name in ("status", "outcome", "claim", "line", "code", "modifiers", "carc", "amount", "fix", "facts")
    }
    related = [_location(one["file"], None, f"{one['claim']} line {one['line']}") for one in row["related_lines"]]
    return {
        "ruleId": row["edit"],
        **({"ruleIndex": places[row["edit"]]} if row["edit"] in places else {}),
        "level": LEVELS[row["status"]],
        "message": {"text": row["message"]},
        "locations": [_location(row["file"], row["position"], f"{row['claim']} line {row['line']}")],
        **({"relatedLocations": related} if related else {}),
        "properties": named,
    }


def _location(file: str, position: int | None, name: str) -> Json:
    place: Json = {"artifactLocation": {"uri": quote(file)}}
    if position is not None:
        # A length of its own is not known; SARIF wants one for a byte region.
        place["region"] = {"byteOffset": position, "byteLength": 0}
    return {"physicalLocation": place, "logicalLocations": [{"name": name or "file", "kind": "element"}]}
