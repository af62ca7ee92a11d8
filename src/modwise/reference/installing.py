"""Downloads the current editions from where CMS publishes them and imports them.

Terms come first: sets that hold CPT codes need the word of the user. What was downloaded is kept until it is imported; what did not
change since is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from modwise.errors import InputError, UsageError
from modwise.home import data_home
from modwise.reference import store
from modwise.reference.addresses import Wanted, file_name, wanted
from modwise.reference.downloading import Fetched, NotThere, Progress, fetch
from modwise.reference.importing import import_files

Json = dict[str, Any]
Begin = Callable[[str], Progress | None]

FOLDER = "downloads"
RECORD = "record.json"


@dataclass(frozen=True)
class Order:
    """What to install: sets by name (none: all), the edition (default: today's), other addresses, and the terms accepted."""

    names: Sequence[str] = ()
    edition: str | None = None
    urls: Sequence[str] = ()
    accepted: Sequence[str] = ()


def install(downloads: Mapping[str, Any], order: Order, home: Path | None, today: date, begin: Begin | None = None) -> list[Json]:
    """Downloads and imports; of each set {set, edition, result: installed | unchanged, files, editions}.

    `downloads` is the table of addresses, `begin` is told the name of each file and may answer with a meter. Raises UsageError when
    terms are not accepted, InputError when a file cannot be had or is not what it should be; sets that came before are installed.
    """
    sets = wanted(downloads, order.names, order.edition, order.urls, today)
    _terms(downloads, sets, order.accepted)
    accept = {one["licence"]: one["accept"] for one in downloads.get("licence", ()) if one["licence"] in order.accepted}
    work = _Work(data_home(home), {} if order.urls else accept, today, begin or (lambda name: None))
    return [work.one(one) for one in sets]


def _terms(downloads: Mapping[str, Any], sets: Sequence[Wanted], accepted: Sequence[str]) -> None:
    for licence in downloads.get("licence", ()):
        bound = [one.name for one in sets if licence["licence"] in one.licences]
        if bound and licence["licence"] not in accepted:
            name = licence["licence"]
            raise UsageError(
                f"{', '.join(bound)}: {licence['says']} They stand at {licence['url']}",
                where="terms",
                hint=f"If you accept them, repeat the command with --accept-{name}-license.",
                code="terms-not-accepted",
            )


class _Work:
    """The downloads of one run, and the record of what was downloaded before."""

    def __init__(self, home: Path, accept: Mapping[str, str], today: date, begin: Begin) -> None:
        self._home = home
        self._folder = home / FOLDER
        self._accept = accept
        self._today = today
        self._begin = begin
        self._taken: dict[tuple[tuple[str, ...], ...], Json] = {}

    def one(self, asked: Wanted) -> Json:
        """One set, downloaded and imported; sets that share an archive are done once."""
        if asked.files not in self._taken:
            self._taken[asked.files] = self._set(asked)
        done = self._taken[asked.files]
        # What a file says of itself counts: another address may hold another edition than today's.
        came = dict.fromkeys(name.partition("/")[2] for name in done["editions"])
        return {"set": asked.name, "edition": ", ".join(came), **done}

    def _set(self, asked: Wanted) -> Json:
        before = [self._known(addresses) for addresses in asked.files]
        # A table of several parts is imported whole, so one part that changed brings all of them again.
        stands = all(before) and all(self._stored(known) for known in before)
        fetched = [
            self._file(asked, addresses, known if stands else {}) for addresses, known in zip(asked.files, before, strict=True)
        ]
        same = [one is None or (stands and one.sha256 == known.get("sha256")) for one, known in zip(fetched, before, strict=True)]
        if all(same):
            self._forget(fetched)
            return {"result": "unchanged", "files": [_shown(known) for known in before], "editions": before[0]["editions"]}
        whole = [one or self._file(asked, addresses, {}) for one, addresses in zip(fetched, asked.files, strict=True)]
        return self._import(asked, [one for one in whole if one])

    def _file(self, asked: Wanted, addresses: Sequence[str], known: Mapping[str, Any]) -> Fetched | None:
        """The file at the first address that has it; None when it did not change. Raises NotThere that names the page to look at."""
        missing: NotThere | None = None
        for address in dict.fromkeys([*([known["address"]] if known else []), *addresses]):
            meter = self._begin(file_name(address))
            try:
                return fetch(self._agreed(address, asked), self._folder / file_name(address), known=_marks(known), progress=meter)
            except NotThere as error:
                missing = missing or error
        assert missing is not None
        raise NotThere(
            missing.message,
            where=missing.where,
            hint=f"{asked.name} of {asked.period.name} may not be published yet, or was renamed: look at {asked.page}, and give its address "
            "with --url, or take an earlier one with --edition.",
            code="not-there",
        )

    def _agreed(self, address: str, asked: Wanted) -> str:
        terms = [self._accept[name] for name in asked.licences if name in self._accept]
        return f"{address}?{'&'.join(terms)}" if terms else address

    def _import(self, asked: Wanted, files: Sequence[Fetched]) -> Json:
        origins = {one.path: {"url": one.url, "sha256": one.sha256} for one in files}
        try:
            done = import_files([one.path for one in files], self._home, today=self._today, fallback=asked.period, origins=origins)
        except InputError as error:
            hint = f"The download is kept in {self._folder}. {error.hint}".strip()
            raise InputError(error.message, where=error.where, hint=hint, code=error.code) from None
        editions = [f"{row['table']}/{row['edition']}" for row in done]
        entries = [
            {
                **{"address": next(a for a in addresses if one.url.startswith(a)), "file": one.path.name},
                **{"sha256": one.sha256, "bytes": one.size, "etag": one.etag, "modified": one.modified},
                **{"downloaded": self._today.isoformat(), "editions": editions},
            }
            for one, addresses in zip(files, asked.files, strict=True)
        ]
        self._record(asked, entries)
        for one in files:
            one.path.unlink(missing_ok=True)
        return {"result": "installed", "files": [_shown(entry) for entry in entries], "editions": editions}

    # ---- what was downloaded before ------------------------------------------------------------------------------------

    def _all(self) -> dict[str, Json]:
        try:
            said: dict[str, Json] = json.loads((self._folder / RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return said

    def _known(self, addresses: Sequence[str]) -> Json:
        return self._all().get(addresses[-1], {})

    def _stored(self, known: Json) -> bool:
        """Whether the editions that came of the file are still there and can be read."""
        return all(store.described(self._home, *name.split("/")) for name in known.get("editions", ()))

    def _record(self, asked: Wanted, entries: Sequence[Json]) -> None:
        entries_by_file = {addresses[-1]: entry for addresses, entry in zip(asked.files, entries, strict=True)}
        text = json.dumps({**self._all(), **entries_by_file}, indent=1)
        (self._folder / RECORD).write_text(text + "\n", encoding="utf-8")

    def _forget(self, fetched: Sequence[Fetched | None]) -> None:
        for one in fetched:
            if one is not None:
                one.path.unlink(missing_ok=True)


def _marks(known: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(known[name]) for name in ("etag", "modified") if known.get(name)}


def _shown(entry: Mapping[str, Any]) -> Json:
    return {name: entry[name] for name in ("file", "address", "sha256", "bytes")}
