"""A check's findings in a file of their own kind, so that a page of a hundred thousand is had by pages, filters and groups at once.

SQLite from the standard library: the server reads it without a frame library and without holding the findings in memory.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]
NAME = "findings.sqlite"
FILTERS = ("status", "outcome", "payer", "edit")
_TABLES = """
CREATE TABLE finding (n INTEGER PRIMARY KEY, edit TEXT, status TEXT, outcome TEXT, payer TEXT, file TEXT, claim TEXT, seq INTEGER,
                      line INTEGER, cents INTEGER, body TEXT);
CREATE TABLE claim (file TEXT, seq INTEGER, body TEXT, PRIMARY KEY (file, seq)) WITHOUT ROWID;
"""
_INDEXES = "CREATE INDEX by_edit ON finding (edit, n); CREATE INDEX by_claim ON finding (file, seq);"


def write(path: Path, findings: Iterable[Json], claims: Iterable[tuple[str, int, Json]]) -> None:
    """Writes findings (each with `seq`, the claim's number in its file) and the claims they stand in (file, seq, claim)."""
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
        base.execute("BEGIN")
        payers: dict[tuple[str, int], str | None] = {}
        base.executemany("INSERT INTO claim VALUES (?, ?, ?)", _claims(claims, payers))
        base.executemany("INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(findings, payers))
        base.execute("COMMIT")
        base.executescript(_INDEXES)


def _claims(claims: Iterable[tuple[str, int, Json]], payers: dict[tuple[str, int], str | None]) -> Iterator[tuple[Any, ...]]:
    for file, seq, body in claims:
        payers[file, seq] = body["payer"]
        yield file, seq, json.dumps(body, ensure_ascii=False)


def _rows(findings: Iterable[Json], payers: Mapping[tuple[str, int], str | None]) -> Iterator[tuple[Any, ...]]:
    for n, row in enumerate(findings, start=1):
        seq = row.pop("seq")
        amount = row["amount"]
        cents = None if amount is None else int(amount.replace(".", ""))
        payer = payers.get((row["file"], seq))
        named = (row["edit"], row["status"], row["outcome"], payer, row["file"], row["claim"], seq, row["line"], cents)
        yield n, *named, json.dumps(row, ensure_ascii=False)


@dataclass(frozen=True)
class Wanted:
    """Which findings: what is empty is not asked for. `claim` is a part of the claim's number."""

    status: str = ""
    outcome: str = ""
    payer: str = ""
    edit: str = ""
    claim: str = ""

    def where(self) -> tuple[str, list[str]]:
        """The condition and its values."""
        chosen = [(name, getattr(self, name)) for name in FILTERS if getattr(self, name)]
        parts = [f"{name} IS ?" for name, _ in chosen]
        values = [value for _, value in chosen]
        if self.claim:
            parts.append("instr(lower(claim), lower(?))")
            values.append(self.claim)
        return (" WHERE " + " AND ".join(parts) if parts else ""), values


class Found:
    """The findings of one check."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, folder: Path) -> Found:
        """Those in a job's folder."""
        return cls(folder / NAME)

    def every(self) -> Iterator[Json]:
        """All of them, as the check gave them."""
        with self._open() as base:
            for (body,) in base.execute("SELECT body FROM finding ORDER BY n"):
                yield json.loads(body)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as base:
            yield base

    def count(self, wanted: Wanted) -> int:
        """How many there are."""
        condition, values = wanted.where()
        with self._open() as base:
            return int(base.execute(f"SELECT count(*) FROM finding{condition}", values).fetchone()[0])  # noqa: S608 - names of ours

    def page(self, wanted: Wanted, start: int, most: int) -> list[Json]:
        """Findings from `start` on, at most so many, each with its number `n` and `payer`, in the order of the files."""
        condition, values = wanted.where()
        text = f"SELECT n, payer, body FROM finding{condition} ORDER BY n LIMIT ? OFFSET ?"  # noqa: S608 - names of ours
        with self._open() as base:
            rows = base.execute(text, [*values, most, start]).fetchall()
        return [{"n": n, "payer": payer, **json.loads(body)} for n, payer, body in rows]

    def groups(self, wanted: Wanted) -> list[Json]:
        """By edit, the most dollars first: {edit, outcome, findings, claims, amount in cents, statuses: {status: findings}}."""
        condition, values = wanted.where()
        text = (
            "SELECT edit, outcome, status, count(*), count(DISTINCT file || ':' || seq), sum(cents) "  # noqa: S608 - names of ours
            f"FROM finding{condition} GROUP BY edit, outcome, status"
        )
        with self._open() as base:
            rows = base.execute(text, values).fetchall()
        groups: dict[str, Json] = {}
        for edit, outcome, status, findings, claims, cents in rows:
            group = groups.setdefault(edit, {"edit": edit, "outcomes": [], "findings": 0, "claims": 0, "cents": 0, "statuses": {}})
            group["findings"] += findings
            group["claims"] += claims
            group["cents"] += cents or 0
            group["statuses"][status] = group["statuses"].get(status, 0) + findings
            if outcome not in group["outcomes"]:
                group["outcomes"].append(outcome)
        return sorted(groups.values(), key=lambda group: (-group["cents"], group["edit"]))

    def choices(self) -> dict[str, list[tuple[str, int]]]:
        """For each filter the values that occur, with how many findings."""
        found = {}
        with self._open() as base:
            for name in FILTERS:
                rows = base.execute(f"SELECT {name}, count(*) FROM finding GROUP BY {name} ORDER BY count(*) DESC")  # noqa: S608 - names of ours
                found[name] = [(value, number) for value, number in rows if value is not None]
        return found

    def one(self, n: int) -> tuple[Json, Json | None, list[Json]] | None:
        """A finding, its claim, and the claim's other findings; None where there is none of that number."""
        with self._open() as base:
            row = base.execute("SELECT n, payer, body, file, seq FROM finding WHERE n = ?", [n]).fetchone()
            if row is None:
                return None
            claim = base.execute("SELECT body FROM claim WHERE file = ? AND seq = ?", row[3:]).fetchone()
            others = base.execute(
                "SELECT n, payer, body FROM finding WHERE file = ? AND seq = ? AND n <> ? ORDER BY n LIMIT 100", [*row[3:], n]
            ).fetchall()
        finding = {"n": row[0], "payer": row[1], **json.loads(row[2])}
        return finding, json.loads(claim[0]) if claim else None, [{"n": o[0], "payer": o[1], **json.loads(o[2])} for o in others]

    def beside(self, n: int, wanted: Wanted) -> tuple[int | None, int | None]:
        """The numbers of the findings before and after it among those wanted."""
        condition, values = wanted.where()
        joined = condition + (" AND " if condition else " WHERE ")
        with self._open() as base:
            before = base.execute(f"SELECT max(n) FROM finding{joined}n < ?", [*values, n]).fetchone()[0]  # noqa: S608 - names of ours
            after = base.execute(f"SELECT min(n) FROM finding{joined}n > ?", [*values, n]).fetchone()[0]  # noqa: S608 - names of ours
        return before, after
