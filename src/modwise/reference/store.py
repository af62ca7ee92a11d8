"""The data folder: one Parquet file an edition, with a small JSON file beside it that says what it is.

`reference/<table>/<edition>.parquet` and `.json`. Both are written under another name and moved into place, the JSON last, so a
reader sees a whole edition or none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from modwise.errors import InputError
from modwise.reference.editions import Edition

FOLDER = "reference"
# Raised when the stored columns change; editions of another layout must be imported again.
LAYOUT = 1
STARTER = Path(__file__).parent / "starter"


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


def data_home(home: Path | None = None) -> Path:
    """The data folder: `home`, else MODWISE_HOME, else the user data folder of the platform."""
    if home is not None:
        return home
    if chosen := os.environ.get("MODWISE_HOME"):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("modwise", appauthor=False))


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


def save(home: Path, edition: Edition, loaded: Loaded, *, sha256: str, imported: date) -> str:
    """Stores an edition; "imported", "replaced" (same name, another file) or "unchanged" (the same file: nothing is written)."""
    folder = home / FOLDER / edition.table
    description = folder / f"{edition.name}.json"
    before = _described(description, starter=False, any_layout=True) if description.exists() else None
    if before and (before.sha256, before.edition) == (sha256, edition) and description.with_suffix(".parquet").exists():
        return "unchanged"
    write(folder, edition.name, edition, loaded, sha256=sha256, imported=imported)
    return "replaced" if before else "imported"


def write(folder: Path, stem: str, edition: Edition, loaded: Loaded, *, sha256: str, imported: date | None) -> None:
    """Writes `<stem>.parquet` and `<stem>.json` into the folder, each moved into place whole."""
    folder.mkdir(parents=True, exist_ok=True)
    lists = {"codes": " ".join(loaded.codes)}
    if loaded.covers is not None:
        lists["covers"] = " ".join(loaded.covers)
    description: dict[str, object] = {
        **edition.as_dict(),
        "sha256": sha256,
        "imported": imported.isoformat() if imported else None,
        "layout": LAYOUT,
    }
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


def _described(path: Path, *, starter: bool, any_layout: bool = False) -> Held:
    try:
        said: Mapping[str, object] = json.loads(path.read_text(encoding="utf-8"))
        edition = Edition(
            table=str(said["table"]),
            name=str(said["edition"]),
            valid_from=date.fromisoformat(str(said["valid_from"])),
            valid_to=date.fromisoformat(str(said["valid_to"])),
            rows=int(str(said["rows"])),
            starter=starter,
            effective_dates=bool(said["effective_dates"]),
            source=str(said["source"]),
            notes=tuple(said["notes"]),  # type: ignore[arg-type]
        )
        imported = date.fromisoformat(str(said["imported"])) if said["imported"] else None
        layout = said["layout"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"does not describe an edition ({error!r})", where=str(path), hint="Delete it and import the table again."
        ) from None
    if layout != LAYOUT and not any_layout:
        raise InputError(
            "was stored by another version of Modwise",
            where=str(path),
            hint="Import the table again with `modwise data import`.",
            code="other-layout",
        )
    return Held(edition, partial(_load, path.with_suffix(".parquet")), str(said["sha256"]), imported)


def _load(path: Path) -> Loaded:
    try:
        frame = pl.read_parquet(path, glob=False)
        said = pl.read_parquet_metadata(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"damaged: {error}", where=str(path), hint="Import the table again.", code="damaged-edition") from None
    covers = said.get("covers")
    return Loaded(frame, tuple(said.get("codes", "").split()), None if covers is None else tuple(covers.split()))
