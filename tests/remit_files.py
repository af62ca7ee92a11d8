"""Invented 835 files for tests: remits as plain objects, balanced by construction, and Hypothesis strategies over them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from modwise.x12.writer import Group, Interchange, Segment, Separators, TransactionSet, money, write

VERSION = "005010X221A1"
DAY = dt.date(2026, 3, 4)


@dataclass(frozen=True)
class Adjust:
    """One reason and amount."""

    group: str
    carc: str
    cents: int
    quantity: int | None = None


@dataclass(frozen=True)
class Service:
    """One SVC; what it was paid is its charge less its adjustments, plus `off` where a test wants it wrong."""

    code: str
    charge: int
    modifiers: tuple[str, ...] = ()
    adjustments: tuple[Adjust, ...] = ()
    units: int | None = 1
    sent: tuple[str, ...] = ()
    sent_units: int | None = None
    revenue: str = ""
    qualifier: str = "HC"
    begins: dt.date | None = DAY
    ends: dt.date | None = None
    control: str = ""
    policy: str = ""
    npi: str = ""
    allowed: int | None = None
    late: int | None = None
    remarks: tuple[str, ...] = ()
    off: int = 0

    @property
    def paid(self) -> int:
        return self.charge - sum(a.cents for a in self.adjustments) + self.off


@dataclass(frozen=True)
class Claim:
    """One CLP; charge and payment follow from its services, or from `charge` where it has none."""

    id: str
    services: tuple[Service, ...] = ()
    status: str = "1"
    adjustments: tuple[Adjust, ...] = ()
    charge: int = 0
    filing: str = "12"
    control: str = ""
    facility: str = "11"
    frequency: str = "1"
    drg: str = ""
    member: str = ""
    insured: str = ""
    npi: str = ""
    outpatient: tuple[str, ...] = ()
    inpatient: tuple[str, ...] = ()
    original: str = ""
    authorization: str = ""
    contract: str = ""
    statement: tuple[dt.date, ...] = ()
    received: dt.date | None = None
    coverage: int | None = None
    off: int = 0

    @property
    def charged(self) -> int:
        return sum(s.charge for s in self.services) if self.services else self.charge

    @property
    def paid(self) -> int:
        lines = sum(s.paid for s in self.services) if self.services else self.charge
        return lines - sum(a.cents for a in self.adjustments) + self.off

    @property
    def owed(self) -> int:
        every = [*self.adjustments, *(a for s in self.services for a in s.adjustments)]
        return sum(a.cents for a in every if a.group == "PR")

    def reversed(self) -> Claim:
        """The claim taken back: status 22, every amount negated."""
        back = tuple(
            replace(s, charge=-s.charge, adjustments=_negated(s.adjustments), allowed=None, late=None, off=-s.off)
            for s in self.services
        )
        return replace(
            self,
            services=back,
            charge=-self.charge,
            adjustments=_negated(self.adjustments),
            status="22",
            coverage=None,
            off=-self.off,
        )


def _negated(adjustments: tuple[Adjust, ...]) -> tuple[Adjust, ...]:
    return tuple(replace(a, cents=-a.cents) for a in adjustments)


@dataclass(frozen=True)
class Payment:
    """One ST to SE; the amount follows from its claims and provider-level adjustments (reason, reference, cents)."""

    claims: tuple[Claim, ...]
    payer: str = "INVENTED HEALTH PLAN"
    payer_id: str = ""
    plan_id: str = ""
    site: str = ""
    npi: str = "1999999984"
    tin: str = ""
    date: dt.date = dt.date(2026, 3, 27)
    trace: str = "T1"
    method: str = "ACH"
    provider: tuple[tuple[str, str, int], ...] = ()
    off: int = 0

    @property
    def amount(self) -> int:
        return sum(c.paid for c in self.claims) - sum(cents for _, _, cents in self.provider) + self.off


def remit_file(*payments: Payment, separators: Separators | None = None, control: int = 1) -> bytes:
    """One interchange with those payments."""
    sets = [TransactionSet("835", payment_segments(payment)) for payment in payments]
    return write([Interchange([Group("HP", VERSION, sets)], control)], separators)


def payment_segments(payment: Payment) -> list[Segment]:
    """What stands between ST and SE."""
    amount = payment.amount
    found: list[Segment] = [
        ("BPR", "I", money(abs(amount)), "D" if amount < 0 else "C", payment.method, *[None] * 11, payment.date),
        ("TRN", "1", payment.trace, "1999999999"),
        ("DTM", "405", payment.date),
        ("N1", "PR", payment.payer, *(("XV", payment.plan_id) if payment.plan_id else ())),
        ("N3", "1 CLP STREET"),
    ]
    if payment.payer_id:
        found.append(("REF", "2U", payment.payer_id))
    if payment.site:
        found.append(("PER", "IC", "", "UR", payment.site))
    found.append(("N1", "PE", "INVENTED CLINIC", *(("XX", payment.npi) if payment.npi else ("FI", payment.tin))))
    if payment.npi and payment.tin:
        found.append(("REF", "TJ", payment.tin))
    for number, claim in enumerate(payment.claims):
        if number % 3 == 0:
            found.append(("LX", number // 3 + 1))
        found += claim_segments(claim)
    for at in range(0, len(payment.provider), 6):
        pairs = [part for reason, ref, cents in payment.provider[at : at + 6] for part in ((reason, ref), money(cents))]
        found.append(("PLB", payment.npi, dt.date(2026, 12, 31), *pairs))
    return found


def claim_segments(claim: Claim) -> list[Segment]:
    """The segments of one claim."""
    owed = "" if claim.status == "22" or not claim.owed else money(claim.owed)
    amounts = (money(claim.charged), money(claim.paid), owed)
    found: list[Segment] = [
        ("CLP", claim.id, claim.status, *amounts, claim.filing, claim.control, claim.facility, claim.frequency, "", claim.drg),
        *_cas(claim.adjustments),
        ("NM1", "QC", "1", "DOE", "PAT", "", "", "", "MI", claim.member),
    ]
    if claim.insured:
        found.append(("NM1", "IL", "1", "DOE", "SAM", "", "", "", "MI", claim.insured))
    if claim.npi:
        found.append(("NM1", "82", "1", "DOC", "E", "", "", "", "XX", claim.npi))
    if claim.inpatient:
        found.append(("MIA", "1", "", "", "", claim.inpatient[0], *[None] * 14, *claim.inpatient[1:]))
    if claim.outpatient:
        found.append(("MOA", "", "", *claim.outpatient))
    pairs = (("F8", claim.original), ("G1", claim.authorization), ("CE", claim.contract))
    found += [("REF", qualifier, value) for qualifier, value in pairs if value]
    found += [("DTM", qualifier, day) for qualifier, day in zip(("232", "233"), claim.statement, strict=False)]
    if claim.received:
        found.append(("DTM", "050", claim.received))
    if claim.coverage is not None:
        found.append(("AMT", "AU", money(claim.coverage)))
    for service in claim.services:
        found += _service(service)
    return found


def _service(service: Service) -> list[Segment]:
    sent = (service.qualifier, *service.sent) if service.sent else ""
    units = ("" if service.units is None else service.units, sent, "" if service.sent_units is None else service.sent_units)
    composite = (service.qualifier, service.code, *service.modifiers)
    found: list[Segment] = [("SVC", composite, money(service.charge), money(service.paid), service.revenue, *units)]
    if service.begins and service.ends:
        found += [("DTM", "150", service.begins), ("DTM", "151", service.ends)]
    elif service.begins:
        found.append(("DTM", "472", service.begins))
    found += _cas(service.adjustments)
    pairs = (("6R", service.control), ("HPI", service.npi), ("0K", service.policy))
    found += [("REF", qualifier, value) for qualifier, value in pairs if value]
    amounts = (("B6", service.allowed), ("KH", service.late))
    found += [("AMT", qualifier, money(cents)) for qualifier, cents in amounts if cents is not None]
    return [*found, *(("LQ", "HE", remark) for remark in service.remarks)]


def _cas(adjustments: Sequence[Adjust]) -> list[Segment]:
    """Neighbours of one group share a CAS of six at most."""
    found: list[list[str | int | None]] = []
    for a in adjustments:
        if not found or found[-1][1] != a.group or len(found[-1]) >= 20:
            found.append(["CAS", a.group])
        found[-1] += [a.carc, money(a.cents), a.quantity]
    return [tuple(segment) for segment in found]


# ---- strategies ----------------------------------------------------------------------------------------------------------

_WORD = st.text(st.sampled_from("ABCDEFGHIJ0123456789 ÉÑ"), min_size=1, max_size=20).map(str.strip).filter(bool)
_NPI = st.from_regex(r"\A1[0-9]{9}\Z")
_DAY = st.dates(dt.date(2015, 1, 1), dt.date(2027, 12, 31))
_CENTS = st.integers(-20_000_000, 99_999_999)


def _maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), strategy)


_ADJUSTS = st.lists(
    st.builds(
        Adjust,
        st.sampled_from(["CO", "PR", "OA", "PI"]),
        st.sampled_from(["1", "2", "45", "97", "253", "B7", "999"]),
        _CENTS,
        st.one_of(st.none(), st.integers(0, 99)),
    ),
    max_size=9,
).map(tuple)
_OFF = st.sampled_from([0] * 14 + [1, -100])
_MODIFIERS = st.lists(st.from_regex(r"\A[0-9A-Z]{2}\Z"), max_size=4).map(tuple)
_CODE = st.from_regex(r"\A[0-9A-Z][0-9]{3}[0-9A-Z]\Z")
SERVICES = st.builds(
    Service,
    _CODE,
    _CENTS,
    modifiers=_MODIFIERS,
    adjustments=_ADJUSTS,
    units=st.one_of(st.none(), st.integers(0, 50)),
    sent=st.one_of(st.just(()), st.tuples(_CODE), st.tuples(_CODE, st.just("59"))),
    sent_units=st.one_of(st.none(), st.integers(1, 50)),
    revenue=_maybe(st.sampled_from(["0450", "0360"])),
    qualifier=st.sampled_from(["HC", "HC", "HC", "NU"]),
    begins=st.one_of(st.none(), _DAY),
    ends=st.one_of(st.none(), _DAY),
    control=_maybe(_WORD),
    policy=_maybe(_WORD),
    npi=_maybe(_NPI),
    allowed=st.one_of(st.none(), _CENTS),
    late=st.one_of(st.none(), _CENTS),
    remarks=st.lists(st.sampled_from(["N130", "MA130", "M15", "N9999"]), max_size=3).map(tuple),
    off=_OFF,
)
CLAIMS = st.builds(
    Claim,
    _WORD,
    st.lists(SERVICES, max_size=4).map(tuple),
    status=st.sampled_from(["1", "2", "3", "4", "19", "22", "25"]),
    adjustments=_ADJUSTS,
    charge=_CENTS,
    filing=_maybe(st.sampled_from(["12", "MB", "MA", "MC"])),
    control=_maybe(_WORD),
    facility=_maybe(st.sampled_from(["11", "22", "13"])),
    frequency=_maybe(st.sampled_from(["1", "7"])),
    drg=_maybe(st.just("470")),
    member=_maybe(st.sampled_from(["M1", "LONGMEMBERNUMBER01"])),
    insured=_maybe(st.sampled_from(["M2", "M3"])),
    npi=_maybe(_NPI),
    outpatient=st.lists(st.sampled_from(["MA01", "MA130", "N1"]), max_size=5).map(tuple),
    inpatient=st.lists(st.sampled_from(["MA01", "MA07"]), max_size=4).map(tuple),
    original=_maybe(_WORD),
    authorization=_maybe(_WORD),
    contract=_maybe(_WORD),
    statement=st.lists(_DAY, max_size=2).map(tuple),
    received=st.one_of(st.none(), _DAY),
    coverage=st.one_of(st.none(), _CENTS),
    off=_OFF,
)
PAYMENTS = st.builds(
    Payment,
    st.lists(CLAIMS, max_size=5).map(tuple),
    payer=_WORD,
    payer_id=_maybe(st.sampled_from(["87726", "62308"])),
    plan_id=_maybe(_WORD),
    site=_maybe(st.just("WWW.EXAMPLE.COM")),
    npi=_maybe(_NPI),
    tin=st.from_regex(r"\A[0-9]{9}\Z"),
    date=_DAY,
    trace=_WORD,
    method=st.sampled_from(["ACH", "CHK", "NON"]),
    provider=st.lists(st.tuples(st.sampled_from(["WO", "FB", "L6"]), _maybe(_WORD), _CENTS), max_size=8).map(tuple),
    off=_OFF,
)
SEPARATORS = st.builds(
    lambda used, eol: Separators(*used, "" if used[2] == "\n" else eol),
    st.sampled_from([("*", ":", "~", "^"), ("|", ">", "!", "&"), ("^", "\\", "\x1c", "&"), ("*", "<", "\n", "^")]),
    st.sampled_from(["", "\n", "\r\n"]),
)
FILES = st.lists(st.tuples(SEPARATORS, st.lists(PAYMENTS, min_size=1, max_size=3)), min_size=1, max_size=3)


def file_of(spec: Sequence[tuple[Separators, Sequence[Payment]]]) -> bytes:
    """Several interchanges, each with its own separators."""
    return b"".join(remit_file(*payments, separators=used, control=n) for n, (used, payments) in enumerate(spec, 1))
