"""Every scenario becomes a balanced 835 and an 837, is read back as written, and finds its lines again."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from modwise.claims import reading as claims
from modwise.denying.matching import NEEDED, Matches, match
from modwise.remits import reading
from modwise.remits.frames import Remits
from tests.scenario_files import Built, build, claim_file, scenarios

BUILT = [build(scenario) for scenario in scenarios()]


def read(folder: Path, built: Built) -> tuple[Remits, pl.DataFrame]:
    paths = [folder / f"{number}.835" for number in range(len(built.remits))]
    for path, raw in zip(paths, built.remits, strict=True):
        path.write_bytes(raw)
    sent = folder / "sent.837"
    sent.write_bytes(built.claims)
    return reading.read(paths), pl.concat(claims.read([sent], columns=NEEDED))


def test_there_are_twenty_two() -> None:
    assert len({built.id for built in BUILT}) == 22


@pytest.mark.parametrize("built", BUILT, ids=lambda built: built.id)
def test_a_scenario_is_read_back_as_it_was_built(tmp_path: Path, built: Built) -> None:
    remits, _ = read(tmp_path, built)
    assert remits.quarantined == []
    assert remits.payments.select("amount", "date", "difference").rows() == [(p.amount, p.date, 0) for p in built.payments]
    said = [claim for payment in built.payments for claim in payment.claims]
    assert remits.claims.select("claim_id", "status", "charge", "paid").rows() == [
        (c.id, c.status, c.charged, c.paid) for c in said
    ]
    services = [s for claim in said for s in claim.services]
    expected = [(s.code, list(s.modifiers), s.charge, s.paid, list(s.sent[1:] if s.sent else s.modifiers)) for s in services]
    assert remits.lines.select("code", "modifiers", "charge", "paid", "submitted_modifiers").rows() == expected
    listed = [(a.group, a.carc, a.cents) for s in services for a in s.adjustments]
    assert remits.adjustments.select("group", "carc", "amount").rows() == listed
    remarks = [r for c in said for r in (*c.outpatient, *(r for s in c.services for r in s.remarks))]
    assert remits.remarks["code"].to_list() == remarks
    key = built.scenario["payer"].get("key")
    if built.scenario["payer"].get("id") or built.scenario["payer"]["filing"] == "MB":
        assert set(remits.claims["payer"]) == {key}


@pytest.mark.parametrize("controls", [True, False])
@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: str(scenario["id"]))
def test_every_line_of_a_scenario_finds_what_was_sent(tmp_path: Path, scenario: dict[str, object], controls: bool) -> None:
    built = build(scenario, controls=controls)
    found = match(*read(tmp_path, built)).lines
    assert found["row"].null_count() == 0
    assert set(found["sent_claim"]) == {f"CLM-{built.id}"}
    assert set(found["by"]) == ({"line_control"} if controls else {"code_modifiers_date_charge"})
    assert set(found["confidence"]) == {"high"}
    lines = built.scenario["lines"]
    assert found["sent_line"].to_list()[: len(lines)] == list(range(1, len(lines) + 1))


def test_all_scenarios_in_one_reading_find_only_their_own_claims(tmp_path: Path) -> None:
    paths = []
    for built in BUILT:
        for number, raw in enumerate(built.remits):
            paths.append(tmp_path / f"{built.id}-{number}.835")
            paths[-1].write_bytes(raw)
    sent = tmp_path / "all.837"
    sent.write_bytes(claim_file(*scenarios()))
    remits = reading.read(paths)
    found: Matches = match(remits, pl.concat(claims.read([sent], columns=NEEDED)))
    named = found.lines.join(remits.claims.select("claim_key", "claim_id"), on="claim_key")
    assert named.height == remits.lines.height
    assert named.filter(pl.col("claim_id") != pl.col("sent_claim").fill_null("")).height == 0


def test_what_was_taken_back_is_paired_and_a_panel_is_no_denial(tmp_path: Path) -> None:
    by_id = {built.id: built for built in BUILT}
    remits, _ = read(tmp_path, by_id["T31"])
    assert remits.claims.select("status", "reversal_of", "corrected_by").rows() == [("1", None, 3), ("22", 1, 3), ("1", None, None)]
    assert remits.claims["paid"].sum() == 55860
    assert remits.provider_adjustments.select("reason", "reference", "amount").rows() == [("WO", "ICN-T31", -30380)]
    remits, _ = read(tmp_path, by_id["T43"])
    assert remits.lines["bundled_into"].to_list() == [None, 1]
