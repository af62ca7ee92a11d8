"""What is known of a procedure code: families, the fee schedule's indicators and what they mean, unit limits, pairs, and where it is named.

Code numbers and figures only; no descriptor is held.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from modwise.asking.aliases import Aliases
from modwise.asking.index import open_index
from modwise.errors import UsageError
from modwise.knowledge.corpus import ANY, Corpus, Fact
from modwise.reference.layouts.fee_schedule import INDICATORS, ROWS
from modwise.reference.tables import Tables

Json = dict[str, Any]
CODE = re.compile(r"\d{5}|[A-Z]\d{4}|\d{4}[A-Z]")
SHARES = ("pre", "intra", "post")
RVUS = ("work_rvu", "pe_nonfacility_rvu", "pe_facility_rvu", "mp_rvu", "total_nonfacility_rvu", "total_facility_rvu")
MOST_SAID = 40


def page(corpus: Corpus, code: str, *, day: date, other: str | None = None, home: Path | None = None) -> Json:
    """{code, families, fee, units, pairs, add_on, facility, hcpcs, said, sources, as_of}; null or empty where nothing is known.

    `other` is a second code, held against the NCCI pairs. Raises UsageError for what is no procedure code.
    """
    key = checked(code)
    asked = _Asked(corpus, key, day, Tables.open(home))
    told: Json = {
        "code": key,
        "as_of": day.isoformat(),
        "families": list(asked.families()),
        "fee": asked.fee(),
        "units": list(asked.units()),
        "other": None if other is None else checked(other),
        "pairs": [] if other is None else list(asked.pairs(checked(other))),
        "add_on": asked.add_on(),
        "facility": asked.facility(),
        "hcpcs": asked.row("hcpcs", ("effective", "deletion")),
        "said": asked.said(),
    }
    told["sources"] = [{"key": key, **corpus.sources[key]} for key in dict.fromkeys(_sources(told)) if key in corpus.sources]
    return told


def checked(code: str) -> str:
    """The code as it is written. Raises UsageError for what is none."""
    key = code.strip().upper()
    if not CODE.fullmatch(key):
        raise UsageError(
            f"{key[:12]!r} is no procedure code",
            hint="Five digits, or a letter and four digits, as 45378 or G0121.",
            code="no-code",
        )
    return key


class _Asked:
    """One code on one day, asked of the tables and the facts."""

    def __init__(self, corpus: Corpus, code: str, day: date, tables: Tables) -> None:
        import polars as pl

        self.corpus, self.code, self.day, self.tables = corpus, code, day, tables
        self.codes, self.days = pl.Series([code]), pl.Series([day], dtype=pl.Date)
        self.series = pl.Series
        self.aliases = Aliases(corpus)
        self.services = {p["service"]: p["payer"] for p in self.aliases.programmes if "service" in p}

    def families(self) -> Iterator[Json]:
        """The families the code is in on the day; of a family of pairs the other code too."""
        for identity in self.corpus.fact_ids():
            fact = self.corpus.fact_for(identity, ANY) if identity.startswith("family.") else None
            value = fact.on(self.day) if fact else None
            listed = value.value if value is not None and isinstance(value.value, tuple) else ()
            item = next((item for item in listed if covers(item, self.code)), None)
            if fact is None or value is None or item is None:
                continue
            name, other = identity.removeprefix("family."), item.partition(">")[2]
            title = self.corpus.families.get(name, {}).get("title", fact.says)
            yield {
                "family": name,
                "title": title,
                "says": fact.says,
                "other": other or None,
                "source": list(value.source),
                "confidence": fact.confidence,
            }

    def fee(self) -> Json | None:
        """The row of the fee schedule: rows there are, indicators with their meaning, shares, relative values, edition."""
        columns = (*INDICATORS, *RVUS, *SHARES)
        rows = {name: self._fee(name, ("code", *columns)) for name in ("", *ROWS)}
        base = rows[""]
        found = next((row for row in rows.values() if row), None)
        if found is None:
            return None
        first = base or found
        return {
            "rows": [name for name, row in rows.items() if row],
            "indicators": [one for row in self.aliases.lookups.values() if (one := self._indicator(row, first))],
            "shares": _figures(first, SHARES),
            "rvus": _figures(first, RVUS),
            "endoscopic_base": first["endoscopic_base"],
            **self._edition("fee_schedule", first),
        }

    def units(self) -> Iterator[Json]:
        """Unit limits of a day by service, with what the adjudication indicator means."""
        for service, payer in self.services.items():
            found = self.tables.mue(self.codes, self.days, service).row(0, named=True)
            if found["units"] is not None:
                meaning = self.aliases.adjudication.get(str(found["mai"]))
                says = [_said(fact) for fact in self._facts(meaning) if fact.payer == payer]
                yield {
                    "service": service,
                    "payer": payer,
                    "units": found["units"],
                    "mai": found["mai"],
                    "says": says,
                    **self._edition(f"mue_{service}", found),
                }

    def pairs(self, other: str) -> Iterator[Json]:
        """The NCCI pairs of the two codes in force on the day, in either order, with what the indicator means."""
        for service, payer in self.services.items():
            name = f"ncci_ptp_{service}"
            choice = self.tables.choose(name, self.days)
            number = int(choice.edition[0])
            table = self.tables.pairs(service, number) if number >= 0 else None
            if table is None:
                continue
            for one, two in ((self.code, other), (other, self.code)):
                first, second = (table.ids(self.series([code])) for code in (one, two))
                for row in table.hits(first, second, self.days.to_physical().to_numpy()).frame().iter_rows(named=True):
                    yield {
                        "service": service,
                        "payer": payer,
                        "column1": one,
                        "column2": two,
                        "indicator": row["indicator"],
                        "from": row["effective"].isoformat() if row["effective"] else None,
                        "why": row["rationale"],
                        "says": self._meaning(("ncci.ptp.",), str(row["indicator"]), payer),
                        **self._edition(name, {"edition": number, "nearest": bool(choice.nearest[0])}),
                    }

    def add_on(self) -> Json | None:
        """Whether it is an add-on code, and its primary codes; null where that is not known."""
        if not self.tables.editions("add_on"):
            return None
        add_ons = self.tables.add_ons()
        found = add_ons.is_add_on(self.codes, self.days)[0]
        if found is None:
            return None
        return {"is": bool(found), "primaries": sorted(add_ons.primaries(self.code, self.day)) if found else []}

    def facility(self) -> Json:
        """How outpatient hospitals and surgery centers are paid for it: status, APC and indicator, null where it is not listed."""
        return {"opps": self.row("opps", ("status", "apc")), "asc": self.row("asc", ("indicator", "multiple"))}

    def row(self, table: str, columns: Sequence[str]) -> Json | None:
        """Columns of a table's row for the code; null where there is none."""
        if not self.tables.editions(table):
            return None
        found = self.tables.lookup(table, self.codes, self.days, ("code", *columns)).row(0, named=True)
        if found["code"] is None:
            return None
        return {**{name: _plain(found[name]) for name in columns}, **self._edition(table, found)}

    def said(self) -> list[Json]:
        """What the pages say that names the code: examples first, then by page."""
        index = open_index(self.corpus)
        found = [s for s in index.read(sorted(index.naming([self.code]))).values() if not s.place.startswith("family.")]
        found.sort(key=lambda s: (s.topic != "examples", s.owner, s.place))
        return [{**asdict(s), "source": list(s.source)} for s in found[:MOST_SAID]]

    def _fee(self, row: str, columns: Sequence[str]) -> Json | None:
        found = self.tables.fee(self.codes, self.series([row]), self.days, columns).row(0, named=True)
        return found if found["code"] is not None else None

    def _indicator(self, lookup: Mapping[str, Any], row: Mapping[str, Any]) -> Json | None:
        column = lookup.get("column", "")
        if column not in INDICATORS or row[column] is None:
            return None
        value, payer = str(row[column]), self.aliases.programmes[0]["payer"]
        return {
            "name": lookup["name"],
            "value": value,
            "modifiers": list(lookup["modifiers"]),
            "says": self._meaning(lookup["facts"], value, payer),
        }

    def _meaning(self, prefixes: Sequence[str], value: str, payer: str) -> list[Json]:
        """What the facts say of that value, the narrowest first."""
        found: list[tuple[int, Json]] = []
        for identity in self.corpus.fact_ids():
            if not identity.startswith(tuple(prefixes)):
                continue
            for fact in self.corpus.facts(identity):
                held = fact.on(self.day) if fact.payer in (ANY, payer) else None
                if held is not None and isinstance(held.value, tuple) and value in held.value:
                    found.append((len(held.value), {**_said(fact), "source": list(held.source)}))
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def _facts(self, identity: str | None) -> tuple[Fact, ...]:
        return self.corpus.facts(identity) if identity and self.corpus.has_fact(identity) else ()

    def _edition(self, table: str, found: Mapping[str, Any]) -> Json:
        edition = self.tables.editions(table)[int(found["edition"])]
        return {"edition": edition.name, "nearest": bool(found["nearest"]), "starter": edition.starter}


def covers(item: str, code: str) -> bool:
    """Whether a family's item, a code or a range, has the code."""
    first, dash, last = item.partition(">")[0].partition("-")
    return first <= code <= last if dash else first == code


def _said(fact: Fact) -> Json:
    last = fact.values[-1]
    return {"fact": fact.id, "says": fact.says, "source": list(last.source), "confidence": fact.confidence}


def _figures(row: Mapping[str, Any], names: Sequence[str]) -> Json | None:
    """The figures as text; null where all are zero or none is given."""
    found = {name: None if row[name] is None else f"{row[name].normalize():f}" for name in names}
    return found if any(value not in (None, "0") for value in found.values()) else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _sources(told: Json) -> Iterator[str]:
    fee = told["fee"] or {"indicators": ()}
    spoken = [
        *told["families"],
        *told["said"],
        *(say for one in (*fee["indicators"], *told["units"], *told["pairs"]) for say in one["says"]),
    ]
    for one in spoken:
        yield from one["source"]
