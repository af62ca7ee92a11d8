"""What is to be changed on a line, read from the words of the decision; None where they do not settle it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MOST = 4  # modifiers that a line of a claim holds
_FORMS = (
    re.compile(r"add (?P<add>[0-9A-Z]{2})"),
    re.compile(r"(?P<drop>[0-9A-Z]{2}) to (?P<add>[0-9A-Z]{2})"),
    re.compile(r"without (?P<drop>[0-9A-Z]{2})"),
    re.compile(r"units (?P<before>[0-9.]+) to (?P<units>[0-9.]+)"),
)


@dataclass(frozen=True)
class Correction:
    """One change of one line: a modifier added, dropped or replaced, or other units."""

    add: str | None = None
    drop: str | None = None
    units: str | None = None

    def modifiers(self, before: Sequence[str]) -> list[str] | None:
        """The line's modifiers after the change; None where it cannot be made: nothing to drop, no room, or there already."""
        after = list(before)
        if self.drop is not None:
            if self.drop not in after:
                return None
            place = after.index(self.drop)
            after[place : place + 1] = [self.add] if self.add else []
        elif self.add is not None:
            after.append(self.add)
        full = len(after) > _MOST or len(set(after)) < len(after)
        return None if full else after


def correction(item: Mapping[str, Any]) -> Correction | None:
    """The change that the decision names (`add XS`, `25 to 57`, `without 59`, `units 4 to 2`)."""
    change = str(item.get("change") or "")
    for form in _FORMS:
        if found := form.fullmatch(change):
            parts = {name: value for name, value in found.groupdict().items() if name != "before"}
            return Correction(**parts)
    return None
