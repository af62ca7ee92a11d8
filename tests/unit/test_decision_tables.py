"""The whole-table checks find what is wrong with decision tables."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modwise.knowledge import checks_remedies, coverage, load

CORPUS, _ = load.collect(load.FACTS)
DOMAINS = {"a": ["1", "2", "3"], "b": ["x", "y"], "c": ["p", "q"]}
PATTERN = st.dictionaries(st.sampled_from(list(DOMAINS)), st.integers(1, 7)).map(
    lambda picks: {
        name: frozenset(v for place, v in enumerate(DOMAINS[name]) if mask >> place & 1) or frozenset(DOMAINS[name])
        for name, mask in picks.items()
    }
)


def all_cases() -> list[dict[str, str]]:
    return [dict(zip(DOMAINS, answers, strict=True)) for answers in product(*DOMAINS.values())]


def first(rows: list[Any], case: dict[str, str]) -> int | None:
    return next((n for n, row in enumerate(rows) if all(case[name] in answers for name, answers in row.items())), None)


@given(st.lists(PATTERN, max_size=6))
def test_open_cases_and_unreachable_rows_are_those_found_by_trying_every_case(rows: list[Any]) -> None:
    reached = {first(rows, case) for case in all_cases()}
    assert coverage.unreachable(rows, DOMAINS) == [n for n in range(len(rows)) if n not in reached]
    left = coverage.open_case(rows, DOMAINS)
    assert (left is None) == (None not in reached)
    if left is not None:
        whole = next(case for case in all_cases() if all(case[k] == v for k, v in left.items()))
        assert first(rows, whole) is None


def test_the_tables_are_sound() -> None:
    assert list(checks_remedies.problems(CORPUS)) == []


def drop_last(files: dict[str, Any]) -> None:
    files["bundled"]["row"].pop()


def shadow(files: dict[str, Any]) -> None:
    files["fit"]["row"].insert(0, {**files["fit"]["row"][0], "id": "all", "when": {}})


def no_source(files: dict[str, Any]) -> None:
    files["units"]["row"][0]["source"] = []


def unknown_answer(files: dict[str, Any]) -> None:
    files["units"]["row"][0]["when"]["mai"] = ["4"]


def unknown_signal(files: dict[str, Any]) -> None:
    files["units"]["row"][0]["when"]["weather"] = ["fair"]


def unknown_action(files: dict[str, Any]) -> None:
    files["units"]["row"][0]["action"] = "pray"


def no_such_word(files: dict[str, Any]) -> None:
    files["units"]["row"][0]["cause"] = "{whim}"


def route_leaves_open(files: dict[str, Any]) -> None:
    files["route"]["row"] = [row for row in files["route"]["row"] if row["id"] != "correct"]


def twice(files: dict[str, Any]) -> None:
    files["units"]["row"][1]["id"] = files["units"]["row"][0]["id"]


def no_topic(files: dict[str, Any]) -> None:
    files["topics"]["topic"] = [t for t in files["topics"]["topic"] if t["topic"] != "timely"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (drop_last, "no row for"),
        (shadow, "never reached"),
        (no_source, "no source"),
        (unknown_answer, "is not a list of its answers"),
        (unknown_signal, "no signal"),
        (unknown_action, "known action"),
        (no_such_word, "no placeholder"),
        (route_leaves_open, "no row for"),
        (twice, "stands twice"),
        (no_topic, "no entry leads to timely"),
    ],
)
def test_what_is_wrong_is_named(change: Callable[[dict[str, Any]], None], says: str) -> None:
    corpus = {**CORPUS, "kinds": copy.deepcopy(CORPUS["kinds"])}
    change(corpus["kinds"]["remedies"])
    assert any(says in problem for problem in checks_remedies.problems(corpus))
