"""Denial codes in any writing."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from modwise import api
from modwise.cli.main import cli
from modwise.errors import UsageError
from modwise.knowledge import checks_denial_codes
from modwise.knowledge.corpus import corpus
from modwise.knowledge.denial_codes import find, parse, status
from modwise.report import denial_pages
from modwise.report.layout import Paper

WRITTEN = [
    ("CO-97", "carc", "97", "CO"),
    ("co97", "carc", "97", "CO"),
    ("CO 097", "carc", "97", "CO"),
    ("PR*B7", "carc", "B7", "PR"),
    ("OA-P12", "carc", "P12", "OA"),
    ("97", "carc", "97", None),
    ("CARC 97", "carc", "97", None),
    ("carc: 4", "carc", "4", None),
    ("reason code 16", "carc", "16", None),
    ("B20", "carc", "B20", None),
    ("CARC CO-253", "carc", "253", "CO"),
    ("N130", "rarc", "N130", None),
    ("RARC N130", "rarc", "N130", None),
    ("remark code ma130", "rarc", "MA130", None),
    ("MA1", "rarc", "MA01", None),
    ("MA01", "rarc", "MA01", None),
    ("m15", "rarc", "M15", None),
    ("rarc M144", "rarc", "M144", None),
    ("denial code N822", "rarc", "N822", None),
]


@pytest.mark.parametrize(("text", "kind", "code", "group"), WRITTEN)
def test_every_writing_is_one_code(text: str, kind: str, code: str, group: str | None) -> None:
    found = parse(text, corpus())
    assert found is not None
    assert (found.kind, found.code, found.group, found.known) == (kind, code, group, True)


@pytest.mark.parametrize("text", ["", "CO", "52x", "hello", "12345", "XQ-97", "N99999", "999", "N9999", "25-CO"])
def test_what_is_no_denial_code_is_none(text: str) -> None:
    assert parse(text, corpus()) is None


@pytest.mark.parametrize(
    ("text", "kind", "code"), [("CO-999", "carc", "999"), ("RARC N999", "rarc", "N999"), ("CARC W99", "carc", "W99")]
)
def test_a_code_no_list_holds_is_carried_where_the_writing_says_what_it_is(text: str, kind: str, code: str) -> None:
    found = parse(text, corpus())
    assert found is not None
    assert (found.kind, found.code, found.known) == (kind, code, False)


def test_codes_are_found_in_running_text() -> None:
    text = "Line 2 (code 99213) came back CO-97 with N20 and MA130, PR 1 for 20; was carc 4 right for M54.5 on 2026-07-15?"
    found = [str(code) for _, _, code in find(text, corpus())]
    assert found == ["CO-97", "RARC N20", "RARC MA130", "PR-1", "CARC 4"]


def test_the_span_found_is_the_code() -> None:
    text = "denied CO-97 today"
    ((start, end, _),) = find(text, corpus())
    assert text[start:end] == "CO-97"


def test_a_page_says_what_it_is_whom_it_binds_and_since_when() -> None:
    page = api.denial_code("CO-97", as_of=date(2026, 7, 15))
    assert (page["kind"], page["code"], page["group"]["bill_patient"], page["from"]) == ("carc", "97", "no", "1995-01-01")
    assert page["on"] == "unknown"
    assert "appeal" in page["meaning"]["remedies"]
    assert {"25", "57", "59"} <= {m for case in page["by_modifier"] for m in case["modifiers"]}
    assert {key for case in page["by_modifier"] for key in case["source"]} <= {source["key"] for source in page["sources"]}


def test_an_ended_code_is_in_force_until_the_day_before() -> None:
    assert api.denial_code("CARC 15", as_of=date(2018, 4, 30))["on"] == "yes"
    assert api.denial_code("CARC 15", as_of=date(2018, 5, 1))["on"] == "no"
    assert api.denial_code("CARC 15", as_of=date(1994, 12, 31))["on"] == "no"


def test_a_code_without_a_meaning_of_ours_says_so_and_still_has_its_dates() -> None:
    bare = next(
        code
        for code in status(corpus(), "rarc")
        if not any(m["code"] == code for m in corpus().kinds["rarc"]["meanings"]["meaning"])
    )
    page = api.denial_code(bare)
    assert page["meaning"] is None
    assert page["from"]
    assert "No meaning of our own" in denial_pages.text(page, Paper())


def test_alerts_are_marked() -> None:
    assert api.denial_code("MA01")["alert"] is True
    assert api.denial_code("N822")["alert"] is False


@pytest.mark.parametrize(
    ("word", "shown"),
    [("52", "modifier"), ("97", "modifier"), ("CO-97", "kind"), ("45", "kind"), ("N130", "kind"), ("RARC N1", "kind")],
)
def test_show_takes_modifiers_first_and_denial_codes_else(word: str, shown: str) -> None:
    assert shown in api.show(word)


@pytest.mark.parametrize("word", ["ZZZ", "CO-9999"])
def test_what_is_neither_is_told(word: str) -> None:
    with pytest.raises(UsageError):
        api.show(word)


@pytest.mark.parametrize("words", [["CO-97"], ["carc", "97"], ["RARC", "N822"], ["MA130"]])
def test_the_command_shows_a_page(words: list[str]) -> None:
    result = CliRunner().invoke(cli, ["show", *words])
    assert result.exit_code == 0, result.output
    assert "WHAT IT MEANS" in result.output
    assert "SOURCES" in result.output
    assert max(len(row) for row in result.output.splitlines() if "http" not in row) <= 100


def test_no_meaning_repeats_the_list() -> None:
    # A meaning of ours stays short; the lists' texts are sentences with usage notes.
    for kind in ("carc", "rarc"):
        for entry in corpus().kinds[kind]["meanings"]["meaning"]:
            assert len(entry["says"]) < 120
            assert "Usage:" not in entry["says"]


BROKEN = [
    ({"carc": {"status": {"codes": {"1": {"from": date(2020, 1, 1), "ended": date(2019, 1, 1)}}}}}, "ends before it begins"),
    ({"carc": {"status": {"codes": {"1": {"changed": date(2020, 1, 1)}}}}}, "from is missing"),
    ({"rarc": {"status": {"codes": {"N1": {"from": date(2020, 1, 1), "alert": "yes"}}}}}, "of the wrong type"),
    (
        {"carc": {"m": {"meaning": [{"code": "1", "says": "x", "modifiers": "core", "source": ["s"], "confidence": "high"}]}}},
        "not in status.toml",
    ),
    ({"carc": {"m": {"case": [{"title": "t", "cause": "c", "source": [], "confidence": "high"}]}}}, "source is missing"),
    (
        {"carc": {"m": {"case": [{"carc": ["999"], "title": "t", "cause": "c", "source": ["s"], "confidence": "high"}]}}},
        "999 is not in carc",
    ),
    (
        {
            "rarc": {
                "m": {
                    "meaning": [
                        {"code": "1", "says": "x", "modifiers": "x", "remedies": ["pray"], "source": ["s"], "confidence": "x"}
                    ]
                }
            }
        },
        "pray",
    ),
]


@pytest.mark.parametrize(("kinds", "said"), BROKEN)
def test_broken_files_on_denial_codes_are_told(kinds: dict[str, dict[str, dict[str, object]]], said: str) -> None:
    assert any(said in problem for problem in checks_denial_codes.problems(kinds))
