"""Remits: what balances, what is paired, what is refused."""

from __future__ import annotations

import datetime as dt
import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from modwise.errors import InputError, X12Error
from modwise.knowledge.corpus import corpus
from modwise.remits import reading, schema
from modwise.remits.doubts import doubts
from modwise.remits.frames import Remits
from tests.remit_files import Adjust, Claim, Payment, Service, remit_file
from tools import remit_frames_doc

PAID = Claim("C1", (Service("99213", 12000, ("25",), (Adjust("CO", "45", 2000),)),), control="ICN1")
DENIED = Claim("C2", (Service("20610", 30000, ("50", "RT"), (Adjust("CO", "4", 30000),), remarks=("N519",)),), control="ICN2")


def read(folder: Path, *raws: bytes, keep_going: bool = False) -> Remits:
    paths = []
    for number, raw in enumerate(raws):
        paths.append(folder / f"{number}.835")
        paths[-1].write_bytes(raw)
    return reading.read(paths, keep_going=keep_going)


def test_a_denied_claim_comes_as_primary_with_nothing_paid(tmp_path: Path) -> None:
    remits = read(tmp_path, remit_file(Payment((PAID, DENIED))))
    assert remits.claims.select("claim_id", "status", "charge", "paid").rows() == [("C1", "1", 12000, 10000), ("C2", "1", 30000, 0)]
    assert remits.adjustments.select("group", "carc", "amount").rows() == [("CO", "45", 2000), ("CO", "4", 30000)]
    assert remits.remarks.select("claim_key", "line_key", "code", "where").rows() == [(2, 2, "N519", "LQ")]
    assert remits.quarantined == []


def test_two_payments_in_a_file_keep_their_own_amounts(tmp_path: Path) -> None:
    remits = read(
        tmp_path, remit_file(Payment((PAID,), trace="T1"), Payment((DENIED,), trace="T2", provider=(("WO", "ICN9", 500),)))
    )
    assert remits.payments.select("trace", "amount", "claims_paid", "provider_adjusted", "difference").rows() == [
        ("T1", 10000, 10000, 0, 0),
        ("T2", -500, 0, 500, 0),
    ]
    assert remits.claims["payment_key"].to_list() == [1, 2]


@pytest.mark.parametrize(
    ("claim", "level", "line", "difference"),
    [
        (replace(PAID, services=(replace(PAID.services[0], off=100),)), "line", 1, -100),
        (replace(PAID, off=-1), "claim", 0, 1),
        (replace(PAID, services=(*PAID.services, replace(PAID.services[0], off=5))), "line", 2, -5),
    ],
)
def test_a_claim_that_does_not_balance_is_quarantined_with_its_difference(
    tmp_path: Path, claim: Claim, level: str, line: int, difference: int
) -> None:
    remits = read(tmp_path, remit_file(Payment((claim, DENIED))))
    (found,) = remits.quarantined
    assert (found.claim, found.level, found.line, found.difference) == ("C1", level, line, difference)
    assert remits.claims["claim_id"].to_list() == ["C2"]
    for name in ("lines", "adjustments"):
        assert set(getattr(remits, name)["claim_key"]) == {2}


def test_line_charges_that_do_not_make_the_claims_charge_are_quarantined(tmp_path: Path) -> None:
    raw = remit_file(Payment((PAID,))).replace(b"CLP*C1*1*120*100*", b"CLP*C1*1*130*100*")
    (found,) = read(tmp_path, raw).quarantined
    assert (found.level, found.difference) == ("claim", -1000)
    assert found.as_dict()["difference"] == "-10.00"
    assert "charges of the lines" in found.why


def test_a_payment_that_does_not_balance_is_shown_and_keeps_its_claims(tmp_path: Path) -> None:
    remits = read(tmp_path, remit_file(Payment((PAID,), off=250)))
    (found,) = remits.quarantined
    assert (found.level, found.claim, found.difference) == ("payment", "", -250)
    assert remits.claims.height == 1


def test_a_reversal_is_paired_with_its_payment_and_its_correction(tmp_path: Path) -> None:
    corrected = Claim("C1", (Service("99213", 12000, ("25",), (Adjust("CO", "45", 4000),)),), control="ICN1A", original="ICN1")
    first = remit_file(Payment((PAID, DENIED)))
    second = remit_file(Payment((PAID.reversed(), corrected), trace="T2", provider=(("FB", "", -3000),)))
    remits = read(tmp_path, first, second)
    rows = {row["claim_key"]: row for row in remits.claims.to_dicts()}
    assert [rows[k]["reversal_of"] for k in (1, 2, 3, 4)] == [None, None, 1, None]
    assert [rows[k]["corrected_by"] for k in (1, 2, 3, 4)] == [4, None, 4, None]


def test_a_reversal_that_stands_before_its_payment_is_paired_too(tmp_path: Path) -> None:
    remits = read(tmp_path, remit_file(Payment((PAID.reversed(), PAID))))
    assert remits.claims["reversal_of"].to_list() == [2, None]
    assert remits.claims["corrected_by"].to_list() == [None, None]


def test_of_two_equal_payments_the_reversal_takes_back_the_one_it_names(tmp_path: Path) -> None:
    again = replace(PAID, control="ICN8")
    remits = read(tmp_path, remit_file(Payment((PAID, again, replace(PAID.reversed(), control="ICN1")))))
    assert remits.claims["reversal_of"].to_list() == [None, None, 1]


def test_another_payers_payment_of_that_number_is_not_taken_back(tmp_path: Path) -> None:
    other = remit_file(Payment((PAID,))).replace(b"TRN*1*T1*1999999999", b"TRN*1*T1*1888888888")
    remits = read(tmp_path, other, remit_file(Payment((PAID.reversed(),))))
    assert remits.claims["reversal_of"].to_list() == [None, None]


