"""Everything known of one denial as facts: claim, remit, notes, case facts, tables, practice, clock. Other patients never enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from modwise.appeals import cards, charts, identities, persons, practice, primary
from modwise.appeals.book import Book
from modwise.appeals.charts import Chart
from modwise.appeals.claimfiles import ClaimFile, Sent, first
from modwise.appeals.ledger import Fact, FactKind, Source
from modwise.appeals.planning import reasons
from modwise.appeals.practice import Practice
from modwise.appeals.wording import joined, lowered, shown
from modwise.denying import shapes
from modwise.denying.tables import decision_tables
from modwise.errors import UsageError
from modwise.knowledge.corpus import Corpus

Entry = Mapping[str, Any]
_PERCENT = 100


@dataclass
class Files:
    """The remits and claims at hand, each opened when it is first needed and then kept."""

    claims: Sequence[str | Path] = ()
    opened: dict[str, ClaimFile] = field(default_factory=dict)

    def file(self, path: str | Path) -> ClaimFile:
        """The file, read once."""
        if str(path) not in self.opened:
            self.opened[str(path)] = ClaimFile(path)
        return self.opened[str(path)]

    def sent(self, item: Entry) -> tuple[ClaimFile, Sent] | None:
        """The claim as it was sent, by its number, patient and line; None where no file holds it, or only another person's."""
        match = item.get("match")
        if not match or not match.get("claim"):
            return None
        found = [(file, one) for path in self.claims for file in [self.file(path)] for one in file.sent(match["claim"])]
        if not item.get("file") or not found:
            return _best(found, match.get("line"), item)
        patient = persons.of_remit(self.file(item["file"]).paid(item["position"]))
        agreed = [persons.agreement(persons.of_claim(one), patient) for _, one in found]
        best = max(agreed)
        return (
            _best([pair for pair, held in zip(found, agreed, strict=True) if held == best], match.get("line"), item)
            if best >= 0
            else None
        )

    def foreign(self, item: Entry) -> bool:
        """Whether the files hold a claim of that number, but of another person than the remittance answers."""
        match = item.get("match") or {}
        held = any(self.file(path).sent(match["claim"]) for path in self.claims) if match.get("claim") else False
        return held and self.sent(item) is None


def _best(found: Sequence[tuple[ClaimFile, Sent]], line: int | None, item: Entry) -> tuple[ClaimFile, Sent] | None:
    same = [pair for pair in found if _same_line(pair[1], line, item)]
    return next(iter(same or found), None)


def _same_line(sent: Sent, line: int | None, item: Entry) -> bool:
    """Whether that line of the claim carries the item's code and charge."""
    service = first(sent.lines.get(line or 0, ()), "SV1", "SV2")
    if service is None:
        return False
    code, charge = (1, 2) if service.tag == "SV1" else (2, 3)
    parts = service.parts(code)
    amount = shapes.cents(service.at(charge))
    return len(parts) > 1 and parts[1] == item["code"] and amount == shapes.cents(item["charge"])


def gather(item: Entry, files: Files, today: date) -> Book:
    """The facts of claim, remit, tables and clock for an item of `modwise denials`."""
    book = Book()
    sent = files.sent(item)
    if sent is not None:
        identities.from_claim(book, sent[0], sent[1], item["match"]["line"])
    if item.get("file"):
        remit = files.file(item["file"])
        identities.from_remit(book, remit, remit.paid(item["position"]))
    book.add("date", "today", today.isoformat(), Source("clock"))
    of_item(book, item)
    return book


