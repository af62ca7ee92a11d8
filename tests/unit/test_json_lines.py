"""Claim lines as JSON, an object a line: the same frame as from a CSV."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import modwise as mw
from modwise import api
from modwise.errors import InputError

LINES = [
    {
        "claim_id": "A",
        "line": 1,
        "code": "00100",
        "modifiers": ["QK", "P1"],
        "charge": "1200.50",
        "units": 1.5,
        "date_from": "2026-07-15",
    },
    {
        "claim_id": "A",
        "line": 2,
        "code": "20610",
        "modifiers": "59 RT",
        "charge": 100,
        "payer": "medicare-part-b",
        "extra": {"x": 1},
    },
]
CSV = (
    "claim_id,line,code,modifiers,charge,units,date_from,payer\n"
    "A,1,00100,QK P1,1200.50,1.5,2026-07-15,\nA,2,20610,59 RT,100,,,medicare-part-b\n"
)


def wrote(path: Path, rows: list[object]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_the_same_frame_as_from_a_csv(tmp_path: Path) -> None:
    table = tmp_path / "lines.csv"
    table.write_text(CSV)
    (left,) = api.claim_lines([wrote(tmp_path / "lines.jsonl", LINES)])
    (right,) = api.claim_lines([table])
    assert_frame_equal(left.drop("file"), right.drop("file"), check_column_order=False)
    assert left["code"].to_list() == ["00100", "20610"]
    assert left["charge"].to_list() == [120050, 10000]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[1]", "line 2: is no object"),
        ("{", "line 2: is no JSON"),
        ('{"claim_id": "B", "code": ["1"]}', "line 2: code is no single value"),
        ('{"claim_id": "B", "code": "1", "modifiers": [[]]}', "line 2: modifiers is no list of texts"),
        ('{"claim_id": "B", "code": "1", "charge": "ZZCANARY"}', "row 2"),
        ('{"claim_id": "B", "code": "1", "charge": 1.005}', "row 2"),
        ('{"code": "1"}', "row 2"),
        ("[" * 100_000, "line 2: is no JSON"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_kept(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(f'{{"claim_id": "A", "code": "99213"}}\n{line}\n{{"claim_id": "C", "code": "99213"}}\n')
    with pytest.raises(InputError) as raised:
        mw.check(path)
    assert says in str(raised.value)
    assert "ZZCANARY" not in str(raised.value)
    kept = mw.check(path, keep_going=True).to_dict()["read"]
    assert (kept["claims"], len(kept["set_aside"])) == (2, 1)
    assert says in kept["set_aside"][0]["why"]


def test_lines_without_the_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column"):
        mw.check(wrote(tmp_path / "lines.jsonl", [{"a": 1}]))


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.text(max_size=4), max_size=3)
names = st.sampled_from(
    ["claim_id", "code", "line", "charge", "units", "date_from", "modifiers", "diagnoses", "patient", "payer", "x"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(names, values, max_size=8), min_size=1, max_size=6))
def test_whatever_is_given_is_read_or_refused_with_a_place(tmp_path_factory: pytest.TempPathFactory, rows: list[object]) -> None:
    path = wrote(tmp_path_factory.getbasetemp() / "any.jsonl", rows)
    with suppress(InputError):
        assert sum(frame.height for frame in api.claim_lines([path], keep_going=True)) <= len(rows)
