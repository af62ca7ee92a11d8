"""What must hold of the addresses of downloads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from modwise.knowledge import schema
from modwise.knowledge.shapes import shape_problems

Table = dict[str, Any]

PLACES = frozenset({"year", "yy", "quarter", "letter", "month", "mm", "version"})


def problems(kinds: Table) -> Iterator[str]:
    """What is wrong with the files in downloads/, each a sentence that begins with its place."""
    for name, table in kinds.get("downloads", {}).items():
        place = f"downloads/{name}.toml"
        licences = set()
        for licence in table.get("licence", []):
            yield from shape_problems(licence, schema.LICENCE, f"{place}: licence {licence.get('licence', '?')}")
            licences.add(licence.get("licence"))
        names = [one.get("set") for one in table["set"]]
        yield from (f"{place}: set {twice} stands twice" for twice in sorted({n for n in names if names.count(n) > 1}))
        for one in table["set"]:
            yield from _set(one, licences, f"{place}: set {one.get('set', '?')}")


def _set(one: Table, licences: set[str], where: str) -> Iterator[str]:
    yield from shape_problems(one, schema.DOWNLOAD_SET, where)
    yield from (f"{where}: licence {name} is not told" for name in one.get("licences", []) if name not in licences)
    for file in one.get("file", []):
        yield from shape_problems(file, schema.DOWNLOAD_FILE, where)
        if not file.get("addresses"):
            yield f"{where}: a file without an address"
        for address in (*file.get("addresses", []), *(a for some in file.get("editions", {}).values() for a in some)):
            yield from _address(address, where)


def _address(address: str, where: str) -> Iterator[str]:
    if not address.startswith("https://"):
        yield f"{where}: {address} does not begin with https://"
    for place in set(re.findall(r"{(.*?)}", address)) - PLACES:
        yield f"{where}: {{{place}}} stands for nothing"
