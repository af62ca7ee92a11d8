"""Installing CMS's tables: terms first, real layouts from a local server, nothing done twice, everything told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from modwise import api
from modwise.errors import InputError, UsageError
from modwise.knowledge import checks_downloads, load
from modwise.knowledge.corpus import packaged
from modwise.reference import downloading, installing
from modwise.reference.addresses import places, wanted
from modwise.reference.editions import TABLES, Quarter, Year
from modwise.reference.installing import Order
from modwise.reference.tables import Tables
from tests.unit import test_reference_addenda as layouts
from tests.unit.mirror import Mirror, served
from tests.unit.reference_files import add_on_rows, csv_text, fee_rows, mue_rows, ptp_rows, workbook, zipped

TODAY = date(2026, 7, 20)
CMS: Mapping[str, Any] = packaged().kinds["downloads"]["cms"]


def text(rows: list[list[str]]) -> bytes:
    return csv_text(rows)


def pairs(*rows: str) -> bytes:
    return csv_text(ptp_rows(*rows), "\t")


def fee(work: str = "3.18") -> bytes:
    return text(fee_rows({"code": "45378", "work": work}))


def rvu(work: str = "3.18") -> bytes:
    """The archive of the fee schedule: both factors, places, anesthesia, a guide and the same again in other forms."""
    return zipped(
        **{"PPRRVU2026_Jul_nonQPP__csv": fee(work), "PPRRVU2026_Jul_QPP__csv": fee("9.99"), "PPRRVU2026_Jul_nonQPP__txt": b"fixed"},
        **{
            "GPCI2026__csv": text(layouts.GPCI),
            "26LOCCO__csv": text(layouts.LOCALITIES),
            "ANES2026__csv": text(layouts.ANESTHESIA),
        },
        **{"RVU26C__pdf": b"%PDF"},
    )


def cms_files() -> dict[str, bytes]:
    """The third quarter of 2026 under the names CMS uses."""
    parts = {1: pairs("45385 45380 - 20020101 * 1 x"), 2: pairs("45390 45380 - 20150101 * 1 x"), 3: pairs("97140 97530 - 20150401 20191231 1 x"),
             4: pairs("G0101 99213 - 20200101 * 1 x")}  # fmt: skip
    files = {"rvu26c.zip": rvu()}
    for number, part in parts.items():
        files[f"medicare-ncci-2026q3-practitioner-ptp-edits-ccipra-v322r0-f{number}.zip"] = zipped(
            **{f"ccipra-v322r0-f{number}__TXT": part}
        )
        files[f"medicare-ncci-2026-q3-hospital-ptp-edits-ccioph-v322r0-f{number}.zip"] = zipped(
            **{f"ccioph-v322r0-f{number}__txt": part}
        )
    limits = {
        "practitioner": ("Practitioner", "practitioner"),
        "facility-outpatient-hospital": ("Outpatient Hospital", "OutpatientHospital"),
        "dme-supplier": ("DME Supplier", "DMESupplier"),
    }
    for name, (header, member) in limits.items():
        rows = mue_rows(("45378", "1", "2 Date of Service Edit: Policy"), header=f"{header} Services MUE Values")
        files[f"medicare-ncci-2026-q3-{name}-services-mue-table.zip"] = zipped(
            **{f"MCR_MUE_{member}Services_Eff_07-01-2026__csv": text(rows)}
        )
    aoc = workbook(add_on_rows("1 22552 - 22551 - 20130401 -"))
    files["add-code-edits-medicare-effective-07012026.zip"] = zipped(
        **{"AOC_V2026Q3-F-MCR__txt": b"fixed width", "AOC_V2026Q3-MCR__xlsx": aoc}
    )
    files["cy-2026-july-opps-addendum-b.zip"] = zipped(
        **{"508 Version/2026 July Web Addendum B__06__25__26__csv": text(layouts.OPPS)}
    )
    asc = [
        [[cell.replace("April", "July") for cell in row] for row in rows]
        for rows in (layouts.ASC_AA, layouts.ASC_BB, layouts.ASC_EE, layouts.ASC_FF)
    ]
    names = ("AA", "BB", "EE", "FF")
    files["july-2026-asc-addenda.zip"] = zipped(
        **{f"July 2026 ASC Addenda - Addendum {n}__07__08__26__csv": text(rows) for n, rows in zip(names, asc, strict=True)}
    )
    files["july-2026-alpha-numeric-hcpcs-file.zip"] = zipped(
        **{"HCPC2026_JUL_ANWEB__txt": b"fixed width", "HCPC2026_JUL_ANWEB__xlsx": workbook(layouts.HCPCS)}
    )
    files["2026-anesthesia-conversion-factors.zip"] = zipped(**{"2026 Anesthesia CF__csv": text(layouts.ANESTHESIA)})
    files["2026-anesthesia-base-units-cpt-code.zip"] = zipped(**{"base__csv": text(layouts.BASE_UNITS)})
    return files


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken connection is taken up again at once."""
    monkeypatch.setattr(downloading, "PAUSE", 0.0)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """A server with everything of the quarter."""
    with served(Mirror({f"/{name}": data for name, data in cms_files().items()})) as one:
        yield one


