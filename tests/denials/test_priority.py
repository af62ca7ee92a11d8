"""The score of an item: its parts, and what goes before what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modwise.denying import priority
from modwise.knowledge.corpus import corpus

TODAY = date(2026, 4, 15)


def item(**said: Any) -> dict[str, Any]:
    plain = {
        "remedy": "appeal",
        "cause": "x",
        "topic": "bundled",
        "payer": "cigna",
        "at_risk": "100.00",
        "file": "a",
        "position": 1,
    }
    return {**plain, "deadline": {"work_by": "2026-05-15"}, **said}


def test_the_parts_make_the_score() -> None:
    parts = priority.of(item(), corpus(), TODAY)
    assert parts is not None
    assert (parts["dollars"], parts["chance"], parts["days_left"], parts["workdays_left"]) == ("100.00", "0.6", 30, 22)
    assert float(parts["score"]) == pytest.approx(100 * 0.6 / 22**0.7, abs=0.01)
    assert parts["chance_from"].endswith("(unverified)")


def test_own_outcomes_take_the_place_of_the_starting_value_when_there_are_enough() -> None:
    few, enough = ({("cigna", "x"): {"chance": "0.2500", "n": n}} for n in (9, 10))
    assert priority.of(item(), corpus(), TODAY, few) == priority.of(item(), corpus(), TODAY)
    parts = priority.of(item(), corpus(), TODAY, enough)
    assert parts is not None
    assert (parts["chance"], parts["chance_from"]) == ("0.2500", "own outcomes (10)")


@pytest.mark.parametrize("remedy", ["no_action", "write_off", "wait"])
def test_what_needs_no_work_has_none(remedy: str) -> None:
    assert priority.of(item(remedy=remedy), corpus(), TODAY) is None


def test_unknown_dollars_make_no_score_and_come_after_known_ones() -> None:
    known, unknown = item(), item(at_risk=None)
    for one in (known, unknown):
        one["priority"] = priority.of(one, corpus(), TODAY)
    assert unknown["priority"]["score"] is None
    assert sorted([unknown, known], key=priority.order) == [known, unknown]


@given(st.integers(-5, 400), st.integers(-5, 400), st.decimals(1, 99999, places=2), st.decimals(1, 99999, places=2))
def test_more_dollars_or_fewer_days_never_come_later(days: int, more: int, low: Any, high: Any) -> None:
    near, far = sorted((days, more))
    small, large = sorted((low, high))

    def of(left: int, dollars: Any) -> dict[str, Any]:
        day = date.fromordinal(TODAY.toordinal() + left).isoformat()
        one = item(at_risk=str(dollars), deadline={"work_by": day})
        return {**one, "priority": priority.of(one, corpus(), TODAY)}

    assert priority.order(of(near, large)) <= priority.order(of(far, small))
