"""The states of a worklist item and the steps between them. No database library."""

from __future__ import annotations

from collections.abc import Mapping

NEW, IN_PROGRESS, SENT = "new", "in_progress", "sent"
UPHELD, OVERTURNED, PARTLY, CLOSED = "upheld", "overturned", "partly", "closed"
STATES = (NEW, IN_PROGRESS, SENT, UPHELD, OVERTURNED, PARTLY, CLOSED)
DECIDED = frozenset({UPHELD, OVERTURNED, PARTLY})
# A lost or partly won item may be taken up again for the next level; a closed one when it was closed too early.
STEPS: Mapping[str, frozenset[str]] = {
    NEW: frozenset({IN_PROGRESS, SENT, CLOSED}),
    IN_PROGRESS: frozenset({NEW, SENT, CLOSED}),
    SENT: frozenset({IN_PROGRESS, UPHELD, OVERTURNED, PARTLY, CLOSED}),
    UPHELD: frozenset({IN_PROGRESS, SENT, CLOSED}),
    PARTLY: frozenset({IN_PROGRESS, SENT, CLOSED}),
    OVERTURNED: frozenset({CLOSED, IN_PROGRESS}),
    CLOSED: frozenset({IN_PROGRESS}),
}


def allowed(before: str, after: str) -> bool:
    """Whether an item may go from one state to the other."""
    return after in STEPS[before]