def test_lines_put_into_a_panel_name_the_line_their_money_moved_to(tmp_path: Path) -> None:
    panel = Service("80053", 1500, (), (Adjust("OA", "94", -1200), Adjust("CO", "45", 700)), sent=("84132",))
    part = Service("80053", 1200, (), (Adjust("CO", "97", 1200),), sent=("82947",), units=0, sent_units=1)
    plain = Service("36415", 500, (), (Adjust("CO", "97", 500),))
    remits = read(tmp_path, remit_file(Payment((Claim("C1", (panel, part, plain)),))))
    assert remits.lines["bundled_into"].to_list() == [None, 1, None]
    assert remits.lines["submitted_code"].to_list() == ["84132", "82947", "36415"]
    assert remits.lines["units_submitted"].to_list() == [1.0, 1.0, 1.0]


def test_a_panel_whose_amounts_do_not_meet_is_no_panel(tmp_path: Path) -> None:
    panel = Service("80053", 1500, (), (Adjust("OA", "94", -1300),), sent=("84132",))
    part = Service("80053", 1200, (), (Adjust("CO", "97", 1200),), sent=("82947",))
    remits = read(tmp_path, remit_file(Payment((Claim("C1", (panel, part)),))))
    assert remits.lines["bundled_into"].to_list() == [None, None]


def test_the_payer_is_recognised_by_its_number_and_by_the_filing_indicator(tmp_path: Path) -> None:
    medicare = replace(DENIED, filing="MB")
    hospital = replace(DENIED, filing="MB", services=(replace(DENIED.services[0], revenue="0360"),))
    remits = read(tmp_path, remit_file(Payment((PAID,), payer_id="62308"), Payment((medicare, hospital))))
    assert remits.claims["payer"].to_list()[:2] == ["cigna", "medicare-part-b"]
    assert remits.claims["payer"][2] != "medicare-part-b"


def test_gzip_is_unpacked_and_what_is_no_835_is_refused(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress(remit_file(Payment((PAID,))))).claims.height == 1
    with pytest.raises(InputError, match="does not begin with ISA"):
        read(tmp_path, b"claim_id,code\n1,99213\n")
    claims = remit_file(Payment((PAID,))).replace(b"ST*835", b"ST*837")
    with pytest.raises(X12Error, match="a remittance is an 835"):
        read(tmp_path, claims)
    with pytest.raises(X12Error, match="4010"):
        read(tmp_path, remit_file(Payment((PAID,))).replace(b"005010X221A1", b"004010X091A1"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"SVC*HC:99213:25*", b"SVC*HC*", "SVC01-2 the line has no procedure or revenue code"),
        (b"SVC*HC:99213:25*", b"SVC*HC>99213>25*", "SVC01 the procedure is not divided by the component separator"),
        (b"CAS*CO*45*20", b"CAS*CO*45", "CAS03 the amount is no amount of money"),
        (b"CAS*CO*45*20", b"CAS*CO**20", "CAS02 an amount stands without a reason"),
        (b"DTM*472*20260304", b"DTM*472*20260231", "DTM02 no valid date"),
        (b"LX*1~", b"LX*1~CAS*CO*45*1~", "CAS stands outside a claim"),
        (b"LX*1~", b"ZZZ*1~", "no segment of an 835"),
        (b"CLP*C1*1*", b"CLP*C1**", "CLP02 the claim has no status"),
    ],
)
def test_a_broken_place_is_named(tmp_path: Path, old: bytes, new: bytes, said: str) -> None:
    raw = remit_file(Payment((PAID, DENIED)))
    assert old in raw
    broken = raw.replace(old, new, 1)
    with pytest.raises(X12Error) as caught:
        read(tmp_path, broken)
    assert said in str(caught.value)
    kept = read(tmp_path, broken, keep_going=True)
    assert kept.log.set_aside
    assert "C2" in kept.claims["claim_id"].to_list()


def test_strange_codes_are_carried_and_told(tmp_path: Path) -> None:
    strange = Service(
        "99213", 12000, (), (Adjust("CO", "999", 1000), Adjust("CR", "45", 1000), Adjust("CO", "15", 500)), remarks=("N9999", "N20")
    )
    claims = (Claim("C1", (strange, strange)), Claim("C2", charge=100, status="16"))
    remits = read(tmp_path, remit_file(Payment(claims)))
    found = {(d.value, d.count): d.what for d in doubts(remits, corpus())}
    assert found == {
        ("999", 2): "reason code that no list of ours holds",
        ("15", 2): "reason code that ended on 2018-05-01",
        ("N9999", 2): "remark code that no list of ours holds",
        ("CR", 2): "group code that version 5010 does not have",
        ("16", 1): "claim status that version 5010 does not have",
    }
    first = next(d for d in doubts(remits, corpus()) if d.value == "999")
    assert first.position == remits.adjustments["position"][0]
    assert remits.adjustments.filter(remits.adjustments["carc"] == "999")["amount"].to_list() == [1000, 1000]


def test_a_code_that_ended_later_is_no_doubt(tmp_path: Path) -> None:
    old = Claim("C1", (Service("99213", 12000, (), (Adjust("CO", "15", 500),)),))
    remits = read(tmp_path, remit_file(Payment((old,), date=dt.date(2018, 4, 30))))
    assert doubts(remits, corpus()) == []


def test_the_page_on_the_frames_is_the_schema() -> None:
    assert remit_frames_doc.TARGET.read_text(encoding="utf-8") == remit_frames_doc.text()
    assert set(remit_frames_doc.TITLES) == set(schema.FRAMES)
