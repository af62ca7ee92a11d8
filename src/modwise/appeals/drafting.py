"""From a denied line to a letter, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from modwise.appeals import cards, charts, contradictions, gathering, primary, routing, sides, tablefacts
from modwise.appeals import practice as own
from modwise.appeals import typed as typing_in
from modwise.appeals.appeal import Appeal
from modwise.appeals.assembling import assemble, planned
from modwise.appeals.book import Book
from modwise.appeals.charts import Chart
from modwise.appeals.gathering import Files
from modwise.appeals.ledger import Fact, Ledger
from modwise.appeals.practice import Practice
from modwise.denying import given, running, shapes
from modwise.errors import UsageError
from modwise.knowledge.corpus import Corpus, corpus
from modwise.reference.tables import Tables

Json = dict[str, Any]
Paths = Sequence[str | Path]
Item = Mapping[str, Any]


@dataclass
class Desk:
    """What letters are drafted with: files kept open, the practice, the tables, the clock. One desk drafts many letters."""

    files: Files
    practice: Practice
    today: date
    home: Path | None = None
    facts: given.CaseFacts = field(default_factory=dict)
    facts_file: str | None = None
    typed: typing_in.Typed | None = None
    known: Corpus = field(default_factory=corpus)

    def __post_init__(self) -> None:
        self.tables = Tables.open(self.home)

    def facts_of(self, item: Item) -> Mapping[str, Any]:
        """What the user said of the item's line."""
        match = item.get("match") or {}
        return given.of(self.facts, match.get("claim") or item["claim"], item.get("line"))

    def draft(self, item: Item, notes: Paths = ()) -> Appeal:
        """The letter for an item of `modwise denials`, or its refusal. Notes are read for the modifier argued for."""
        wanted, certain = _pursued(item)
        if wanted is None:
            return self._refused(item, _why(item), str(item["remedy"]), _sources(item))
        card, _ = cards.card_for(wanted, self.known)
        read = self.read(wanted, card, notes)
        return self._drafted(wanted, card, read, certain=certain)

    def read(self, item: Item, card: cards.Card, notes: Paths) -> list[Chart]:
        """The notes, read for the code and the modifiers whose checklists the card asks."""
        on = date.fromisoformat(item["service"]) if item.get("service") else None
        return charts.read(notes, code=item.get("code"), modifiers=card.asked, on=on, days=self._days(item))

    def _days(self, item: Item) -> list[date]:
        """The days whose encounters speak for the line: its service, and those that the user names; none where the service's is not known."""
        told = (self.facts_of(item).get("letter") or {}).values()
        texts = [
            str(item.get("service") or ""),
            *(str(one) for value in told for one in (value if isinstance(value, list) else [value])),
        ]
        return [date.fromisoformat(text) for text in texts if shapes.is_day(text)] if item.get("service") else []

    def _drafted(self, item: Item, card: cards.Card, read: list[Chart], *, certain: bool) -> Appeal:
        found = self.gathered(item, card, read, certain=certain)
        refusal = self._loses(item, card, found.book, found.signs)
        if refusal is None:
            return assemble(self, item, card, found)
        # A record of another day or patient may be the very reason of the refusal.
        refusal.warnings.extend(found.told)
        return refusal

    def gathered(self, item: Item, card: cards.Card, read: Sequence[Chart], *, certain: bool) -> Gathered:
        """Everything known of the item for its letter."""
        facts = self.facts_of(item)
        book = gathering.gather(item, self.files, self.today)
        if self.typed is not None:
            book.retold(self.typed.where)
        gathering.practised(book, self.practice)
        gathering.stated(book, facts, self.known, self.facts_file)
        gathering.meanings(book, item, self.known)
        tablefacts.into(book, item, facts, gathering.companion(book, item), self.tables, self.known)
        gathering.argued(book, card)
        kept, doubts, told = gathering.sorted_out(book, read)
        contradicted = gathering.charted(book, kept, card.asked)
        routed = routing.route(item, facts, self.practice, book, self.known)
        signs = {**gathering.signs(book, item, facts, routed.route, self.known), **charts.signs(kept)}
        signs |= {f"item.{name}": "contradicted" for name in contradicted} | {"modifier": card.modifier or "none"}
        signs |= {"late": "yes" if routing.late(item, self.today) else "no", "note": "yes" if kept else "no"}
        named = next((name for name in card.items if name.endswith(".side")), None)
        side, against = sides.judged(book, item["modifiers"], kept, gathering.service_days(book), named)
        doubts += {sides.OTHER: ["other_side"], sides.UNKNOWN: ["side"]}.get(side, [])
        doubts += [primary.GAP] if signs["secondary"] == "yes" and primary.lacks_answer(facts) else []
        if side == sides.OTHER:
            told.append(
                "The record tells of the other side than the line's modifier. If it tells of this side too, give it as record_side."
            )
        contrary = contradictions.into(book, kept, card, signs)
        contrary += sides.quoted(book, against) if side == sides.BOTH else []
        if self.files.foreign(item):
            told.append(
                "The claim of that number in the 837 is of another patient than the remittance names: nothing of it was used."
            )
        return Gathered(book, routed, signs, tuple(kept), contradicted, certain, facts, tuple(doubts), tuple(told), tuple(contrary))

    def supported(self, item: Item, notes: Paths) -> bool | None:
        """Whether the notes support the modifier that the letter argues for; null where they do not tell."""
        wanted, _ = _pursued(item)
        if wanted is None:
            return None
        card, modifier = cards.card_for(wanted, self.known)
        if modifier is None:
            return None
        found = self.gathered(wanted, card, self.read(wanted, card, notes), certain=True)
        if found.contradicted & set(card.items) or any(
            entry["outcome"] == "refuse" and cards.fits(entry, found.signs) for entry in card.entries("loses")
        ):
            return False
        trial = planned(self, wanted, card, found)
        trial.points()
        return True if trial.used and not trial.gaps[len(found.routed.gaps) :] else None

    def _loses(self, item: Item, card: cards.Card, book: Book, signs: Mapping[str, str]) -> Appeal | None:
        for entry in card.entries("loses"):
            if entry["outcome"] == "refuse" and cards.fits(entry, signs):
                remedy = entry.get("remedy", "query_provider")
                return self._refused(item, entry["says"], remedy, list(entry["source"]), book)
        if routing.won(self.facts_of(item), self.known):
            why = "The last decision is favorable: there is nothing left to appeal. See that it is paid; if it is not, ask the payer to effectuate it."
            return self._refused(item, why, "no_action", [])
        small = routing.too_small(item)
        if small is not None:
            why = "The amount in dispute is below the least amount that this level asks for. Claims may be added together to reach it."
            return self._refused(item, why, "wait", list(small["source"]))
        if routing.late(item, self.today) and not book.get("good_cause"):
            why = "The last day to file is past. A late request needs a good cause, stated and shown: give it as good_cause in the facts file."
            return self._refused(item, why, "write_off", list((item.get("deadline") or {}).get("source", ())))
        return None

    def _refused(self, item: Item, why: str, remedy: str, source: list[str], book: Book | None = None) -> Appeal:
        ledger = Ledger(self.made(), dict(item), {"kind": "refused", "payer": item["payer"]})
        refused = {"why": why, "remedy": remedy, "source": source}
        return Appeal("refused", ledger, refused=refused, papers=papers(item, self, book, remedy))

    def made(self) -> Json:
        """What the ledger says of its making."""
        return {**_made_with(), "today": self.today.isoformat()}


