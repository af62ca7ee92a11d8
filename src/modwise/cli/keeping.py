"""`modwise key` and `modwise purge`: who may use the server, and what it still holds of patients."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import click

from modwise import api
from modwise.cli import common
from modwise.errors import UsageError
from modwise.home import data_home, user_name
from modwise.plural import count

MEGA = 1_000_000


@click.group()
def key() -> None:
    """API keys: one for each user of a server that others can reach, and for programs.

    A key is shown once, when it is made; kept is only a hash of it, in a file of the data folder that only its owner reads.
    """


@key.command()
@click.argument("user", metavar="NAME")
@common.text_or_json
def new(user: str, form: str) -> None:
    """Makes a key for a user and shows it, this once."""
    from modwise.http import keys

    made, text = keys.make(data_home(), user, datetime.now(UTC))
    api.record("key made", who=user_name(), fields={"key": made.id})
    common.emit(form, {**made.as_dict(), "key": text}, lambda: f"{text}\n\nThe key of {made.user}. It is not shown again; keep it.")


@key.command(name="list")
@common.text_or_json
@common.no_color
def list_(form: str, no_color: bool) -> None:
    """The keys: id, user, when made."""
    from modwise.http import keys

    rows = [one.as_dict() for one in keys.kept(data_home())]
    table = [(row["id"], row["user"], row["made"]) for row in rows]
    common.emit(form, rows, lambda: common.paper(no_color).table(table, indent="") if rows else "no keys")


@key.command()
@click.argument("identity", metavar="ID")
@common.text_or_json
def revoke(identity: str, form: str) -> None:
    """Takes a key back, at once; whoever is signed in with it is signed out."""
    from modwise.http import keys

    gone = keys.revoke(data_home(), identity)
    api.record("key revoked", who=user_name(), fields={"key": gone.id})
    common.emit(form, gone.as_dict(), lambda: f"key {gone.id} of {gone.user} is revoked")


@click.command()
@click.option("--before", callback=common.day, metavar="DATE", help="Keep what was changed on that day or later.")
@click.option("--keep-learnt", is_flag=True, help="Keep what was learnt of payers' payments.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--database", metavar="URL", help="The worklist's database; default: a file in the data folder.")
@common.text_or_json
def purge(before: date | None, keep_learnt: bool, yes: bool, database: str | None, form: str) -> None:
    """Removes patient data for good: uploads, results, letters of the server, worklist items with their notes.

    The audit trail stays; it holds no patient data. What was learnt of payers' payments goes too, unless --before or --keep-learnt is
    given. Files you keep elsewhere are yours to remove.
    """
    if not yes:
        _ask(api.purge(before=before, who="", keep_learnt=keep_learnt, dry=True, database=database))
    gone = api.purge(before=before, who=user_name(), keep_learnt=keep_learnt, database=database)
    common.emit(form, gone, lambda: f"Removed: {_told(gone)}.")


def _ask(found: Mapping[str, Any]) -> None:
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to be asked", hint="Give --yes.", code="not-confirmed")
    click.confirm(f"Remove {_told(found)}? This cannot be undone", abort=True, err=True)


def _told(found: Mapping[str, Any]) -> str:
    size = int(str(found["bytes"])) / MEGA
    parts = [
        count(found["items"], "worklist item"),
        count(found["notes"], "note"),
        f"{count(found['work'], 'upload or job', 'uploads and jobs')} ({size:,.1f} MB)",
    ]
    return ", ".join([*parts, *(["what was learnt of payments"] if found["learnt"] else [])])
