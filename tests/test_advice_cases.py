"""Every case of tests/advice comes out as it says, and every table of the knowledge is asked by some case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals import advise, cases
from modwise.advice.deciding import decisions

FOLDER = Path(__file__).parent / "advice"
CASES = [(path.stem, case) for path in cases.files([], FOLDER) for case in cases.read(path)]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{stem}: {advise.name_of(case)}") for stem, case in CASES])
def test_case(case: dict[str, Any]) -> None:
    told = advise.answer(case)
    assert advise.wrong(case, told) == ""
    cited = {source["key"] for source in told["sources"]}
    assert all(step["source"] and set(step["source"]) <= cited for step in told["path"] if step["row"] and step["says"])


def test_every_table_is_asked_by_some_case() -> None:
    met = {(step["table"], step["row"]) for _, case in CASES for step in advise.answer(case)["path"]}
    tables = {table for table, _ in met}
    assert tables == set(decisions().tables), "a table that no case asks"
