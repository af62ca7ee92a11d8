"""Every price case, alone."""

from __future__ import annotations

import pytest

from tests.pricing import runner

CASES = runner.cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_price_is_as_the_case_says(case: runner.Case) -> None:
    assert runner.differences(case) == []


def test_no_two_cases_have_one_name() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