def of_item(book: Book, item: Entry) -> None:
    """The line as the remit decided it: code with modifiers, amounts, reasons, dates."""
    source = Source("remit", item.get("file"), f"line at byte {item['position']}") if item.get("file") else Source("typed")
    book.once("date", "notice_date", item.get("notice"), source)
    book.once("date", "service_date", item.get("service"), source)
    book.once("identifier", "account", item.get("claim"), source)
    book.once("identifier", "payer_control", item.get("payer_control"), source)
    book.add("count", "line_number", item.get("line"), source)
    code = book.add("code", "code", item.get("code"), source)
    modifiers = [book.add("modifier", "modifier", modifier, source) for modifier in item["modifiers"]]
    written = "-".join([str(item["code"]), *item["modifiers"]]) if item.get("code") else None
    book.computed("code", "code_modifier", written, [code, *modifiers], "the code with its modifiers")
    charge = book.add("amount", "line_charge", item.get("charge"), source)
    book.add("amount", "line_paid", item.get("paid"), source)
    book.add("amount", "line_allowed", item.get("allowed"), source)
    group = book.add("group", "group", item.get("group"), source)
    carc = book.add("carc", "carc", item.get("carc"), source)
    rarc = [book.add("rarc", "rarc", code, source) for code in item.get("rarc", ())]
    book.computed("carc", "denied_with", reasons(item), [group, carc, *rarc], "group and reason code, remark codes")
    for adjustment in item.get("adjustments", ()):
        name = f"adjustment.{adjustment['group']}-{adjustment['carc']}"
        book.once("carc", f"adjusted.{adjustment['carc']}", adjustment["carc"], source)
        book.once("group", f"adjusted.{adjustment['group']}", adjustment["group"], source)
        book.add("amount", name, adjustment["amount"], source)
    taken = [fact for fact in book.facts if fact.name.startswith("adjustment.")]
    told = joined([f"{fact.name.removeprefix('adjustment.')} {shown(fact)}" for fact in taken])
    book.computed("statement", "adjustments_told", told, taken, "each group and reason with its amount")
    decided = item.get("decided") or {}
    again = "-".join([decided["code"], *decided["modifiers"]]) if decided.get("code") else None
    book.add("code", "decided_as", again, source)
    _sought(book, item, charge)


def _sought(book: Book, item: Entry, charge: Fact | None) -> None:
    """The amount asked for, where it is firm: by contract, or a price that is exact."""
    origin = item.get("expected_from") or {}
    if item.get("expected") is None or origin.get("quality") != "exact":
        return
    basis = str(origin.get("basis") or "")
    expected = book.computed("amount", "expected", item["expected"], [charge], f"expected by {basis or 'the price known'}")
    if item.get("at_risk") is not None and item.get("allowed") is not None:
        formula = "expected less allowed"
        book.computed("amount", "sought", item["at_risk"], [expected, book.get("line_allowed")], formula)


def meanings(book: Book, item: Entry, known: Corpus) -> None:
    """What the denial's codes say, in our own words."""
    carc = {row["code"]: row for row in known.kinds["carc"]["meanings"]["meaning"]}
    rarc = {row["code"]: row for row in known.kinds["rarc"]["meanings"]["meaning"]}
    listed = known.kinds["rarc"]["status"]["codes"]
    if item.get("carc") in carc:
        says = lowered(carc[item["carc"]]["says"])
        book.add("statement", "carc_meaning", says, Source("table", "carc/meanings.toml", str(item["carc"])))
    # An alert only informs; what it says is no reason.
    telling = [fact for fact in book.all("rarc") if fact.value in rarc and not listed.get(fact.value, {}).get("alert")]
    for fact in telling[:1]:
        book.computed("rarc", "told_rarc", fact.value, [fact], "the first remark that gives a reason")
        source = Source("table", "rarc/meanings.toml", fact.value)
        book.add("statement", "rarc_meaning", lowered(rarc[fact.value]["says"]), source)