def install(home: Path, *names: str, urls: list[str], today: date = TODAY, **options: Any) -> list[dict[str, Any]]:
    return installing.install(CMS, Order(names, urls=urls, accepted=("ama",), **options), home, today)


def test_everything_of_the_quarter(mirror: Mirror, tmp_path: Path) -> None:
    done = install(tmp_path, urls=[mirror.address])
    assert {row["result"] for row in done} == {"installed"}
    tables = Tables.open(tmp_path)
    others = [table for table in TABLES if table != "anesthesia"]
    assert {table: [e.starter for e in tables.editions(table)] for table in others} == {table: [False] for table in others}
    assert [(e.name, e.starter) for e in tables.editions("anesthesia")] == [("2026", False), ("2026Q3", False)]
    work = tables.fee(pl.Series(["45378"]), pl.Series([""]), pl.Series([TODAY]), ["work_rvu"])["work_rvu"][0]
    assert str(work) == "3.18"
    assert not list((tmp_path / "downloads").glob("*.zip*"))


def test_each_edition_says_whence_it_came(mirror: Mirror, tmp_path: Path) -> None:
    (done,) = install(tmp_path, "mpfs", urls=[mirror.address])
    digest = hashlib.sha256(mirror.files["/rvu26c.zip"]).hexdigest()
    assert [(f["file"], f["sha256"], f["bytes"]) for f in done["files"]] == [
        ("rvu26c.zip", digest, len(mirror.files["/rvu26c.zip"]))
    ]
    status = {row["table"]: row.get("origin") for row in Tables.open(tmp_path).status()}
    origin = [{"url": mirror.address + "rvu26c.zip", "sha256": digest}]
    assert (status["fee_schedule"], status["gpci"], status["opps"]) == (origin, origin, [])


def test_the_same_again_does_nothing(mirror: Mirror, tmp_path: Path) -> None:
    install(tmp_path, "mpfs", "ncci", urls=[mirror.address])
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "reference").rglob("*") if p.is_file()}
    for marks in (True, False):  # told by the server, or by the digest
        mirror.marks = marks
        assert [row["result"] for row in install(tmp_path, "mpfs", "ncci", urls=[mirror.address])] == ["unchanged", "unchanged"]
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "reference").rglob("*") if p.is_file()} == before
    assert not list((tmp_path / "downloads").glob("*.zip*"))


def test_one_part_that_changed_brings_the_whole_table(mirror: Mirror, tmp_path: Path) -> None:
    install(tmp_path, "ncci", urls=[mirror.address])
    name = "medicare-ncci-2026q3-practitioner-ptp-edits-ccipra-v322r0-f2.zip"
    mirror.files[f"/{name}"] = zipped(
        **{"ccipra-v322r0-f2__TXT": pairs("45390 45380 - 20150101 * 0 x", "45391 45380 - 20150101 * 1 x")}
    )
    (done,) = install(tmp_path, "ncci", urls=[mirror.address])
    assert done["result"] == "installed"
    assert [e.rows for e in Tables.open(tmp_path).editions("ncci_ptp_practitioner")] == [5]


def test_an_edition_that_was_deleted_comes_again(mirror: Mirror, tmp_path: Path) -> None:
    install(tmp_path, "hcpcs", urls=[mirror.address])
    (tmp_path / "reference/hcpcs/2026Q3.parquet").unlink()
    assert install(tmp_path, "hcpcs", urls=[mirror.address])[0]["result"] == "installed"


