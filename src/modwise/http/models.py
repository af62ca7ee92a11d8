"""The shapes of answers, for the API's description and for agents. Fields may be added to an answer, so every shape lets further ones pass.

An answer is not made of these: it is the JSON of the api as it is; the tests hold each answer against its shape.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from modwise.http.answers import Failure

Json = dict[str, Any]
Money = str
Day = str
MISSING: dict[int | str, dict[str, Any]] = {
    404: {"model": Failure, "description": "It is not here, or no longer, or somebody else's."}
}


class Shape(BaseModel):
    """Base of all shapes."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class Source(Shape):
    """Where a value comes from."""

    key: str
    title: str
    publisher: str | None = None
    url: str | None = None
    kind: str | None = None


# ---- knowledge -----------------------------------------------------------------------------------------------------------


class ModifierPage(Shape):
    """A modifier's page."""

    modifier: str
    title: str
    code_set: str
    page: str = Field(description="full, or brief: only facts and what is said of its use.")
    in_force: Json | None
    sections: dict[str, Any]
    facts: dict[str, Any]
    sources: list[Source]


class DenialCodePage(Shape):
    """A denial code's page."""

    kind: Literal["carc", "rarc"]
    code: str
    meaning: Json | None = Field(description="Null where nothing of our own is written about it.")
    sources: list[Source]


class Procedure(Shape):
    """What is known of a procedure code on a day."""

    code: str


class ModifierLine(Shape):
    """A modifier in a line."""

    modifier: str
    title: str
    code_set: str
    page: str


class EditLine(Shape):
    """An edit in a line."""

    edit: str
    name: str
    title: str
    outcome: str


class EditPage(EditLine):
    """An edit's page: what it does, why lines are denied, where it is blind."""

    sections: dict[str, str]
    sources: list[Source]


class Coverage(Shape):
    """What is known, for whom, and what is not."""

    modifiers: int
    edits: int
    sources: int
    payers: list[Json]


class CaseFact(Shape):
    """A fact that a case can have."""

    fact: str
    question: str
    kind: str
    values: list[Json]


class Edition(Shape):
    """The edition of a table in use."""

    table: str
    edition: str | None
    rows: int
    notes: list[str]


# ---- questions -----------------------------------------------------------------------------------------------------------


class Chosen(Shape):
    """The answer to a case: `billable` false = nothing is reported; `modifiers` [] = the plain code; null = not known yet."""

    code: str | None
    modifiers: list[str] | None
    billable: bool | None


class Advised(Shape):
    """Which modifier fits, and why."""

    answer: Chosen
    certainty: Literal["settled", "payer_dependent", "needs_facts"]
    alternatives: list[Json] = Field(description="Each payer's own answer where they differ.")
    missing: list[Json] = Field(description="Facts that still decide, with the question to ask.")
    path: list[Json] = Field(description="What decided it, step by step.")
    documentation: list[Any]
    payment: Any
    sources: list[Source]


class Statement(Shape):
    """One cited statement."""

    text: str
    fact: str | None = None
    payer: str | None = None
    from_: Day | None = Field(default=None, alias="from")
    source: list[str]


class Answered(Shape):
    """A cited answer; `found` is false where none is known."""

    answer: str
    statements: list[Statement]
    found: bool
    related: list[Json]
    sources: list[Source] = []


class Priced(Shape):
    """What a payer should allow, step by step."""

    code: str
    modifiers: list[str]
    outcome: Literal["priced", "unknown", "not_payable"]
    expected: Money | None
    steps: list[Json]
    reasons: list[Any]
    payer: str | None
    date: Day
    sources: list[Source]


# ---- claims and remits ---------------------------------------------------------------------------------------------------


class SetAside(Shape):
    """A claim that could not be read."""

    file: str
    position: int
    claim: str
    why: str


class Read(Shape):
    """What was read."""

    files: list[str]
    claims: int
    lines: int
    set_aside: list[SetAside]


class Fact(Shape):
    """The fact behind a finding."""

    id: str
    value: Any
    from_: Day | None = Field(alias="from")
    source: Any


class Fix(Shape):
    """What to do: `safe` changes only the writing, a `proposal` would assert something about the care."""

    kind: Literal["safe", "proposal"]
    modifiers: list[str] | None
    note: str


class RelatedLine(Shape):
    """Another line that the finding rests on."""

    file: str
    claim: str | None
    line: int | None
    code: str | None


