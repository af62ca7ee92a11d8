"""Notes beside a check and beside advice: attached by name or manifest, items met or missing with quotes."""

import json

import pytest
from click.testing import CliRunner

import modwise
from modwise.cli.main import cli
from modwise.errors import InputError
from modwise.notes.attaching import attachments
from tests.unit.test_notes import STOPPED, pieces

COLUMNS = "claim_id,line,payer,date_from,code,modifiers,charge,units,place_of_service,claim_type\n"
ASSISTED = "OPERATION: Debridement.\nDESCRIPTION: After anesthesia the wound was prepped and draped. The PA retracted and closed the wound.\n"


@pytest.fixture
def claims(tmp_path):
    path = tmp_path / "claims.csv"
    rows = [
        "1001,1,medicare-part-b,2026-07-15,45378,52,900.00,1,11,professional",
        "A-2,1,medicare-part-b,2026-07-15,11045,AS,90.00,1,22,professional",
    ]
    path.write_text(COLUMNS + "\n".join(rows) + "\n")
    return path


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "1001.txt").write_text(STOPPED)
    (folder / "A-2-1.txt").write_text(ASSISTED)
    (folder / "777.txt").write_text(STOPPED)
    (folder / "readme.exe").write_text("no note")
    return folder


def test_a_documentation_finding_says_what_is_met_and_missing(claims, folder):
    result = modwise.check(claims, notes=folder).to_dict()
    (finding,) = [f for f in result["findings"] if f["status"] == "needs_documentation"]
    shown = finding["documentation"]
    assert [(i["modifier"], i["item"]) for i in shown["met"]] == [("AS", "role")]
    assert "need" in [i["item"] for i in shown["missing"]]
    (piece,) = list(pieces(shown["met"]))
    assert ASSISTED[piece["start"] : piece["end"]] == piece["quote"]
    assert piece["note"] == "A-2-1.txt"


def test_a_note_that_speaks_against_the_modifier_is_said(claims, folder):
    result = modwise.check(claims, notes=folder).to_dict()
    entry = next(e for e in result["notes"] if e["claim"] == "1001")
    assert entry["agrees"] is False
    assert entry["suggested"]["modifiers"] == ["53"]
    assert result["notes_unused"] == ["777.txt"]
    shown = CliRunner().invoke(cli, ["check", str(claims), "--notes", str(folder)])
    assert "45378-52: the note supports 53" in shown.output
    assert "of no line: 777.txt" in shown.output


def test_without_notes_nothing_is_added(claims):
    result = modwise.check(claims).to_dict()
    assert "notes" not in result
    assert all("documentation" not in finding for finding in result["findings"])


def test_a_manifest_outweighs_names(claims, folder):
    (folder / "manifest.csv").write_text("note,claim,line\n777.txt,A-2,1\n")
    result = modwise.check(claims, notes=folder).to_dict()
    assert [(e["claim"], e["notes"]) for e in result["notes"]] == [("A-2", ["777.txt"])]
    (folder / "manifest.csv").unlink()
    (folder / "manifest.json").write_text(json.dumps([{"note": "777.txt", "claim": "1001"}]))
    assert attachments(folder).of("1001", 5)[0].path.name == "777.txt"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", "[1]"),
        ("manifest.json", "{"),
        ("manifest.csv", "note,claim,line\n,1001,1\n"),
        ("manifest.csv", "note,claim,line\n../claims.csv,1001,1\n"),
        ("manifest.csv", "note,claim,line\n777.txt,1001,one\n"),
    ],
)
def test_a_broken_manifest_is_an_error_with_its_place(folder, claims, name, content):
    (folder / name).write_text(content)
    with pytest.raises(InputError) as error:
        attachments(folder)
    assert name in str(error.value)


def test_a_folder_without_notes_is_an_error(tmp_path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "none"):
        with pytest.raises(InputError):
            attachments(path)


def test_a_note_that_cannot_be_read_is_told_and_the_check_goes_on(claims, folder):
    (folder / "1001.txt").write_text("   ")
    result = modwise.check(claims, notes=folder).to_dict()
    assert [one["note"] for one in result["notes_unread"]] == ["1001.txt"]
    assert [e["claim"] for e in result["notes"]] == ["A-2"]


def test_a_name_that_ends_in_a_number_is_a_claim_or_a_line(folder):
    found = attachments(folder)
    assert found.of("A-2-1", 4)[0].path.name == "A-2-1.txt"
    assert found.of("A-2", 1)[0].path.name == "A-2-1.txt"
    assert found.of("A-2", 3) == []
    assert found.of("A", 2) == []


def test_advice_from_a_note_shows_the_words(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text(STOPPED)
    answer = modwise.advise(note=path, code="45378", setting="asc")
    assert answer["answer"]["modifiers"] == ["74"]
    told = {row["fact"]: row for row in answer["understood"] if row["from"] == "note"}
    assert told["extent"]["value"] == "discontinued"
    assert told["extent"]["words"] in STOPPED
    given = modwise.advise(note=path, code="45378", setting="professional", facts={"scope_reach": "cecum"})
    assert given["answer"]["modifiers"] == []
    shown = CliRunner().invoke(cli, ["advise", "--note", str(path), "--code", "45378", "--setting", "asc"])
    assert "note: “" in shown.output
