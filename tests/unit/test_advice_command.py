"""`modwise advise` as a user has it, and how words are read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import modwise as mw
from modwise.advice import patterns, reading
from modwise.knowledge.corpus import corpus

ROOT = Path(__file__).parents[2]
CASE = "screening colonoscopy, poor prep, scope reached only the splenic flexure, patient sedated, hospital outpatient"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODWISE") and name != "COLUMNS"}
    return {**kept, "MODWISE_HOME": str(tmp_path / "home")}


def run(home: dict[str, str], *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "modwise", "advise", *words],
        input=stdin,
        capture_output=True,
        env=home,
        cwd=ROOT,
        check=False,
        text=True,
    )


def test_a_case_in_words_is_answered_with_the_words_it_was_read_from(home: dict[str, str]) -> None:
    done = run(home, CASE, "--code", "G0121")
    assert done.returncode == 0
    assert "G0121-74" in done.stdout
    assert "hospital outpatient" in done.stdout
    assert "opps-discontinued-2012" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_json_is_what_python_returns(home: dict[str, str]) -> None:
    done = run(home, CASE, "--code", "G0121", "--date", "2026-07-15", "--format", "json")
    told = mw.advise(CASE, code="G0121", on=__import__("datetime").date(2026, 7, 15))
    assert json.loads(done.stdout) == json.loads(json.dumps(told))


def test_missing_facts_exit_with_one_and_are_questions(home: dict[str, str]) -> None:
    done = run(home, "colonoscopy stopped for poor prep", "--code", "45378")
    assert done.returncode == 1
    assert "?" in done.stdout
    assert "--fact claim_side=" in " ".join(done.stdout.split())


def test_a_case_as_json_from_standard_input(home: dict[str, str]) -> None:
    case = {"code": "64721", "setting": "professional", "facts": {"sides": "both"}}
    done = run(home, "--json", "-", "--format", "json", stdin=json.dumps(case))
    assert json.loads(done.stdout)["answer"] == {"code": "64721", "modifiers": ["50"], "billable": True}


def test_questions_on_a_pipe_with_a_way_back(home: dict[str, str]) -> None:
    words = ["--code", "43235", "--setting", "professional", "--fact", "duodenum=not-entered", "--interactive", "--format", "json"]
    once = run(home, *words, stdin="2\n")
    assert json.loads(once.stdout)["answer"]["modifiers"] == ["52"]
    assert once.stderr.count("?") == 1
    wide = ["--code", "64721", "--interactive", "--format", "json"]
    again = run(home, *wide, stdin="sides\nback\nsides\none\n")
    assert json.loads(again.stdout)["answer"]["modifiers"] == []
    ended = run(home, *words, stdin="")
    assert (ended.returncode, json.loads(ended.stdout)["certainty"]) == (1, "needs_facts")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "no case"),
        (["x", "--fact", "stage"], "NAME=VALUE"),
        (["x", "--fact", "stage=flying"], "prepared"),
        (["x", "--payer", "nobody"], "nobody"),
        (["--json", "no-such.json"], "no-such.json"),
        (["x", "--date", "soon"], "2026-07-15"),
    ],
)
def test_what_cannot_run_says_why(home: dict[str, str], words: list[str], says: str) -> None:
    done = run(home, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("name", "key"), [("Medicare", "medicare-part-b"), ("UHC", "unitedhealthcare"), ("mac-wps", "mac-wps")])
def test_a_payer_goes_by_its_key_or_its_name(name: str, key: str) -> None:
    told = mw.advise("audio-only visit", code="99213", setting="professional", payer=name)
    assert [(one["value"], one["from"]) for one in told["understood"] if one["fact"] == "payer"] == [(key, "given")]


def test_a_payer_in_the_words_shows_its_words() -> None:
    told = mw.advise("bilateral, billed to UHC", code="64721", setting="professional")
    assert [(one["value"], one["from"], one["words"]) for one in told["understood"] if one["fact"] == "payer"] == [
        ("unitedhealthcare", "words", "UHC")
    ]


def test_the_vocabulary_is_shown(home: dict[str, str]) -> None:
    assert "scope_reach" in run(home, "--list-facts").stdout
    assert {fact["fact"] for fact in mw.case_facts()} >= {"extent", "reason", "stage", "sides"}


def test_words_against_what_was_given_are_said(home: dict[str, str]) -> None:
    told = mw.advise(
        "the scope reached the cecum", code="45378", setting="professional", facts={"scope_reach": "past-splenic-flexure"}
    )
    assert told["certainty"] == "needs_facts"
    assert told["contradictions"]


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("no sedation was given", "anesthesia_given", "no"),
        ("the cecum was not reached during the colonoscopy", "cecum", "no"),
        ("we could not get past the splenic flexure on colonoscopy", "scope_reach", "before-splenic-flexure"),
        ("colonoscope passed the splenic flexure", "scope_reach", "past-splenic-flexure"),
        ("before being taken to the operating room", "stage", "not-in-room"),
        ("the sleep study recorded 4 hours and 30 minutes", "recorded_hours", "4.5"),
        ("a sleep study of three hours", "recorded_hours", "3"),
        ("surgery was done on the left knee and the right knee", "sides", "both"),
        ("left knee arthroscopy and right shoulder injection", "sides", "one"),
        ("no ABN was obtained", "notice", "none"),
    ],
)
def test_words_and_their_negations(text: str, fact: str, value: str) -> None:
    assert reading.read(text, {}).known[fact].value == value


def test_a_gap_does_not_step_over_a_negation_or_a_sentence() -> None:
    found = patterns.compiled("cecum .. reached", {})
    assert found.search("the cecum was finally reached")
    assert not found.search("the cecum was not reached")
    assert not found.search("the cecum. We reached")


# The first reading compiles phrases, which is no measure of the others.
@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    told = reading.read(text, {})
    for known in told.known.values():
        assert known.start >= 0


def test_a_long_text_is_read_in_reasonable_time() -> None:
    text = "the patient was not stopped before the scope reached or passed and then " * 200
    assert reading.read(text, {}) is not None


def test_every_payer_word_has_a_payer() -> None:
    named = {r["value"] for r in reading.words().readings if r.get("fact") == "payer" and r["value"]}
    assert named <= set(corpus().payers)
