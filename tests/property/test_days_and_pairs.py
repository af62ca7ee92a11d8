"""Lines of one day and the NCCI pairs among them, held equal to plain loops over every two lines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modwise.claims import schema
from modwise.edits import batch, pairs
from modwise.edits.batch import Gathered, moments_of
from modwise.edits.days import in_days, pairs_of_day, twins_of_day
from modwise.edits.engine import Engine
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.registry import choose
from modwise.knowledge.corpus import corpus
from modwise.reference.tables import Tables

FIRST = date(2024, 8, 15)
CODES = ["45385", "45380", "45378", "20610", "99213", "71046"]
PAIRS = [
    {"column1": "45385", "column2": "45380", "indicator": "1", "effective": date(2002, 1, 1)},
    {"column1": "45385", "column2": "45378", "indicator": "0", "effective": date(2024, 8, 16)},
    {"column1": "20610", "column2": "99213", "indicator": "1", "effective": date(2002, 1, 1), "deletion": FIRST},
    {"column1": "45380", "column2": "45378", "indicator": "9", "effective": FIRST, "deletion": FIRST},
]


def rare(usual: object, *others: object) -> st.SearchStrategy[Any]:
    return st.sampled_from([*[usual] * 12, *others])


lines_of_claims = st.lists(
    st.fixed_dictionaries(
        {
            # The first of each is by far the likeliest, so that days hold many lines.
            "claim": st.integers(0, 3),
            "patient": rare(1, None, 2),
            "rendering_npi": rare("1888888886", None, "1777777778"),
            "billing_npi": rare("1888888886", "1999999984"),
            "payer_id": rare("P1", None),
            "claim_type": rare("professional", "institutional"),
            "date": rare(FIRST, None, FIRST + timedelta(days=1)),
            "code": st.sampled_from(CODES),
            "modifiers": st.lists(st.sampled_from(["59", "RT", "52", "XS"]), max_size=2, unique=True),
        }
    ),
    max_size=25,
)


def frame_of(rows: list[dict[str, Any]]) -> pl.DataFrame:
    full = [
        {
            "file": "f",
            "claim_seq": row["claim"],
            "claim_id": f"C{row['claim']}",
            "line": number,
            "position": number,
            "date_from": row["date"],
            "date_to": row["date"],
            "payer": "medicare-part-b",
            "frequency": "1",
            "charge": 100,
            "units": 1.0,
            "unit_basis": "UN",
            **{
                name: row[name]
                for name in ("patient", "rendering_npi", "billing_npi", "payer_id", "claim_type", "code", "modifiers")
            },
        }
        for number, row in enumerate(rows)
    ]
    if not full:
        return schema.empty()
    kinds = {name: kind for name, (kind, _) in schema.COLUMNS.items() if name in full[0]}
    return schema.complete(pl.DataFrame(full, schema=kinds))


def comparable(row: dict[str, Any]) -> tuple[object, ...]:
    who = ("claim", row["claim"]) if row["patient"] is None else ("patient", row["patient"])
    institutional = row["claim_type"] == "institutional"
    provider = row["billing_npi"] if institutional else row["rendering_npi"] or row["billing_npi"]
    return (who, provider, row["payer_id"], row["claim_type"], row["date"])


def together(one: dict[str, Any], two: dict[str, Any]) -> bool:
    return one["date"] is not None and comparable(one) == comparable(two)


def plain_pair(one: dict[str, Any], two: dict[str, Any]) -> str | None:
    for row in PAIRS:
        pair = (row["column1"], row["column2"]) == (one["code"], two["code"])
        if pair and row["indicator"] != "9" and row["effective"] <= one["date"] <= row.get("deletion", date.max):  # type: ignore[operator]
            return str(row["indicator"])
    return None


def in_days_of(rows: list[dict[str, Any]], tables: Tables | None = None) -> tuple[Lines, Any, int]:
    gathered = Gathered(moments_of(corpus(), tables or Tables.of_rows({})))
    gathered.add(frame_of(rows))
    whole = gathered.batch()
    lines, undated = in_days(whole, np.arange(whole.height, dtype=np.uint32))
    return lines, lines.row_numbers(), undated


@settings(max_examples=150, deadline=None)
@given(rows=lines_of_claims)
def test_lines_of_a_day_are_those_a_plain_loop_finds(rows: list[dict[str, Any]]) -> None:
    lines, order, undated = in_days_of(rows)
    assert undated == sum(row["date"] is None for row in rows)
    assert sorted(order.tolist()) == [number for number, row in enumerate(rows) if row["date"] is not None]
    every = pl.Series([True], dtype=pl.Boolean).new_from_index(0, len(order))
    found = {(int(order[a]), int(order[b])) for a, b in pairs_of_day(lines, every, every).iter_rows()}
    wanted = {(a, b) for a, one in enumerate(rows) for b, two in enumerate(rows) if a != b and together(one, two)}
    assert found == wanted


@settings(max_examples=100, deadline=None)
@given(rows=lines_of_claims)
def test_twins_are_those_a_plain_loop_finds(rows: list[dict[str, Any]]) -> None:
    lines, order, _ = in_days_of(rows)
    every = pl.Series([True], dtype=pl.Boolean).new_from_index(0, len(order))
    found = {(int(order[a]), int(order[b])) for a, b in twins_of_day(lines, every).iter_rows()}
    alike: dict[tuple[object, ...], list[int]] = {}
    for number, row in enumerate(rows):
        if row["date"] is not None:
            alike.setdefault((*comparable(row), row["code"], tuple(sorted(row["modifiers"]))), []).append(number)
    assert found == {(later, group[0]) for group in alike.values() for later in group[1:]}


@settings(max_examples=150, deadline=None)
@given(rows=lines_of_claims)
def test_pairs_are_those_a_plain_loop_finds(rows: list[dict[str, Any]]) -> None:
    tables = Tables.of_rows({"ncci_ptp_practitioner": PAIRS, "ncci_ptp_outpatient": PAIRS})
    lines, order, _ = in_days_of(rows, tables)
    found = pairs.cases(lines, pairs.with_company(lines), Known(lines, corpus(), tables))
    hits = found.filter(pl.col("indicator").is_not_null())
    got = {(int(order[one]), int(order[two]), mark) for two, one, mark in hits.select("row", "other", "indicator").iter_rows()}
    wanted = {
        (a, b, mark)
        for a, one in enumerate(rows)
        for b, two in enumerate(rows)
        if a != b and together(one, two) and (mark := plain_pair(one, two))
    }
    assert got == wanted


@settings(max_examples=60, deadline=None)
@given(rows=lines_of_claims, cut=st.integers(0, 25))
def test_findings_do_not_depend_on_where_the_table_is_cut(rows: list[dict[str, Any]], cut: int) -> None:
    tables = Tables.of_starter()
    whole = frame_of(sorted(rows, key=lambda row: row["claim"]))
    at = next((n for n in range(min(cut, whole.height), whole.height) if whole["claim_seq"][n] != whole["claim_seq"][n - 1]), 0)
    answers = []
    for parts in ([whole], [whole[:at], whole[at:]]):
        engine = Engine(choose(), corpus(), tables)
        for part in parts:
            engine.feed(part)
        answers.append((engine.finish().frame().to_dicts(), dict(engine.not_assessed)))
    assert answers[0] == answers[1]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=lines_of_claims)
def test_a_line_is_judged_alike_alone_and_with_others_of_its_situation(
    rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = Tables.of_starter()
    whole = frame_of(sorted(rows, key=lambda row: row["claim"]))
    answers = []
    for alone in (False, True):
        engine = Engine(choose(), corpus(), tables)
        with monkeypatch.context() as patch:
            if alone:
                patch.setattr(batch, "situation_keys", lambda frame, moments: np.arange(frame.height, dtype=np.uint64))
            engine.feed(whole)
        answers.append((engine.finish().frame().to_dicts(), dict(engine.not_assessed)))
    assert answers[0] == answers[1]
