"""A denial that came on paper: typed in as JSON or question by question, then decided and written like any other.

What was typed is written as the 837 and 835 it would have been, in a folder that is deleted, so that nothing is decided twice in code.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from modwise.denying import shapes
from modwise.denying.shapes import DAY, MONEY, TEXT, WHOLE, Each, Plain, Table
from modwise.errors import InputError, UsageError
from modwise.knowledge.corpus import Corpus, corpus
from modwise.x12.writer import Group, Interchange, Segment, Separators, TransactionSet, money, write

Json = dict[str, Any]
Asker = Callable[[Mapping[str, Any]], str]
# Separators that nobody types.
_SEPARATORS = Separators("\x1d", "\x1f", "\x1e", "\x1c")
_ADJUSTMENT = re.compile(r"([A-Z]{2})-?([A-Z]?\d{1,3}):(\d+(?:\.\d{1,2})?)", re.I)
_OTHER = re.compile(r"([0-9A-Z]{5}(?:-[0-9A-Z]{2})*):(\d+(?:\.\d{1,2})?):(\d+(?:\.\d{1,2})?)", re.I)
_CODE = Plain("five letters or digits, as 99213", lambda v: isinstance(v, str) and re.fullmatch(r"[0-9A-Za-z]{5}", v) is not None)
_NPI = Plain("ten digits", lambda v: isinstance(v, str) and re.fullmatch(r"\d{10}", v) is not None)
_MODIFIER = Plain("two letters or digits", lambda v: isinstance(v, str) and re.fullmatch(r"[0-9A-Za-z]{2}", v) is not None)
_REASON = Table({"group": TEXT, "carc": TEXT, "amount": MONEY}, needed=("group", "carc", "amount"))
_SHAPE = Table(
    {
        **dict.fromkeys(("payer", "payer_name", "claim", "payer_control", "patient", "member_id", "billing", "provider"), TEXT),
        **dict.fromkeys(("place", "tin_last4", "eob", "claim_type", "narrative", "diagnosis"), TEXT),
        **dict.fromkeys(("notice", "service"), DAY),
        **dict.fromkeys(("charge", "paid"), MONEY),
        **dict.fromkeys(("line", "units"), WHOLE),
        **dict.fromkeys(("billing_npi", "provider_npi"), _NPI),
        "facts": Table({}, others=Plain("a fact of the line", lambda v: True)),
        "code": _CODE,
        "modifiers": Each(_MODIFIER, "modifiers"),
        "adjustments": Each(_REASON, "adjustments"),
        "remarks": Each(TEXT, "remark codes"),
        "others": Each(
            Table({"code": _CODE, "modifiers": Each(_MODIFIER, "modifiers"), "charge": MONEY, "paid": MONEY}, needed=("code",)),
            "lines",
        ),
    },
    needed=("payer_name", "notice", "claim", "service", "code", "charge", "adjustments"),
)


@dataclass(frozen=True)
class Typed:
    """A denial as typed. `where` is its file, or `typed in`."""

    table: Json
    where: str

    @property
    def line(self) -> int:
        """The line of the claim."""
        return int(self.table.get("line") or 1)

    @property
    def claim(self) -> str:
        """The account number."""
        return str(self.table["claim"])

    @property
    def facts(self) -> Json:
        """The case facts that stand in it, as a facts file has them."""
        return {self.claim: {str(self.line): self.table["facts"]}} if self.table.get("facts") else {}


def read(path: str | Path) -> Typed:
    """The denial of a JSON file. Raises InputError for a file that is no JSON, UsageError for what is wrong in it."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise InputError("no denial in JSON", where=str(path), hint="docs/appeals.md shows one.", code="bad-denial") from None
    return checked(content, str(path))


def checked(content: Any, where: str) -> Typed:
    """The denial, when every part is one that is known and the amounts balance. Raises UsageError that names what is wrong."""
    if not isinstance(content, Mapping):
        raise _bad("the denial is not a table", where)
    for problem in _SHAPE.problems("", content):
        raise _bad(problem.strip(), where)
    table = dict(content)
    if not table["adjustments"]:
        raise _bad("adjustments is empty: nothing was denied", where)
    charge, paid = shapes.cents(table["charge"]) or 0, shapes.cents(table.get("paid") or 0) or 0
    taken = sum(shapes.cents(a["amount"]) or 0 for a in table["adjustments"])
    if charge - taken != paid:
        raise _bad("charge less adjustments is not what was paid", where)
    payer = table.get("payer")
    if payer:
        corpus().payer(payer)
    return Typed(table, where)


