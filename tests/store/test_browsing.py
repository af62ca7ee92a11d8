"""The worklist by pages: filters, orders and sums are the database's, and say the same as the items themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from modwise.errors import UsageError
from modwise.store import browsing
from modwise.store.browsing import Wanted
from modwise.store.worklist import Change, Worklist
from tests.store.test_worklist import NOW, WHO, item, take

TODAY = date(2026, 5, 4)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    worklist = Worklist(engine)
    take(
        worklist,
        *(
            item(
                claim=f"CLM-{n:02}",
                payer=("cigna", "aetna")[n % 2],
                remedy=("appeal", "reopening", "write_off")[n % 3],
                at_risk=None if n == 5 else f"{n * 10}.00",
                deadline=None if n == 7 else {"work_by": f"2026-05-{n + 1:02}"},
            )
            for n in range(12)
        ),
    )
    first = worklist.rows(claim="CLM-00")[0]["id"]
    worklist.set(first, Change(state="closed", approver="Sam", assignee="Dana"), who=WHO, now=NOW)
    return engine


def claims(engine: Engine, **said: Any) -> list[str]:
    order, start, most = said.pop("order", "due"), said.pop("start", 0), said.pop("most", 50)
    return [row["claim"] for row in browsing.page(engine, Wanted(**said), order=order, start=start, most=most)["items"]]


def test_pages_follow_each_other(filled: Engine) -> None:
    whole = claims(filled)
    assert len(whole) == 12
    assert claims(filled, most=5) + claims(filled, start=5, most=5) + claims(filled, start=10, most=5) == whole
    assert whole[-1] == "CLM-07", "what has no date comes last"


def test_filters(filled: Engine) -> None:
    assert "CLM-00" not in claims(filled, state="open")
    assert claims(filled, state="closed", assignee="Dana") == ["CLM-00"]
    assert claims(filled, payer="aetna", remedy="reopening") == ["CLM-01", "CLM-07"]
    assert claims(filled, due=date(2026, 5, 3)) == ["CLM-00", "CLM-01", "CLM-02"]
    assert claims(filled, claim="clm-1") == ["CLM-10", "CLM-11"]
    assert claims(filled, claim="%") == []


def test_orders(filled: Engine) -> None:
    assert claims(filled, order="risk")[:2] == ["CLM-11", "CLM-10"]
    assert claims(filled, order="risk")[-1] == "CLM-05", "what is not known comes last"
    assert claims(filled, order="claim") == sorted(claims(filled))
    with pytest.raises(UsageError):
        browsing.page(filled, Wanted(), order="; drop table item")


def test_sums_are_those_of_the_items(filled: Engine) -> None:
    rows = Worklist(filled).rows()
    whole = browsing.page(filled, Wanted(), most=1)
    assert (whole["count"], whole["at_risk"]) == (12, sum(int(r["at_risk"].replace(".", "")) for r in rows if r["at_risk"]))
    told = browsing.totals(filled, TODAY, date(2026, 5, 11))
    open_rows = [row for row in rows if row["state"] != "closed"]
    assert told["items"] == len(open_rows)
    assert told["late"] == sum(row["work_by"] is not None and row["work_by"] < "2026-05-04" for row in open_rows)
    assert told["soon"] == sum(row["work_by"] is not None and "2026-05-04" <= row["work_by"] <= "2026-05-11" for row in open_rows)
    assert told["unknown"] == 1
    assert dict(browsing.choices(filled)["payer"]) == {"cigna": 6, "aetna": 6}


def test_an_empty_worklist(engine: Engine) -> None:
    assert browsing.page(engine, Wanted()) == {"count": 0, "at_risk": 0, "items": []}
    assert browsing.totals(engine, TODAY, TODAY) == {"items": 0, "at_risk": 0, "late": 0, "soon": 0, "unknown": 0}
