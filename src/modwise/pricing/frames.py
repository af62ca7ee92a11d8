"""Prices of many lines at once: each distinct line, and each distinct mix of lines of one day, is worked out once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from modwise.errors import InputError
from modwise.pricing.engine import begin, finish, sees_others
from modwise.pricing.model import PROFESSIONAL, UNKNOWN, Line, Priced, Rate, Situation
from modwise.pricing.money import cents
from modwise.pricing.policy import Policy
from modwise.pricing.rating import Book
from modwise.pricing.working import Working

# Column of the frame -> type while it is a key; a missing column is null.
KEYS = {
    "payer": pl.String(),
    "code": pl.String(),
    "mods": pl.String(),
    "place_of_service": pl.String(),
    "units": pl.String(),
    "setting": pl.String(),
    "mac": pl.String(),
    "locality": pl.String(),
    "era": pl.Int64(),
}
ANSWER = {
    "expected": pl.Int64(),
    "full": pl.Int64(),
    "outcome": pl.String(),
    "reason": pl.String(),
    "basis": pl.String(),
    "quality": pl.String(),
    "learnt": pl.Int64(),
}
NEEDED = ("code", "modifiers", "date_from")
# What tells the lines of one patient, clinician and day apart from others; the first set that the frame has is used.
TOGETHER = (("patient",), ("claim_key",), ("file", "claim_seq"), ("claim_id",))
CLINICIANS = ("rendering_npi", "billing_npi")


def expected(lines: pl.DataFrame, book: Book) -> pl.DataFrame:
    """The lines' expected amounts, in their order: expected and full (cents), outcome, reason, basis, quality, learnt (lines that a
    learnt figure rests on; null = none is learnt).

    Needs code, modifiers (list) and date_from; reads payer, place_of_service, units, charge (cents), claim_type or setting, mac,
    locality and what names patient, claim and clinician where they are there. `expected` is null where the price is not known;
    `reason` says why. Lines of one patient, clinician and day are ranked together. Raises InputError for a missing column.
    """
    keyed = _keyed(lines, book)
    distinct = keyed.unique(list(KEYS), maintain_order=True).select(*KEYS, "day").with_row_index("key")
    keyed = keyed.join(distinct.drop("day"), on=list(KEYS), how="left", nulls_equal=True, maintain_order="left")
    situations: dict[Situation, Situation] = {}
    asked = [_asked(row, situations) for row in distinct.iter_rows(named=True)]
    _prime(asked, book)
    alone = [_alone(one, book) for one in asked]
    traits = pl.DataFrame(
        {
            "key": distinct["key"],
            "social": [one.social for one in alone],
            "only": [one.only for one in alone],
            "lesser": [one.lesser for one in alone],
            **_columns([one.priced for one in alone]),
        },
        schema_overrides=ANSWER,
    )
    keyed = keyed.join(traits, on="key", how="left", maintain_order="left")
    keyed = _together(keyed, asked, alone, book)
    return keyed.select(
        expected=pl.when(pl.col("lesser") & (pl.col("charge") < pl.col("expected"))).then("charge").otherwise("expected"),
        **{name: pl.col(name) for name in list(ANSWER)[1:]},
    )


class Days:
    """The lines of a frame by patient, clinician and day, to price single days of it again."""

    def __init__(self, keyed: pl.DataFrame) -> None:
        self._keyed = keyed.with_row_index("at")
        self._situations: dict[Situation, Situation] = {}
        self._rows = dict(self._keyed.group_by("group", maintain_order=True).agg("at").iter_rows())

    def rows(self, row: int) -> list[int]:
        """The row numbers of the lines of that line's day, itself included, without those that have no code."""
        rows: list[int] = self._rows[self._keyed["group"][row]]
        return [number for number in rows if self._asked(number).line is not None]

    def around(self, row: int) -> tuple[list[Asked], int]:
        """Those lines, and the place of the line among them."""
        rows = self.rows(row)
        return [self._asked(number) for number in rows], rows.index(row)

    def _asked(self, row: int) -> Asked:
        return _asked(self._keyed.row(row, named=True), self._situations)


def days_of(lines: pl.DataFrame, book: Book) -> Days:
    """The days of the frame's lines. Raises InputError for a missing column."""
    return Days(_keyed(lines, book))


@dataclass(frozen=True, slots=True)
class Asked:
    """A distinct line with its situation; None for one without a code or a day."""

    line: Line | None
    situation: Situation


@dataclass(frozen=True, slots=True)
class Alone:
    """A distinct line priced alone: whether other lines of the day can change that, whether it is paid only alone, lesser-of."""

    priced: Priced
    social: bool
    only: bool
    lesser: bool
    work: Working | None = None