def _bad(what: str, where: str) -> UsageError:
    return UsageError(what, where=where, hint="docs/appeals.md lists the keys; leave out what is not known.", code="bad-denial")


# ---- question by question ------------------------------------------------------------------------------------------------------


def asked(ask: Asker, known: Corpus | None = None) -> Typed:
    """The denial, asked for question by question. `ask` gets a question and returns the answer, empty for not known."""
    found: Json = {}
    for question in (known or corpus()).kinds["questions"]["denial"]["question"]:
        value = _answered(ask, question)
        if value not in (None, "", []):
            found[question["name"]] = value
    return checked(found, "typed in")


def _answered(ask: Asker, question: Mapping[str, Any]) -> Any:
    wrong = ""
    while True:
        text = ask({**question, "wrong": wrong}).strip()
        if not text and not question.get("need"):
            return None
        try:
            return understood(question["kind"], text)
        except UsageError as error:
            wrong = error.message


def understood(kind: str, text: str) -> Any:
    """An answer as the JSON has it. Raises UsageError that says what is expected."""
    words = text.replace(",", " ").split()
    if kind == "payer":
        return str(corpus().payer(text)["payer"])
    if kind == "modifiers":
        return [_fitting(_MODIFIER, word.upper()) for word in words]
    if kind == "codes":
        return [word.upper() for word in words]
    if kind == "adjustments":
        return [_reason(word) for word in words or [""]]
    if kind == "others":
        return [_other(word) for word in words]
    shape = {"date": DAY, "npi": _NPI, "code": _CODE, "amount": MONEY}.get(kind)
    if kind == "number":
        if not text.isdecimal():
            raise _wrong("a whole number")
        return int(text)
    if kind == "amount":
        text = text.replace("$", "").replace(",", "")
    if not text:
        raise _wrong("an answer")
    return _fitting(shape, text.upper() if kind == "code" else text) if shape else text


def _fitting(shape: Plain, value: str) -> str:
    if not shape.fits(value):
        raise _wrong(shape.says)
    return value


def _wrong(wanted: str) -> UsageError:
    return UsageError(wanted, code="bad-answer")


def _reason(word: str) -> Json:
    found = _ADJUSTMENT.fullmatch(word)
    if found is None:
        raise _wrong("group, reason and amount, as CO-97:150.00")
    return {"group": found[1].upper(), "carc": found[2].upper(), "amount": found[3]}


def _other(word: str) -> Json:
    found = _OTHER.fullmatch(word)
    if found is None:
        raise _wrong("code, charge and paid, as 17110:140.00:98.40")
    code, *modifiers = found[1].upper().split("-")
    return {"code": code, "modifiers": modifiers, "charge": found[2], "paid": found[3]}


# ---- as files ------------------------------------------------------------------------------------------------------------------


