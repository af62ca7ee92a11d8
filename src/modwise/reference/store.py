"""The data folder: one Parquet file an edition, with a small JSON file beside it that says what it is.

`reference/<table>/<edition>.parquet` and `.json`. Both are written under another name and moved into place, the JSON last, so a
reader sees a whole edition or none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from modwise.errors import InputError
from modwise.home import data_home as data_home
from modwise.reference.editions import Edition
from modwise.reference.places import FOLDER
from modwise.reference.places import STARTER as STARTER

# Raised when the stored columns change; editions of another layout must be imported again.
LAYOUT = 2

Origins = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Loaded:
    """The rows of an edition and its lists of codes: `codes` that keys refer to, `covers` the codes a starter table is about."""

    frame: pl.DataFrame
    codes: tuple[str, ...] = ()
    covers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Held:
    """An edition at hand; `load` reads its rows and raises InputError when they are damaged."""

    edition: Edition
    load: Callable[[], Loaded]
    sha256: str = ""
    imported: date | None = None
    origin: Origins = ()


def held(home: Path, table: str) -> list[Held]:
    """The imported editions of a table, by first valid day. Raises InputError for one that this version cannot read."""
    return sorted(
        (_described(path, starter=False) for path in (home / FOLDER / table).glob("*.json")),
        key=lambda one: (one.edition.valid_from, one.edition.valid_to, one.edition.name),
    )


def starter(table: str, folder: Path = STARTER) -> Held | None:
    """The edition of the table inside the package, if there is one."""
    path = folder / f"{table}.json"
    return _described(path, starter=True) if path.exists() else None


def save(home: Path, edition: Edition, loaded: Loaded, *, sha256: str, imported: date, origin: Origins = ()) -> str:
    """Stores an edition; "imported", "replaced" (same name, another file) or "unchanged" (the same file: nothing is written).

    `origin` says of each file it was made of whence it was downloaded: url and sha256.
    """
    folder = home / FOLDER / edition.table
    description = folder / f"{edition.name}.json"
    before = _said(description) if description.exists() else None
    same = before is not None and all(before.get(key) == value for key, value in _description(edition, sha256).items())
    if same and description.with_suffix(".parquet").exists():
        return "unchanged"
    write(folder, edition.name, edition, loaded, sha256=sha256, imported=imported, origin=origin)
    return "replaced" if before else "imported"


def described(home: Path, table: str, name: str) -> bool:
    """Whether the edition is there and this version can read it."""
    path = home / FOLDER / table / f"{name}.json"
    return path.with_suffix(".parquet").exists() and path.exists() and _said(path).get("layout") == LAYOUT


def write(
    folder: Path,
    stem: str,
    edition: Edition,
    loaded: Loaded,
    *,
    sha256: str,
    imported: date | None,
    origin: Origins = (),
) -> None:
    """Writes `<stem>.parquet` and `<stem>.json` into the folder, each moved into place whole."""
    folder.mkdir(parents=True, exist_ok=True)
    lists = {"codes": " ".join(loaded.codes)}
    if loaded.covers is not None:
        lists["covers"] = " ".join(loaded.covers)
    description = {**_description(edition, sha256), "imported": imported.isoformat() if imported else None}
    if origin:
        description["origin"] = [dict(one) for one in origin]
    _place(folder / f"{stem}.parquet", lambda path: loaded.frame.write_parquet(path, compression="zstd", metadata=lists))
    text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
    _place(folder / f"{stem}.json", lambda path: path.write_text(text, encoding="utf-8"))


def _place(path: Path, make: Callable[[Path], object]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        make(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _description(edition: Edition, sha256: str) -> dict[str, object]:
    return {**edition.as_dict(), "sha256": sha256, "layout": LAYOUT}


def _said(path: Path) -> Mapping[str, Any]:
    try:
        said: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    return said


def _described(path: Path, *, starter: bool) -> Held:
    said = _said(path)
    if said.get("layout", LAYOUT) != LAYOUT:
        raise InputError(
            "was stored by another version of Modwise",
            where=str(path),
            hint="Import the table again with `modwise data import`.",
            code="other-layout",
        )
    try:
        edition = Edition(
            table=said["table"],
            name=said["edition"],
            valid_from=date.fromisoformat(said["valid_from"]),
            valid_to=date.fromisoformat(said["valid_to"]),
            rows=int(said["rows"]),
            starter=starter,
            effective_dates=bool(said["effective_dates"]),
            source=said["source"],
            notes=tuple(said["notes"]),
        )
        imported = date.fromisoformat(said["imported"]) if said["imported"] else None
        return Held(edition, partial(_load, path.with_suffix(".parquet")), said["sha256"], imported, tuple(said.get("origin", ())))
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> InputError:
    return InputError(
        f"does not describe an edition ({error!r})",
        where=str(path),
        hint="Delete it and import the table again.",
        code="damaged-edition",
    )


def _load(path: Path) -> Loaded:
    try:
        frame = pl.read_parquet(path, glob=False)
        said = pl.read_parquet_metadata(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"damaged: {error}", where=str(path), hint="Import the table again.", code="damaged-edition") from None
    covers = said.get("covers")
    return Loaded(frame, tuple(said.get("codes", "").split()), None if covers is None else tuple(covers.split()))
