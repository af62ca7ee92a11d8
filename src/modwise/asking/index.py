"""The full-text index over all statements: SQLite FTS5, built with the package or when it is first asked, then only read."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from modwise.asking import kinds
from modwise.asking.statements import Statement, core_statements
from modwise.home import PAYERS, data_home
from modwise.knowledge.corpus import COMPILED, PACKAGE, Corpus, packaged

FILE = "asking/index.sqlite3"
OWN_FILE = "ask-index.sqlite3"
FORMAT = 4
_FINGERPRINT = re.compile(rb'"fingerprint":"([0-9a-f]+)"')
_SCHEMA = """
CREATE TABLE made (stamp TEXT NOT NULL);
CREATE TABLE statement (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, place TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE about (code TEXT NOT NULL, id INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5 (text, context, tokenize = 'porter unicode61 remove_diacritics 2');
"""
_AFTER = """
CREATE INDEX by_owner ON statement (owner);
CREATE INDEX by_place ON statement (place);
CREATE INDEX by_code ON about (code);
INSERT INTO words (words) VALUES ('optimize');
"""


def all_statements(corpus: Corpus) -> Iterator[Statement]:
    """Everything that is held, a statement at a time."""
    yield from core_statements(corpus)
    yield from kinds.statements(corpus)


class Index:
    """Statements by word, owner, place and code."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.size = int(self._db.execute("SELECT count(*) FROM statement").fetchone()[0])

    def containing(self, words: Sequence[str], column: str = "") -> set[int]:
        """Statements in which one of the words or phrases stands, in any form ("stopped" finds "stops")."""
        query = " OR ".join(f'"{word}"' for word in (re.sub(r"[^\w' /.-]", " ", word).strip() for word in words) if word)
        if not query:
            return set()
        where = f"{{{column}}} : ({query})" if column else query
        return {row[0] for row in self._db.execute("SELECT rowid FROM words WHERE words MATCH ?", (where,))}

    def owned_by(self, owners: Iterable[str]) -> set[int]:
        """Statements on the page of one of these modifiers or edits."""
        return self._any("SELECT id FROM statement WHERE owner = ?", owners)

    def naming(self, codes: Iterable[str]) -> set[int]:
        """Statements that name one of these codes."""
        return self._any("SELECT id FROM about WHERE code = ?", codes)

    def at(self, places: Iterable[str]) -> set[int]:
        """Statements that stand at one of these places."""
        return self._any("SELECT id FROM statement WHERE place = ?", places)

    def under(self, prefixes: Iterable[str]) -> set[int]:
        """Statements whose place begins so."""
        return self._any("SELECT id FROM statement WHERE substr(place, 1, length(?1)) = ?1", prefixes)

    def read(self, numbers: Iterable[int]) -> dict[int, Statement]:
        """The statements with these numbers."""
        found = {}
        for number in numbers:
            body = self._db.execute("SELECT body FROM statement WHERE id = ?", (number,)).fetchone()[0]
            found[number] = _statement(json.loads(body))
        return found

    def _any(self, query: str, keys: Iterable[str]) -> set[int]:
        return {row[0] for key in keys for row in self._db.execute(query, (key,))}


def open_index(corpus: Corpus, package: Path = PACKAGE) -> Index:
    """The index of what is held; made again where the knowledge changed, kept in memory where it cannot be written.

    A corpus with a user's own payers has an index of its own in the data folder; the package's holds the package alone.
    """
    path, stamp = _place(corpus, package)
    if (found := _opened(path, stamp)) is not None:
        return found
    try:
        _write(corpus, path, stamp)
    except (OSError, sqlite3.Error):
        connection = sqlite3.connect(":memory:")
        fill(connection, all_statements(corpus), stamp)
        return Index(connection)
    return _opened(path, stamp) or Index(sqlite3.connect(path))


def write(package: Path = PACKAGE) -> Path:
    """Writes the index of the package beside its code and returns its path."""
    path, stamp = package / FILE, _stamp(package)
    _write(packaged(), path, stamp)
    return path


def _place(corpus: Corpus, package: Path) -> tuple[Path, str]:
    stamp = _stamp(package)
    if corpus is packaged():
        return package / FILE, stamp
    own = [(p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in sorted((data_home() / PAYERS).glob("*.toml"))]
    return data_home() / OWN_FILE, f"{stamp}:{own}"


def _write(corpus: Corpus, target: Path, stamp: str) -> None:
    # Two processes may build at once; each writes a file of its own and the last to finish wins.
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    connection = sqlite3.connect(temporary)
    try:
        fill(connection, all_statements(corpus), stamp)
    finally:
        connection.close()
    temporary.replace(target)


def fill(connection: sqlite3.Connection, statements: Iterable[Statement], stamp: str = "") -> None:
    """Makes the tables in an empty database and puts the statements in."""
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
    connection.execute("INSERT INTO made VALUES (?)", (stamp,))
    for number, statement in enumerate(statements, 1):
        body = {name: value for name, value in asdict(statement).items() if value and name != "context"}
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        connection.execute("INSERT INTO statement VALUES (?, ?, ?, ?)", (number, statement.owner, statement.place, text))
        connection.executemany("INSERT INTO about VALUES (?, ?)", [(code, number) for code in statement.about])
        # What a fact is called ("therapy-threshold") is as good as a word of its own.
        text = f"{statement.text} {re.sub('[-.]', ' ', statement.topic)}" if statement.start else statement.text
        connection.execute("INSERT INTO words (rowid, text, context) VALUES (?, ?, ?)", (number, text, statement.context))
    connection.executescript(_AFTER)
    connection.commit()


def _opened(path: Path, stamp: str) -> Index | None:
    if not path.exists():
        return None
    connection = sqlite3.connect(f"file:{path.as_posix()}?mode=ro&immutable=1", uri=True)
    try:
        row = connection.execute("SELECT stamp FROM made").fetchone()
    except sqlite3.Error:
        row = None
    if row is None or row[0] != stamp:
        connection.close()
        return None
    return Index(connection)


def _stamp(package: Path) -> str:
    """Which compiled knowledge an index belongs to."""
    with (package / COMPILED).open("rb") as file:
        found = _FINGERPRINT.search(file.read(200))
    return f"{FORMAT}:{found[1].decode() if found else ''}"


def _statement(body: dict[str, Any]) -> Statement:
    lists = ("source", "about")
    body |= {name: tuple(body[name]) for name in lists if name in body}
    if isinstance(body.get("value"), list):
        body["value"] = tuple(body["value"])
    return Statement(**body)