def test_sets_that_share_an_archive_fetch_it_once(mirror: Mirror, tmp_path: Path) -> None:
    done = install(tmp_path, "mpfs", "gpci", urls=[mirror.address])
    assert [(row["set"], row["result"]) for row in done] == [("mpfs", "installed"), ("gpci", "installed")]
    assert [path for path, _ in mirror.asked if path == "/rvu26c.zip"] == ["/rvu26c.zip"]


def test_a_run_that_broke_off_goes_on(mirror: Mirror, tmp_path: Path) -> None:
    mirror.breaks_after, mirror.breaks = 300, 3
    with pytest.raises(InputError, match="goes on where it stopped"):
        install(tmp_path, "mpfs", urls=[mirror.address])
    assert install(tmp_path, "mpfs", urls=[mirror.address])[0]["result"] == "installed"
    assert mirror.asked[-1][1] == "bytes=900-"


def test_what_came_before_a_failure_is_installed(mirror: Mirror, tmp_path: Path) -> None:
    del mirror.files["/july-2026-alpha-numeric-hcpcs-file.zip"]
    with pytest.raises(InputError, match="HTTP 404") as caught:
        install(tmp_path, "mpfs", "hcpcs", urls=[mirror.address])
    assert "quarterly-update" in caught.value.hint
    assert "--edition" in caught.value.hint
    assert [e.starter for e in Tables.open(tmp_path).editions("fee_schedule")] == [False]


def test_a_folder_of_this_machine_is_a_mirror(tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    for name, data in cms_files().items():
        (tmp_path / "mirror" / name).write_bytes(data)
    (done,) = install(tmp_path / "home", "opps", urls=[(tmp_path / "mirror").as_uri() + "/"])
    assert (done["result"], done["editions"]) == ("installed", ["opps/2026Q3"])
    (again,) = install(tmp_path / "home", "opps", urls=[(tmp_path / "mirror").as_uri() + "/"])
    assert again["result"] == "unchanged"


def test_one_address_for_one_set(mirror: Mirror, tmp_path: Path) -> None:
    mirror.files["/elsewhere/fees.zip"] = rvu("4.00")
    (done,) = install(tmp_path, "mpfs", urls=[mirror.address + "elsewhere/fees.zip"])
    assert done["files"][0]["address"] == mirror.address + "elsewhere/fees.zip"
    (later,) = install(tmp_path, "opps", urls=[mirror.address + "cy-2026-july-opps-addendum-b.zip"], today=date(2026, 11, 1))
    assert (later["edition"], later["editions"]) == ("2026Q3", ["opps/2026Q3"])
    with pytest.raises(UsageError, match="--url names files of one set"):
        install(tmp_path, "mpfs", "mue", urls=[mirror.address + "x.zip"])
    with pytest.raises(UsageError, match="same file name"):
        install(tmp_path, "mue", urls=[mirror.address + "a/x.zip", mirror.address + "b/x.zip"])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<!DOCTYPE html><title>Accept?</title>", "a web page came instead"),
        (b"PK\x03\x04 not really", "damaged archive"),
        (zipped(letter__txt=b"Dear Sir,\n"), "not a table Modwise knows"),
        (b"", "damaged archive|not a table"),
    ],
    ids=["page", "damaged", "something else", "nothing"],
)
def test_wrong_content_is_told_and_stores_nothing(mirror: Mirror, tmp_path: Path, data: bytes, says: str) -> None:
    mirror.files["/rvu26c.zip"] = data
    with pytest.raises(InputError, match=says):
        install(tmp_path, "mpfs", urls=[mirror.address])
    assert not (tmp_path / "reference").exists()
    mirror.files["/rvu26c.zip"] = rvu()
    assert install(tmp_path, "mpfs", urls=[mirror.address])[0]["result"] == "installed"


def test_terms_are_told_before_anything_is_asked(mirror: Mirror, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="American Medical Association") as caught:
        installing.install(CMS, Order(("mpfs", "hcpcs"), urls=[mirror.address]), tmp_path, TODAY)
    assert caught.value.exit_code == 2
    assert caught.value.message.startswith("mpfs: ")
    assert "--accept-ama-license" in caught.value.hint
    assert mirror.asked == []
    (done,) = installing.install(CMS, Order(("hcpcs",), urls=[mirror.address]), tmp_path, TODAY)
    assert done["result"] == "installed"


