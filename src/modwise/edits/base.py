"""What an edit is: a class with a documented page, declared needs, and two pure functions over a table of lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import polars as pl

from modwise.edits.known import Known
from modwise.edits.lines import Lines

CLEAN = "clean"
FAIL = "fail"
BYPASSED = "bypassed"
NEEDS_DOCUMENTATION = "needs_documentation"
PAYER_DEPENDENT = "payer_dependent"
STATUSES = (FAIL, BYPASSED, NEEDS_DOCUMENTATION, PAYER_DEPENDENT)
OUTCOMES = ("reject", "deny", "reduce", "audit", "form")

Outcome = Literal["reject", "deny", "reduce", "audit", "form"]


@dataclass(frozen=True)
class Fix:
    """What would mend the line. `safe` changes only the form; anything that asserts a fact about care is a `proposal`."""

    kind: Literal["safe", "proposal"]
    note: str
    remove: tuple[str, ...] = ()
    add: tuple[str, ...] = ()


class Edit:
    """A check of the lines, one at a time. The subclass's docstring is its page.

    `check` returns one value per line it was shown: a Boolean series (True = finding with status `fail`), or a String series of
    statuses as `status_of` makes it. Null means *not known*: the engine counts the line as not assessed, with the reason.
    """

    code: ClassVar[str]
    status: ClassVar[Literal["preview", "stable", "deprecated"]] = "stable"
    outcome: ClassVar[Outcome] = "deny"
    # Outcome by status where it differs from `outcome`; a bypass or a missing document is an audit matter unless stated.
    outcomes: ClassVar[Mapping[str, Outcome]] = {}
    # Only lines that carry one of these are shown to the edit; empty = every line with a procedure code.
    modifiers: ClassVar[tuple[str, ...]] = ()
    claim_types: ClassVar[tuple[str, ...]] = ("professional", "institutional")
    facts: ClassVar[tuple[str, ...]] = ()
    tables: ClassVar[tuple[str, ...]] = ()
    carc: ClassVar[tuple[str, ...]] = ()
    # Text with {code}, {modifiers}, {modifier} (the first of `modifiers` on the line), any column the edit looked up or named
    # with `known.say`; one text, or one per status.
    message: ClassVar[str | Mapping[str, str]]
    fix: ClassVar[Fix | None] = None

    def applies(self, lines: Lines, known: Known) -> pl.Series | None:
        """Which of the shown lines the edit is about (Boolean; null counts as no); None = all of them."""
        return None

    def check(self, lines: Lines, known: Known) -> pl.Series:
        """Which of them are wrong: Boolean or status per line, null where it cannot be known."""
        raise TypeError(f"{type(self).__name__} defines no check")

    def proposed(self, lines: Lines, known: Known) -> pl.Series | None:
        """The modifiers (list per line) that would mend each line, where `fix` alone cannot say it; None = use `fix`."""
        return None


class DayEdit(Edit):
    """A check that compares lines of the same patient, provider, payer and date of service, across the whole batch.

    `lines` is every line of the batch that can be compared, sorted by `day` (UInt32: one number per patient, provider, payer,
    claim type and date). `check_day` returns a frame, one row per case looked at:
    `row` (UInt32 index into lines, where the finding stands), `other` (UInt32, the related line, or null), `status` (String,
    "clean" or null allowed). Look-ups on it go through `known.on(...)`.
    """

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        """The cases found."""
        raise TypeError(f"{type(self).__name__} defines no check_day")


def status_of(**conditions: pl.Series) -> pl.Series:
    """One status per line from Boolean series, the first that is true wins, in the order given.

    A line none of whose conditions is true is clean, unless one of them is null: then the answer is null, not known. A null
    before a true one also gives null: a worse status might hold.
    """
    names = list(conditions)
    unknown_names = [name for name in names if name not in STATUSES]
    if unknown_names:
        raise ValueError(f"no such status: {unknown_names}")
    frame = pl.DataFrame(conditions)
    answer = pl.lit(CLEAN)
    for name in reversed(names):
        answer = pl.when(pl.col(name)).then(pl.lit(name)).when(pl.col(name).is_null()).then(None).otherwise(answer)
    return frame.select(answer.alias("status"))["status"]


def outcome_of(edit: type[Edit], status: str) -> str:
    """The outcome a finding of that status has."""
    if status in edit.outcomes:
        return edit.outcomes[status]
    return "audit" if status in (BYPASSED, NEEDS_DOCUMENTATION) else edit.outcome


def messages(edit: type[Edit]) -> Sequence[tuple[str, str]]:
    """(status, template) pairs of an edit; a single text stands for every status."""
    if isinstance(edit.message, str):
        return [(status, edit.message) for status in STATUSES]
    return list(edit.message.items())
