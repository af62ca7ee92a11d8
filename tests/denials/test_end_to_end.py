"""Scenario files, 835 and 837, through reading, matching, pricing and deciding to items."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from modwise.denying.running import Denials, run
from tests.scenario_files import Built, build, claim_file, scenarios

BUILT = {str(s["id"]): build(s) for s in scenarios()}
NOTHING = (None, None)
# id -> cause, remedy, level, legal, work by; of the line that the scenario is about.
EXPECTED: dict[str, tuple[str, str, str | None, str | None, str | None]] = {
    "T01": ("52_doc_not_sent", "new_claim", "none (unprocessable)", "2027-03-04", "2027-03-04"),
    "T03": ("priced_per_policy", "no_action", None, *NOTHING),
    "T05": ("wrong_modifier_52_for_53", "new_claim", "none (unprocessable)", "2027-01-22", "2027-01-22"),
    "T07": ("25_missing_supported", "reopening", "CER (add 25)", "2027-02-18", "2027-02-18"),
    "T09": ("59_supported_payer_bundled", "appeal", "L1 claim payment reconsideration", "2027-03-10", "2027-03-10"),
    "T11": ("59_missing_supported", "reopening", "CER (add 59)", "2027-04-08", "2027-04-08"),
    "T13": ("units_typo", "reopening", "CER (units 10 to 1)", "2027-05-12", "2027-05-12"),
    "T15": ("underpaid_50", "reopening", "CER (fee schedule misapplied)", "2027-06-01", "2027-06-01"),
    "T17": ("modifier_conflict_50_rt", "corrected_claim", "corrected claim", "2026-10-17", "2026-10-17"),
    "T19": ("26_on_code_without_pc", "write_off", None, *NOTHING),
    "T21": ("assistant_statutory", "write_off", None, *NOTHING),
    "T23": ("82_cert_missing", "appeal", "L1 redetermination", "2026-06-08", "2026-06-03"),
    "T25": ("22_not_recognised", "appeal", "L1 redetermination", "2026-08-04", "2026-07-30"),
    "T27": ("25_used_where_57", "corrected_claim", "corrected claim", "2026-11-07", "2026-11-07"),
    "T29": ("58_missing_supported", "reopening", "CER (add 58)", "2027-04-17", "2027-04-17"),
    "T31": ("79_should_be_78", "no_action", "none (L1 redetermination stays open)", "2026-10-08", "2026-10-03"),
    "T33": ("91_missing_supported", "corrected_claim", "corrected claim", "2026-10-18", "2026-10-18"),
    "T35": ("53_on_facility_claim", "corrected_claim", "corrected claim", "2026-09-19", "2026-09-19"),
    "T37": ("59x_supported_payer_bundled", "appeal", "L1 contract dispute", "2026-09-01", "2026-09-01"),
    "T39": ("timely_filing_proof_exists", "appeal", "L1 reconsideration", "2027-05-18", "2027-05-18"),
    "T41": ("statutory_exclusion", "bill_patient", None, *NOTHING),
    "T43": ("panel_bundling_informational", "no_action", None, *NOTHING),
}
# The payer's window for corrected claims is in no public text; the scenarios take one from the contract.
CORRECTED_WITHIN = {"T17": 180, "T27": 180, "T33": 180, "T35": 180}


def facts_of(built: Built) -> dict[str, Any]:
    facts = dict(built.scenario.get("facts", {}))
    if built.id in CORRECTED_WITHIN:
        facts["contract"] = {**facts.get("contract", {}), "corrected_claim_days": CORRECTED_WITHIN[built.id]}
    return {f"CLM-{built.id}": {"2" if built.id == "T43" else "1": facts}}


def files(folder: Path, built: Built) -> tuple[list[Path], Path]:
    remits = [folder / f"{built.id}-{number}.835" for number in range(len(built.remits))]
    for path, raw in zip(remits, built.remits, strict=True):
        path.write_bytes(raw)
    sent = folder / f"{built.id}.837"
    sent.write_bytes(built.claims)
    return remits, sent


def payer_of(built: Built) -> str | None:
    """The payer to say, where nothing in the files names it."""
    payer = built.scenario["payer"]
    return None if payer.get("id") or payer["filing"] == "MB" else payer.get("key")


def found(result: Denials, key: str) -> tuple[Any, ...]:
    line = 2 if key == "T43" else 1
    item = next(i for i in result.items if i["claim"] == f"CLM-{key}" and i["line"] == line)
    deadline = item["deadline"] or {}
    return item["cause"], item["remedy"], item["level"], deadline.get("legal"), deadline.get("work_by")


@pytest.mark.parametrize("key", list(EXPECTED))
def test_a_scenario_ends_in_its_decision(tmp_path: Path, key: str) -> None:
    remits, sent = files(tmp_path, BUILT[key])
    result = run(remits, [sent], facts=facts_of(BUILT[key]), today=date(2026, 4, 1), payer=payer_of(BUILT[key]), home=tmp_path)
    assert found(result, key) == EXPECTED[key]
    assert result.quarantined == []
    assert all(item["match"]["confidence"] == "high" for item in result.items)


@pytest.mark.parametrize("key", list(EXPECTED))
def test_without_the_claims_nothing_is_said_that_the_remit_does_not_say(tmp_path: Path, key: str) -> None:
    remits, _ = files(tmp_path, BUILT[key])
    result = run(remits, facts=facts_of(BUILT[key]), payer=payer_of(BUILT[key]), home=tmp_path)
    if key in ("T35",):
        # That it was a facility's claim stands in the 837 only.
        assert found(result, key)[1] == "corrected_claim"
    else:
        assert found(result, key)[1:] == EXPECTED[key][1:]
    assert all(item["match"] is None for item in result.items)


def test_all_scenarios_in_one_run(tmp_path: Path) -> None:
    paths = [path for built in BUILT.values() for path in files(tmp_path, built)[0]]
    sent = tmp_path / "all.837"
    sent.write_bytes(claim_file(*scenarios()))
    facts = {claim: lines for built in BUILT.values() for claim, lines in facts_of(built).items()}
    result = run(paths, [sent], facts=facts, today=date(2026, 4, 1), home=tmp_path)
    named = {key for key in EXPECTED if payer_of(BUILT[key]) is None}
    assert {key: found(result, key) for key in named} == {key: EXPECTED[key] for key in named}
    assert result.warnings == []
    assert result.summary["unmatched_lines"] == 0
    assert result.summary["reversals"] == 1
    # What is settled is no denial.
    assert result.summary["denied"]["claims"] == sum(remedy not in ("no_action", "wait") for _, remedy, *_ in EXPECTED.values())
    scores = [item["priority"]["score"] for item in result.items if item["priority"] and item["priority"]["score"]]
    assert scores == sorted(scores, key=float, reverse=True)


def test_what_is_at_risk_comes_from_expected_amounts_never_from_charges(tmp_path: Path) -> None:
    remits, sent = files(tmp_path, BUILT["T15"])
    item = run(remits, [sent], facts=facts_of(BUILT["T15"]), home=tmp_path).items[0]
    assert (item["expected"], item["allowed"], item["at_risk"]) == ("375.00", "250.00", "125.00")
    remits, sent = files(tmp_path, BUILT["T09"])
    item = run(remits, [sent], facts=facts_of(BUILT["T09"]), home=tmp_path).items[0]
    assert item["expected"] is None
    assert item["at_risk"] is None
    remits, sent = files(tmp_path, BUILT["T41"])
    item = run(remits, [sent], facts=facts_of(BUILT["T41"]), home=tmp_path).items[0]
    assert item["at_risk"] == "90.00"
