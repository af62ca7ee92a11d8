"""The command line as a user has it: a process with arguments, output, errors and an exit status."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import modwise as mw

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "examples" / "demo.837"
HEADER = "claim_id,line,code,modifiers,charge,units,date_from,payer,patient\n"
CLEAN = HEADER + "A,1,20610,RT,100.00,1,2026-07-15,medicare-part-b,P1\n"
FORM_ONLY = HEADER + "A,1,64484,50,100.00,1,2026-07-15,medicare-part-b,P1\n"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with an empty data folder, so that the starter set is what counts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODWISE") and name != "COLUMNS"}
    return {**kept, "MODWISE_HOME": str(tmp_path / "home")}


def run(home: dict[str, str], *words: str, stdin: bytes | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "modwise", *words], input=stdin, capture_output=True, env=home, cwd=cwd, check=False
    )


def text(path: Path, content: str) -> str:
    path.write_text(content, encoding="utf-8")
    return str(path)


# ---- exit status -------------------------------------------------------------------------------------------------------


def test_findings_exit_with_one_and_a_clean_file_with_zero(home: dict[str, str], tmp_path: Path) -> None:
    assert run(home, "check", str(DEMO)).returncode == 1
    assert run(home, "check", text(tmp_path / "clean.csv", CLEAN), "--ignore", "NCC").returncode == 0


@pytest.mark.parametrize(("fail_on", "status"), [("never", 0), ("fail", 0), ("any", 1)])
def test_fail_on_decides_what_a_payers_difference_is_worth(home: dict[str, str], tmp_path: Path, fail_on: str, status: int) -> None:
    path = text(tmp_path / "differs.csv", FORM_ONLY)
    assert run(home, "check", path, "--select", "BIL204", "--fail-on", fail_on).returncode == status


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["check", "no-such-file.837"], "no-such-file.837"),
        (["check", "pyproject.toml"], "pyproject.toml"),
        (["check", str(DEMO), "--select", "NOPE999"], "NOPE999"),
        (["check", str(DEMO), "--payer", "nobody"], "nobody"),
        (["show", "Z9"], "Z9"),
        (["show", "52", "--as-of", "yesterday"], "2026-07-15"),
        (["edit", "NOPE"], "NOPE"),
        (["list", "--class", "nonsense"], "anatomic"),
        (["coverage", "--payer", "nobody"], "nobody"),
        (["data", "import", "no-such.zip"], "no-such.zip"),
        (["data", "install", "mpfs"], "--accept-ama-license"),
        (["data", "install", "nonsense"], "mpfs"),
        (["data", "install", "hcpcs", "--url", "file:///no/such/folder/"], "no such file"),
        (["payer", "new", "humana"], "humana"),
        (["payer", "check", "no-such.toml"], "no-such.toml"),
        (["coverage", "--topic", "nonsense"], "52.payment"),
        (["nonsense"], "nonsense"),
        (["check"], "FILE"),
    ],
)
def test_what_cannot_run_exits_with_two_and_says_why(home: dict[str, str], words: list[str], says: str) -> None:
    done = run(home, *words)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""


def test_an_error_is_json_where_json_was_asked(home: dict[str, str]) -> None:
    done = run(home, "show", "Z9", "--format", "json")
    body = json.loads(done.stdout)
    assert done.returncode == 2
    assert set(body) == {"ok", "error", "errors", "status"}
    assert (body["ok"], body["status"]) == (False, 400)
    assert set(body["errors"][0]) == {"code", "where", "message", "hint"}


# ---- output ------------------------------------------------------------------------------------------------------------


def test_json_is_what_python_returns(home: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(home, "check", "examples/demo.837", "--format", "json")
    monkeypatch.setenv("MODWISE_HOME", home["MODWISE_HOME"])
    monkeypatch.chdir(ROOT)
    assert json.loads(done.stdout) == json.loads(json.dumps(mw.check("examples/demo.837").to_dict()))


def test_show_edit_list_and_coverage_print_what_python_returns(home: dict[str, str]) -> None:
    for words, value in (
        (["show", "52"], mw.show("52")),
        (["edit", "RED201"], mw.edit("RED201")),
        (["edit"], mw.list_edits()),
        (["list"], mw.list_modifiers()),
        (["coverage"], mw.coverage()),
    ):
        assert json.loads(run(home, *words, "--format", "json").stdout) == json.loads(json.dumps(value))


def test_json_lines_and_csv_hold_the_same_findings(home: dict[str, str]) -> None:
    whole = json.loads(run(home, "check", str(DEMO), "--format", "json").stdout)
    lines = [json.loads(line) for line in run(home, "check", str(DEMO), "--format", "jsonl").stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(run(home, "check", str(DEMO), "--format", "csv").stdout.decode())))
    assert lines[:-1] == whole["findings"]
    assert lines[-1] == {name: whole[name] for name in ("read", "reference", "not_assessed", "summary")}
    assert [(r["edit"], r["claim"], r["line"]) for r in rows] == [
        (f["edit"], f["claim"], str(f["line"])) for f in whole["findings"]
    ]


@pytest.mark.parametrize(
    "words", [["check", str(DEMO), "--fail-on", "never"], ["show", "52"], ["edit", "NCC201"], ["list"], ["coverage"]]
)
def test_text_fits_eighty_columns_and_has_no_colour_on_a_pipe(home: dict[str, str], words: list[str]) -> None:
    done = run(home, *words)
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"\x1b" not in done.stdout
    assert max(len(line) for line in done.stdout.decode().splitlines()) <= 80


def test_the_demo_shows_a_dozen_different_mistakes(home: dict[str, str]) -> None:
    findings = json.loads(run(home, "check", str(DEMO), "--format", "json").stdout)["findings"]
    assert len({finding["edit"] for finding in findings}) >= 12
    assert all(fact["source"] for finding in findings for fact in finding["facts"])


def test_output_goes_to_a_file(home: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "findings.csv"
    done = run(home, "check", str(DEMO), "--format", "csv", "-o", str(out))
    assert (done.returncode, done.stdout) == (1, b"")
    assert out.read_text(encoding="utf-8").startswith("edit,")
    assert run(home, "check", str(DEMO), "-o", str(tmp_path / "no" / "where.txt")).returncode == 2


def test_a_spreadsheet_takes_nothing_for_a_formula(home: dict[str, str], tmp_path: Path) -> None:
    path = text(tmp_path / "evil.csv", HEADER + '"=HYPERLINK(1)",1,99214,52,100.00,1,2026-07-15,medicare-part-b,P1\n')
    rows = list(csv.DictReader(io.StringIO(run(home, "check", path, "--format", "csv").stdout.decode())))
    assert rows
    assert {row["claim"] for row in rows} == {"'=HYPERLINK(1)"}


def test_a_file_cannot_steer_the_terminal(home: dict[str, str], tmp_path: Path) -> None:
    path = text(tmp_path / "evil.csv", HEADER + "\x1b[2JA,1,99214,52,100.00,1,2026-07-15,medicare-part-b,P1\n")
    done = run(home, "check", path)
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout


def test_standard_input_is_read(home: dict[str, str]) -> None:
    done = run(home, "check", "-", "--format", "json", stdin=DEMO.read_bytes())
    by_name = json.loads(run(home, "check", str(DEMO), "--format", "json").stdout)
    assert len(json.loads(done.stdout)["findings"]) == len(by_name["findings"])


def test_a_reader_that_stops_reading_is_no_error(home: dict[str, str]) -> None:
    command = f"'{sys.executable}' -m modwise list | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=home, check=False)
    assert done.stderr == b""
    assert len(done.stdout.splitlines()) == 1


# ---- broken input ------------------------------------------------------------------------------------------------------


def test_half_a_file_is_refused_with_its_place(home: dict[str, str], tmp_path: Path) -> None:
    content = DEMO.read_bytes()
    path = tmp_path / "half.837"
    path.write_bytes(content[: len(content) // 2])
    done = run(home, "check", str(path))
    assert done.returncode == 2
    assert b"half.837 segment" in done.stderr
    assert b"--keep-going" in done.stderr


def test_keep_going_checks_what_is_whole_and_names_what_is_not(home: dict[str, str], tmp_path: Path) -> None:
    content = DEMO.read_bytes()
    path = tmp_path / "half.837"
    path.write_bytes(content[: len(content) // 2])
    done = run(home, "check", str(path), "--keep-going", "--format", "json")
    body = json.loads(done.stdout)
    assert done.returncode == 1
    assert body["findings"]
    assert body["read"]["set_aside"]
    assert all(item["why"] for item in body["read"]["set_aside"])


def test_a_file_of_which_nothing_could_be_checked_is_not_clean(home: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "stub.837"
    path.write_bytes(DEMO.read_bytes()[:400])
    assert run(home, "check", str(path), "--keep-going").returncode == 1
    assert run(home, "check", str(path), "--keep-going", "--fail-on", "never").returncode == 0


def test_no_person_shows_in_output_or_errors(home: dict[str, str], tmp_path: Path) -> None:
    content = DEMO.read_bytes()
    names = {
        part
        for segment in content.split(b"~")
        if segment.strip().startswith((b"NM1*IL", b"NM1*QC"))
        for part in segment.split(b"*")[3:5]
    }
    assert names
    broken = tmp_path / "broken.837"
    broken.write_bytes(content.replace(b"SV1*HC:99214:52*", b"SV1*HC:99214:52*1OO", 1))
    for path in (DEMO, broken):
        for form in ("text", "json", "csv"):
            done = run(home, "check", str(path), "--format", form, "--keep-going")
            assert not [name for name in names if name and name in done.stdout + done.stderr]


# ---- speed of look-ups -------------------------------------------------------------------------------------------------

LOOK_UP = """
import sys, time
sys.argv = ["modwise", {words}]
from modwise.cli.main import cli
try:
    cli.main(standalone_mode=False)
