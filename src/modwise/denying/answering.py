"""An item of the worklist decided anew with what somebody said of its line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modwise.denying import given, questions, running
from modwise.errors import UsageError
from modwise.store.worklist import claims_of, identity, line_of

Json = dict[str, Any]


def stated(facts: str | Path | Mapping[str, Any] | None, answers: given.CaseFacts) -> given.CaseFacts:
    """The facts of a file (or its table) with the answers laid over them."""
    base: given.CaseFacts = {} if facts is None else facts if isinstance(facts, Mapping) else given.read(facts)
    return questions.merged(base, answers)


def of_item(item: Mapping[str, Any], facts: Mapping[str, Any]) -> given.CaseFacts:
    """The facts of an item's line as a facts file holds them."""
    return {claim: {line_of(item): facts} for claim in claims_of(item)}


def decided(item: Mapping[str, Any], answers: Mapping[str, Any], terms: Mapping[str, Any]) -> Json:
    """The item as the tables decide it with these answers. `terms` are those of `running.run`, with `remits`, `claims` and `facts`.

    Raises UsageError where the remittance does not hold the item.
    """
    rest = dict(terms)
    remits, claims = rest.pop("remits"), rest.pop("claims", ())
    facts = stated(rest.pop("facts", None), of_item(item, answers))
    wanted = identity(item)
    found = running.run(remits, claims, facts=facts, keep_going=True, **rest)
    again = next((one for one in found.items if identity(one) == wanted), None)
    if again is None:
        raise UsageError(
            "the remittance at hand does not hold this line any more",
            hint="Read its 835 file again, then answer.",
            code="no-remit",
        )
    return again
