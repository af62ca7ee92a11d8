"""Runs a check from files or a frame to a result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from modwise.claims import reading, schema, tabular
from modwise.edits import registry
from modwise.edits.engine import Engine
from modwise.knowledge.corpus import corpus
from modwise.reference.tables import Tables
from modwise.report.result import CheckResult

if TYPE_CHECKING:
    from modwise.report.documented import Documented

# Small blocks are put together before they are fed: finding the situations of a few lines costs as much as of many.
TABLE_LINES = 400_000


def frames_of(
    files: str | Path | pl.DataFrame | Sequence[str | Path],
    *,
    keep_going: bool,
    progress: Callable[[int, int], None] | None,
) -> tuple[Iterator[pl.DataFrame], reading.ReadLog]:
    """The tables of lines of files or of a frame, and the log that fills as they are read."""
    log = reading.ReadLog()
    if isinstance(files, pl.DataFrame):
        frame = tabular.of_frame(files, schema.NEEDED)
        log.lines = frame.height
        log.claims = frame.select("file", "claim_seq").n_unique()
        return iter([frame]), log
    paths = [files] if isinstance(files, (str, Path)) else list(files)
    return reading.read(paths, columns=schema.NEEDED, keep_going=keep_going, progress=progress, log=log), log


def with_notes(
    frames: Iterator[pl.DataFrame], notes: str | Path | Mapping[str, Path] | None
) -> tuple[Iterator[pl.DataFrame], Documented | None]:
    """The frames, read beside the notes (a folder, or files by name) as they pass; without notes as they are."""
    if not notes:
        return frames, None
    # Reading notes needs rules and decision tables, which a check without notes need not load.
    from modwise.notes.attaching import attachments, named
    from modwise.report.documented import Documented

    documented = Documented(named(notes) if isinstance(notes, Mapping) else attachments(notes))
    return documented.watch(frames), documented


def check_frames(
    frames: Iterable[pl.DataFrame],
    log: reading.ReadLog,
    *,
    select: Sequence[str],
    ignore: Sequence[str],
    payer: str | None,
    strict_dates: bool,
    home: Path | None,
) -> CheckResult:
    """Feeds the frames to the chosen edits and returns the result."""
    tables = Tables.open(home, strict_dates=strict_dates)
    edits = registry.choose(select, ignore)
    engine = Engine(edits, corpus(), tables)
    for frame in _gathered(frames):
        engine.feed(frame if payer is None else frame.with_columns(pl.lit(payer, dtype=pl.Categorical()).alias("payer")))
    return CheckResult(
        found=engine.finish(), log=log, not_assessed=dict(engine.not_assessed), editions=tables.status(), edits=len(edits)
    )


def _gathered(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    waiting: list[pl.DataFrame] = []
    height = 0
    for frame in frames:
        waiting.append(frame)
        height += frame.height
        if height >= TABLE_LINES:
            yield pl.concat(waiting, rechunk=True)
            waiting, height = [], 0
    if waiting:
        yield pl.concat(waiting, rechunk=True)
