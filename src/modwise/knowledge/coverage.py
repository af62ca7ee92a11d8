"""Whether the rows of a decision table, first match first, leave a case open or a row unreachable.

A row is a pattern over questions with closed lists of answers; a question it does not name takes any answer. The method is the one
by which compilers check pattern matching: a row is useful when some case falls to it and to none before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Pattern = Mapping[str, frozenset[str]]
Domains = Mapping[str, Sequence[str]]


def open_case(rows: Sequence[Pattern], domains: Domains) -> dict[str, str] | None:
    """A case that no row takes, as question → answer (questions it leaves out take any); None when every case is taken."""
    return _useful(list(rows), {}, domains)


def unreachable(rows: Sequence[Pattern], domains: Domains) -> list[int]:
    """The rows that no case reaches, by their place from 0."""
    return [place for place, row in enumerate(rows) if _useful(list(rows[:place]), row, domains) is None]


def _useful(rows: Sequence[Pattern], wanted: Pattern, domains: Domains) -> dict[str, str] | None:
    """A case that fits `wanted` and none of the rows."""
    if not rows:
        return {name: sorted(answers)[0] for name, answers in wanted.items()}
    # The question that most rows ask splits best; a row that asks nothing takes everything.
    counts: dict[str, int] = {}
    for row in rows:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    if not counts or any(not row for row in rows):
        return None
    name = max(counts, key=lambda key: (counts[key], key))
    rest = {key: answers for key, answers in wanted.items() if key != name}
    seen: set[tuple[int, ...]] = set()
    for answer in domains[name]:
        if name in wanted and answer not in wanted[name]:
            continue
        kept = [place for place, row in enumerate(rows) if name not in row or answer in row[name]]
        if tuple(kept) in seen:
            continue
        seen.add(tuple(kept))
        below = [{key: value for key, value in rows[place].items() if key != name} for place in kept]
        found = _useful(below, rest, domains)
        if found is not None:
            return {**found, name: answer}
    return None
