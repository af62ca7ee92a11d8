"""Small wrongs done to letters that pass: each must block them. The whole of it is `make eval-letters`."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import letters
from evals.mutations import STRICT, mutants
from modwise.appeals.verifying.running import verify_text
from tests.verifying.letters import CASES, Case, built, text_of

# The gate runs every so-manieth of each kind; the numbers share no divisor, so that every letter meets other ones.
STEP = {"reduced": 5, "visit": 7, "sites": 6}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_mutants_are_blocked(case: Case) -> None:
    ledger = built(case)
    made = sorted(mutants(text_of(ledger.letter), ledger, case.today), key=lambda mutant: mutant.kind)
    chosen = made[:: STEP[case.name]]
    passed = [m for m in chosen if verify_text([m.text], m.ledger, today=m.today).ok]
    assert [m.what for m in passed] == []
    assert STRICT - {"citation"} <= {m.kind for m in chosen}


def test_mutants_are_the_same_on_every_run() -> None:
    ledger = built(CASES[0])
    text = text_of(ledger.letter)
    first, second = ([(m.what, m.text) for m in mutants(text, ledger, CASES[0].today)] for _ in range(2))
    assert first == second
    assert len({text for _, text in first}) > 300


def test_drafted_letters_pass_and_their_mutants_do_not(tmp_path: Path) -> None:
    tally = letters.Tally()
    wrong: list[str] = []
    groups = set()
    for number, (name, appeal, day) in enumerate(letters.letters(tmp_path, every=4)):
        wrong += [p.message for p in verify_text([appeal.text], appeal.ledger, today=day).blocks]
        tally.take(name, appeal, day, every=37, first=7 * number)
        groups |= {fact.value for fact in appeal.ledger.find("argued_modifier")}
    assert wrong == []
    assert tally.names == []
    assert tally.made.total() > 50
    assert len(groups) >= 4
