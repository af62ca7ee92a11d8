"""Removes patient data for good: uploads and work, worklist items with their notes. The audit trail stays; it holds no patient data."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from modwise.store import trail
from modwise.store.models import ItemRow, NoteRow

Json = dict[str, Any]


def count(engine: Engine, work: Path, before: date | None) -> Json:
    """What `purge` would remove: {items, notes, work, bytes}."""
    with Session(engine) as session:
        items = session.scalar(select(func.count()).select_from(ItemRow).where(_old(before))) or 0
        notes = session.scalar(select(func.count()).select_from(NoteRow).where(NoteRow.item_id.in_(_items(before)))) or 0
    folders = entries(work, before)
    return {"items": items, "notes": notes, "work": len(folders), "bytes": sum(_size(one) for one in folders)}


def purge(engine: Engine, work: Path, before: date | None, *, who: str, now: datetime) -> Json:
    """Removes what was last changed before that day (without one, everything) and returns what was: {items, notes, work, bytes}."""
    removed = count(engine, work, before)
    for one in entries(work, before):
        _remove(one)
    with Session(engine) as session, session.begin():
        if engine.dialect.name == "sqlite":
            # What is deleted is overwritten, not only forgotten.
            session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
        session.execute(delete(NoteRow).where(NoteRow.item_id.in_(_items(before))))
        session.execute(delete(ItemRow).where(_old(before)))
        trail.add(session, who, "purged", None, {**removed, "before": before.isoformat() if before else None}, now)
    _tidy(engine)
    return removed


def entries(work: Path, before: date | None) -> list[Path]:
    """What lies in the work folder, untouched since before that day."""
    found = sorted(work.iterdir()) if work.is_dir() else []
    if before is None:
        return found
    moment = _moment(before).timestamp()
    return [one for one in found if _touched(one) < moment]


def remove_files(files: Sequence[Path]) -> list[str]:
    """Removes the files that are there; their names."""
    there = [one for one in files if one.is_file()]
    for one in there:
        one.unlink()
    return [one.name for one in there]


def _old(before: date | None) -> Any:
    return ItemRow.id.is_not(None) if before is None else ItemRow.changed < _moment(before)


def _items(before: date | None) -> Any:
    return select(ItemRow.id).where(_old(before))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _tidy(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return
    # Outside any transaction, which the library would begin.
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM")
    finally:
        raw.close()


def _all(folder: Path) -> list[Path]:
    return [folder, *folder.rglob("*")] if folder.is_dir() and not folder.is_symlink() else [folder]


def _touched(one: Path) -> float:
    return max(inner.lstat().st_mtime for inner in _all(one))


def _size(one: Path) -> int:
    return sum(inner.lstat().st_size for inner in _all(one) if not inner.is_dir())


def _remove(one: Path) -> None:
    if one.is_dir() and not one.is_symlink():
        shutil.rmtree(one)
    else:
        one.unlink()
