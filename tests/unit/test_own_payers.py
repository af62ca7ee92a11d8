"""Payers that a user adds as files: read beside the package, checked, recognised on claims, never in the way of others."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import modwise as mw
from modwise import api
from modwise.claims.payers import with_payers
from modwise.errors import InputError, KnowledgeError, UsageError
from modwise.knowledge import own_payers
from modwise.knowledge.corpus import corpus, packaged

FILE = """
payer = "acme-ppo"
title = "Acme PPO"
kind = "commercial"
parent = "unitedhealthcare"
payer_ids = ["ACME1"]
reviewed = 2026-11-25

[source.acme-2026]
title = "Provider agreement, exhibit B"
publisher = "Acme"
kind = "contract"

[[fact]]
id = "52.payment"
values = [
  { from = 2025-01-01, value = "0.60", source = ["acme-2026"] },
  { from = 2026-01-01, value = "0.65", source = ["acme-2026"] },
]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of payers in an empty data folder."""
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path))
    (tmp_path / "payers").mkdir()
    return tmp_path / "payers"


def put(folder: Path, text: str = FILE, name: str = "acme-ppo.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_known_to_pages_and_coverage(folder: Path) -> None:
    put(folder)
    page = mw.show("52", payer="acme-ppo", as_of=date(2026, 3, 1))
    assert [(r["payer"], r["values"][0]["value"]) for r in page["facts"]["payment"]["payers"]] == [("acme-ppo", "0.65")]
    assert "acme-2026" in {source["key"] for source in page["sources"]}
    (row,) = mw.coverage("acme-ppo")["payers"]
    known = {entry["fact"]: entry for entry in row["known"]}
    assert (row["own"], row["title"]) == (True, "Acme PPO")
    assert (known["52.payment"]["value"], known["52.payment"]["since"], known["52.payment"]["known_from"]) == (
        "0.65", "2026-01-01", "2025-01-01",
    )  # fmt: skip
    assert known["53.payment"]["payer"] == "unitedhealthcare"
    assert "62.payment" in {entry["fact"] for entry in row["not_known"]}


def test_other_payers_stay_as_they_are(folder: Path) -> None:
    before = mw.show("52", payer="unitedhealthcare")
    put(folder)
    assert mw.show("52", payer="unitedhealthcare") == before
    assert len(mw.show("52")["facts"]["payment"]["payers"]) == 1 + len(packaged().facts("52.payment"))


def test_a_changed_or_removed_file_is_seen_at_once(folder: Path) -> None:
    path = put(folder)
    assert corpus() is corpus()
    put(folder, FILE.replace("0.65", "0.655"))
    assert mw.coverage("acme-ppo", topic="52.payment")["payers"][0]["known"][0]["value"] == "0.655"
    path.unlink()
    assert corpus() is packaged()
    with pytest.raises(UsageError, match="no payer 'acme-ppo'"):
        mw.show("52", payer="acme-ppo")


def test_claims_that_name_it_are_its(folder: Path) -> None:
    put(folder, FILE.replace('["ACME1"]', '["ACME1", "60054"]'))
    names = ("taxonomy", "payer_id", "bill_type", "place_of_service", "filing_indicator", "claim_type")
    columns = {name: [None, None, None] for name in names}
    frame = pl.DataFrame(
        {**columns, "payer_id": ["ACME1", "60054", "87726"], "payer": [None] * 3},
        schema=dict.fromkeys((*names, "payer"), pl.Categorical),
    )
    assert with_payers(frame, corpus())["payer"].to_list() == ["acme-ppo", "acme-ppo", "unitedhealthcare"]


def test_check_takes_its_rules(folder: Path, tmp_path: Path) -> None:
    head = "claim_id,line,code,modifiers,charge,units,date_from,payer,patient\n"
    claim = tmp_path / "claims.csv"
    claim.write_text(head + "A,1,99213,52,100.00,1,2026-07-15,acme-ppo,P1\n", encoding="utf-8")
    rule = '\n[[fact]]\nid = "52.on-evaluation-and-management"\nvalues = [{ from = 2026-01-01, value = "invalid", source = ["acme-2026"] }]\n'
    put(folder)
    assert mw.check(claim, select=["RED201"]).findings.height == 0
    put(folder, FILE + rule)
    (found,) = mw.check(claim, select=["RED201"]).to_dict()["findings"]
    assert [fact["source"] for fact in found["facts"] if fact["id"] == "52.on-evaluation-and-management"] == ["acme-2026"]


WRONG = [
    ('payer = "acme-ppo"', 'payer = "other"', "acme-ppo.toml: payer = 'other' must equal the file name"),
    ('kind = "commercial"', 'kind = "shop"', "acme-ppo.toml: kind = 'shop' is none of"),
    ('title = "Acme PPO"\n', "", "acme-ppo.toml: title is missing"),
    ('parent = "unitedhealthcare"', 'parent = "nobody"', "acme-ppo.toml: parent 'nobody' is no payer that is known"),
    ('parent = "unitedhealthcare"', 'parent = "acme-ppo"', "leads back to acme-ppo"),
    ('["ACME1"]', "[1]", "acme-ppo.toml: payer_ids holds something other than text"),
    ("[source.acme-2026]", "[source.untraced]", "[source.untraced]: a source of Modwise's own has this key"),
    ("[source.acme-2026]", "[source.acme-2025]", "fact 52.payment: source 'acme-2026' is neither in [source.acme-2026] nor"),
    ('kind = "contract"', 'kind = "hearsay"', "[source.acme-2026]: kind = 'hearsay' is none of"),
    ('"52.payment"', '"52.payement"', "fact 52.payement is not known; did you mean 52.payment?"),
    ('"52.payment"', '"Z9.payment"', "fact Z9.payment"),
    (
        'id = "52.payment"',
        'id = "52.payment"\npayer = "humana"',
        "fact 52.payment speaks for 'humana'; a file speaks for its own payer only",
    ),
    ("from = 2026-01-01", "from = 2024-01-01", "fact 52.payment (acme-ppo): dates do not rise at 2024-01-01"),
    ('value = "0.65"', "value = 0.65", "fact 52.payment (acme-ppo): value has the wrong type (float)"),
    (', source = ["acme-2026"] },\n]', " },\n]", "fact 52.payment (acme-ppo): source is missing"),
    ("values = [", "values = [ 3,", "fact 52.payment (acme-ppo): values must be a list of"),
    ("reviewed = 2026-11-25", 'reviewed = 2026-11-25\ncolour = "red"', "acme-ppo.toml: unknown key colour"),
    ("reviewed = 2026-11-25", "reviewed = ", "acme-ppo.toml: not readable as TOML: Invalid value"),
]


@pytest.mark.parametrize(("old", "new", "complaint"), WRONG, ids=[case[2][:60] for case in WRONG])
def test_what_is_wrong_is_named_with_file_and_key(folder: Path, old: str, new: str, complaint: str) -> None:
    assert old in FILE
    put(folder, FILE.replace(old, new))
    with pytest.raises(KnowledgeError, match=re.escape(complaint)) as caught:
        mw.show("52")
    assert caught.value.where == str(folder)
    with pytest.raises(KnowledgeError, match=re.escape(complaint)):
        api.payer_check()


def test_every_problem_of_every_file_is_told_at_once(folder: Path) -> None:
    put(folder, FILE.replace("commercial", "shop"))
    put(
        folder,
        FILE.replace("acme-ppo", "beta").replace("acme-2026", "beta-2026").replace("unitedhealthcare", "nobody"),
        "beta.toml",
    )
    with pytest.raises(KnowledgeError, match=r"\d problem") as caught:
        corpus()
    assert "kind = 'shop'" in caught.value.message
    assert "beta.toml: parent 'nobody'" in caught.value.message
    assert "beta.toml: payer_ids: ACME1 stands in acme-ppo.toml too" in caught.value.message


def test_a_packaged_payer_cannot_be_replaced(folder: Path) -> None:
    put(folder, FILE.replace("acme-ppo", "humana"), "humana.toml")
    with pytest.raises(KnowledgeError, match="humana is a payer of Modwise's own"):
        corpus()


def test_a_payer_may_build_on_another_file(folder: Path) -> None:
    put(folder)
    second = FILE.replace('"acme-ppo"', '"acme-gold"').replace("acme-2026", "gold-2026").replace('"unitedhealthcare"', '"acme-ppo"')
    put(folder, second.replace('["ACME1"]', '["ACME2"]').replace("52.payment", "62.payment"), "acme-gold.toml")
    assert corpus().line_of("acme-gold") == ("acme-gold", "acme-ppo", "unitedhealthcare", "any")
    fact = corpus().fact_for("52.payment", "acme-gold")
    assert fact is not None
    assert fact.payer == "acme-ppo"


ROUTE = """
[[route]]
id = "appeal-1"
remedy = "appeal"
level = 1
name = "L1 appeal"
to = "Acme"
form = ["letter"]
window = [{ from = 2026-01-01, count = 45, unit = "days", after = "notice", filed = "received", roll = "unknown", says = "45 days after the notice", source = ["acme-2026"] }]
"""


def test_its_deadlines_come_before_its_parents(folder: Path) -> None:
    put(folder, FILE + ROUTE)
    (row,) = mw.coverage("acme-ppo", topic="52.payment")["payers"]
    assert row["known"]
    deadlines = {
        e["fact"]: (e["value"], e["payer"]) for e in mw.coverage("acme-ppo")["payers"][0]["known"] if e["group"] == "deadlines"
    }
    assert deadlines["appeal-1"] == ("45 days after the notice", "acme-ppo")
    assert deadlines["new-claim"][1] == "unitedhealthcare"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('remedy = "appeal"', 'remedy = "pray"', "acme-ppo.toml: route appeal-1: remedy = 'pray' is none of"),
        ('unit = "days"', 'unit = "moons"', "acme-ppo.toml: route appeal-1: window: unit = 'moons' is none of"),
        ('source = ["acme-2026"] }]', 'source = ["nowhere"] }]', "acme-ppo.toml: source 'nowhere' is neither"),
    ],
)
def test_wrong_deadlines_are_named(folder: Path, old: str, new: str, complaint: str) -> None:
    put(folder, FILE + ROUTE.replace(old, new))
    with pytest.raises(KnowledgeError, match=re.escape(complaint)):
        corpus()


def test_the_new_file_is_sound_and_says_nothing_yet(folder: Path) -> None:
    made = api.payer_new("acme-ppo", title='Acme "PPO"', parent="unitedhealthcare", payer_ids=["ACME1"])
    assert Path(made["path"]) == folder / "acme-ppo.toml"
    assert api.payer_check() == [{"payer": "acme-ppo", "path": made["path"], "facts": 0}]
    assert corpus().payer("acme-ppo")["title"] == 'Acme "PPO"'
    with pytest.raises(UsageError, match="is there already"):
        api.payer_new("acme-ppo")


def test_the_new_file_filled_in_is_sound(folder: Path) -> None:
    """Every line with its # taken off and a value put in is a fact, and nothing of it is left out of coverage."""
    text = api.payer_new("acme-ppo", output="-")["text"]
    filled = re.sub(r"^# (\[\[|id |values |remedy |level |name |to |form |window )", r"\1", text, flags=re.MULTILINE)
    put(folder, filled.replace('value = ""', 'value = "0.50"'))
    (row,) = mw.coverage("acme-ppo")["payers"]
    assert {entry["fact"] for entry in row["not_known"]} == {"new-claim", "corrected-claim"}
    assert {entry["payer"] for entry in row["known"]} == {"acme-ppo"}
    assert all(entry["unverified"] for entry in row["known"])


