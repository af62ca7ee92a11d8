"""All that is due, into a folder: in the order of priority, with an index; one bad item stops no other."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from benchmarks import make_letters
from modwise import api
from modwise.appeals import batch
from modwise.appeals.batch_index import Row, csv_index, html_index
from modwise.appeals.verifying.pages import read_pages
from modwise.cli.main import cli
from modwise.errors import UsageError

TODAY = date(2026, 5, 18)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A worklist of three denied lines, the second of which has a note without the part left out, the third none at all."""
    folder = tmp_path_factory.mktemp("week")
    make_letters.write(folder, 3)
    (folder / "notes" / "CLM-00002.txt").write_text(
        "OPERATIVE REPORT\nDate of procedure: 02/10/2026\nDESCRIPTION: Hemostasis was obtained.\n"
    )
    (folder / "notes" / "CLM-00003.txt").unlink()
    api.worklist_import([folder / "remit.835"], [folder / "claims.837"], who="pat", today=TODAY, home=folder / "home")
    return folder


def drafted(week: Path, out: str, **terms: Any) -> dict[str, Any]:
    said = {
        "claims": [week / "claims.837"],
        "notes": week / "notes",
        "practice": week / "practice.toml",
        "home": week / "home",
        "today": TODAY,
        "due": 365,
    }
    return api.appeal_all(week / out, **{**said, **terms})


def test_every_item_is_drafted_and_told(week: Path) -> None:
    found = drafted(week, "txt")
    assert found["summary"] == {"items": 3, "complete": 1, "incomplete": 2, "other_papers": 0, "failed": 0}
    by_claim = {row["claim"]: row for row in found["items"]}
    assert by_claim["CLM-00001"]["complete"]
    assert any("left out" in words for words in by_claim["CLM-00002"]["missing"])
    for row in found["items"]:
        [file] = row["files"]
        text = (week / "txt" / file).read_text(encoding="utf-8")
        assert row["claim"] in text
        others = {other["claim"] for other in found["items"]} - {row["claim"]}
        assert not any(other in text or other.replace("CLM-", "MEM") in text for other in others)


def test_the_index_is_a_table_and_a_page(week: Path) -> None:
    found = drafted(week, "index")
    rows = list(csv.DictReader(io.StringIO((week / "index" / "index.csv").read_text(encoding="utf-8-sig"))))
    assert [int(row["number"]) for row in rows] == [1, 2, 3]
    assert {row["state"] for row in rows} == {"complete", "incomplete"}
    assert rows[0]["days_left"] == str(found["items"][0]["days_left"])
    page = (week / "index" / "index.html").read_text(encoding="utf-8")
    for row in found["items"]:
        assert f'href="{row["files"][0]}"' in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"https?:", page)
    for name in found["index"]:
        assert stat.S_IMODE(Path(name).stat().st_mode) == 0o600
    assert stat.S_IMODE((week / "index").stat().st_mode) == 0o700


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_letters_on_paper(week: Path, form: str) -> None:
    found = drafted(week, form, form=form)
    for row in found["items"]:
        assert row["claim"] in "".join(read_pages(week / form / row["files"][0]).pages)


def test_packets(week: Path) -> None:
    found = drafted(week, "packets", form="pdf", packet=True)
    assert found["summary"]["failed"] == 0
    assert "Contents" in PdfReader(week / "packets" / found["items"][0]["files"][0]).pages[0].extract_text()


def test_a_bad_item_stops_no_other(week: Path) -> None:
    items = api.worklist_list(home=week / "home")
    wanted = [api.worklist_show(item["id"], home=week / "home")["decision"] for item in items]
    wanted[0] = {**wanted[0], "file": "absent.835"}
    wanted[1] = {**wanted[1], "decided_by": None, "adjustments": 7}
    found = batch.draft_all(wanted, batch.Order(str(week / "bad"), TODAY, claims=(str(week / "claims.837"),)))
    assert found["summary"]["items"] == 3
    assert found["summary"]["failed"] == 2
    told = [row["missing"][0] for row in found["items"] if row["kind"] == "failed"]
    assert any("fault of Modwise" in words for words in told)
    assert not any("MARSH" in words.upper() for words in told)


def test_a_remittance_that_moved_is_found_by_its_name(week: Path, tmp_path: Path) -> None:
    moved = tmp_path / "remit.835"
    moved.write_bytes((week / "remit.835").read_bytes())
    items = [{**api.worklist_show(1, home=week / "home")["decision"], "file": "elsewhere/remit.835"}]
    order = batch.Order(str(tmp_path / "out"), TODAY, remits=(str(moved),))
    assert batch.draft_all(items, order)["summary"]["failed"] == 0


def test_only_what_is_due_is_drafted(week: Path) -> None:
    assert drafted(week, "none", due=0)["summary"]["items"] == 0
    assert (week / "none" / "index.html").exists()


def test_more_processes_give_the_same_letters(week: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_WORTH_A_PROCESS", 1)
    one, two = drafted(week, "one"), drafted(week, "two", processes=2)
    assert one["items"] == two["items"]
    for row in one["items"]:
        assert (week / "one" / row["files"][0]).read_bytes() == (week / "two" / row["files"][0]).read_bytes()


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"form": "rtf"}, "bad-ending"),
        ({"form": "txt", "packet": True}, "bad-ending"),
        ({"form": "pdf", "template": "t.docx"}, "bad-ending"),
        ({"color": 1}, "unknown-term"),
    ],
)
def test_wrong_options_are_told_before_the_first_letter(week: Path, terms: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        drafted(week, "wrong", **terms)
    assert caught.value.code == code
    assert not (week / "wrong").exists()


def test_progress_counts_to_the_end(week: Path) -> None:
    seen: list[tuple[int, int]] = []
    drafted(week, "progress", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_command_drafts_the_week(week: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODWISE_HOME", str(week / "home"))
    words = [
        "appeal",
        "--worklist",
        "--due",
        "365",
        "--claims",
        str(week / "claims.837"),
        "--notes-dir",
        str(week / "notes"),
        "--today",
        "2026-05-18",
    ]
    done = CliRunner().invoke(cli, [*words, "-o", str(week / "cli"), "--format", "json"], standalone_mode=False)
    assert done.return_value == 1
    assert json.loads(done.stdout)["summary"]["items"] == 3
    told = CliRunner().invoke(cli, [*words, "-o", str(week / "cli")], standalone_mode=False)
    assert "3 items:" in told.stdout
    for more in ([], ["-o", "x", "--claim", "1"]):
        wrong = CliRunner().invoke(cli, [*words, *more], standalone_mode=False)
        assert isinstance(wrong.exception, UsageError)


def test_a_cell_is_no_formula_and_no_markup() -> None:
    row = Row(1, claim="=cmd|x", payer="<b>&", missing=("<script>",), files=("a b&c.txt",))
    assert "'=cmd|x" in csv_index([row])
    page = html_index([row], TODAY)
    assert "<b>" not in page
    assert "<script>" not in page
    assert 'href="a%20b%26c.txt"' in page


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("1001", "0007-1001-line2"),
        ("../../etc", "0007-etc-line2"),
        ("A/B:C", "0007-A_B_C-line2"),
        ("", "0007-claim-line2"),
        ("x" * 200, f"0007-{'x' * 60}-line2"),
    ],
)
def test_file_names_stay_in_the_folder(claim: str, name: str) -> None:
    assert batch._name(7, {"claim": claim, "line": 2}) == name