@dataclass(frozen=True)
class Gathered:
    """All that one letter is made of."""

    book: Book
    routed: routing.Routed
    signs: Mapping[str, str]
    charts: tuple[Chart, ...]
    contradicted: set[str]
    certain: bool
    facts: Mapping[str, Any]
    doubts: tuple[str, ...] = ()  # gaps of the records: another patient's, another day's
    told: tuple[str, ...] = ()  # what the user should know of the files
    contrary: tuple[Fact, ...] = ()  # words of the records that tell otherwise


@lru_cache(maxsize=1)
def _made_with() -> Mapping[str, str]:
    """Version of the program and hash of its fact files."""
    from importlib.metadata import version

    from modwise.knowledge.lock import digest

    return {"version": version("modwise"), "knowledge": digest()}


def _pursued(item: Item) -> tuple[Item | None, bool]:
    """The item as a letter can pursue it, and whether that is decided; None where no letter can."""
    if item["remedy"] in routing.KINDS:
        return item, True
    if item["remedy"] == "query_provider":
        # What the record says is not known yet: the letter is drafted as it would stand, and is incomplete.
        other = next((c for c in item["would_change"] if c["remedy"] in routing.KINDS), None)
        if other is not None:
            return {**item, "remedy": other["remedy"], "level": other.get("level")}, False
    return None, True


def _why(item: Item) -> str:
    says = [reason["says"] for reason in item["decided_by"][1:]]
    return " ".join(dict.fromkeys(says))


def _sources(item: Item) -> list[str]:
    return list(dict.fromkeys(key for reason in item["decided_by"][1:] for key in reason["source"]))


def papers(item: Item, desk: Desk, book: Book | None, remedy: str) -> list[Any]:
    """The papers to send instead of a letter."""
    from modwise.appeals.papers.making import for_item

    return for_item(item, desk, book, remedy=remedy)


