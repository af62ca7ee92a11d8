"""Remits, the claims they answer, prices and tables into items ready to be decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from modwise.claims.payers import CRITERIA
from modwise.denying import candidates, expecting, given, indicators, matching, placing
from modwise.denying.item import Adjustment, Indicators, Item, Service
from modwise.denying.tables import DecisionTables, decision_tables
from modwise.knowledge.corpus import Corpus
from modwise.reference.tables import Tables
from modwise.remits.frames import Remits

Json = dict[str, Any]
_SENT = {
    "claim_type": pl.String(),
    "place_of_service": pl.String(),
    "sent_payer": pl.String(),
    "sent_units": pl.Float64(),
    "sent_rendering": pl.String(),
    "narrative": pl.Boolean(),
    "attachment": pl.Boolean(),
    "sent_claim": pl.String(),
    "sent_line": pl.UInt32(),
    "by": pl.String(),
    "confidence": pl.String(),
}
# What matching and joining read of the claims.
NEEDED = tuple(dict.fromkeys((*matching.NEEDED, *CRITERIA, "payer", "units", "rendering_npi", "narrative", "attachment")))
_PLACE_DIGITS = 2
# What an item is told of the other services of its claim; what the measures are made of.
_SERVICE = ("line_key", "claim_key", "date_from", "code", "modifiers", "paid")
# Columns that are spent once payer, place, units and code stand under one name.
_SPENT = (
    *("facility", "frequency", "filing_indicator", "submitted_code", "submitted_modifiers", "units_paid", "units_submitted"),
    *("line_control", "sent_payer", "sent_units", "sent_rendering", "claim_charge", "claim_paid", "member", "statement_from"),
    "payment_key",
)
MEASURED = ("claim_key", "claim_id", "line", "charge", "modifiers", "expected", "by", "whole")


@dataclass(frozen=True)
class Ready:
    """An item with the row it was made of."""

    item: Item
    row: Mapping[str, Any]
    by_contract: bool = False


@dataclass(frozen=True)
class Sources:
    """What items are read from beside the remits."""

    known: Corpus
    tables: Tables
    facts: given.CaseFacts
    home: Path | None = None
    payer: str | None = None
    least: int | None = None


@dataclass(frozen=True)
class Gathered:
    """All that is read of the remits and of the claims they answer: once it is made, their frames are not needed any more."""

    lines: pl.DataFrame
    adjustments: pl.DataFrame
    remarks: pl.DataFrame
    prior_paid: pl.DataFrame


def gather(remits: Remits, claims: Callable[[], pl.DataFrame] | None) -> Gathered:
    """The decided lines of the remits with what the 837 says of them. `claims` reads the 837s: only here, so that their frame is gone
    before prices are worked out.
    """
    lines = _with_sent(candidates.lines_of(remits), remits, claims)
    adjustments = candidates.adjustments_of(remits, lines)
    return Gathered(lines, adjustments, candidates.remarks_of(remits, lines), candidates.prior_paid(remits))


def ready(gathered: Gathered, sources: Sources) -> tuple[pl.DataFrame, Iterator[Ready]]:
    """All decided lines (with `expected`, `exact`, `allowed_amount`, `match`), and the items among them that are to be decided."""
    rules = decision_tables(sources.known)
    lines, adjustments, remarks = gathered.lines, gathered.adjustments, gathered.remarks
    if sources.payer is not None:
        lines = lines.with_columns(payer=pl.lit(sources.payer, dtype=pl.String))
    lines = _priced(lines, adjustments, rules, sources)
    lines = lines.join(gathered.prior_paid, on="line_key", how="left", maintain_order="left")
    wanted = candidates.worth_deciding(lines, adjustments, remarks, rules)
    stated = _with_facts(lines, sources.facts)
    wanted = pl.concat([wanted, stated]).unique() if stated.height else wanted
    chosen = lines.join(wanted, on="line_key", how="semi", maintain_order="left")
    chosen = chosen.join(_gathered(adjustments), on="line_key", how="left", maintain_order="left")
    chosen = chosen.join(remarks, on="line_key", how="left", maintain_order="left")
    moved_in = candidates.receiving(adjustments, rules.moved_in).with_columns(receiving=pl.lit(value=True))
    chosen = chosen.join(moved_in, on="line_key", how="left", maintain_order="left")
    services = lines.select(_SERVICE).join(chosen.select("claim_key").unique(), on="claim_key", how="semi")
    return lines.select(MEASURED), _items(chosen, services, sources)


# ---- frames ----------------------------------------------------------------------------------------------------------------


def _with_sent(lines: pl.DataFrame, remits: Remits, claims: Callable[[], pl.DataFrame] | None) -> pl.DataFrame:
    """The lines with what the matched 837 line says; null where none was found."""
    sent = None if claims is None else claims()
    if sent is None or not sent.height:
        bare = lines.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in _SENT.items())
        return _settled(bare.with_columns(replaced=pl.lit(value=False)))
    found = matching.match(remits, sent)
    claim = sent.select(
        pl.col("claim_type", "place_of_service").cast(pl.String),
        sent_payer=pl.col("payer").cast(pl.String),
        sent_units=pl.col("units"),
        sent_rendering=pl.col("rendering_npi"),
        narrative=pl.col("narrative").is_not_null(),
        attachment=pl.col("attachment").is_not_null(),
    ).with_row_index("row")
    matched = found.lines.filter(pl.col("line_key").is_not_null()).join(claim, on="row", how="left")
    matched = matched.select("line_key", *(pl.col(name).cast(kind) for name, kind in _SENT.items()))
    joined = lines.join(matched, on="line_key", how="left", maintain_order="left")
    again = found.replaced.select("claim_key").unique().with_columns(replaced=pl.lit(value=True))
    joined = joined.join(again, on="claim_key", how="left", maintain_order="left")
    return _settled(joined.with_columns(pl.col("replaced").fill_null(value=False)))


def _settled(lines: pl.DataFrame) -> pl.DataFrame:
    """Payer, place, kind, units and code under one name each: what was sent before what came back."""
    facility = pl.col("facility").cast(pl.String)
    # CLP08 holds a place of service on a professional claim, the first digits of the bill type on another: without the 837 which of
    # the two it is cannot be told.
    return lines.with_columns(
        pl.coalesce("sent_payer", pl.col("payer").cast(pl.String)).alias("payer"),
        pl.coalesce("place_of_service", pl.when(facility.str.len_chars() == _PLACE_DIGITS).then(facility)).alias(
            "place_of_service"
        ),
        pl.coalesce("sent_units", "units_submitted", "units_paid").alias("units"),
        code=pl.coalesce("submitted_code", "code").cast(pl.String),
        decided_code=pl.col("code").cast(pl.String),
        modifiers=pl.coalesce("submitted_modifiers", "modifiers"),
        decided_modifiers=pl.col("modifiers"),
        rendering_npi=pl.col("sent_rendering"),
        file=pl.col("file").cast(pl.String),
        status=pl.col("status").cast(pl.String),
    ).drop(_SPENT)


def _priced(lines: pl.DataFrame, adjustments: pl.DataFrame, rules: DecisionTables, sources: Sources) -> pl.DataFrame:
    lines = placing.placed(lines, sources.facts, sources.tables, sources.known)
    expected = expecting.of_lines(lines, sources.tables, sources.known, sources.home)
    priced = _whole_claims(lines.with_columns(expected.drop("line_key")))
    inside = adjustments.filter(
        pl.col("carc").is_in(list(rules.held_back)) | ((pl.col("group") == "PR") & pl.col("carc").is_in(list(rules.shares)))
    )
    back = inside.group_by("line_key").agg(back=pl.col("amount").sum())
    priced = priced.join(back, on="line_key", how="left", maintain_order="left")
    allowed = pl.coalesce("allowed", pl.col("paid") + pl.col("back").fill_null(0))
    return priced.with_columns(
        allowed_amount=allowed, short=(pl.col("exact") & (allowed < pl.col("expected") - 1)).fill_null(value=False)
    ).drop("back")


def _whole_claims(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines; of a claim beside its lines is expected what is expected of them together, where all of it is known."""
    if not lines["whole"].any():
        return lines
    rest = lines.filter(~pl.col("whole")).group_by("claim_key")
    sums = rest.agg(together=pl.when(pl.col("expected").is_not_null().all()).then(pl.col("expected").sum()))
    joined = lines.join(sums, on="claim_key", how="left", maintain_order="left")
    return joined.with_columns(expected=pl.when("whole").then("together").otherwise("expected")).drop("together")


