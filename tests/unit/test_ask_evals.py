"""The questions of the evaluation files: every one answered right, and the measure itself able to say no."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import ask


@pytest.mark.parametrize("path", sorted(ask.CASES.glob("ask-*.toml")), ids=lambda path: path.stem)
def test_every_question_is_answered_right(path: Path) -> None:
    wrong = {case["q"]: list(ask.faults(case)) for _, case in ask.read([path])}
    assert {question: found for question, found in wrong.items() if found} == {}


def test_there_are_enough_of_them() -> None:
    cases = [case for _, case in ask.read(sorted(ask.CASES.glob("ask-*.toml")))]
    assert len({case["q"] for case in cases}) == len(cases) >= 150
    assert sum(case.get("found", True) is False for case in cases) >= 30


@pytest.mark.parametrize(
    "case",
    [
        {"q": "What does UHC pay for 52?", "has": ["75%"]},
        {"q": "What does UHC pay for 52?", "lacks": ["50%"]},
        {"q": "What does UHC pay for 52?", "payer": ["aetna"]},
        {"q": "What does UHC pay for 52?", "found": False},
        {"q": "What is the capital of France?"},
    ],
)
def test_a_wrong_answer_is_told(case: ask.Case) -> None:
    assert list(ask.faults(case))


def test_a_key_that_means_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ask-typo.toml"
    path.write_text('case = [{ q = "52", hass = ["x"] }]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="hass"):
        list(ask.read([path]))


def test_the_command_prints_the_accuracy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ask-own.toml"
    path.write_text(
        'case = [{ q = "What does UHC pay for 52?", has = ["50%"] }, { q = "What does UHC pay for 52?", has = ["1%"] }]\n'
    )
    assert ask.main([str(path)]) == 1
    assert "ask: 1 of 2 right (50.0 %)" in capsys.readouterr().out
