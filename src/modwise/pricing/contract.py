"""A payer's contract as the user states it: rates, a factor of Medicare, shares of modifiers, the lower of price and charge."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from modwise.errors import InputError, UsageError
from modwise.pricing.money import read_amount, read_share

KEYS = {
    *("name", "payer", "policy", "from", "until", "contracted", "rate", "usual_charge", "lesser_of", "windows"),
    *("medicare_factor", "multiple", "factors", "rates"),
}
HINT = "docs/commands.md shows the file under `price`."


@dataclass(frozen=True)
class Contract:
    """Terms of one payer. `rates` are by code or code-row ("70553-26") and facility or not; `rate` is that of the line asked about.

    `policy` names the payer whose rules are followed where the contract is silent.
    """

    name: str = "contract"
    payer: str | None = None
    policy: str | None = None
    start: date | None = None
    until: date | None = None
    rate: Decimal | None = None
    lesser_of: bool | None = None
    medicare_factor: Decimal | None = None
    multiple: str | None = None
    factors: Mapping[str, Decimal] = field(default_factory=dict)
    rates: Mapping[tuple[str, bool], Decimal] = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        """Whether the contract is in force on the day."""
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)

    def rate_of(self, code: str, row: str, facility: bool) -> Decimal | None:
        """The full rate of the code or its 26, TC or 53 row; None when the contract names none."""
        return self.rates.get((f"{code}-{row}" if row else code, facility))


def read(path: Path) -> Contract:
    """The contract in a TOML or CSV file. Raises InputError with the file and the key or row that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", where=str(path), hint="Give a TOML or CSV file.", code="no-contract") from None
    try:
        return of_csv(text, path.stem) if path.suffix.lower() == ".csv" else of_table(tomllib.loads(text), path.stem)
    except (tomllib.TOMLDecodeError, UsageError) as error:
        message = error.message if isinstance(error, UsageError) else f"not readable as TOML: {error}"
        raise InputError(message, where=str(path), hint=HINT, code="bad-contract") from None


def of_table(table: Mapping[str, Any], name: str = "contract") -> Contract:
    """The contract in a table, as a TOML file or the case facts hold it. Raises UsageError for an unknown key or a wrong value."""
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise UsageError(f"unknown key {', '.join(unknown)}", hint=f"Keys: {', '.join(sorted(KEYS))}.", code="bad-contract")
    rates: dict[tuple[str, bool], Decimal] = {}
    for code, rate in _table(table, "rates").items():
        rates |= _rates(str(code).upper(), rate)
    return Contract(
        name=str(table.get("name", name)),
        payer=_text(table, "payer"),
        policy=_text(table, "policy"),
        start=_day(table, "from"),
        until=_day(table, "until"),
        rate=_amount(table.get("rate"), "rate"),
        lesser_of=_boolean(table, "lesser_of"),
        medicare_factor=_share(table.get("medicare_factor"), "medicare_factor"),
        multiple=_text(table, "multiple"),
        factors={str(m).upper(): _known(_share(s, f"factor {m}"), f"factor {m}") for m, s in _table(table, "factors").items()},
        rates=rates,
    )


def of_csv(text: str, name: str) -> Contract:
    """Rates from a CSV with the columns code, rate and, optionally, modifier (26, TC, 53) and facility_rate."""
    rows = csv.DictReader(io.StringIO(text))
    columns = {column.strip().lower() for column in rows.fieldnames or ()}
    if not {"code", "rate"} <= columns <= {"code", "modifier", "rate", "facility_rate"}:
        raise UsageError(f"columns are {', '.join(sorted(columns)) or 'missing'}", hint=HINT, code="bad-contract")
    rates: dict[tuple[str, bool], Decimal] = {}
    for number, row in enumerate(rows, 2):
        cell = {str(key).strip().lower(): (value or "").strip() for key, value in row.items() if isinstance(value, str)}
        code = "-".join(part for part in (cell["code"].upper(), cell.get("modifier", "").upper()) if part)
        place = f"row {number}: the rate"
        plain = read_amount(cell["rate"], place)
        if (code, False) in rates:
            raise UsageError(f"row {number}: {code} stands there twice", hint=HINT, code="bad-contract")
        facility = cell.get("facility_rate", "")
        rates |= {(code, False): plain, (code, True): read_amount(facility, place) if facility else plain}
    return Contract(name=name, rates=rates)


def _rates(code: str, rate: Any) -> dict[tuple[str, bool], Decimal]:
    if isinstance(rate, Mapping):
        if set(rate) != {"facility", "nonfacility"}:
            raise UsageError(f"rate of {code} needs facility and nonfacility", hint=HINT, code="bad-contract")
        places = {"facility": True, "nonfacility": False}
        return {(code, places[key]): _known(_amount(value, f"rate of {code}"), code) for key, value in rate.items()}
    amount = _known(_amount(rate, f"rate of {code}"), code)
    return {(code, False): amount, (code, True): amount}


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key) or {}
    if not isinstance(value, Mapping):
        raise UsageError(f"{key} must be a table", hint=HINT, code="bad-contract")
    return value


def _amount(value: Any, what: str) -> Decimal | None:
    return None if value is None else read_amount(_written(value, what), what)


def _share(value: Any, what: str) -> Decimal | None:
    return None if value is None else read_share(_written(value, what), what)


def _written(value: Any, what: str) -> str:
    # A number of a file is read by its shortest form, which is the one that was written.
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value)
    raise UsageError(f"{what} is no number", hint='Write money and shares in quotes: "0.50".', code="bad-contract")


def _known(value: Decimal | None, what: str) -> Decimal:
    if value is None:
        raise UsageError(f"{what} has no value", hint=HINT, code="bad-contract")
    return value


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{key} must be text", hint=HINT, code="bad-contract")
    return value


def _boolean(table: Mapping[str, Any], key: str) -> bool | None:
    value = table.get(key)
    if value is not None and not isinstance(value, bool):
        raise UsageError(f"{key} must be true or false", hint=HINT, code="bad-contract")
    return value


def _day(table: Mapping[str, Any], key: str) -> date | None:
    value = table.get(key)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            value = 0
    if value is not None and not isinstance(value, date):
        raise UsageError(f"{key} is no date", hint="Write it as 2026-07-15.", code="bad-contract")
    return value
