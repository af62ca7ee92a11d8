"""Every edit's cases: each alone, all stacked, and no boundary day or kind of case left out."""

from pathlib import Path

import pytest

from modwise import testing
from modwise.edits import registry
from modwise.edits.base import STATUSES
from modwise.knowledge.corpus import corpus

FOLDER = Path(__file__).parent / "cases"
EDITS = {edit.code: edit for edit in registry.every_edit()}
FILES = {code: testing.read_cases(FOLDER / f"{code}.toml") for code in EDITS if (FOLDER / f"{code}.toml").exists()}
ALONE = [pytest.param(file, case, id=f"{file.edit}: {case.name}") for file in FILES.values() for case in file.cases]


def test_every_edit_has_cases_and_every_case_file_an_edit() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(EDITS)


@pytest.mark.parametrize(("file", "case"), ALONE)
def test_case_alone(file: testing.CaseFile, case: testing.Case) -> None:
    assert testing.run([case], testing.tables_of(file)) == [[]]


@pytest.mark.parametrize("code", FILES)
def test_cases_stacked(code: str) -> None:
    file = FILES[code]
    found = testing.run(file.cases, testing.tables_of(file))
    assert {case.name: problems for case, problems in zip(file.cases, found, strict=True) if problems} == {}


@pytest.mark.parametrize("code", FILES)
def test_boundary_days_have_cases(code: str) -> None:
    assert list(testing.boundary_gaps(EDITS[code], FILES[code].cases, corpus())) == []


@pytest.mark.parametrize("code", FILES)
def test_every_kind_of_case_is_there(code: str) -> None:
    cases = FILES[code].cases
    assert any(e.get("status") in STATUSES for c in cases for e in c.expect), "no flagged case"
    assert any(not c.expect and not c.not_assessed for c in cases), "no accepted case"
    assert any(c.not_assessed for c in cases), "no case that is not assessed"
    assert any(c.false_alarm for c in cases), "no known false alarm kept quiet"


@pytest.mark.parametrize("code", EDITS)
def test_declared_facts_exist(code: str) -> None:
    known = corpus()
    assert [fact for fact in EDITS[code].facts if not known.has_fact(fact)] == []
