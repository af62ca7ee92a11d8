"""Answers: cited, of the right payer and day, and none where nothing is held."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import modwise as mw
from modwise.asking import index
from modwise.errors import UsageError
from modwise.knowledge.corpus import corpus

ROOT = Path(__file__).parents[2]


def test_the_day_decides_what_a_payer_pays() -> None:
    before, after = mw.ask("What did BCBSND pay for 52 in 2018?"), mw.ask("What did BCBSND pay for 52 in 2021?")
    assert [(s["fact"], s["payer"]) for s in before["statements"]] == [("52.payment", "bcbs-nd")]
    assert "80%" in before["answer"]
    assert "50%" not in before["answer"]
    assert "50%" in after["answer"]


def test_payer_and_day_may_stand_beside_the_question() -> None:
    from datetime import date

    told = mw.ask("How much is paid for 52?", payer="bcbs-nd", as_of=date(2018, 5, 1))
    assert told["statements"] == mw.ask("What did BCBSND pay for 52 in 2018?")["statements"]


def test_payers_that_differ_stand_side_by_side() -> None:
    told = mw.ask("How much do payers pay for modifier 53?")
    assert len({s["payer"] for s in told["statements"] if s["fact"] == "53.payment"}) > 5
    assert told["answer"].startswith("Payers differ.")


def test_two_that_exclude_each_other() -> None:
    told = mw.ask("May I put 52 and 53 on the same line?")
    assert told["answer"].startswith("No.")
    assert told["statements"][0]["fact"] in ("52.excludes", "53.excludes")


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "What does Kaiser pay for 52?",
        "What does modifier ZZ mean?",
        "What did BCBSND pay for 52 in 2005?",
        "What does Aetna pay for modifier 52?",
        "What is the MUE of 99999?",
        "Who won the world series in 2020?",
        "asdf qwer zxcv",
        "?",
    ],
)
def test_what_is_not_held_is_not_answered(question: str) -> None:
    told = mw.ask(question)
    assert told["found"] is False
    assert told["statements"] == []
    assert told["sources"] == []


def test_what_lies_near_is_told() -> None:
    told = mw.ask("What does Kaiser pay for 52?")
    assert "kaiser" in told["answer"].lower()
    assert any("52" in item["text"] and item["see"].startswith("modwise ") for item in told["related"])


def test_an_ended_rule_is_told_as_ended() -> None:
    told = mw.ask("Is CH still valid in 2024?")
    assert any("retired" in s["text"] and s["from"] == "2019-01-01" for s in told["statements"])


@pytest.mark.parametrize(
    ("question", "place", "says"),
    [
        ("May 92250 take 50?", "fee_schedule 92250 bilateral", "indicator 2"),
        ("is there an assistant allowed on 27447?", "fee_schedule 27447 assistant", "indicator 2"),
        ("global days of 66984", "fee_schedule 66984 global_days", "090"),
        ("MUE of 97110", "mue_practitioner 97110", "units"),
        ("NCCI 45380 and 45378", "ncci_ptp_practitioner 45380+45378", "indicator 0"),
    ],
)
def test_a_table_answers_with_its_edition(question: str, place: str, says: str, tmp_path: Path) -> None:
    told = mw.ask(question, home=tmp_path)
    first = next(s for s in told["statements"] if s["fact"] == place)
    assert says in first["text"]
    assert "edition" in first["text"]
    assert first["source"]


def test_every_statement_is_cited_and_in_its_own_words() -> None:
    held = {(s.place, s.text) for s in index.all_statements(corpus())}
    for question in ("What is modifier 25?", "52 documentation", "why is 59 denied", "difference between 58 and 79", "CO 97"):
        told = mw.ask(question)
        assert told["found"]
        for s in told["statements"]:
            assert (s["fact"], s["text"]) in held
            assert s["source"] or s["fact"].split()[0] in corpus().edits
        assert {key for s in told["statements"] for key in s["source"]} == {source["key"] for source in told["sources"]}


@pytest.mark.parametrize(("words", "kwargs"), [("  ", {}), ("x" * 3000, {}), ("52", {"payer": "no-such"})])
def test_what_cannot_be_asked(words: str, kwargs: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        mw.ask(words, **kwargs)


def test_phrasing_needs_an_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODWISE_LLM_URL", raising=False)
    with pytest.raises(UsageError, match="no language model"):
        mw.ask("What is modifier 52?", phrase=True)


def test_the_index_is_made_again_when_it_is_stale_and_does_without_a_folder(tmp_path: Path) -> None:
    package = tmp_path / "modwise"
    (package / "knowledge").mkdir(parents=True)
    (package / "asking").mkdir()
    compiled = package / "knowledge" / "compiled.jsonl"
    compiled.write_bytes(b'{"format":2,"fingerprint":"aa"}\n')
    assert index.open_index(corpus(), package).size > 1000
    first = (package / index.FILE).stat().st_mtime_ns
    assert index.open_index(corpus(), package).size > 1000
    assert (package / index.FILE).stat().st_mtime_ns == first
    compiled.write_bytes(b'{"format":2,"fingerprint":"bb"}\n')
    index.open_index(corpus(), package)
    assert (package / index.FILE).stat().st_mtime_ns != first
    (package / index.FILE).write_bytes(b"not a database")
    assert index.open_index(corpus(), package).size > 1000
    (package / index.FILE).unlink()
    (package / "asking").rmdir()
    assert index.open_index(corpus(), package).size > 1000


def test_a_payer_of_ones_own_is_asked_too_and_stays_out_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mw.ask("What does Acme Mutual pay for 52?")["found"] is False
    before = (index.PACKAGE / index.FILE).read_bytes()
    (tmp_path / "payers").mkdir()
    (tmp_path / "payers" / "acme-mutual.toml").write_text(
        """
payer    = "acme-mutual"
title    = "Acme Mutual"
kind     = "commercial"
reviewed = 2026-11-25

[source.contract]
title     = "An invented contract"
publisher = "Acme Mutual"
kind      = "payer policy"

[[fact]]
id         = "52.payment"
says       = "What the modified line pays, as a share of the full allowed amount."
payer      = "acme-mutual"
applies_by = "date of service"
confidence = "high"
values = [{ from = 2024-01-01, value = "0.65", source = ["contract"] }]
""",
        encoding="utf-8",
    )
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path))
    told = mw.ask("What does Acme Mutual pay for 52?")
    assert "65%" in told["answer"]
    assert {s["payer"] for s in told["statements"]} == {"acme-mutual"}
    assert mw.ask("What does UHC pay for 52?")["found"]
    assert (index.PACKAGE / index.FILE).read_bytes() == before
    assert (tmp_path / index.OWN_FILE).exists()


def test_a_plain_question_loads_no_frame_library_and_little_else() -> None:
    code = (
        "import sys; from modwise import api; told = api.ask('What does UHC pay for modifier 52?'); assert told['found'];"
        "print(sorted({'polars', 'numpy', 'pyarrow', 'urllib.request', 'http'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_prints_what_python_returns() -> None:
    words = [sys.executable, "-m", "modwise", "ask", "May 52 stand on a visit?"]
    done = subprocess.run([*words, "--format", "json"], capture_output=True, text=True, cwd=ROOT, check=True)
    assert json.loads(done.stdout) == json.loads(json.dumps(mw.ask("May 52 stand on a visit?")))
    shown = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "[1]" in shown
    assert "SOURCES" in shown