def test_acceptance_goes_to_the_publisher_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(url: str, *_: object, **__: object) -> None:
        asked.append(url)
        raise downloading.NotThere("not there", where=url)

    monkeypatch.setattr(installing, "fetch", refuse)
    for urls in ((), ("https://mirror.example/",)):
        with pytest.raises(InputError, match="not there"):
            installing.install(CMS, Order(("asc",), urls=urls, accepted=("ama",)), tmp_path, TODAY)
    assert all(url.endswith("?agree=yes") for url in asked if url.startswith("https://www.cms.gov/"))
    assert [url for url in asked if "mirror" in url and "agree" in url] == []
    assert len(asked) == 6


@pytest.mark.parametrize(
    ("names", "edition", "complaint"),
    [
        (("mpsf",), None, "no table mpsf"),
        (("mpfs",), "2026", "mpfs comes every quarter"),
        (("mpfs",), "soon", "'soon' is not a quarter"),
    ],
)
def test_wrong_orders_are_refused(names: tuple[str, ...], edition: str | None, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        wanted(CMS, names, edition, (), TODAY)


@pytest.mark.parametrize(
    ("name", "edition", "today", "first"),
    [
        ("mpfs", None, date(2026, 11, 25), "https://www.cms.gov/files/zip/rvu26d-updated-08-26-2026.zip"),
        ("mpfs", "2027Q1", date(2026, 11, 25), "https://www.cms.gov/files/zip/rvu27a.zip"),
        (
            "ncci",
            None,
            date(2026, 4, 1),
            "https://www.cms.gov/files/zip/medicare-ncci-2026q2-practitioner-ptp-edits-ccipra-v321r0-f1.zip",
        ),
        (
            "mue",
            "2025Q4",
            date(2026, 4, 1),
            "https://www.cms.gov/files/zip/medicare-ncci-2025-q4-practitioner-services-mue-table.zip",
        ),
        ("add-on", None, date(2026, 12, 31), "https://www.cms.gov/files/zip/add-code-edits-medicare-effective-10012026.zip"),
        ("opps", None, date(2026, 1, 1), "https://www.cms.gov/files/zip/january-2026-opps-addendum-b.zip"),
        ("anesthesia", "2025Q3", date(2026, 1, 1), "https://www.cms.gov/files/zip/2025-anesthesia-conversion-factors.zip"),
    ],
)
def test_addresses_of_an_edition(name: str, edition: str | None, today: date, first: str) -> None:
    (one,) = wanted(CMS, (name,), edition, (), today)
    assert one.files[0][0] == first


def test_what_stands_for_an_edition() -> None:
    assert places(Quarter(2026, 4)) == {
        "year": "2026", "yy": "26", "quarter": "4", "letter": "d", "month": "october", "mm": "10", "version": "323",
    }  # fmt: skip
    assert places(Year(2025))["year"] == "2025"


def test_the_record_may_be_damaged(mirror: Mirror, tmp_path: Path) -> None:
    install(tmp_path, "hcpcs", urls=[mirror.address])
    (tmp_path / "downloads/record.json").write_text("{broken", encoding="utf-8")
    assert install(tmp_path, "hcpcs", urls=[mirror.address])[0]["result"] == "installed"
    assert json.loads((tmp_path / "downloads/record.json").read_text(encoding="utf-8"))


def test_addresses_are_checked_with_the_facts() -> None:
    wrong = {
        "set": [
            {**CMS["set"][0], "licences": ["adobe"], "file": [{"addresses": ["http://x/{moon}.zip"]}, {"addresses": []}]},
            CMS["set"][0],
        ]
    }
    found = "\n".join(checks_downloads.problems({"downloads": {"cms": wrong}}))
    for said in (
        "licence adobe is not told",
        "does not begin with https://",
        "{moon} stands for nothing",
        "without an address",
        "stands twice",
    ):
        assert said in found
    assert not list(checks_downloads.problems(load.load()["kinds"]))


def test_the_command_shows_meters_and_results(mirror: Mirror, tmp_path: Path) -> None:
    begun: list[str] = []
    rows = api.data_install(
        ["hcpcs"], edition="2026Q3", urls=[mirror.address], home=tmp_path, begin=lambda name: begun.append(name)
    )
    assert begun == ["july-2026-alpha-numeric-hcpcs-file.zip"]
    assert rows[0]["editions"] == ["hcpcs/2026Q3", "hcpcs_modifiers/2026Q3"]