class Finding(Shape):
    """An edit's result on a line."""

    edit: str
    name: str
    status: Literal["fail", "bypassed", "needs_documentation", "payer_dependent"]
    outcome: Literal["reject", "deny", "reduce", "audit", "form"]
    file: str
    claim: str | None
    line: int | None
    related_lines: list[RelatedLine]
    code: str | None
    modifiers: list[str]
    message: str
    facts: list[Fact]
    carc: list[str]
    amount: Money | None
    fix: Fix | None
    position: int


class NotAssessed(Shape):
    """Lines that an edit could not judge, and why: neither wrong nor right."""

    edit: str
    reason: str
    lines: int


class Checked(Shape):
    """The result of a check. A clean line has no finding."""

    read: Read
    reference: dict[str, Edition]
    findings: list[Finding]
    not_assessed: list[NotAssessed]
    summary: Json


class Evidence(Shape):
    """A quoted place of the note; offsets index its text."""

    start: int
    end: int
    quote: str
    section: str | None


class ChecklistItem(Shape):
    """An item of a modifier's checklist."""

    item: str
    status: Literal["met", "not_found", "contradicted"]
    evidence: list[Evidence]


class Reading(Shape):
    """How far the service was carried, and why not further."""

    extent: Literal["complete", "reduced", "discontinued", "converted", "unclear"]
    reason: Literal["choice", "risk", "preparation", "equipment", "patient", "anatomy", "none", "unclear"]
    anesthesia: str
    laterality: str
    increased_work: bool | str


class Noted(Shape):
    """What a procedure note documents."""

    reading: Reading
    suggested: Json
    checklist: list[ChecklistItem]
    warnings: list[str]


class Deadline(Shape):
    """Until when, and the day to work by."""

    legal: Day | None
    work_by: Day | None
    rule: Any
    source: Any


class Denial(Shape):
    """A denied or cut line, and what is to be done about it."""

    file: str
    claim: str | None
    line: int | None
    payer: str | None
    code: str | None
    modifiers: list[str]
    charge: Money | None
    paid: Money | None
    expected: Money | None
    at_risk: Money | None
    group: str | None
    carc: str | None
    rarc: list[str] | str | None
    match: Json | None
    cause: str
    remedy: Literal[
        "new_claim",
        "corrected_claim",
        "reopening",
        "appeal",
        "dispute_underpayment",
        "send_documents",
        "query_provider",
        "bill_patient",
        "write_off",
        "wait",
        "no_action",
    ]
    deadline: Deadline | None
    decided_by: list[Json]
    would_change: list[Any]
    asks: list[str]


class RemitsRead(Shape):
    """What was read of remits."""

    files: list[str]
    claims: int
    lines: int
    set_aside: list[Json]


class Denied(Shape):
    """What remits denied or cut."""

    read: RemitsRead
    items: list[Denial]
    quarantined: list[Json]
    summary: Json


class Underpaid(Shape):
    """Lines allowed less than expected."""

    read: Json
    items: list[Json]
    summary: Json


class Appealed(Shape):
    """A drafted letter, or why there is none: then `letter` is null and `refused` says what to do instead."""

    kind: Literal["appeal", "documents", "underpayment", "refused"]
    complete: bool = Field(description="Whether it can be signed and sent as it stands.")
    refused: Json | None
    letter: Json | None
    ledger: Json = Field(description="Every fact the letter rests on, with where it stands.")
    missing: list[Json]
    problems: list[Json]
    warnings: list[str]


class Verified(Shape):
    """What the checks on a letter found; `ok` false = something blocks it."""

    ok: bool
    problems: list[Json]
    read: Json


class LetterCheck(Shape):
    """A check on letters."""

    code: str
    title: str
    severity: str


class Taken(Shape):
    """What came into the worklist."""

    added: int
    changed: int
    unchanged: int


class WorkLine(Shape):
    """An item of the worklist in a line."""

    id: int
    claim: str
    line: int | None
    payer: str | None
    cause: str
    remedy: str
    state: Literal["new", "in_progress", "sent", "upheld", "overturned", "partly", "closed"]
    assignee: str | None
    work_by: Day | None
    at_risk: Money | None


class WorkItem(WorkLine):
    """An item with its decision, notes and trail."""

    decision: Json
    notes: list[Json]
    trail: list[Json]


class Measures(Shape):
    """Counts and dollars by state, overturn rate, days to decision."""

    by_state: dict[str, Json]
    decided: int
    overturned_rate: str | None
    recovered: Money | None


class JobShown(Shape):
    """A job: `done` of `total` bytes; `results` are had below /v1/jobs/ID/results/."""

    id: str
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    created: str
    done: int
    total: int
    files: list[Json]
    summary: Json
    results: list[str]
    error: Json | None
