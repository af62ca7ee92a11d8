"""What `purge` removes, what it keeps, and that removed words are gone from the file too."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

import modwise as mw
from modwise import api
from modwise.cli.main import cli
from modwise.store import purging
from modwise.store.worklist import Change, Worklist

OLD, NEW = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)
MARK = "ZZCANARY"


def item(claim: str) -> dict[str, object]:
    return {"claim": claim, "line": 1, "payer": "aetna", "code": "45378", "cause": "c", "remedy": "appeal", "at_risk": "10.00"}


def filled(worklist: Worklist, work: Path) -> None:
    worklist.take([item(f"{MARK}-1")], who="anna", now=OLD)
    worklist.take([item(f"{MARK}-2")], who="anna", now=NEW)
    worklist.set(1, Change(note=f"{MARK} called"), who="anna", now=OLD)
    for name, moment in (("a" * 32, OLD), ("b" * 32, NEW)):
        folder = work / name
        folder.mkdir(parents=True)
        (folder / "file-1").write_text(MARK)
        for path in (folder / "file-1", folder):
            os.utime(path, (moment.timestamp(), moment.timestamp()))


def test_everything_goes_and_the_trail_stays(worklist: Worklist, tmp_path: Path) -> None:
    work = tmp_path / "work"
    filled(worklist, work)
    wanted = {"items": 2, "notes": 1, "work": 2, "bytes": 2 * len(MARK)}
    assert purging.count(worklist.engine, work, None) == wanted
    assert purging.purge(worklist.engine, work, None, who="anna", now=NEW) == wanted
    assert worklist.rows() == []
    assert list(work.iterdir()) == []
    assert worklist.verify() == []
    with worklist.engine.connect() as connection:
        events = connection.execute(text("SELECT who, action, fields FROM event ORDER BY id")).all()
    assert [row.action for row in events] == ["added", "added", "set", "purged"]
    assert MARK not in str(events)


def test_what_is_newer_than_the_day_stays(worklist: Worklist, tmp_path: Path) -> None:
    work = tmp_path / "work"
    filled(worklist, work)
    gone = purging.purge(worklist.engine, work, date(2026, 7, 1), who="anna", now=NEW)
    assert gone == {"items": 1, "notes": 1, "work": 1, "bytes": len(MARK)}
    assert [row["claim"] for row in worklist.rows()] == [f"{MARK}-2"]
    assert [one.name for one in work.iterdir()] == ["b" * 32]


def test_a_removed_items_number_is_not_given_again(worklist: Worklist, tmp_path: Path) -> None:
    filled(worklist, tmp_path / "work")
    purging.purge(worklist.engine, tmp_path / "work", None, who="anna", now=NEW)
    worklist.take([item("C-3")], who="ben", now=NEW)
    (row,) = worklist.rows()
    assert row["id"] == 3
    assert [entry["who"] for entry in worklist.show(3)["trail"]] == ["ben"]


def test_a_link_in_the_work_folder_is_removed_and_not_followed(worklist: Worklist, tmp_path: Path) -> None:
    work, outside = tmp_path / "work", tmp_path / "outside"
    work.mkdir()
    outside.mkdir()
    (outside / "kept").write_text("x")
    (work / "link").symlink_to(outside)
    purging.purge(worklist.engine, work, None, who="anna", now=NEW)
    assert not (work / "link").is_symlink()
    assert (outside / "kept").exists()


def test_the_command_removes_the_words_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("MODWISE_HOME", str(home))
    filled(api._worklist(None, None), home / "work")
    learnt = home / "pricing" / "learnt.json"
    learnt.parent.mkdir()
    learnt.write_text("{}")
    base = home / "worklist.sqlite"
    assert MARK.encode() in base.read_bytes()
    asked = CliRunner().invoke(cli, ["purge"], standalone_mode=False)
    assert getattr(asked.exception, "code", None) == "not-confirmed"
    told = CliRunner().invoke(cli, ["purge", "--yes"], catch_exceptions=False, standalone_mode=False)
    assert told.stdout.startswith("Removed: 2 worklist items, 1 note, 2 uploads and jobs")
    assert MARK.encode() not in base.read_bytes()
    assert not learnt.exists()
    assert mw.worklist_verify() == []


def test_with_a_day_what_was_learnt_stays(tmp_path: Path) -> None:
    learnt = tmp_path / "pricing" / "learnt.json"
    learnt.parent.mkdir()
    learnt.write_text("{}")
    assert api.purge(before=date(2026, 7, 1), who="anna", home=tmp_path)["learnt"] == []
    assert api.purge(who="anna", keep_learnt=True, home=tmp_path)["learnt"] == []
    assert api.purge(who="anna", dry=True, home=tmp_path)["learnt"] == ["learnt.json"]
    assert learnt.exists()