@dataclass(frozen=True)
class Wanted:
    """Which line a letter is for, and the notes that speak for it."""

    claim: str | None = None
    line: int | None = None
    notes: tuple[str | Path, ...] = ()


def appeal(
    remits: Paths,
    claims: Paths,
    wanted: Wanted,
    today: date,
    *,
    facts: str | Path | Mapping[str, Any] | None = None,
    practice: str | Path | None = None,
    denial: str | Path | Mapping[str, Any] | typing_in.Typed | None = None,
    **terms: Any,
) -> Appeal:
    """The letter for one denied line of 835 files, or for a denial typed in.

    Raises as `modwise denials` does, and UsageError where it is not clear which line is meant.
    """
    home = terms.get("home")
    desk = Desk(Files(claims), own.read(practice, home), today, home)
    desk.facts, desk.facts_file = _told(facts)
    if denial is not None:
        return _of_typed(desk, _as_typed(denial), wanted, terms)
    return _drafted(desk, remits, claims, wanted, terms)


def _as_typed(denial: str | Path | Mapping[str, Any] | typing_in.Typed) -> typing_in.Typed:
    if isinstance(denial, typing_in.Typed):
        return denial
    return typing_in.checked(denial, "typed in") if isinstance(denial, Mapping) else typing_in.read(denial)


def _of_typed(desk: Desk, typed: typing_in.Typed, wanted: Wanted, terms: Mapping[str, Any]) -> Appeal:
    """The letter for a denial typed in; nothing in the ledger names the files that it was written as."""
    desk.typed = typed
    if typed.facts and not desk.facts:
        desk.facts, desk.facts_file = given.checked(typed.facts, typed.where), typed.where
    with typing_in.as_files(typed) as (remit, claim):
        desk.files.claims = [claim]
        meant = Wanted(typed.claim, typed.line, wanted.notes)
        payer = terms.get("payer") or typed.table.get("payer")
        found = _drafted(desk, [remit], [claim], meant, {**terms, "payer": payer})
    found.ledger.item |= {"file": typed.where, "position": None, "match": None}
    return found


def _drafted(desk: Desk, remits: Paths, claims: Paths, wanted: Wanted, terms: Mapping[str, Any]) -> Appeal:
    item = _item(remits, claims, wanted, desk, terms)
    if wanted.notes:
        told = _with_chart(desk, item, wanted.notes)
        if told is not desk.facts:
            desk.facts = told
            item = _item(remits, claims, wanted, desk, terms)
    return desk.draft(item, wanted.notes)


def _told(facts: str | Path | Mapping[str, Any] | None) -> tuple[given.CaseFacts, str | None]:
    """The case facts, and the file they stand in."""
    if facts is None or isinstance(facts, Mapping):
        return (given.checked(facts) if facts is not None else {}), None
    return given.read(facts), str(facts)


def _item(remits: Paths, claims: Paths, wanted: Wanted, desk: Desk, terms: Mapping[str, Any]) -> Item:
    found = running.run(list(remits), list(claims), facts=desk.facts, today=desk.today, **terms)
    return choose(found.items, wanted.claim, wanted.line)


def choose(items: Sequence[Item], claim: str | None, line: int | None) -> Item:
    """The one item asked for. Raises UsageError where none or several are meant."""
    mine = [i for i in items if claim is None or claim in (i["claim"], (i.get("match") or {}).get("claim"), i.get("payer_control"))]
    if not mine:
        raise UsageError("no denied line of that claim", hint="`modwise denials` lists the claims and lines.", code="no-such-item")
    numbered = [i for i in mine if line is None or i["line"] == line]
    opened = [i for i in numbered if i["remedy"] != "no_action"] or numbered
    if len(opened) == 1:
        return opened[0]
    lines = ", ".join(sorted({str(i["line"]) for i in mine}, key=lambda text: text.zfill(4)))
    what = "that line was not denied or cut" if not opened else "several lines are meant"
    raise UsageError(what, hint=f"Name one with --claim and --line; lines: {lines}.", code="which-line")


def _with_chart(desk: Desk, item: Item, notes: Paths) -> given.CaseFacts:
    """The facts with what the notes support, where the user has not said it; the same facts where the notes do not tell."""
    facts = desk.facts
    if "chart_supports" in desk.facts_of(item):
        return facts
    found = desk.supported(item, notes)
    if found is None:
        return facts
    _, modifier = cards.card_for(item, desk.known)
    match = item.get("match") or {}
    key, number = match.get("claim") or item["claim"], str(item["line"])
    lines = dict(facts.get(key, {}))
    lines[number] = {**lines.get(number, {}), "chart_supports": [modifier] if found else []}
    return {**facts, key: lines}


__all__ = ["Desk", "Gathered", "Wanted", "appeal", "choose", "papers"]