def _with_facts(lines: pl.DataFrame, facts: given.CaseFacts) -> pl.DataFrame:
    """The lines of claims of which the user told something: they are always decided."""
    return lines.filter(pl.col("claim_id").is_in(list(facts))).select("line_key")


def _gathered(adjustments: pl.DataFrame) -> pl.DataFrame:
    return adjustments.group_by("line_key", maintain_order=True).agg(adjusted=pl.struct("group", "carc", "amount"))


# ---- items -----------------------------------------------------------------------------------------------------------------


def _items(chosen: pl.DataFrame, services: pl.DataFrame, sources: Sources) -> Iterator[Ready]:
    told = indicators.of_lines(chosen, services, sources.tables, sources.known)
    for row, (said, others) in zip(chosen.iter_rows(named=True), told, strict=True):
        number = row["sent_line"] if row["sent_line"] is not None else row["line"]
        facts = given.of(sources.facts, row["sent_claim"] or row["claim_id"], number)
        agreed = expecting.by_contract(dict(row), facts, sources.tables, sources.known) if facts.get("contract") else None
        item = _item(row, said, others, (number, facts, agreed))
        own = given.cents((facts.get("contract") or {}).get("small_balance"))
        yield Ready(replace(item, least=sources.least if own is None else own), row, agreed is not None)


