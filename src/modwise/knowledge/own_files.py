"""A user's payer files on disk: writing a new one, looking through those that are there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from modwise.errors import InputError, UsageError
from modwise.home import PAYERS, data_home
from modwise.knowledge import own_payers
from modwise.knowledge.corpus import packaged
from modwise.knowledge.scaffold import NewPayer, payer_file

Json = dict[str, Any]


def create(new: NewPayer, output: str | None, today: date) -> Json:
    """Writes the payer's file into the data folder or to `output` ("-": nowhere); {payer, path, text}.

    Raises UsageError for a wrong key, kind or parent, and when the file is there already.
    """
    text = payer_file(new, packaged(), today)
    if output == "-":
        return {"payer": new.key, "path": None, "text": text}
    path = Path(output) if output else data_home() / PAYERS / f"{new.key}.toml"
    if path.exists():
        raise UsageError("is there already", where=str(path), hint="Open it, or take another name.", code="payer-exists")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(path), code="cannot-write") from None
    return {"payer": new.key, "path": str(path), "text": text}


def look_through(files: Sequence[str | Path]) -> list[Json]:
    """{payer, path, facts} of each file (default: all in the data folder). Raises KnowledgeError that names what is wrong."""
    paths = [Path(file) for file in files] or sorted((data_home() / PAYERS).glob("*.toml"))
    if not paths:
        return []
    own = own_payers.read(paths, packaged())
    counts = {key: sum(block["payer"] == key for blocks in own.facts.values() for block in blocks) for key in own.payers}
    return [{"payer": path.stem, "path": str(path), "facts": counts[path.stem]} for path in paths]
