"""Takes files as CMS publishes them into the data folder: recognises each, checks every row, stores the edition whole."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from modwise.errors import InputError, UsageError
from modwise.reference import layouts, pairs, store
from modwise.reference.editions import ANNUAL, EPOCH, FAR_DAY, PTP, UNKNOWN_DAY, Edition, Period, Quarter, period_named
from modwise.reference.layouts import Parsed
from modwise.reference.reading import PREFERENCE, Member, grids, members
from modwise.reference.store import Loaded

NCCI_BEGAN = date(1996, 1, 1)
# Whence a file was downloaded: its address and digest.
Origin = Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """A table found in a file, and the file."""

    parsed: Parsed
    member: Member
    period: Period
    origin: Origin | None = None


def import_files(
    paths: Sequence[Path],
    home: Path | None = None,
    *,
    edition: str | None = None,
    today: date,
    fallback: Period | None = None,
    origins: Mapping[Path, Origin] | None = None,
) -> list[dict[str, object]]:
    """Imports the files into the data folder; parts f1, f2 … of one table given together make one edition.

    `edition` names the quarter ("2024Q3"), or the year of what holds for a year ("2024"), of files that do not say it themselves;
    `fallback` is taken only where a file does not say it. Returns, for each edition: what `Edition.as_dict` says, `result` (imported,
    replaced, unchanged) and `passed_over` (files in a .zip that were not read). Nothing is stored when any file is refused. Raises
    UsageError for a wrong `edition`, InputError for a file that is not recognised, broken or incomplete.
    """
    asked = period_named(edition) if edition else None
    folder = store.data_home(home)
    groups: dict[tuple[str, Period], list[Found]] = {}
    passed_over: list[str] = []
    for path in paths:
        found, left = recognise(path, asked, fallback)
        passed_over += left
        for one in found:
            known = dataclasses.replace(one, origin=(origins or {}).get(path))
            groups.setdefault((one.parsed.table, one.period), []).append(known)
    in_order = sorted(groups.items(), key=lambda group: (group[0][0], group[0][1].first))
    ready = [(*assemble(table, period, found), found) for (table, period), found in in_order]
    return [
        {
            **described.as_dict(),
            "result": store.save(folder, described, loaded, sha256=digest, imported=today, origin=_origins(found)),
            "passed_over": passed_over,
        }
        for described, loaded, digest, found in ready
    ]


def _origins(found: Sequence[Found]) -> list[dict[str, str]]:
    origins = [dict(one.origin) for one in found if one.origin]
    return [origin for number, origin in enumerate(origins) if origin not in origins[:number]]


def recognise(path: Path, asked: Period | None = None, fallback: Period | None = None) -> tuple[list[Found], list[str]]:
    """The tables in a file, and the names of archive members that were passed over (guides, other tables, second forms).

    Raises InputError when nothing in the file is recognised, or what is recognised is broken or does not tell its quarter.
    """
    inside = sorted(members(path), key=_preference)
    found: list[Found] = []
    passed_over: list[str] = []
    read: set[str] = set()
    for member in inside:
        tables = [] if len(inside) > 1 and (member.stem in read or _for_others(member)) else _tables(member, path, asked, fallback)
        fresh = [one for one in tables if not _in_other_form(one, found)]
        if fresh:
            read.add(member.stem)
            found += fresh
        else:
            passed_over.append(member.name)
    if not found:
        raise InputError(
            "not a table Modwise knows",
            where=path.name,
            hint=f"Looked for: {'; '.join(layouts.LOOKED_FOR)}.",
            code="not-recognised",
        )
    return found, passed_over


def _tables(member: Member, path: Path, asked: Period | None, fallback: Period | None) -> list[Found]:
    names = (member.name, path.name)
    if any(re.search(r"medicaid|mcd[-_]", name.lower()) for name in names):
        raise InputError(
            "Medicaid's NCCI edits differ from Medicare's",
            where=member.shown,
            hint="Import the Medicare files.",
            code="other-table",
        )
    found: list[Found] = []
    for grid in grids(member):
        # A workbook may hold a table a sheet, as the addenda do; of one table the first sheet counts.
        for one in layouts.read(grid, names) or ():
            if all(one.table != before.parsed.table for before in found):
                found.append(Found(one, member, _period(one, member, asked, fallback)))
    return found


def _in_other_form(one: Found, found: Sequence[Found]) -> bool:
    """Whether the same table, or the same part of it, was found in a file of another kind, as a workbook beside the text."""
    return any(
        (one.parsed.table, one.parsed.part, one.period) == (other.parsed.table, other.parsed.part, other.period)
        and one.member.extension != other.member.extension
        for other in found
    )


def _period(parsed: Parsed, member: Member, asked: Period | None, fallback: Period | None) -> Period:
    """The period the file says, narrowed to the one asked for. Raises InputError for none, UsageError where they do not agree."""
    said = parsed.period
    if asked and not isinstance(asked, Quarter) and parsed.table not in ANNUAL:
        raise UsageError(f"{asked.name!r} is not a quarter", hint="Write it as 2026Q3.", code="bad-edition")
    if asked and said and not said.first <= asked.first <= asked.last <= said.last:
        raise UsageError(
            f"{member.shown} says it is {said.name}, not {asked.name}", hint="Leave --edition out.", code="bad-edition"
        )
    period = asked or said or fallback
    if period is None:
        raise InputError(
            f"neither the file nor its name says which {'year' if parsed.table in ANNUAL else 'quarter'} it is",
            where=member.shown,
            hint="Say it with --edition, for example --edition 2026Q3.",
            code="no-edition",
        )
    return period


def assemble(table: str, period: Period, found: Sequence[Found]) -> tuple[Edition, Loaded, str]:
    """The edition made of the files, its rows as the store keeps them, and a digest of the files.

    Raises InputError when a part is missing or given twice.
    """
    found = sorted(found, key=lambda one: (one.parsed.part or 0, one.member.name))
    _complete(table, period, found)
    frame = pl.concat([one.parsed.frame for one in found])
    dated = all(one.parsed.effective_dates for one in found)
    described = Edition(
        table=table,
        name=period.name,
        valid_from=_valid_from(table, frame) if dated else period.first,
        valid_to=period.last,
        rows=frame.height,
        starter=False,
        effective_dates=dated,
        source=", ".join(dict.fromkeys(one.member.name for one in found)),
        notes=tuple(dict.fromkeys(note for one in found for note in one.parsed.notes)),
    )
    digests = "".join(hashlib.sha256(one.member.data).hexdigest() for one in found)
    digest = digests if len(found) == 1 else hashlib.sha256(digests.encode()).hexdigest()
    return described, pairs.encode(frame) if table in PTP.values() else Loaded(frame), digest


def _complete(table: str, period: Period, found: list[Found]) -> None:
    """Refuses an edition of which a part is missing or given twice: a missing pair would pass for an allowed one."""
    where = f"{table} {period.name}"
    parts = [one.parsed.part for one in found]
    if len(found) > 1 and (None in parts or len(set(parts)) < len(parts)):
        files = ", ".join(one.member.shown for one in found)
        raise InputError(f"given more than once: {files}", where=where, hint="Give each file once.", code="given-twice")
    if None in parts:
        return
    last = str(found[-1].parsed.frame["column1"].max())
    if parts != list(range(1, len(parts) + 1)) or last[0].isdigit():
        raise InputError(
            f"parts are missing: there are {', '.join(f'f{part}' for part in parts)}, up to column 1 code {last}",
            where=where,
            hint="Give all parts in one command; the last one ends among the codes that begin with a letter.",
            code="missing-part",
        )


def _valid_from(table: str, frame: pl.DataFrame) -> date:
    if table in PTP.values():
        return NCCI_BEGAN
    starts = frame["effective"].to_physical()
    first = starts.filter(starts != UNKNOWN_DAY).min()
    return date.fromordinal(int(str(first)) + EPOCH) if first is not None and first != FAR_DAY else NCCI_BEGAN


def _preference(member: Member) -> tuple[int, str]:
    order = PREFERENCE.index(member.extension) if member.extension in PREFERENCE else len(PREFERENCE)
    return order, member.name


def _for_others(member: Member) -> bool:
    # Beside the usual fee schedule CMS packs one with the conversion factor of advanced payment models.
    return bool(re.search(r"(?<!non)qpp", member.stem))