def _item(
    row: Mapping[str, Any],
    said: Indicators,
    others: tuple[Service, ...],
    told: tuple[int | None, given.Facts, int | None],
) -> Item:
    """The item of a row; `told` is its line number, the user's facts of it and the amount by its contract."""
    number, facts, by_contract = told
    return Item(
        claim=row["claim_id"] or "",
        line=number,
        payer=row["payer"],
        code=row["code"],
        modifiers=tuple(row["modifiers"] or ()),
        charge=row["charge"],
        paid=row["paid"],
        adjustments=tuple(Adjustment(a["group"], a["carc"], a["amount"]) for a in row["adjusted"] or ()),
        remarks=tuple(row["remarks"] or ()),
        status=row["status"],
        claim_type=row["claim_type"],
        place=row["place_of_service"],
        decided_code=row["decided_code"],
        decided_modifiers=tuple(row["decided_modifiers"] or ()),
        recoded=bool(row["recoded"]),
        units=row["units"],
        allowed=row["allowed"],
        expected=_for_units(row["expected"] if by_contract is None else by_contract, row["units"], facts),
        exact=bool(row["exact"]) or by_contract is not None,
        service=row["date_to"] if row["claim_type"] == "institutional" else row["date_from"],
        notice=row["notice"],
        received=row["received"],
        bundle="moved" if row["bundled_into"] is not None else "receiving" if row["receiving"] else "none",
        prior_paid=row["prior_paid"],
        replaced=row["replaced"],
        narrative=row["narrative"],
        attachment=row["attachment"],
        indicators=_given_tables(said, facts),
        others=_given_services(others, facts),
        facts=facts,
    )


def _for_units(expected: int | None, billed: float | None, facts: given.Facts) -> int | None:
    """The expected amount of the units that the record supports, where fewer than were billed."""
    supported = facts.get("units_supported")
    if expected is None or supported is None or not billed or not 0 <= supported < billed:
        return expected
    scaled: int = round(expected * supported / billed)
    return scaled


def _given_tables(said: Indicators, facts: given.Facts) -> Indicators:
    """The indicators with what the user states in place of the tables'."""
    tables = facts.get("tables") or {}
    own = {name: value for name, value in tables.items() if name not in ("ptp", "mue") and value is not None}
    if tables.get("ptp"):
        own["pair"] = str(tables["ptp"].get("indicator"))
    if tables.get("mue"):
        own |= {"mue": tables["mue"].get("value"), "mai": str(tables["mue"].get("mai"))}
    return replace(said, **own)


def _given_services(others: tuple[Service, ...], facts: given.Facts) -> tuple[Service, ...]:
    stated = tuple(
        Service(
            code=str(service["code"]),
            modifiers=tuple(service.get("modifiers") or ()),
            date=given.day(service.get("date")),
            paid=given.paid(service.get("paid")),
            global_days=service.get("global_days"),
        )
        for service in facts.get("other_services") or ()
    )
    return (*stated, *others)
