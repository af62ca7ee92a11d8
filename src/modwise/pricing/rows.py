"""First step: which row of the fee schedule the line bills, and whether it can be paid at all as it stands."""

from __future__ import annotations

from modwise.pricing import figures
from modwise.pricing.fees import Fee
from modwise.pricing.model import Line, Situation
from modwise.pricing.policy import Policy
from modwise.pricing.rating import PROFESSIONAL_ROW, TECHNICAL_ROW, Book
from modwise.pricing.working import Working

STEP = "row"
STOPPED_ROW = "53"
BY_PLACE = ("fee-schedule", "contract-factor")


def begin(line: Line, situation: Situation, book: Book) -> Working:
    """The line with its row and full rate; already without price where the row cannot be paid."""
    policy = book.policy(situation)
    row = chosen(line, situation, book, policy)
    fee = book.fees.fee(line.code, row, situation.day)
    base = fee or book.fees.fee(line.code, "", situation.day)
    work = Working(line, base, book.rate(line, row, fee, situation), row)
    name = f"{row} row" if row else "base row"
    work.say("rate", f"{name.capitalize()}. {work.rate.says}" if base else work.rate.says)
    if base is not None and base.nearest:
        work.notes.append(f"No edition of the fee schedule covers {situation.day}; {base.edition} stands in.")
    if base is not None:
        _payable(work, base, policy)
        if line.place is None and work.rate.basis in BY_PLACE and base.pe_facility_rvu != base.pe_nonfacility_rvu:
            work.notes.append("No place of service is told; the non-facility amount is shown.")
    if fee is None and row and work.rate.amount is None and base is not None and work.live:
        work.unknown(STEP, f"{line.code} has no {row} row and no rate of its own for {row}.")
    if work.units != 1 and work.live:
        work.say("units", f"Times {work.units:f} units.")
    return work


def chosen(line: Line, situation: Situation, book: Book, policy: Policy) -> str:
    """The row: 26 or TC when the line carries it, 53 where the schedule has such a row and the payer prices by it, else the base."""
    rows = [m for m in line.modifiers if m in policy.listed("pricing.step.row")]
    for row in rows:
        if row != STOPPED_ROW:
            return row
    if STOPPED_ROW in rows and book.fees.fee(line.code, STOPPED_ROW, situation.day) is not None:
        said = policy.figure(STOPPED_ROW)
        contract = book.contract(situation)
        if said and said[0].kind == figures.ROW and not (contract and STOPPED_ROW in contract.factors):
            return STOPPED_ROW
    return ""


def _payable(work: Working, fee: Fee, policy: Policy) -> None:
    problem = _component_problem(work, fee, policy) or _status_problem(fee, policy)
    if problem is None:
        return
    reason, fact, kind = problem
    cited = policy.lent(fact)
    cites = (cited,) if cited else ()
    has_own_rate = work.rate.basis in ("given", "contract", "learnt")
    if not policy.follows:
        work.notes.append(f"By Medicare's indicators: {reason} Whether this payer decides so is not known.")
    elif kind == "nothing":
        work.nothing(STEP, reason, *cites)
    elif kind == "note":
        work.notes.append(reason)
    elif not has_own_rate and work.live:
        work.unknown(STEP, reason, *cites)


Problem = tuple[str, str, str]


def _status_problem(fee: Fee, policy: Policy) -> Problem | None:
    """(reason, fact, nothing | unknown | note) where the status says more than "active"."""
    for fact, kind, says in STATUS:
        if policy.within(fact, fee.status):
            return says.format(status=fee.status), fact, kind
    return None


STATUS = (
    ("mpfs.status.bundled", "nothing", "Status {status}: always bundled into another service; no modifier makes it payable."),
    ("mpfs.status.bundled-supply", "nothing", "Status {status}: a bundled supply; no modifier makes it payable."),
    ("mpfs.status.not-valid", "nothing", "Status {status}: not valid here, another code is used."),
    ("mpfs.status.non-covered", "nothing", "Status {status}: not covered."),
    ("mpfs.status.measurement", "nothing", "Status {status}: a measurement, reported and not paid."),
    (
        "mpfs.status.excluded",
        "unknown",
        "Status {status}: excluded from the fee schedule; where it is paid, another schedule prices it.",
    ),
    (
        "mpfs.status.other-schedule",
        "unknown",
        "Status {status}: priced by another schedule, such as that of laboratory or ambulance.",
    ),
    ("mpfs.status.contractor-priced", "unknown", "Status {status}: the contractor prices it one by one from the note or invoice."),
    (
        "mpfs.status.anesthesia",
        "unknown",
        "Status {status}: anesthesia is priced by base and time units; give the minutes and base units.",
    ),
    ("mpfs.status.restricted", "note", "Status {status}: paid only when the special coverage rules are met."),
)


def _component_problem(work: Working, fee: Fee, policy: Policy) -> Problem | None:
    rows = [m for m in work.line.modifiers if m in (PROFESSIONAL_ROW, TECHNICAL_ROW)]
    if len(set(rows)) > 1:
        return "26 and TC stand on one line.", "mpfs.component.allows-26", "nothing"
    allowed = {PROFESSIONAL_ROW: "mpfs.component.allows-26", TECHNICAL_ROW: "mpfs.component.allows-tc"}
    for row in rows:
        if not policy.within(allowed[row], fee.component):
            return f"{row} is not valid with PC/TC indicator {fee.component}; the line is rejected.", allowed[row], "nothing"
    return _place_problem(work, fee, policy, with_row=bool(rows), technical=TECHNICAL_ROW in rows)


def _place_problem(work: Working, fee: Fee, policy: Policy, *, with_row: bool, technical: bool) -> Problem | None:
    place = work.line.place
    in_facility = policy.within("mpfs.component.facility-places", place) is not None
    if not with_row and policy.within("mpfs.component.lab-interpretation", fee.component):
        return (
            "Without 26 this is the laboratory test, which another schedule prices.",
            "mpfs.component.lab-interpretation",
            "unknown",
        )
    if in_facility and (technical or not with_row) and policy.within("mpfs.component.global-in-facility", fee.component):
        says = f"The technical part is not payable to a professional at place of service {place}; with indicator 1 the bill there is 26."
        return says, "mpfs.component.global-in-facility", "nothing"
    if in_facility and policy.within("mpfs.component.incident-to", fee.component):
        return (
            f"An incident-to service is not payable to a professional at place of service {place}.",
            "mpfs.component.incident-to",
            "nothing",
        )
    if in_facility and policy.within("mpfs.component.therapy", fee.component):
        return "In a hospital not payable to an independent therapist.", "mpfs.component.therapy", "note"
    if (
        place is not None
        and policy.within("mpfs.component.smear", fee.component)
        and not policy.within("pricing.inpatient-places", place)
    ):
        return "Payable only for hospital inpatients.", "mpfs.component.smear", "nothing"
    return None
