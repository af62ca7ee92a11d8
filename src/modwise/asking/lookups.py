"""Questions that a CMS table answers: indicators, unit limits, pairs. The frame library is loaded only here, when one is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modwise.asking.aliases import Aliases
from modwise.asking.question import Question
from modwise.asking.statements import MANY, Statement, of_fact
from modwise.knowledge.corpus import ANY, Corpus

if TYPE_CHECKING:
    from modwise.reference.tables import Tables


def wanted(question: Question, aliases: Aliases) -> list[str]:
    """The look-ups the question asks for: by their words beside a code, or by a modifier beside a code in a yes-or-no question."""
    if not question.procedures:
        return []
    named = [name for name in question.lookups if name != "ptp" or len(question.procedures) > 1]
    if question.modifiers and (question.yes_no or "not" in question.topics or "which" in question.topics):
        named += [
            name for name, table in aliases.lookups.items() if set(table["modifiers"]) & set(question.modifiers) and name != "ptp"
        ]
    if question.implied and not question.modifiers and question.yes_no:
        named += [
            name for name, table in aliases.lookups.items() if set(table["modifiers"]) & set(question.implied) and name != "ptp"
        ]
    if len(question.procedures) > 1:
        named.append("ptp")
    return list(dict.fromkeys(named))


def answer(question: Question, names: Sequence[str], aliases: Aliases, corpus: Corpus, home: Path | None) -> list[Statement]:
    """What the tables say of the codes: a statement for each row found, with the facts that say what it means."""
    from modwise.reference.tables import Tables

    return list(_Asked(question, aliases, corpus, Tables.open(home)).statements(names))


class _Asked:
    def __init__(self, question: Question, aliases: Aliases, corpus: Corpus, tables: Tables) -> None:
        import polars as pl

        self.pl = pl
        self.question, self.aliases, self.corpus, self.tables = question, aliases, corpus, tables
        self.services = {p["service"]: p["payer"] for p in aliases.programmes if "service" in p}
        self.usual = aliases.programmes[0]["payer"] if aliases.programmes else ""

    def statements(self, names: Sequence[str]) -> Iterator[Statement]:
        """The look-ups one after another."""
        for name in names:
            table = self.aliases.lookups[name]
            if name == "ptp":
                yield from self._pairs(table)
            elif name == "mue":
                for code in self.question.procedures:
                    yield from self._units(code)
            elif "column" in table:
                for code in self.question.procedures:
                    yield from self._indicator(code, table)
            elif name == "add-on":
                for code in self.question.procedures:
                    yield from self._add_on(code)

    def _day(self, table: str) -> date:
        """The day asked about, else one in the newest edition."""
        if self.question.periods:
            period = self.question.periods[0]
            return period.start if period.start != date.min else period.end
        editions = self.tables.editions(table)
        return editions[-1].valid_from if editions else date.max

    def _edition(self, table: str, number: int, *, nearest: bool) -> tuple[str, str, str]:
        """The edition in words, its first day, its source."""
        edition = self.tables.editions(table)[number]
        missed = f", the nearest at hand to {self._day(table).isoformat()}" if nearest else ""
        return f"edition {edition.name}{missed}", edition.valid_from.isoformat(), edition.source

    def _indicator(self, code: str, table: Mapping[str, Any]) -> Iterator[Statement]:
        rows = [""] + [m for m in self.question.modifiers if m in ("26", "TC", "53")]
        column = table["column"]
        day = self._day("fee_schedule")
        for row in rows:
            found = self.tables.fee(
                self.pl.Series([code]), self.pl.Series([row]), self.pl.Series([day], dtype=self.pl.Date), [column]
            ).row(0, named=True)
            value = found[column]
            if value is None:
                continue
            edition, start, source = self._edition("fee_schedule", int(found["edition"]), nearest=bool(found["nearest"]))
            shown = f"{code}-{row}" if row else code
            yield Statement(
                text=f"{shown}: {table['name']} {value} in the Medicare physician fee schedule, {edition}.",
                place=f"fee_schedule {shown} {column}",
                topic=table["lookup"],
                payer=self.usual,
                start=start,
                value=str(value),
                source=(source,),
                about=(code,),
            )
            yield from self._meaning(table["facts"], str(value), start)

    def _meaning(self, prefixes: Sequence[str], value: str, day: str) -> Iterator[Statement]:
        """What facts say of that indicator: the few that speak of it most narrowly."""
        found = [s for s in self._meanings(prefixes, value, day) if isinstance(s.value, tuple)]
        yield from sorted(found, key=lambda s: len(s.value))[:2]

    def _meanings(self, prefixes: Sequence[str], value: str, day: str) -> Iterator[Statement]:
        for identity in self.corpus.fact_ids():
            if any(identity.startswith(prefix) for prefix in prefixes):
                for fact in self.corpus.facts(identity):
                    held = [s for s in of_fact(self.corpus, fact) if value in s.value and isinstance(s.value, tuple)]
                    if fact.payer in (ANY, self.usual):
                        yield from (s for s in held if s.start <= day and (not s.until or s.until >= day))

    def _units(self, code: str) -> Iterator[Statement]:
        for service, payer in self.services.items():
            name = f"mue_{service}"
            if not self.tables.editions(name):
                continue
            day = self._day(name)
            found = self.tables.mue(self.pl.Series([code]), self.pl.Series([day], dtype=self.pl.Date), service).row(0, named=True)
            if found["units"] is None:
                continue
            edition, start, source = self._edition(name, int(found["edition"]), nearest=bool(found["nearest"]))
            yield Statement(
                text=f"{code}: {found['units']} units ({service}), adjudication indicator (MAI) {found['mai']}, medically unlikely edits, {edition}.",
                place=f"{name} {code}",
                topic="mue",
                payer=payer,
                start=start,
                value=str(found["units"]),
                source=(source,),
                about=(code,),
            )
            meaning = self.aliases.adjudication.get(str(found["mai"]))
            if meaning and self.corpus.has_fact(meaning):
                yield from (s for fact in self.corpus.facts(meaning) if fact.payer == payer for s in of_fact(self.corpus, fact))

    def _pairs(self, table: Mapping[str, Any]) -> Iterator[Statement]:
        codes = self.question.procedures
        for service, payer in self.services.items():
            for one in codes:
                for two in codes:
                    if one != two:
                        yield from self._pair(one, two, service, payer, table)

    def _pair(self, one: str, two: str, service: str, payer: str, table: Mapping[str, Any]) -> Iterator[Statement]:
        name = f"ncci_ptp_{service}"
        day = self._day(name)
        days = self.pl.Series([day], dtype=self.pl.Date)
        choice = self.tables.choose(name, days)
        pairs = self.tables.pairs(service, int(choice.edition[0])) if choice.edition[0] >= 0 else None
        if pairs is None:
            return
        first, second = (pairs.ids(self.pl.Series([code])) for code in (one, two))
        hits = pairs.hits(first, second, days.to_physical().to_numpy())
        for row in hits.frame().iter_rows(named=True):
            edition, start, source = self._edition(name, int(choice.edition[0]), nearest=bool(choice.nearest[0]))
            since = row["effective"].isoformat() if row["effective"] else ""
            dated = f", since {since}" if since else ""
            yield Statement(
                text=f"{one} (column 1) and {two} (column 2): NCCI pair with indicator {row['indicator']} ({service}{dated}), {edition}.",
                place=f"{name} {one}+{two}",
                topic="ncci",
                payer=payer,
                start=since or start,
                value=str(row["indicator"]),
                source=(source,),
                about=(one, two),
            )
            yield from self._meaning(table["facts"], str(row["indicator"]), day.isoformat())

    def _add_on(self, code: str) -> Iterator[Statement]:
        day = self._day("add_on")
        add_ons = self.tables.add_ons()
        found = add_ons.is_add_on(self.pl.Series([code]), self.pl.Series([day], dtype=self.pl.Date))[0]
        if found is None:
            return
        edition, start, source = self._edition("add_on", len(self.tables.editions("add_on")) - 1, nearest=False)
        listed = sorted(add_ons.primaries(code, day)) if found else []
        shown = ", ".join(listed[:MANY]) + (f" and {len(listed) - MANY} more" if len(listed) > MANY else "")
        primaries = f" Primary codes: {shown}." if listed else ""
        yield Statement(
            text=f"{code} is {'an' if found else 'no'} add-on code in the NCCI add-on edits, {edition}.{primaries}",
            place=f"add_on {code}",
            topic="add-on",
            payer=self.usual,
            start=start,
            value="yes" if found else "no",
            source=(source,),
            about=(code,),
        )
