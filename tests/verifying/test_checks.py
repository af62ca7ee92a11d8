"""Each check: what must bring it up, and what must not."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from modwise import api
from modwise.appeals.ledger import Gap, Ledger
from modwise.appeals.verifying import registry
from modwise.appeals.verifying.running import Report, verify_text
from tests.verifying.letters import CASES, Case, built, text_of

TABLE = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))["case"]
LETTERS = {case.name: case for case in CASES}
BEFORE = "If the denial is upheld"


def changed_text(text: str, case: Mapping[str, Any]) -> str:
    for old, new in case.get("change", {}).items():
        assert old in text or old in " ".join(text.split()), f"{old!r} is not in the letter"
        text = text if old in text else " ".join(text.split(" "))
        text = text.replace(old, new, 1) if old in text else _over_lines(text, old, new)
    if case.get("drop"):
        assert case["drop"] in text
        text = text.replace(case["drop"], "", 1)
    return text.replace(BEFORE, f"{case['add']}\n\n{BEFORE}", 1) if case.get("add") else text


def _over_lines(text: str, old: str, new: str) -> str:
    import re

    return re.sub(r"\s+".join(map(re.escape, old.split())), lambda _: new, text, count=1)


def changed_ledger(ledger: Ledger, changes: list[list[Any]]) -> Ledger:
    for part, *path, value in changes:
        held = getattr(ledger, part)
        if not path:
            setattr(ledger, part, value)
        elif isinstance(held, dict):
            held[path[0]] = value
        else:
            key = {"facts": "id", "authorities": "id", "exhibits": "label"}[part]
            setattr(
                ledger, part, [replace(row, **{path[1]: _frozen(value)}) if getattr(row, key) == path[0] else row for row in held]
            )
    return ledger


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def verified(case: Mapping[str, Any]) -> Report:
    letter: Case = LETTERS[case["letter"]]
    ledger = built(letter)
    text = changed_text(text_of(ledger.letter), case)
    return verify_text([text], changed_ledger(ledger, case.get("ledger", [])), today=case.get("today", letter.today))


@pytest.mark.parametrize("case", TABLE, ids=[case["name"] for case in TABLE])
def test_case(case: Mapping[str, Any]) -> None:
    report = verified(case)
    blocking = {problem.check for problem in report.blocks}
    warned = {problem.check for problem in report.problems} - blocking
    assert set(case["expect"]) <= blocking, [problem.as_dict() for problem in report.problems]
    assert report.ok == (not case["expect"] and not case.get("blocks")), [p.as_dict() for p in report.problems]
    assert set(case.get("warn", ())) <= warned


def test_every_check_that_blocks_has_a_case_in_which_it_speaks() -> None:
    spoken = {code for case in TABLE for code in (*case["expect"], *case.get("warn", ()))}
    assert {check.code for check in registry.every_check()} - spoken == {"L34", "L42"}


def test_every_check_has_a_page_and_a_code_of_its_own() -> None:
    pages = registry.pages()
    assert all(page[part] for page in pages for part in ("title", "summary", "what_it_does", "known_limits"))
    assert len({page["code"] for page in pages}) == len(pages)


def test_a_problem_names_its_place_and_words() -> None:
    letter = LETTERS["reduced"]
    ledger = built(letter)
    text = text_of(ledger.letter).replace("charged at $84.00", "charged at $85.00")
    problem = next(p for p in verify_text([text], ledger, today=letter.today).problems if p.check == "L02")
    line = next(number for number, row in enumerate(text.split("\n"), 1) if "$85.00" in row)
    assert (problem.place.page, problem.place.line, problem.text) == (1, line, "$85.00")
    assert problem.hint


def test_a_long_letter_is_warned_of() -> None:
    letter = LETTERS["visit"]
    ledger = built(letter)
    pages = [text_of(ledger.letter), "Thank you.", "Thank you."]
    report = verify_text(pages, ledger, today=letter.today)
    assert report.ok
    assert [problem.check for problem in report.problems] == ["L34"]


def test_what_stands_at_the_foot_of_every_page_is_read_apart() -> None:
    letter = LETTERS["reduced"]
    ledger = built(letter)
    text = text_of(ledger.letter)
    half = text.index("usual charge of") - 30
    half = text.rindex(" ", 0, half)
    pages = [f"{text[:half]}\nPage 1 of 2\n", f"{text[half:]}\nPage 2 of 2\n"]
    report = verify_text(pages, ledger, today=letter.today)
    assert report.ok, [problem.as_dict() for problem in report.problems]


def test_what_heads_a_later_page_does_not_part_a_sentence() -> None:
    letter = LETTERS["reduced"]
    ledger = built(letter)
    text = text_of(ledger.letter)
    half = text.rindex(" ", 0, text.index("usual charge of") - 30)
    head = "RE: Request for redetermination (first level of appeal)    9 June 2026\n"
    assert verify_text([text[:half], head + text[half:]], ledger, today=letter.today).ok
    assert not verify_text([text[:half], head.replace("9", "8") + text[half:]], ledger, today=letter.today).ok


def test_a_bad_number_at_the_foot_of_a_page_is_seen() -> None:
    letter = LETTERS["reduced"]
    ledger = built(letter)
    report = verify_text([text_of(ledger.letter) + "\nClaim 7771239999, page 1\n"], ledger, today=letter.today)
    assert not report.ok


@pytest.mark.parametrize("text", ["", "Hello.", '"', "Page 1 of 1", "$", "((((", "Exhibit", "-52-53", "31/31/31 0/0/0"])
def test_any_text_is_read(text: str) -> None:
    letter = LETTERS["sites"]
    report = verify_text([text], built(letter), today=letter.today)
    assert not report.ok


def test_an_empty_ledger_lets_nothing_pass() -> None:
    letter = LETTERS["sites"]
    empty = Ledger(made={}, item={}, route={})
    assert not verify_text([text_of(built(letter).letter)], empty, today=letter.today).ok


def _lacking(part: str, placeholder: str) -> tuple[Ledger, str]:
    """A letter whose draft lacked its address or its signer."""
    ledger = built(LETTERS["visit"])
    lines = [*ledger.letter[part][:1], placeholder] if part == "addressee" else [placeholder]
    ledger.letter[part] = lines
    ledger.gaps = [Gap(part, placeholder, "Needed.")]
    return ledger, text_of(ledger.letter)


ADDRESS = "[TO BE COMPLETED: address for appeals]"
SIGNER = "[TO BE COMPLETED: name and credentials of the person who signs]"


def test_an_address_written_in_by_hand_is_warned_of() -> None:
    ledger, text = _lacking("addressee", ADDRESS)
    assert not verify_text([text], ledger, today=LETTERS["visit"].today).ok
    report = verify_text([text.replace(ADDRESS, "PO Box 7781\nAnytown, ZZ 00300")], ledger, today=LETTERS["visit"].today)
    assert [(problem.check, problem.severity) for problem in report.problems] == [("L23", "warn")]


def test_a_signer_written_in_by_hand_is_warned_of() -> None:
    ledger, text = _lacking("signature", SIGNER)
    assert not verify_text([text], ledger, today=LETTERS["visit"].today).ok
    report = verify_text([text.replace(SIGNER, "Beatrix Hollander, CPC\n555-0188")], ledger, today=LETTERS["visit"].today)
    assert [(problem.check, problem.severity) for problem in report.problems] == [("L36", "warn")]


def test_nothing_is_by_hand_in_a_letter_as_it_was_drafted() -> None:
    files = Path(__file__).parents[2] / "examples" / "denials"
    drafted = api.appeal([files / "remit.835"], [files / "claims.837"], claim="CLM-1001", today=date(2026, 11, 25))
    problems = verify_text([drafted.text], drafted.ledger, today=date(2026, 11, 25)).problems
    assert {problem.check for problem in problems} == {"L30"}


def test_an_address_by_hand_is_no_signer_by_hand() -> None:
    ledger, _ = _lacking("addressee", ADDRESS)
    ledger.letter["signature"] = [SIGNER]
    text = text_of(ledger.letter).replace(ADDRESS, "PO Box 7781\nAnytown, ZZ 00300")
    report = verify_text([text], ledger, today=LETTERS["visit"].today)
    assert {problem.check for problem in report.problems if problem.severity == "warn"} == {"L23"}


def test_more_than_an_address_is_not_written_in_there() -> None:
    ledger, text = _lacking("addressee", ADDRESS)
    said = "PO Box 7781\nThe patient tolerated the procedure well and was discharged."
    assert not verify_text([text.replace(ADDRESS, said)], ledger, today=LETTERS["visit"].today).ok
    ledger, text = _lacking("signature", SIGNER)
    said = "Beatrix Hollander, CPC\nOur contract calls for payment in full of every such line, without any cut or delay."
    assert not verify_text([text.replace(SIGNER, said)], ledger, today=LETTERS["visit"].today).ok
