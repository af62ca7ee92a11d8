"""`modwise verify` at the terminal, and the page that is made of the checks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

import modwise as mw
from modwise.cli.main import cli
from tests.verifying.letters import VISIT, built, text_of

ROOT = Path(__file__).parents[2]


def written(folder: Path, change: tuple[str, str] = ("", "")) -> Path:
    ledger = built(VISIT)
    path = folder / "letter.txt"
    path.write_text(text_of(ledger.letter).replace(*change), encoding="utf-8")
    (folder / "letter.ledger.json").write_text(json.dumps(ledger.as_dict()), encoding="utf-8")
    return path


def test_a_letter_that_passes_exits_with_zero(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["verify", str(written(tmp_path)), "--today", VISIT.today.isoformat()])
    assert result.exit_code == 0, result.output
    assert "nothing blocks the letter" in result.output


def test_a_letter_that_does_not_exits_with_one_and_tells_the_place(tmp_path: Path) -> None:
    path = written(tmp_path, ("$61.35", "$61.53"))
    result = CliRunner().invoke(cli, ["verify", str(path), "--today", VISIT.today.isoformat()])
    assert result.exit_code == 1
    assert "L02 block" in result.output
    assert "$61.53" in result.output


def test_the_json_is_that_of_the_function(tmp_path: Path) -> None:
    path = written(tmp_path, ("$61.35", "$61.53"))
    result = CliRunner().invoke(cli, ["verify", str(path), "--today", VISIT.today.isoformat(), "--format", "json"])
    assert json.loads(result.output) == mw.verify(path, today=VISIT.today)


def test_checks_are_listed_and_explained() -> None:
    listed = CliRunner().invoke(cli, ["verify", "--list"]).output
    assert listed.count("\n") == len(mw.letter_checks())
    assert "Known limits".upper() in CliRunner().invoke(cli, ["verify", "--explain", "L10"]).output


def test_the_page_of_the_checks_is_what_they_say() -> None:
    assert subprocess.run([sys.executable, "tools/letter_checks_doc.py", "--check"], cwd=ROOT, check=False).returncode == 0


def test_no_frame_library_is_loaded(tmp_path: Path) -> None:
    code = f"import sys, modwise; modwise.verify({str(written(tmp_path))!r}); sys.exit(bool({{'polars', 'numpy', 'pyarrow'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