def companion(book: Book, item: Entry) -> list[str]:
    """The codes of the other lines of the claim; the best paid of them as `other_code`, `other_paid`, `other_line`."""
    number, found = 1, []
    while (code := book.get(f"paid_line.{number}.code")) is not None:
        lead = f"paid_line.{number}"
        paid = book.get(f"{lead}.paid")
        mine = number == item.get("line") and code.value == item.get("code")
        if not mine:
            found.append((Decimal(paid.value) if paid else Decimal(0), -number, code, lead))
        number += 1
    if found:
        _, place, code, lead = max(found, key=lambda row: row[:2])
        modifiers = book.all(f"{lead}.modifier")
        written = "-".join([code.value, *(m.value for m in modifiers)])
        book.computed("code", "other_code", written, [code, *modifiers], "the code with its modifiers")
        paid = book.get(f"{lead}.paid")
        if paid is not None and Decimal(paid.value) > 0:
            book.computed("amount", "other_paid", paid.value, [paid], "as the remittance has it")
        book.computed("count", "other_line", -place, [code], "the line's place in the remittance")
    return [code.value for _, _, code, _ in found]


def stated(book: Book, facts: Mapping[str, Any], known: Corpus, where: str | None) -> None:
    """What the user states for the letter, by the names that the cards ask for. Raises UsageError for a name that none asks."""
    wanted = names_asked(known)
    for name, value in (facts.get("letter") or {}).items():
        if name not in wanted:
            raise UsageError(
                f"no letter asks for {name!r}",
                where=where or "facts",
                hint=f"Names: {', '.join(sorted(wanted))}.",
                code="bad-facts",
            )
        for one in value if isinstance(value, list) else [value]:
            if one is not None and one is not False:
                text = "yes" if one is True else str(one)
                book.add(_kind(name, text), name, text, Source("facts", where, f"letter.{name}"))
    agreed(book, facts, where)
    since(book)
    for entry in facts.get("adopts") or ():
        policy = ", ".join(part for part in (entry["policy"], entry.get("section")) if part)
        book.add("statement", f"adopted.{entry['what']}", policy, Source("facts", where, "adopts"))
    usual = (facts.get("contract") or {}).get("usual_charge")
    charge = book.get("line_charge")
    if usual is not None and charge is not None:
        full = book.add("amount", "usual_charge", f"{Decimal(str(usual)):.2f}", Source("facts", where, "contract.usual_charge"))
        share = Decimal(charge.value) * _PERCENT / Decimal(str(usual)) if Decimal(str(usual)) else Decimal(0)
        if share == share.to_integral_value() and 0 < share < _PERCENT:
            book.computed("percent", "charge_share", int(share), [charge, full], "charge divided by the usual charge")


def argued(book: Book, card: cards.Card) -> None:
    """The modifier argued for, as a fact."""
    held = next((fact for fact in book.all("modifier") if fact.value == card.modifier), None)
    book.computed("modifier", "argued_modifier", card.modifier, [held], "the modifier of the line that the denial is about")


def since(book: Book) -> None:
    """How many days lie between the first operation and the service, where its date is stated."""
    service = book.get("service_date")
    first_day = book.get("first_date") or book.get("operation_date")
    if service is not None and first_day is not None and shapes.is_day(first_day.value):
        between = (date.fromisoformat(service.value) - date.fromisoformat(first_day.value)).days
        if between > 0:
            days = "1 day" if between == 1 else f"{between} days"
            book.computed("count", "days_after", days, [service, first_day], "days from the first operation to the service")


def agreed(book: Book, facts: Mapping[str, Any], where: str | None) -> None:
    """What the user states of contract and acceptance, beside the names of `letter`."""
    contract, acceptance = facts.get("contract") or {}, facts.get("acceptance") or {}
    if contract.get("rate") is not None:
        book.add("amount", "contract_rate", f"{Decimal(str(contract['rate'])):.2f}", Source("facts", where, "contract.rate"))
    factor = next(((contract.get("factors") or {}).get(m.value) for m in book.all("modifier")), None)
    if factor is not None:
        share = Decimal(str(factor)) * _PERCENT
        book.add("percent", "contract_factor", f"{share.normalize():f}", Source("facts", where, "contract.factors"))
    source = Source("facts", where, "acceptance")
    day = book.add("date", "acceptance_date", acceptance.get("date"), source)
    book.add("statement", "acceptance_kind", acceptance.get("kind"), source)
    service = book.get("service_date")
    if day is not None and service is not None:
        between = (date.fromisoformat(day.value) - date.fromisoformat(service.value)).days
        days = "1 day" if between == 1 else f"{between} days"
        book.computed("count", "acceptance_days", days, [service, day], "days from service to acceptance")


