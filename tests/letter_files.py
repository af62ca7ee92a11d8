"""Letter cases as data → the 837 that was sent, the 835 that answered it, the notes and facts, and the letter drafted of them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modwise import api
from modwise.appeals.appeal import Appeal
from tests.scenario_files import build

CASES = Path(__file__).parent / "cases" / "letters"
GOLDEN = Path(__file__).parent / "golden" / "letters"
RENDERING = ("ALBRECHT", "TOMAS", "1999999976")
PRACTICE = CASES / "practice.toml"


def letter_cases() -> list[Mapping[str, Any]]:
    """Every case of every file, with `file` and the identity that names its golden text."""
    found = []
    for path in sorted(CASES.glob("*.toml")):
        if path != PRACTICE:
            found += [{**case, "file": path.stem} for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]
    return found


def written(case: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The case's files in the folder; what `api.appeal` takes."""
    built = build(case)
    claim, remit = folder / "claim.837", folder / "remit.835"
    claim.write_bytes(_named(built.claims, case))
    remit.write_bytes(_named(built.remits[-1], case))
    notes = []
    for number, text in enumerate(case.get("notes", ()), 1):
        notes.append(folder / f"note-{number}.txt")
        notes[-1].write_text(text.strip() + "\n", encoding="utf-8")
    facts = case.get("facts")
    terms: dict[str, Any] = {"remits": [remit], "claims": [claim], "notes": notes, "line": case.get("line", 1)}
    if facts:
        terms["facts"] = folder / "facts.json"
        terms["facts"].write_text(json.dumps({f"CLM-{case['id']}": {str(case.get("line", 1)): facts}}, default=str))
    return {**terms, "claim": f"CLM-{case['id']}", "practice": case.get("practice", PRACTICE), "today": case["today"]}


def _named(data: bytes, case: Mapping[str, Any]) -> bytes:
    """The file with the case's patient and provider in place of the builder's."""
    last, first = case["patient"]
    data = data.replace(b"*DOE*PAT*", f"*{last.upper()}*{first.upper()}*".encode())
    if b"~HI*ABK:R69~" in data:
        name, given, npi = case.get("rendering", RENDERING)
        data = data.replace(
            b"~HI*ABK:R69~", f"~HI*ABK:{case.get('diagnosis', 'R69')}~NM1*82*1*{name}*{given}****XX*{npi}~".encode()
        )
        data = re.sub(rb"~SE\*(\d+)", lambda found: b"~SE*%d" % (int(found[1]) + 1), data)
    return data.replace(b"INVENTED CLINIC", case["provider"].upper().encode())


def drafted(case: Mapping[str, Any], folder: Path, **more: Any) -> Appeal:
    """The letter of a case, for a payer that the case may name by key."""
    terms = {**written(case, folder), **more}
    if case["payer"].get("key"):
        terms["payer"] = case["payer"]["key"]
    return api.appeal(**terms)


def golden(case: Mapping[str, Any]) -> Path:
    """Where the letter's text lies that people have read."""
    return GOLDEN / f"{case['id']}.txt"
