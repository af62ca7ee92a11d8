"""Look-ups equal what a plain loop finds, on random tables."""

from datetime import date, timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from modwise.reference.editions import Edition, choose_days, day_number
from modwise.reference.tables import Tables

FIRST = date(2000, 1, 1)
codes = st.sampled_from(["00100", "0001U", "45378", "45380", "99213", "G0121"])
days = st.integers(0, 40).map(lambda n: FIRST + timedelta(n))
rows = st.fixed_dictionaries(
    {
        "column1": codes,
        "column2": codes,
        "indicator": st.sampled_from("019"),
        "effective": st.none() | days,
        "deletion": st.none() | days,
    }
)
asked = st.tuples(codes | st.just("unknown"), codes | st.just("unknown"), days)


def plain(table: list[dict[str, object]], one: str, two: str, day: date) -> tuple[object, ...] | None:
    """The window of the pair that holds on the day and ends first."""
    holding = [
        row
        for row in table
        if (row["column1"], row["column2"]) == (one, two)
        and row["indicator"] != "9"
        and (row["effective"] or date.min) <= day <= (row["deletion"] or date.max)
    ]
    if not holding:
        return None
    best = min(holding, key=lambda row: (row["deletion"] or date.max, row["effective"] or date.min))
    return best["effective"], best["deletion"]


@given(st.lists(rows, max_size=30), st.lists(asked, max_size=40))
@settings(deadline=None)
def test_hits_are_those_of_a_plain_loop(table: list[dict[str, object]], questions: list[tuple[str, str, date]]) -> None:
    pairs = Tables.of_rows({"ncci_ptp_outpatient": table}).pairs("outpatient")
    assert pairs is not None
    one, two = (pairs.ids(pl.Series([q[i] for q in questions], dtype=pl.String)) for i in (0, 1))
    when = np.array([day_number(q[2]) for q in questions], dtype=np.int32)
    hits = pairs.hits(one, two, when).frame()
    found = {position: window for position, *window in hits.select("position", "effective", "deletion").rows()}
    expected = {i: plain(table, *question) for i, question in enumerate(questions)}
    assert {i: tuple(found[i]) if i in found else None for i in expected} == expected
    assert hits["position"].is_sorted()
    assert set(hits["indicator"]) <= {"0", "1"}


def edition(number: int, start: int, length: int, *, dated: bool) -> Edition:
    first = FIRST + timedelta(start)
    return Edition("fee_schedule", f"E{number}", first, first + timedelta(length), 1, False, dated, "x")


spans = st.tuples(st.integers(0, 60), st.integers(0, 20), st.booleans())


@given(st.lists(spans, max_size=6), st.lists(st.integers(-10, 90), max_size=20), st.booleans())
def test_edition_is_that_of_a_plain_loop(found: list[tuple[int, int, bool]], asked: list[int], strict: bool) -> None:
    editions = [edition(number, start, length, dated=dated) for number, (start, length, dated) in enumerate(found)]
    numbers = np.array([day_number(FIRST + timedelta(day)) for day in asked], dtype=np.int32)
    choice = choose_days(numbers, None, editions, strict=strict)
    for day, index, nearest in zip(asked, choice.edition.tolist(), choice.nearest.tolist(), strict=True):
        when = FIRST + timedelta(day)
        covering = [e for e in editions if e.valid_from <= when <= e.valid_to]
        if not editions or (strict and not covering):
            assert (index, nearest) == (-1, False)
        elif covering:
            best = max(covering, key=lambda e: (e.effective_dates, e.valid_to, e.name))
            assert (editions[index], nearest) == (best, False)
        else:
            distances = [max((e.valid_from - when).days, (when - e.valid_to).days) for e in editions]
            assert distances[index] == min(distances)
            assert nearest


@given(st.lists(st.sampled_from(["45378", "45380", None, "x"]), min_size=1), st.booleans())
def test_fee_is_that_of_a_dictionary(wanted: list[str | None], categorical: bool) -> None:
    table = {"45378": "0", "45380": "1"}
    tables = Tables.of_rows({"fee_schedule": [{"code": code, "bilateral": value} for code, value in table.items()]})
    series = pl.Series(wanted, dtype=pl.String)
    series = series.cast(pl.Categorical) if categorical else series
    blank, when = pl.Series([""] * len(wanted)), pl.Series([FIRST] * len(wanted))
    assert tables.fee(series, blank, when, ["bilateral"])["bilateral"].to_list() == [table.get(str(code)) for code in wanted]