@contextmanager
def as_files(typed: Typed) -> Iterator[tuple[Path, Path]]:
    """The 835 and the 837 that the denial would have been, in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="modwise-") as folder:
        remit, claim = Path(folder) / "typed.835", Path(folder) / "typed.837"
        remit.write_bytes(write([Interchange([Group("HP", "005010X221A1", [_remit(typed)])])], _SEPARATORS))
        version = "005010X223A2" if _facility(typed) else "005010X222A1"
        claim.write_bytes(write([Interchange([Group("HC", version, [_claim(typed, version)])])], _SEPARATORS))
        yield remit, claim


def _facility(typed: Typed) -> bool:
    return typed.table.get("claim_type") == "institutional"


def _lines(typed: Typed) -> list[tuple[int, Json]]:
    """The denied line at its number, the others round it."""
    others = [
        {**other, "charge": other.get("charge") or other.get("paid") or "0", "adjustments": None}
        for other in typed.table.get("others") or ()
    ]
    numbers = [n for n in range(1, len(others) + 2) if n != typed.line][: len(others)]
    return sorted([*zip(numbers, others, strict=True), (typed.line, typed.table)], key=lambda pair: pair[0])


def _cents(value: Any) -> int:
    return shapes.cents(value if value is not None else 0) or 0


def _remit(typed: Typed) -> TransactionSet:
    table, lines = typed.table, _lines(typed)
    day = date.fromisoformat(str(table["notice"]))
    paid, charged = (sum(_cents(line.get(key)) for _, line in lines) for key in ("paid", "charge"))
    owed = sum(_cents(a["amount"]) for a in table["adjustments"] if a["group"] == "PR")
    head: list[Segment] = [
        ("BPR", "I", money(paid), "C", "ACH", *[None] * 11, day),
        ("TRN", "1", "TYPED", "1999999999"),
        ("DTM", "405", day),
        ("N1", "PR", table["payer_name"]),
        ("N1", "PE", table.get("billing") or "", *_npi(table, "billing_npi")),
        ("LX", "1"),
        (
            "CLP",
            typed.claim,
            "1",
            money(charged),
            money(paid),
            money(owed) if owed else "",
            "ZZ",
            table.get("payer_control"),
            table.get("place") or "",
            "1",
        ),
        ("NM1", "QC", "2", table.get("patient") or "", *_member(table)),
    ]
    for number, line in lines:
        head += _service(typed, number, line)
    return TransactionSet("835", head)


def _service(typed: Typed, number: int, line: Json) -> list[Segment]:
    charge, paid = _cents(line.get("charge")), _cents(line.get("paid"))
    composite = ("HC", line["code"].upper(), *(line.get("modifiers") or ()))
    found: list[Segment] = [("SVC", composite, money(charge), money(paid), "", line.get("units") or 1)]
    found.append(("DTM", "472", date.fromisoformat(str(typed.table["service"]))))
    reasons = line["adjustments"] if line.get("adjustments") is not None else _rest(charge, paid)
    found += [("CAS", a["group"].upper(), a["carc"].upper(), money(_cents(a["amount"]))) for a in reasons]
    found.append(("REF", "6R", f"TYPED-{number}"))
    return [*found, *(("LQ", "HE", code.upper()) for code in line.get("remarks") or ())]


def _rest(charge: int, paid: int) -> list[Json]:
    """What another line was not paid, as the plain reduction to the price."""
    return [{"group": "CO", "carc": "45", "amount": money(charge - paid)}] if charge != paid else []


def _claim(typed: Typed, version: str) -> TransactionSet:
    table, lines = typed.table, _lines(typed)
    total = money(sum(_cents(line.get("charge")) for _, line in lines))
    facility = _facility(typed)
    found: list[Segment] = [
        ("BHT", "0019", "00", "1", date.fromisoformat(str(table["service"])), "1200", "CH"),
        ("HL", "1", "", "20", "1"),
        ("NM1", "85", "2", table.get("billing") or "", *[None] * 4, *_npi(table, "billing_npi")),
        *([("REF", "EI", table["tin_last4"])] if table.get("tin_last4") else []),
        ("HL", "2", "1", "22", "0"),
        ("SBR", "P", "18", *[None] * 6, "ZZ"),
        ("NM1", "IL", "2", table.get("patient") or "", *_member(table)),
        ("NM1", "PR", "2", table["payer_name"], *[None] * 4, "PI", "TYPED"),
        ("CLM", typed.claim, total, "", "", (table.get("place") or "11", "A" if facility else "B", "1"), *"YAYY"),
        *([("NTE", "ADD", table["narrative"])] if table.get("narrative") else []),
        *([("HI", ("ABK", str(table["diagnosis"]).replace(".", "")))] if table.get("diagnosis") else []),
    ]
    if table.get("provider"):
        found.append(("NM1", "82", "2", table["provider"], *[None] * 4, *_npi(table, "provider_npi")))
    for number, line in lines:
        found += _sent_line(typed, number, line, facility=facility)
    return TransactionSet("837", found, version)


def _sent_line(typed: Typed, number: int, line: Json, *, facility: bool) -> list[Segment]:
    composite = ("HC", line["code"].upper(), *(line.get("modifiers") or ()))
    charge, units = money(_cents(line.get("charge"))), line.get("units") or 1
    pointer = "1" if typed.table.get("diagnosis") else ""
    service: Segment = ("SV1", composite, charge, "UN", units, "", "", pointer)
    if facility:
        service = ("SV2", "0360", composite, charge, "UN", units)
    day = date.fromisoformat(str(typed.table["service"]))
    return [("LX", number), service, ("DTP", "472", "D8", day), ("REF", "6R", f"TYPED-{number}")]


def _npi(table: Json, key: str) -> tuple[str, ...]:
    return ("XX", table[key]) if table.get(key) else ()


def _member(table: Json) -> Sequence[str]:
    return ("", "", "", "", "MI", table["member_id"]) if table.get("member_id") else ()
