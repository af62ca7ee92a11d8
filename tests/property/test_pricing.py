"""What holds for every price: whole cents, never below nothing, the order of the lines decides nothing, a frame says what a day says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from modwise.knowledge.corpus import corpus
from modwise.pricing import figures
from modwise.pricing.engine import price_day
from modwise.pricing.fees import FeeBook
from modwise.pricing.frames import expected
from modwise.pricing.learnt import of_rows
from modwise.pricing.model import UNKNOWN, Line, Situation
from modwise.pricing.money import cents, of_cents, read_amount, rounded
from modwise.pricing.rating import Book
from modwise.reference.tables import Tables

DAY = date(2026, 7, 15)
CODES = [
    "45378",
    "45380",
    "45385",
    "43239",
    "27447",
    "20610",
    "29881",
    "70553",
    "70551",
    "97110",
    "97140",
    "93306",
    "92250",
    "64483",
    "99213",
]
MODIFIERS = ["50", "LT", "RT", "51", "52", "53", "54", "55", "59", "62", "76", "78", "80", "AS", "26", "TC", "22", "GP"]
amounts = st.decimals(min_value=0, max_value=100_000, places=6, allow_nan=False)


@cache
def book() -> Book:
    return Book(corpus(), FeeBook(Tables.of_starter()))


@st.composite
def a_line(draw: st.DrawFn) -> Line:
    modifiers = tuple(draw(st.lists(st.sampled_from(MODIFIERS), max_size=2, unique=True)))
    return Line(draw(st.sampled_from(CODES)), modifiers, Decimal(draw(st.integers(1, 3))), draw(st.sampled_from(["11", "22"])))


a_day = st.lists(a_line(), min_size=1, max_size=5)
a_payer = st.sampled_from(["medicare-part-b", "mac-fcso", "sanford", "aetna", None])


def told(lines: list[Line], payer: str | None) -> list[tuple[str, str, Decimal | None]]:
    """Line, outcome, amount."""
    return [
        (p.line.name + str(p.line.units) + str(p.line.place), p.outcome, p.allowed)
        for p in price_day(lines, Situation(payer, DAY), book())
    ]


@given(amounts)
def test_rounding_is_half_up_to_whole_cents(amount: Decimal) -> None:
    assert abs(rounded(amount) - amount) <= Decimal("0.005")
    assert of_cents(cents(amount)) == rounded(amount)
    assert read_amount(f"{rounded(amount):,.2f}", "it") == rounded(amount)


def test_half_a_cent_goes_up() -> None:
    assert [cents(Decimal(text)) for text in ("0.005", "0.004999", "1.115", "2.125")] == [1, 0, 112, 213]


@settings(max_examples=150, deadline=None)
@given(a_day, a_payer)
def test_amounts_are_whole_cents_and_never_below_nothing(lines: list[Line], payer: str | None) -> None:
    for price in price_day(lines, Situation(payer, DAY), book()):
        assert (price.allowed is None) == (price.outcome == UNKNOWN)
        assert price.allowed is None or (price.allowed >= 0 and price.allowed == rounded(price.allowed))
        assert price.reasons or price.outcome == "priced"
        assert all(amount == rounded(amount) >= 0 for amount in price.payment.values())
        if price.payment:
            parts = ("coinsurance", "payment_cut", "sequestration", "payment")
            assert sum(price.payment[part] for part in parts) == price.allowed


@settings(max_examples=150, deadline=None)
@given(a_day, a_payer, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_decides_nothing(lines: list[Line], payer: str | None, chance: object) -> None:
    mixed = [*lines]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert Counter(told(mixed, payer)) == Counter(told(lines, payer))


@settings(max_examples=100, deadline=None)
@given(a_line(), a_day)
def test_other_lines_of_the_day_never_raise_a_price(line: Line, others: list[Line]) -> None:
    alone = price_day([line], Situation("medicare-part-b", DAY), book())[0].allowed
    beside = price_day([line, *others], Situation("medicare-part-b", DAY), book())[0].allowed
    assert alone is None or beside is None or beside <= alone


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(a_day, a_payer), min_size=1, max_size=6))
def test_a_frame_says_what_each_of_its_days_says(days: list[tuple[list[Line], str | None]]) -> None:
    rows = [
        {
            "claim_id": str(number),
            "payer": payer,
            "code": line.code,
            "modifiers": list(line.modifiers),
            "units": float(line.units),
            "place_of_service": line.place,
            "date_from": DAY,
        }
        for number, (lines, payer) in enumerate(days)
        for line in lines
    ]
    frame = pl.DataFrame(rows, schema_overrides={"modifiers": pl.List(pl.String), "payer": pl.String})
    found = expected(frame, book()).with_columns(claim_id=frame["claim_id"])
    for number, (lines, payer) in enumerate(days):
        part = found.filter(claim_id=str(number))
        framed = Counter(zip(part["outcome"], part["expected"], strict=True))
        plain = Counter((outcome, None if amount is None else cents(amount)) for _, outcome, amount in told(lines, payer))
        assert framed == plain


@given(st.lists(st.sampled_from(["1.00", "0.50", "0.25"]), min_size=1, max_size=5), st.sampled_from([None, "0.25", "by-report"]))
def test_shares_by_rank_are_read_as_written(listed: list[str], then: str | None) -> None:
    ladder = figures.ladder(" / ".join([*listed, *([f"then {then}"] if then else [])]))
    assert [ladder.at(rank) for rank in range(len(listed))] == [Decimal(text) for text in listed]
    assert ladder.at(99) == (Decimal("0.25") if then == "0.25" else None)
    assert ladder.by_report == (then == "by-report")


@given(st.lists(st.integers(1, 2_000_000), min_size=1, max_size=40))
def test_what_was_learnt_has_the_median_of_what_was_seen(values: list[int]) -> None:
    counted = Counter(values)
    row = {
        "payer": "aetna",
        "modifier": "52",
        "code": "",
        "place": "",
        "year": 2026,
        "values": [*counted],
        "counts": [*counted.values()],
    }
    seen = of_rows([row]).shares["aetna", "52", "", 2026]
    ordered = sorted(values)
    assert seen.n == len(values)
    assert seen.median * 1_000_000 == ordered[(len(values) - 1) // 2]
    assert seen.low <= seen.median <= seen.high
