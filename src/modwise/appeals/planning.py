"""From facts and a card to the letter: which sentences stand, in which order, on what. Digits come from facts only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from modwise.appeals import authorities, cards
from modwise.appeals.book import Book
from modwise.appeals.cards import Card, Entry, Signs
from modwise.appeals.ledger import Authority, Exhibit, Fact, Gap
from modwise.appeals.letter import Paragraph, Section, SectionKey, Sentence
from modwise.appeals.wording import MOST_QUOTED, joined, quoted, shown
from modwise.knowledge.corpus import Corpus

LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Draft:
    """What one letter is made of while it is planned."""

    book: Book
    card: Card
    signs: Signs
    known: Corpus
    payer: str | None
    service: date | None
    adopted: Sequence[str] = ()
    gaps: list[Gap] = field(default_factory=list)
    authorities: list[Authority] = field(default_factory=list)
    exhibits: list[Exhibit] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)  # file of a note → what it is called among the exhibits
    used: dict[tuple[str | None, int | None], int] = field(default_factory=dict)  # quoted stretch → number of its fact
    counts: dict[str, int] = field(default_factory=dict)  # file of a note → how many pages it has
    doubts: Sequence[str] = ()  # gaps that the records leave: another patient's, another day's
    contrary: Sequence[Fact] = ()  # words of the records that tell otherwise
    certain: bool = True  # whether it is decided that the record supports the modifier

    # ---- sentences -----------------------------------------------------------------------------------------------------------

    def fill(self, entry: Entry) -> Sentence | None:
        """The entry's words with its slots filled; None where a fact is missing and the entry can be left out."""
        grounds: list[str] = []
        words: dict[str, str] = {}
        for name in dict.fromkeys([*cards.slots(entry["says"]), *entry.get("needs", ())]):
            fact = self.book.get(name)
            if fact is None and not entry.get("always"):
                return None
            words[name] = shown(fact) if fact else self.gap(name)
            grounds += [fact.id] if fact else []
        for alternatives in entry.get("rests_on", ()):
            names = [name.replace("*", self.card.modifier or "*") for name in alternatives.split("|")]
            held = [fact.id for name in names for fact in self.book.all(name)]
            if not held:
                return None
            grounds += held
        return Sentence(cards.fill(entry["says"], words), tuple(dict.fromkeys(grounds)))

    def filled(self, entries: Iterable[Entry]) -> Iterator[Sentence]:
        """Every entry that fits and can be filled."""
        for entry in entries:
            if cards.fits(entry, self.signs) and not self._has(entry.get("lacks", ())):
                sentence = self.fill(entry)
                if sentence is not None:
                    yield sentence

    def _has(self, names: Iterable[str]) -> bool:
        return any(self.book.get(name.replace("*", self.card.modifier or "*")) for name in names)

    def first(self, part: str) -> Sentence | None:
        """The first entry of a part that fits and can be filled: the card's own before the common ones."""
        return next(self.filled(self.card.first_of(part)), None)

    def gap(self, name: str, words: str | None = None) -> str:
        """The placeholder for a fact that is missing; told once."""
        text = words or self.card.word("gap", name) or name.replace("_", " ")
        placeholder = f"[TO BE COMPLETED: {text}]"
        if all(gap.name != name for gap in self.gaps):
            self.gaps.append(Gap(name, placeholder, f"Needed: {text}."))
        return placeholder

    # ---- exhibits ------------------------------------------------------------------------------------------------------------

    def exhibit(self, fact: Fact) -> str:
        """Where a quoted fact stands, as (Exhibit B, page 1, line 14); the note becomes an exhibit when it is first quoted."""
        source = fact.source
        file = source.file or ""
        spot = next((n for n, e in enumerate(self.exhibits) if e.file == file and e.kind == "note"), None)
        if spot is None:
            spot = len(self.exhibits)
            self.exhibits.append(Exhibit(LABELS[spot], self.titles.get(file, "Record"), "note", file, sha256=source.sha256))
        held = self.exhibits[spot]
        pages = tuple(sorted({*held.pages, source.page or 1}))
        spans = tuple(sorted({*held.spans, (source.start or 0, source.end or 0)}))
        self.exhibits[spot] = replace(held, pages=pages, spans=spans)
        return f"Exhibit {held.label}, page {source.page}, line {source.line}"

    # ---- sections ------------------------------------------------------------------------------------------------------------

    def section(self, key: SectionKey, blocks: Sequence[Paragraph]) -> list[Section]:
        """The section with its title, or nothing where it is empty."""
        title = self.card.word("heading", f"{key}_{self.signs.get('scope')}") or self.card.word("heading", key) or None
        return [Section(key, title, tuple(blocks))] if blocks else []

    def points(self) -> list[Paragraph]:
        """The numbered facts: what the record says word for word, what the practice states, what is still missing."""
        found: list[list[Sentence]] = []
        for entry in self.card.entries("point"):
            if not cards.fits(entry, self.signs) or self._has(entry.get("lacks", ())):
                continue
            if entry.get("has") and not self._has(entry["has"]):
                continue
            quote = self._quote(entry)
            again = self.used.get(_spot(quote), -1) if quote is not None else -1
            if quote is not None and again >= 0:
                # The same words show both: said once, the second lead behind it.
                if entry.get("same"):
                    found[again].append(Sentence(entry["same"], (quote.id,)))
                continue
            sentence = self._point(entry, quote)
            if sentence is not None:
                if quote is not None:
                    self.used[_spot(quote)] = len(found)
                more = self.fill({"says": entry["more"]}) if entry.get("more") and quote is not None else None
                found.append([sentence, *([more] if more else [])])
        found += [[Sentence(f"{self.card.word('doubt', name) or 'The record'}: {self.gap(name)}.")] for name in self.doubts]
        found += [self._contradicted(quote, number) for number, quote in enumerate(self.contrary, 1)]
        if not self.certain:
            words = self.card.word("gap", "record" if self.card.modifier else "record_plain")
            found.append([Sentence(f"The record: {self.gap('record', words)}.")])
        return [Paragraph(tuple(sentences), numbered=True) for sentences in found]

    def _quote(self, entry: Entry) -> Fact | None:
        """The words of the record for a point: not quoted yet, and such as few other points could use; else the first."""
        held = self._held(entry)
        fresh = [fact for fact in held if _spot(fact) not in self.used]
        others = [point for point in self.card.entries("point") if point is not entry and cards.fits(point, self.signs)]
        wanted = [_spot(fact) for point in others for fact in self._held(point)]
        return min(fresh, key=lambda fact: wanted.count(_spot(fact)), default=next(iter(held), None))

    def _further(self, entry: Entry, quote: Fact) -> list[Fact]:
        """More words of the record for the same point, where the card asks for more than one stretch."""
        fresh = [fact for fact in self._held(entry) if _spot(fact) not in self.used and _spot(fact) != _spot(quote)]
        taken = fresh[: entry.get("most", 1) - 1]
        self.used.update({_spot(fact): -1 for fact in taken})
        return taken

    def _held(self, entry: Entry) -> list[Fact]:
        """What the record holds for a point, without what tells of the thing it must stand apart from."""
        held = [fact for item in self.card.items_of(entry) for fact in self.book.all(f"item.{item}")]
        apart = {
            word for item in entry.get("apart_from", ()) for fact in self.book.all(f"item.{item}") for word in _words(fact.value)
        }
        apart -= set(self.card.common["plain_words"])
        return [fact for fact in held if not apart & set(_words(fact.value))]

    def _point(self, entry: Entry, quote: Fact | None) -> Sentence | None:
        if quote is not None and entry.get("says"):
            quotes = [quote, *self._further(entry, quote)]
            said = joined([f"{quoted(short(one.value))} ({self.exhibit(one)})" for one in quotes])
            return Sentence(f"{entry['says']}: {said}.", tuple(one.id for one in quotes))
        stated = self.fill({"says": entry["states"], "needs": entry.get("needs", ())}) if entry.get("states") else None
        if stated is not None:
            return stated
        return Sentence(f"{entry['says']}: {self.gap(entry['name'], entry['gap'])}.") if entry.get("need") else None

    def _contradicted(self, quote: Fact, number: int) -> list[Sentence]:
        """Words of the record that tell otherwise, with what clears them; a placeholder where nobody has said it."""
        cleared = self.fill({"says": self.card.word("contrary", "cleared")})
        if cleared is not None:
            says = f"{self.card.word('contrary', 'says')}: {quoted(short(quote.value))} ({self.exhibit(quote)})."
            return [Sentence(says, (quote.id,)), cleared]
        file = quote.source.file or ""
        where = f"{self.titles.get(file, 'Record')}, page {quote.source.page}, line {quote.source.line}"
        words = f"{self.card.word('gap', 'contrary')}: {quoted(short(quote.value))} ({self.plain(where)})"
        return [Sentence(f"{self.card.word('contrary', 'says')}: {self.gap(f'contrary.{number}', words)}.", (quote.id,))]

    def plain(self, template: str) -> str:
        """A template's words with its slots filled, without its grounds."""
        filled = self.fill({"says": template, "always": True})
        return filled.text if filled else template

    def rules(self) -> list[Paragraph]:
        """The authorities that hold for this payer and day, one line each on why."""
        wanted = [name for entry in self.card.entries("authority") if cards.fits(entry, self.signs) for name in entry["cites"]]
        found = []
        for authority, says, adoption in authorities.cited(wanted, self.payer, self.service, self.adopted, self.known):
            edition = f" ({authority.edition})" if authority.edition else ""
            self.authorities.append(authority)
            sentences = [Sentence(f"{authority.citation}{edition}: {says}", (), (authority.id,))]
            policy = self.book.get(f"adopted.{adoption}") if adoption else None
            if policy is not None:
                held = f"adopts {authority.citation}"
                self.authorities.append(Authority(f"policy.{adoption}", policy.value, (held,), payers=(self.payer or "",)))
                sentences.append(Sentence(f"Your {policy.value} adopts it.", (policy.id,), (authority.id,)))
            found.append(Paragraph(tuple(sentences)))
        return found

    def body(self) -> list[Section]:
        """The letter from the ask to the alternative."""
        points = self.points()
        # What is enclosed is known once the facts are quoted.
        self.signs = {**self.signs, "record": "enclosed" if len(self.exhibits) > 1 else "none"}
        ask = [s for s in (self.first("ask"), *self.filled(self.card.entries("ask_more"))) if s is not None]
        denial = list(self.filled([*self.card.common.get("denial", ()), *self.card.table.get("denial", ())]))
        rules = self.rules()
        application = list(self.filled([*self.card.entries("application"), *self.card.entries("contrast")]))
        late = list(self.filled(self.card.common.get("late", ()))) if self.signs.get("late") == "yes" else []
        alternative = [s for s in (self.first("alternative"),) if s is not None]
        return [
            *self.section("ask", [Paragraph(tuple(part)) for part in (ask, late) if part]),
            *self.section("denial", [Paragraph(tuple(denial))] if denial else []),
            *self.section("facts", points),
            *self.section("rule", rules),
            *self.section("application", [Paragraph(tuple(application))] if application else []),
            *self.section("alternative", [Paragraph(tuple(alternative))] if alternative else []),
        ]


def _words(text: str) -> list[str]:
    """The longer words of a text, in small letters."""
    return re.findall(r"[a-z]{5,}", text.casefold())


def _spot(fact: Fact) -> tuple[str | None, int | None]:
    """Where a quotation begins."""
    return fact.source.file, fact.source.start


def short(quote: str) -> str:
    """A quotation of readable length: whole words from its front, verbatim."""
    flat = " ".join(quote.split())
    if len(flat) <= MOST_QUOTED:
        return flat
    return flat[: flat.rfind(" ", 0, MOST_QUOTED)]


def reasons(item: Mapping[str, Any]) -> str:
    """The denial's codes as printed: CO-97, M15."""
    head = f"{item['group']}-{item['carc']}" if item.get("group") and item.get("carc") else None
    return joined([*([head] if head else []), *item.get("rarc", ())])