@pytest.mark.parametrize(
    ("key", "options", "complaint"),
    [
        ("Acme", {}, "'Acme' cannot be a key"),
        ("any", {}, "'any' cannot be a key"),
        ("../acme", {}, "cannot be a key"),
        ("humana", {}, "'humana' is a payer already"),
        ("acme", {"kind": "shop"}, "no kind 'shop'"),
        ("acme", {"parent": "nobody"}, "no payer 'nobody'"),
    ],
)
def test_what_cannot_be_written_is_refused(folder: Path, key: str, options: dict[str, str], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        api.payer_new(key, **options)  # type: ignore[arg-type]
    assert list(folder.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written") as caught:
        api.payer_new("acme-ppo", output=str(tmp_path / "file/acme-ppo.toml"))
    assert "acme-ppo.toml" in str(caught.value)


def test_files_elsewhere_can_be_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path / "none"))
    assert api.payer_check() == []
    assert [row["facts"] for row in api.payer_check([put(tmp_path)])] == [1]
    with pytest.raises(KnowledgeError, match=r"gone\.toml: not readable"):
        api.payer_check([tmp_path / "gone.toml"])


def test_look_ups_without_files_read_no_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path))
    monkeypatch.setattr(own_payers, "read", lambda *_: pytest.fail("read"))
    assert corpus() is packaged()