# ---- distinct lines ------------------------------------------------------------------------------------------------------


def _keyed(lines: pl.DataFrame, book: Book) -> pl.DataFrame:
    missing = [name for name in NEEDED if name not in lines.columns]
    if missing:
        raise InputError(f"no column {', '.join(missing)}", hint=f"A price needs {', '.join(NEEDED)}.", code="missing-column")
    have = set(lines.columns)

    def column(name: str, kind: pl.DataType) -> pl.Expr:
        return (pl.col(name).cast(kind) if name in have else pl.lit(None, dtype=kind)).alias(name)

    setting = column("setting", pl.String())
    if "claim_type" in have:
        outpatient = pl.when(pl.col("claim_type").cast(pl.String) == "institutional").then(pl.lit("hopd"))
        setting = pl.coalesce(setting, outpatient).alias("setting")
    frame = lines.select(
        column("payer", pl.String()),
        pl.col("code").cast(pl.String).str.to_uppercase(),
        pl.col("modifiers").list.eval(pl.element().cast(pl.String).str.to_uppercase()).list.join("-").fill_null("").alias("mods"),
        column("place_of_service", pl.String()),
        column("units", pl.String()).fill_null("1"),
        setting,
        column("mac", pl.String()),
        column("locality", pl.String()),
        pl.col("date_from").alias("day"),
        column("charge", pl.Int64()),
        _group(lines).alias("group"),
    )
    frame = frame.with_columns(era=_eras(frame["day"], book))
    # One day stands for its era, so that lines of one day share one situation and few days are looked up.
    return frame.with_columns(
        day=pl.when(pl.col("day").is_not_null()).then(pl.col("day").min().over("era")),
        group=pl.struct("group", "setting", "mac", "locality").hash(),
    )


def _group(lines: pl.DataFrame) -> pl.Expr:
    """One number a patient (else claim), clinician, payer and day."""
    have = set(lines.columns)
    claim = next((names for names in TOGETHER[1:] if set(names) <= have), ())
    who = pl.struct([pl.col(name) for name in claim]).hash() if claim else pl.int_range(pl.len(), dtype=pl.UInt64)
    if "patient" in have:
        who = pl.when(pl.col("patient").is_not_null()).then(pl.col("patient").hash(seed=1)).otherwise(who)
    clinicians = [pl.col(name).cast(pl.String) for name in CLINICIANS if name in have]
    clinician = pl.coalesce(clinicians) if clinicians else pl.lit(None, dtype=pl.String)
    payer = pl.col("payer").cast(pl.String) if "payer" in have else pl.lit(None, dtype=pl.String)
    return pl.struct(who.alias("who"), clinician.alias("clinician"), payer.alias("payer"), "date_from").hash()


def _eras(days: pl.Series, book: Book) -> pl.Series:
    """A number that changes wherever a fact, a year or an edition changes: within one, every day has the same prices."""
    bounds = pl.Series(sorted(_bounds(days, book)), dtype=pl.Date)
    return bounds.search_sorted(days.fill_null(date.min), side="right").cast(pl.Int64)


def _bounds(days: pl.Series, book: Book) -> Iterator[date]:
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return
    yield from (date(year, 1, 1) for year in range(first.year, last.year + 1))
    for identity in book.knowledge.fact_ids():
        if identity.startswith(("pricing.", "mpfs.", "follows.")) or identity.endswith((".payment", ".units")):
            for fact in book.knowledge.facts(identity):
                yield from (value.start for value in fact.values)
    for contract in book.contracts.values():
        yield from (day for day in (contract.start, contract.until and date.fromordinal(contract.until.toordinal() + 1)) if day)
    every = pl.date_range(first, last, eager=True)
    for table in ("fee_schedule", "gpci", "anesthesia", "opps", "asc", "asc_device"):
        choice = book.fees.tables.choose(table, every)
        changes = [
            n
            for n in range(1, len(every))
            if (choice.edition[n], choice.nearest[n]) != (choice.edition[n - 1], choice.nearest[n - 1])
        ]
        yield from (every[n] for n in changes)


def _asked(row: dict[str, object], situations: dict[Situation, Situation]) -> Asked:
    payer, setting = row["payer"], row["setting"] or PROFESSIONAL
    day = row["day"]
    situation = Situation(
        payer=str(payer) if payer else None,
        day=day if isinstance(day, date) else date.min,
        setting=str(setting),
        mac=str(row["mac"]) if row["mac"] else None,
        locality=str(row["locality"]) if row["locality"] else None,
    )
    situation = situations.setdefault(situation, situation)
    if not row["code"] or day is None:
        return Asked(None, situation)
    place = str(row["place_of_service"]) if row["place_of_service"] else None
    modifiers = tuple(part for part in str(row["mods"]).split("-") if part)
    return Asked(Line(str(row["code"]), modifiers, Decimal(str(row["units"])).normalize(), place), situation)


