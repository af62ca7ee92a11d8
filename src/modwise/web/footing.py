"""The foot of every page: which editions of the CMS tables answer, and how much is known."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from modwise import api

Json = dict[str, Any]
# What is told stays true for a while: tables are imported a few times a year, and reading them costs more than a page.
SECONDS = 60
TABLES = {"fee_schedule": "fee schedule", "ncci_ptp_practitioner": "NCCI pairs", "mue_practitioner": "unit limits"}


def told(home: Path | None) -> Json:
    """{editions: [{name, edition}], starter}: the newest edition of the tables that decide most."""
    return _told(home, int(time.monotonic() // SECONDS))


@lru_cache(maxsize=4)
def _told(home: Path | None, _minute: int) -> Json:
    newest: dict[str, Json] = {}
    for row in api.data_status(home=home):
        if row["table"] in TABLES and row["edition"]:
            newest[row["table"]] = row
    return {
        "editions": [{"name": name, "edition": newest[table]["edition"]} for table, name in TABLES.items() if table in newest],
        "starter": any(row["starter"] for row in newest.values()),
    }
