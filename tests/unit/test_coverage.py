"""Coverage: what is known of each payer, since when, and what is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import platformdirs
import pytest

import modwise as mw
from modwise.errors import UsageError
from modwise.home import data_home
from modwise.knowledge.corpus import packaged
from modwise.knowledge.topics import settings_of
from modwise.report.coverage import coverage_text
from modwise.report.layout import Paper


@pytest.fixture(autouse=True)
def no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty data folder."""
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path))


def row(payer: str, **options: object) -> dict[str, object]:
    (found,) = mw.coverage(payer, **options)["payers"]  # type: ignore[arg-type]
    return found


def test_every_topic_is_either_known_or_not_for_every_payer() -> None:
    groups = packaged().kinds["coverage"]["topics"]["group"]
    for found in mw.coverage()["payers"]:
        settings = settings_of(packaged(), found["payer"])
        asked = {name for g in groups if settings & set(g["settings"]) for name in (*g.get("facts", ()), *g.get("routes", ()))}
        known, unknown = ({entry["fact"] for entry in found[part]} for part in ("known", "not_known"))
        assert known | unknown == asked
        assert not known & unknown
        assert all(entry["source"] and entry["since"] for entry in found["known"])


def test_facility_programmes_are_not_asked_for_assistants() -> None:
    assert settings_of(packaged(), "medicare-opps") == {"facility"}
    assert settings_of(packaged(), "mac-noridian") == {"professional"}
    assert settings_of(packaged(), "aetna") == {"professional", "facility"}
    opps = row("medicare-opps")
    names = {entry["fact"] for part in ("known", "not_known") for entry in opps[part]}  # type: ignore[attr-defined]
    assert "73.payment" in names
    assert "80.payment" not in names


@pytest.mark.parametrize(
    ("payer", "as_of", "expected"),
    [
        ("bcbs-nd", None, ("0.50", "2019-10-01", False)),
        ("bcbs-nd", date(2019, 9, 30), ("0.80", "2010-01-01", True)),
        ("bcbs-ne", date(2022, 10, 14), None),
        ("bcbs-ne", date(2022, 10, 15), ("0.50", "2022-10-15", False)),
        ("aetna", None, None),
    ],
)
def test_since_when_and_what_on_a_day(payer: str, as_of: date | None, expected: tuple[str, str, bool] | None) -> None:
    found = row(payer, topic="52.payment", as_of=as_of)
    known = [(e["value"], e["since"], e["at_latest"]) for e in found["known"]]  # type: ignore[attr-defined]
    assert known == ([expected] if expected else [])
    assert len(found["not_known"]) == (0 if expected else 1)  # type: ignore[arg-type]


def test_what_comes_from_a_parent_says_so() -> None:
    known = {e["fact"]: e["payer"] for e in row("mac-noridian")["known"]}  # type: ignore[attr-defined]
    assert known["53.before-anesthesia"] == "mac-noridian"
    assert known["52.payment"] == "medicare-part-b"


def test_a_topic_that_is_not_asked_of_all_can_be_looked_at() -> None:
    assert row("unitedhealthcare", topic="76.when")["known"]
    with pytest.raises(UsageError, match=r"no topic '52\.colour'"):
        mw.coverage(topic="52.colour")


def test_text_lists_what_is_not_known() -> None:
    paper = Paper(80)
    one = coverage_text(mw.coverage("aetna"), paper, payer="aetna")
    assert "NOT KNOWN\n" in one
    assert "52.payment" in one[one.index("NOT KNOWN") :]
    by_topic = coverage_text(mw.coverage(topic="52.payment"), paper, topic="52.payment")
    assert [line.split()[-2:] for line in by_topic.splitlines() if line.split()[:1] == ["aetna"]] == [["not", "known"]]
    whole = coverage_text(mw.coverage(), paper)
    assert all(len(line) <= 80 for text in (one, by_topic, whole) for line in text.splitlines())


def test_the_data_folder_is_where_the_platform_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODWISE_HOME")
    for chosen in (None, str(tmp_path / "xdg"), " "):
        if chosen is None:
            monkeypatch.delenv("XDG_DATA_HOME", raising=False)
        else:
            monkeypatch.setenv("XDG_DATA_HOME", chosen)
        assert data_home() == Path(platformdirs.user_data_dir("modwise", appauthor=False))