finally:
    heavy = {{"polars", "numpy", "pyarrow"}} & set(sys.modules)
    print("HEAVY", sorted(heavy), "CPU", time.process_time(), file=sys.stderr)
"""
BARE = "import time, click, json, tomllib; import sys; print('HEAVY', [], 'CPU', time.process_time(), file=sys.stderr)"


def _best(code: str, home: dict[str, str]) -> tuple[set[bytes], float]:
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, env=home, check=True).stderr.split() for _ in range(5)
    ]
    return {words[1] for words in said}, min(float(words[-1]) for words in said)


@pytest.mark.parametrize("words", ['"show", "52"', '"edit", "RED201"', '"edit"', '"list"', '"coverage"'])
def test_a_look_up_loads_no_frame_library_and_costs_little_more_than_an_empty_command(home: dict[str, str], words: str) -> None:
    """Held against a bare start of the command-line library: an absolute time would measure the machine."""
    heavy, ours = _best(LOOK_UP.format(words=words), home)
    _, bare = _best(BARE, home)
    assert heavy == {b"[]"}
    # `coverage` goes through all there is, the others open a page.
    assert "coverage" in words or ours < 4 * bare + 0.05


def test_gzip_comes_through_a_pipe_too(home: dict[str, str], tmp_path: Path) -> None:
    packed = tmp_path / "demo.837.gz"
    packed.write_bytes(gzip.compress(DEMO.read_bytes()))
    command = f"cat '{packed}' | '{sys.executable}' -m modwise check - --format json"
    piped = subprocess.run(["bash", "-c", command], capture_output=True, env=home, check=False, cwd=ROOT)
    assert piped.stderr == b""
    assert len(json.loads(piped.stdout)["findings"]) == len(mw.check(DEMO).findings)


def test_damaged_gzip_is_refused_in_words(home: dict[str, str], tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(DEMO.read_bytes()))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = bytes(40)
    (tmp_path / "bad.gz").write_bytes(packed)
    done = run(home, "check", str(tmp_path / "bad.gz"))
    assert (done.returncode, b"damaged" in done.stderr, b"Traceback" in done.stderr) == (2, True, False)
