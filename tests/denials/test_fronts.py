"""`modwise denials` and `modwise worklist`: one JSON everywhere, files that open, exit codes, no heavy imports for look-ups."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

import modwise
from modwise.cli.main import cli
from modwise.denying import sheets
from tests.scenario_files import build, claim_file, scenarios

TODAY = "2026-04-15"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path / "home"))
    facts = {}
    for scenario in scenarios():
        built = build(scenario)
        for number, raw in enumerate(built.remits):
            (tmp_path / f"{built.id}-{number}.835").write_bytes(raw)
        facts[f"CLM-{built.id}"] = {"1": scenario.get("facts", {})}
    (tmp_path / "all.837").write_bytes(claim_file(*scenarios()))
    (tmp_path / "facts.json").write_text(json.dumps(facts, default=str), encoding="utf-8")
    return tmp_path


def call(folder: Path, *words: str) -> Result:
    remits = sorted(str(path) for path in folder.glob("*.835"))
    sent = ["--claims", str(folder / "all.837"), "--facts", str(folder / "facts.json"), "--today", TODAY]
    return CliRunner().invoke(cli, ["denials", *remits, *sent, *words], standalone_mode=False)


def test_the_command_and_the_function_give_one_json(files: Path) -> None:
    shown = call(files, "--format", "json")
    remits = sorted(str(path) for path in files.glob("*.835"))
    told = modwise.denials(remits, [files / "all.837"], facts=files / "facts.json", today=date.fromisoformat(TODAY))
    mine = json.loads(shown.output)
    assert {**mine, "read": None} == {**json.loads(json.dumps(told.as_dict())), "read": None}
    assert shown.return_value == 1
    assert list(mine) == ["read", "items", "quarantined", "summary", "warnings"]


def test_text_says_remedy_and_deadline(files: Path) -> None:
    text = " ".join(call(files).output.split())
    assert "reopening, CER (add 25): 25_missing_supported" in text
    assert "work by 2027-02-18" in text
    assert "MEASURES" in text
    assert "no_action" not in text


def test_csv_has_a_row_an_item_and_no_formulas(files: Path) -> None:
    told = json.loads(call(files, "--format", "json").output)
    rows = list(csv.DictReader(io.StringIO(call(files, "--format", "csv").output)))
    assert len(rows) == len(told["items"])
    assert list(rows[0]) == list(sheets.COLUMNS)
    assert not any(value and value[0] in "=+@" for row in rows for value in row.values())


def test_a_claim_number_that_is_a_formula_is_made_harmless(files: Path) -> None:
    told = modwise.denials(sorted(files.glob("T07*.835")), today=date.fromisoformat(TODAY))
    told.items[0]["claim"] = "=1+1"
    assert next(csv.DictReader(io.StringIO(sheets.csv(told))))["claim"] == "'=1+1"


def test_a_workbook_opens_with_its_items_and_measures(files: Path) -> None:
    out = files / "denials.xlsx"
    assert call(files, "--format", "xlsx", "-o", str(out)).exception is None
    items = pl.read_excel(out, sheet_name="Items")
    told = json.loads(call(files, "--format", "json").output)
    assert items.height == len(told["items"])
    assert items["at_risk"].sum() == pytest.approx(sum(float(i["at_risk"]) for i in told["items"] if i["at_risk"]))
    assert "first_pass_yield" in " ".join(pl.read_excel(out, sheet_name="Measures")["measure"])


def test_a_workbook_needs_a_file(files: Path) -> None:
    assert isinstance(call(files, "--format", "xlsx").exception, modwise.UsageError)


@pytest.mark.parametrize("form", ["xlsx", "csv", "json", "text"])
def test_a_file_that_cannot_be_written_is_told_plainly(files: Path, form: str) -> None:
    out = str(files / "nowhere" / "denials.out")
    shown = CliRunner().invoke(cli, ["denials", str(files / "T07-0.835"), "--format", form, "-o", out])
    assert shown.exit_code == 1
    assert shown.output.startswith("Error: Could not open file")
    assert "Traceback" not in shown.output


def test_nothing_to_do_is_status_0(files: Path) -> None:
    shown = CliRunner().invoke(cli, ["denials", str(files / "T43-0.835")], standalone_mode=False)
    assert shown.return_value == 0


def test_facts_that_are_none_are_refused_with_their_place(files: Path) -> None:
    for content, says in (
        ('{"C": {"1": {"chart_suports": []}}}', "claim 1, line 1: unknown key 'chart_suports'"),
        ('{"C": {"1": {"contract": {"rate": "much"}}}}', "contract.rate is not an amount of money"),
        ('{"C": {"1": {"appeals": [{}]}}}', "appeals, entry 1, has no level"),
        ("{", "line 1, column 2"),
    ):
        bad = files / "bad.json"
        bad.write_text(content, encoding="utf-8")
        with pytest.raises(modwise.ModwiseError, match=says.replace("[", r"\[").replace("(", r"\(")):
            modwise.denials([files / "T07-0.835"], facts=bad)


def test_the_worklist_from_files_to_a_win(files: Path) -> None:
    def work(*words: str) -> Any:
        shown = CliRunner().invoke(cli, ["worklist", *words, "--format", "json"], standalone_mode=False)
        assert shown.exception is None, shown.exception
        return json.loads(shown.output)

    remits = sorted(str(path) for path in files.glob("*.835"))
    take = ("import", *remits, "--claims", str(files / "all.837"), "--facts", str(files / "facts.json"), "--today", TODAY)
    first = work(*take)
    assert first["added"] > 10
    # Days pass; nothing else has changed.
    again = work(*take[:-1], "2026-05-15")
    assert again == {"added": 0, "changed": 0, "unchanged": first["added"]}
    rows = work("list", "--remedy", "reopening")
    number = str(rows[0]["id"])
    work("set", number, "--state", "sent", "--on", "2026-05-01", "--assignee", "kim", "--note", "by telephone")
    done = work("set", number, "--state", "overturned", "--on", "2026-05-20", "--amount", "80.00")
    assert (done["state"], done["recovered"], done["assignee"]) == ("overturned", "80.00", "kim")
    assert work("show", number)["notes"][0]["text"] == "by telephone"
    assert work("list", "--measures")["recovered"] == "80.00"
    assert work("verify") == {"ok": True, "problems": []}


def test_looking_up_and_checking_import_no_database_library() -> None:
    code = (
        "import sys, modwise; modwise.show('52'); import modwise.report.checking, modwise.denying.running; "
        "print([m for m in ('sqlalchemy', 'alembic', 'psycopg', 'xlsxwriter') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