def _prime(asked: Sequence[Asked], book: Book) -> None:
    """Reads all rows of the fee schedule that the lines can need at once."""
    wanted = {(one.line.code, row, one.situation.day) for one in asked if one.line for row in ("", "26", "TC", "53")}
    book.fees.prime(sorted(wanted))


def _alone(one: Asked, book: Book) -> Alone:
    if one.line is None:
        nothing = Priced(Line(""), UNKNOWN, None, None, Rate(None, "none", ""), (), ("The line has no procedure code or no date.",))
        return Alone(nothing, social=False, only=False, lesser=False)
    if one.line.units <= 0:
        nothing = Priced(one.line, UNKNOWN, None, None, Rate(None, "none", ""), (), ("The line has no units.",))
        return Alone(nothing, social=False, only=False, lesser=False)
    policy = book.policy(one.situation)
    work = begin(one.line, one.situation, book)
    priced = finish([work.copy()], one.situation, book)[0]
    return Alone(priced, *sees_others(work, policy, one.situation), lesser=_lesser(one.situation, policy, book), work=work)


def _lesser(situation: Situation, policy: Policy, book: Book) -> bool:
    contract = book.contract(situation)
    if contract and contract.lesser_of is not None:
        return contract.lesser_of
    rule = policy.find("pricing.lesser-of")
    return rule is not None and rule.value is True


def _columns(prices: Sequence[Priced]) -> dict[str, list[object]]:
    return {
        "expected": [None if p.allowed is None else cents(p.allowed) for p in prices],
        "full": [None if p.rate.amount is None else cents(p.rate.amount * p.line.units) for p in prices],
        "outcome": [p.outcome for p in prices],
        "reason": [" ".join(p.reasons) or None for p in prices],
        "basis": [p.rate.basis for p in prices],
        "quality": [p.rate.quality for p in prices],
        "learnt": [p.learnt for p in prices],
    }


# ---- lines of one day ----------------------------------------------------------------------------------------------------


def _together(keyed: pl.DataFrame, asked: Sequence[Asked], alone: Sequence[Alone], book: Book) -> pl.DataFrame:
    """The frame with the answers of lines that other lines of the day can change."""
    keyed = keyed.with_row_index("at")
    mixed = (
        keyed.select("at", "group", "key", "social", "only")
        .filter(pl.col("social") | pl.col("only").any().over("group"))
        .filter(pl.len().over("group") > 1)
        .sort("group", "key", "at")
    )
    if not mixed.height:
        return keyed.drop("at")
    groups = mixed.group_by("group", maintain_order=True).agg(pl.col("key"), pl.col("at"))
    groups = groups.with_columns(mix=pl.col("key").cast(pl.List(pl.String)).list.join(","))
    mixes = groups.unique("mix", maintain_order=True)
    priced = _answers(mixes.select("mix", "key"), asked, alone, book)
    placed = groups.select("mix", "at").explode("at").with_columns(place=pl.int_range(pl.len()).over(_run(groups)))
    found = placed.join(priced, on=["mix", "place"], how="left").select(
        "at", *(pl.col(n).alias(f"new_{n}") for n in ANSWER), touched=True
    )
    joined = keyed.join(found, on="at", how="left", maintain_order="left")
    return joined.with_columns(pl.when("touched").then(f"new_{n}").otherwise(n).alias(n) for n in ANSWER).drop("at")


def _run(groups: pl.DataFrame) -> pl.Series:
    """Which group each exploded row is of."""
    return pl.Series(range(groups.height), dtype=pl.UInt32).repeat_by(groups["at"].list.len()).explode()


def _answers(mixes: pl.DataFrame, asked: Sequence[Asked], alone: Sequence[Alone], book: Book) -> pl.DataFrame:
    """The prices of the lines of each mix, in the order of their keys."""
    names: list[str] = []
    places: list[int] = []
    prices: list[Priced] = []
    for mix, keys in mixes.iter_rows():
        works = [work.copy() for key in keys if (work := alone[key].work) is not None]
        found = finish(works, asked[keys[0]].situation, book)
        prices += found
        names += [mix] * len(found)
        places += range(len(found))
    return pl.DataFrame({"mix": names, "place": places, **_columns(prices)}, schema_overrides={**ANSWER, "place": pl.Int64()})
