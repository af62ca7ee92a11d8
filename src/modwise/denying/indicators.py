"""What the CMS tables say of the lines to decide, a column at a time; only for payers that decide by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from modwise.denying.item import Indicators, Service
from modwise.knowledge.corpus import Corpus
from modwise.reference.tables import Tables

FEE = ("status", "component", "global_days", "multiple", "bilateral", "assistant", "cosurgeon", "team")
_FOLLOWS = ("follows.fee-schedule-indicators", "follows.ncci")


def of_lines(
    lines: pl.DataFrame, services: pl.DataFrame, tables: Tables, known: Corpus
) -> list[tuple[Indicators, tuple[Service, ...]]]:
    """The indicators of each line and the other services of its claim and day, in the lines' order.

    `lines`: line_key, claim_key, payer, code, modifiers, date_from, claim_type. `services`: the same of all lines of those claims, with
    `paid`. A payer that is not known to decide by the Medicare tables gets none of them.
    """
    fees = _fees(lines, tables, known)
    limits = _limits(lines, tables, known)
    others = _others(lines, services, tables)
    pairs = _pairs(lines, services, tables, known)
    answers = []
    for place, key in enumerate(lines["line_key"]):
        units, mai = limits[place]
        said = Indicators(**fees[place], pair=pairs.get(key), mue=units, mai=mai)
        answers.append((said, others.get(key, ())))
    return answers


@lru_cache(maxsize=65536)
def follows(payer: str | None, fact: str, day: date | None, known: Corpus) -> bool:
    """Whether the payer is known to follow those tables on the day."""
    found = known.fact_for(fact, payer) if payer and known.has_fact(fact) else None
    if found is None:
        return False
    value = found.on(day) if day else found.values[-1]
    return value is not None and value.value == "yes"


def _following(lines: pl.DataFrame, fact: str, known: Corpus) -> list[bool]:
    return [follows(payer, fact, day, known) for payer, day in lines.select("payer", "date_from").iter_rows()]


def _fees(lines: pl.DataFrame, tables: Tables, known: Corpus) -> list[dict[str, str | None]]:
    found = _fee_frame(lines["code"], lines["date_from"], tables)
    names = {"component": "pc_tc", "cosurgeon": "co_surgeon"}
    rows = found.select(pl.col(name).alias(names.get(name, name)) for name in FEE).to_dicts()
    told = _following(lines, _FOLLOWS[0], known)
    # The length of a global period is the code's own; payers differ in what they do with it, not in what it is.
    return [row if ours else dict.fromkeys(row) | {"global_days": row["global_days"]} for row, ours in zip(rows, told, strict=True)]


def _fee_frame(codes: pl.Series, days: pl.Series, tables: Tables) -> pl.DataFrame:
    base = pl.Series([""] * len(codes), dtype=pl.String)
    return tables.fee(codes.cast(pl.String), base, days, FEE)


def _limits(lines: pl.DataFrame, tables: Tables, known: Corpus) -> list[tuple[int | None, str | None]]:
    told = _following(lines, _FOLLOWS[1], known)
    by_service = {
        service: tables.mue(lines["code"].cast(pl.String), lines["date_from"], service).select("units", "mai").rows()
        for service in ("practitioner", "outpatient")
    }
    kinds = ["outpatient" if kind == "institutional" else "practitioner" for kind in lines["claim_type"]]
    return [by_service[kind][n] if told[n] else (None, None) for n, kind in enumerate(kinds)]


def _together(lines: pl.DataFrame, services: pl.DataFrame) -> pl.DataFrame:
    """Each line beside the other services of its claim and day."""
    other = services.select("claim_key", "date_from", other_key="line_key", other="code", other_mods="modifiers", other_paid="paid")
    return lines.join(other, on=["claim_key", "date_from"], how="inner").filter(
        (pl.col("line_key") != pl.col("other_key")) & pl.col("other").is_not_null()
    )


def _others(lines: pl.DataFrame, services: pl.DataFrame, tables: Tables) -> dict[int, tuple[Service, ...]]:
    both = _together(lines, services)
    if not both.height:
        return {}
    days = _fee_frame(both["other"], both["date_from"], tables)["global_days"]
    found: dict[int, tuple[Service, ...]] = {}
    columns: Sequence[pl.Series] = (
        both["line_key"],
        both["other"],
        both["other_mods"],
        both["date_from"],
        both["other_paid"],
        days,
    )
    for key, code, modifiers, day, paid, global_days in zip(*columns, strict=True):
        service = Service(str(code), tuple(modifiers if modifiers is not None else ()), day, paid, global_days)
        found[key] = (*found.get(key, ()), service)
    return found


def _pairs(lines: pl.DataFrame, services: pl.DataFrame, tables: Tables, known: Corpus) -> dict[int, str]:
    """The NCCI indicator of each line with a service of its day that was paid; of several the strictest (0 before 1)."""
    told = pl.Series(_following(lines, _FOLLOWS[1], known), dtype=pl.Boolean)
    both = _together(lines.filter(told), services).filter(pl.col("other_paid") > 0)
    answers: dict[int, str] = {}
    for kind, service in (("professional", "practitioner"), ("institutional", "outpatient")):
        wanted = pl.col("claim_type").cast(pl.String).fill_null("professional") == kind
        part = both.filter(wanted)
        if not part.height:
            continue
        for edition in range(len(tables.editions(f"ncci_ptp_{service}"))):
            _ask(part, service, edition, tables, answers)
    return answers


def _ask(part: pl.DataFrame, service: str, edition: int, tables: Tables, answers: dict[int, str]) -> None:
    table = tables.pairs(service, edition)
    chosen = tables.choose(f"ncci_ptp_{service}", part["date_from"]).edition == edition
    part = part.filter(pl.Series(chosen))
    if table is None or not part.height:
        return
    ours, theirs = table.ids(part["code"].cast(pl.String)), table.ids(part["other"].cast(pl.String))
    days = part["date_from"].to_physical().fill_null(0).to_numpy().astype(np.int32)
    for one, two in ((theirs, ours), (ours, theirs)):
        hits = table.hits(one, two, days)
        for place, indicator in zip(hits.position, hits.indicator, strict=True):
            key = part["line_key"][int(place)]
            answers[key] = min(answers.get(key, "9"), str(int(indicator)))
