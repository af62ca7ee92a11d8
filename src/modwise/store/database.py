"""Opens the worklist's database and brings its tables to this version."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from modwise.errors import InputError, MissingExtra, UsageError
from modwise.reference.store import data_home

FILE = "worklist.sqlite"
VARIABLE = "MODWISE_DATABASE"
_MIGRATIONS = Path(__file__).parent / "migrations"
_OWNER_ONLY = 0o600
# Alembic keeps what it works on in its own module: two threads would bring each other's tables up.
_ONE_AT_A_TIME = threading.RLock()
_SHARED: dict[str, Engine] = {}


def shared_engine(url: str | None = None, home: Path | None = None) -> Engine:
    """As `open_engine`, opened once in a process: a server asks for it with every request."""
    where = _url(url or os.environ.get(VARIABLE), home)
    name = where.render_as_string(hide_password=False)
    with _ONE_AT_A_TIME:
        engine = _SHARED.get(name)
        gone = engine is not None and where.get_backend_name() == "sqlite" and not Path(where.database or "").exists()
        if engine is None or gone:
            engine = _SHARED[name] = open_engine(url, home)
        return engine


def open_engine(url: str | None = None, home: Path | None = None) -> Engine:
    """The database of the URL, of MODWISE_DATABASE, else `worklist.sqlite` in the data folder, with its tables at this version.

    Raises UsageError for a URL of another kind, MissingExtra without the driver, InputError when it cannot be opened.
    """
    where = _url(url or os.environ.get(VARIABLE), home)
    engine = _engine(where)
    try:
        with _ONE_AT_A_TIME, engine.begin() as connection:
            _upgrade(connection)
    except OperationalError:
        engine.dispose()
        # The driver's own words may hold a user name or host.
        shown = where.render_as_string(hide_password=True) if where.host is None else where.get_backend_name()
        raise InputError(
            "the worklist's database cannot be opened",
            where=shown,
            hint="Look at the URL, the server and the rights.",
            code="no-database",
        ) from None
    if where.database and where.get_backend_name() == "sqlite" and Path(where.database).exists():
        os.chmod(where.database, _OWNER_ONLY)
    return engine


def _url(text: str | None, home: Path | None) -> URL:
    if text is None:
        folder = data_home(home)
        folder.mkdir(parents=True, exist_ok=True)
        return URL.create("sqlite", database=str(folder / FILE))
    try:
        where = make_url(text)
    except ArgumentError:
        raise _bad_url() from None
    if where.get_backend_name() == "postgresql":
        return where.set(drivername="postgresql+psycopg")
    if where.get_backend_name() == "sqlite":
        return where
    raise _bad_url()


def _bad_url() -> UsageError:
    return UsageError(
        "the worklist's database is named by a URL that is none of ours",
        hint="Write sqlite:///path/to/file or postgresql://user@host/name.",
        code="bad-database",
    )


def _engine(where: URL) -> Engine:
    try:
        # A server's connection may have gone between two requests.
        engine = create_engine(where, pool_pre_ping=where.get_backend_name() == "postgresql")
    except ModuleNotFoundError:
        raise MissingExtra(
            "PostgreSQL needs its driver", hint="pip install 'modwise[postgres]'.", code="missing-postgres"
        ) from None
    if engine.dialect.name == "sqlite":
        # Two people write at once: the second waits at the beginning of its transaction, not in the middle.
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _sqlite_connect(connection: object, _: object) -> None:
    # pysqlite begins transactions by itself, too late and only for some statements.
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.close()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