def names_asked(known: Corpus) -> set[str]:
    """The names that a facts file may state: those that some card's points, needs or gaps name."""
    found: set[str] = set()
    for card in known.kinds["letters"].values():
        found |= set(card.get("stated", ()))
    return found


def _kind(name: str, value: str) -> FactKind:
    if shapes.is_day(value):
        return "date"
    if name.endswith("_percent"):
        return "percent"
    if name.endswith(("_charge", "_amount", "_fee")):
        return "amount"
    if name.endswith(("_code",)):
        return "code"
    return "name" if name.endswith("_name") else "statement"


def signs(book: Book, item: Entry, facts: Mapping[str, Any], route: Entry, known: Corpus) -> dict[str, str]:
    """What the conditions of the cards ask: topic, programme, kind of paper, level, what notes and tables say."""
    contract = facts.get("contract") or {}
    contracted = contract.get("contracted")
    found = {
        "topic": str(item.get("topic")),
        "programme": str(route["programme"]),
        "kind": str(route["kind"]),
        "secondary": "yes" if primary.secondary(book, item) else "no",
        "scope": "claim" if item.get("line") is None else "line",
        "level": str(route.get("level") or "none"),
        "group": str(item.get("group")),
        "carc": str(item.get("carc")),
        "claim_type": str(item.get("claim_type") or "unknown"),
        "contracted": "unknown" if contracted is None else "yes" if contracted else "no",
        "notice_from": "typed" if (book.get("notice_date") or book.facts[0]).source.kind == "typed" else "remit",
        "plain": "yes" if item.get("carc") in decision_tables(known).plain else "no",
        "paid": "nothing" if shapes.cents(item["paid"]) == 0 else "part",
        "sought": "known" if book.get("sought") else "unknown",
        "narrative": "yes" if book.get("line_narrative") or book.get("claim_narrative") else "no",
        "pair": book.value("pair.indicator") or "unknown",
        "mai": book.value("mue.mai") or "unknown",
    }
    for fact in book.beginning("indicator."):
        found.setdefault(fact.name.removeprefix("indicator."), fact.value)
    return found


def sorted_out(book: Book, read: Sequence[Chart]) -> tuple[list[Chart], list[str], list[str]]:
    """The charts that can be this patient's, the gaps that the others leave, and what to tell of them."""
    names = [fact.value for name in ("patient_name", "subscriber_name", "record_name") for fact in book.all(name)]
    dated = [fact for fact in book.facts if fact.kind == "date" and (fact.name == "service_date" or fact.source.kind == "facts")]
    return charts.sorted_out(read, names, _days(dated) if book.get("service_date") else [])


def service_days(book: Book) -> list[date]:
    """The day of service, and the day that the user calls the record's."""
    return _days([fact for name in ("service_date", "record_day") for fact in book.all(name)])


def _days(facts: Sequence[Fact]) -> list[date]:
    return [date.fromisoformat(fact.value) for fact in facts if shapes.is_day(fact.value)]


def charted(book: Book, read: Sequence[Chart], modifiers: Sequence[str]) -> set[str]:
    """The notes' quotes as facts; returns the items that a note contradicts."""
    return charts.into(book, read, modifiers)


def practised(book: Book, found: Practice) -> None:
    """The practice as facts."""
    practice.into(book, found)
