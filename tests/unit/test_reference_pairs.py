"""Pairs: windows of dates, indicator 9, codes in no pair; add-on codes and their primary codes."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from modwise.reference.pairs import PairTable
from modwise.reference.tables import Tables

PAIRS = [
    {"column1": "45385", "column2": "45380", "indicator": "1", "effective": date(2002, 1, 1), "rationale": "sequential procedure"},
    {
        "column1": "97140",
        "column2": "97530",
        "indicator": "1",
        "effective": date(2015, 4, 1),
        "deletion": date(2019, 12, 31),
    },
    {"column1": "97140", "column2": "97530", "indicator": "0", "effective": date(2024, 1, 1)},
    {
        "column1": "13121",
        "column2": "13120",
        "indicator": "9",
        "effective": date(2020, 1, 1),
        "deletion": date(2020, 1, 1),
    },
]
ADD_ONS = [
    {"add_on": "99292", "primary": "99291", "type": 1},
    {"add_on": "99292", "primary": "99468", "type": 1, "deletion": date(2020, 12, 31)},
    {"add_on": "95940", "primary": "CCCCC", "type": 2},
    {"add_on": "22853", "primary": "22551", "type": 3},
    {"add_on": "44955", "primary": "44140", "type": 1, "deletion": date(2015, 12, 31)},
]


def table() -> PairTable:
    found = Tables.of_rows({"ncci_ptp_practitioner": PAIRS}).pairs("practitioner")
    assert found is not None
    return found


def ask(pairs: PairTable, *asked: tuple[str, str, date]) -> pl.DataFrame:
    one, two, days = (pl.Series(values) for values in zip(*asked, strict=True))
    return pairs.hits(pairs.ids(one), pairs.ids(two), days.to_physical().to_numpy()).frame()


def test_window_decides() -> None:
    days = [date(2015, 3, 31), date(2015, 4, 1), date(2019, 12, 31), date(2020, 1, 1), date(2023, 12, 31), date(2024, 1, 1)]
    found = ask(table(), *(("97140", "97530", day) for day in days))
    assert found.select("position", "indicator").rows() == [(1, "1"), (2, "1"), (5, "0")]
    assert found["effective"].to_list() == [date(2015, 4, 1), date(2015, 4, 1), date(2024, 1, 1)]
    assert found["deletion"].to_list() == [date(2019, 12, 31), date(2019, 12, 31), None]


def test_order_of_the_pair_counts_and_rationale_is_in_our_words() -> None:
    found = ask(table(), ("45380", "45385", date(2026, 1, 1)), ("45385", "45380", date(2026, 1, 1)))
    assert found.select("position", "rationale").rows() == [(1, "sequential procedure")]


def test_indicator_9_is_never_a_hit() -> None:
    assert ask(table(), ("13121", "13120", date(2020, 1, 1))).is_empty()


def test_code_in_no_pair_has_no_id_and_no_hit() -> None:
    pairs = table()
    assert pairs.ids(pl.Series(["00000", None, "13120"])).tolist() == [-1, -1, 0]
    assert ask(pairs, ("00000", "45380", date(2026, 1, 1)), ("45385", "00000", date(2026, 1, 1))).is_empty()
    assert pairs.covers(pl.Series(["00000"])).to_list() == [True]


def test_without_start_dates_the_window_that_ends_first_holds() -> None:
    rows = [
        {"column1": "A", "column2": "B", "indicator": "1", "deletion": date(2019, 12, 31)},
        {"column1": "A", "column2": "B", "indicator": "0"},
    ]
    pairs = Tables.of_rows({"ncci_ptp_practitioner": rows}).pairs("practitioner")
    assert pairs is not None
    found = ask(pairs, ("A", "B", date(2018, 1, 1)), ("A", "B", date(2021, 1, 1)))
    assert found.select("indicator", "effective").rows() == [("1", None), ("0", None)]


def test_empty_table_and_empty_question() -> None:
    pairs = Tables.of_rows({"ncci_ptp_practitioner": []}).pairs("practitioner")
    assert pairs is not None
    assert ask(pairs, ("A", "B", date(2018, 1, 1))).is_empty()
    nothing = np.empty(0, dtype=np.int32)
    assert len(table().hits(nothing, nothing, nothing)) == 0


def days(*asked: date | None) -> pl.Series:
    return pl.Series(asked, dtype=pl.Date)


def test_add_ons_on_their_dates() -> None:
    add_ons = Tables.of_rows({"add_on": ADD_ONS}).add_ons()
    codes = pl.Series(["99292", "99291", "44955", "44955", "00000", "99292"])
    asked = days(date(2024, 1, 1), date(2024, 1, 1), date(2015, 12, 31), date(2016, 1, 1), date(2024, 1, 1), None)
    assert add_ons.is_add_on(codes, asked).to_list() == [True, False, True, False, False, None]


@pytest.mark.parametrize(
    ("add_on", "other", "day", "answer"),
    [
        ("99292", "99291", date(2024, 1, 1), True),
        ("99292", "99213", date(2024, 1, 1), False),
        ("99292", "99468", date(2020, 12, 31), True),
        ("99292", "99468", date(2021, 1, 1), False),
        ("95940", "22551", date(2024, 1, 1), None),
        ("22853", "22551", date(2024, 1, 1), True),
        ("22853", "22612", date(2024, 1, 1), None),
        ("99213", "99291", date(2024, 1, 1), None),
        ("44955", "44140", date(2024, 1, 1), None),
        ("99292", "99291", None, None),
    ],
)
def test_add_on_with_another_code(add_on: str, other: str, day: date | None, answer: bool | None) -> None:
    add_ons = Tables.of_rows({"add_on": ADD_ONS}).add_ons()
    assert add_ons.accepts(pl.Series([add_on]), pl.Series([other]), days(day)).to_list() == [answer]


def test_primaries_of_an_add_on() -> None:
    add_ons = Tables.of_rows({"add_on": ADD_ONS}).add_ons()
    assert add_ons.primaries("99292") == {"99291"}
    assert add_ons.primaries("99292", date(2020, 1, 1)) == {"99291", "99468"}
    assert add_ons.primaries("95940") == frozenset()
    assert add_ons.primaries("00000") == frozenset()
    assert [add_ons.contractor_defined(code) for code in ("99292", "95940", "22853", "00000")] == [False, True, True, False]
    assert add_ons.pairs_frame().rows() == [("22853", "22551", 3), ("95940", "CCCCC", 2), ("99292", "99291", 1)]


def test_starter_does_not_know_every_add_on() -> None:
    add_ons = Tables.of_starter().add_ons()
    codes = pl.Series(["99292", "99291", "0054T"])
    assert add_ons.is_add_on(codes, days(*[date(2024, 7, 1)] * 3)).to_list() == [True, False, None]
    assert "99291" in add_ons.primaries("99292")
