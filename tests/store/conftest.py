"""A fresh worklist for each test: on SQLite always, on PostgreSQL where its server programs are installed."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from modwise.store.database import open_engine
from modwise.store.worklist import Worklist


def program(name: str) -> str | None:
    """Where a PostgreSQL program is: on the path, else where Debian puts it."""
    found = shutil.which(name)
    return found or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None)


HAS_SERVER = all(program(name) for name in ("initdb", "pg_ctl", "postgres"))
BACKENDS = ["sqlite", "postgresql"] if HAS_SERVER else ["sqlite"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server of our own, on a socket in a folder of its own; it ends with the tests."""
    # Not pytest's folder: that is closed to the other user the server must run as.
    with tempfile.TemporaryDirectory(prefix="modwise-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        data = folder / "data"
        as_user = _other_user(folder)
        run = [*as_user, str(program("initdb")), "-D", str(data), "-U", "worklist", "--auth=trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(run, check=True, capture_output=True)
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        control = [*as_user, str(program("pg_ctl")), "-D", str(data)]
        subprocess.run([*control, "-l", str(folder / "log"), "-o", options, "-w", "start"], check=True, stdout=subprocess.DEVNULL)
        try:
            yield f"postgresql://worklist@/postgres?host={folder}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL)


def _other_user(folder: Path) -> list[str]:
    """The server refuses to run as root; then it runs as nobody, who owns the folder."""
    if os.geteuid() != 0:
        return []
    folder.chmod(0o755)
    shutil.chown(folder, "nobody")
    return ["setpriv", "--reuid=nobody", "--clear-groups"]


@pytest.fixture(params=BACKENDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_engine(home=tmp_path)
    else:
        url = request.getfixturevalue("server")
        engine = open_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
        engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def worklist(engine: Engine) -> Worklist:
    return Worklist(engine)
