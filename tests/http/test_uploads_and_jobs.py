from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from modwise.errors import InputError, ModwiseError
from modwise.http import uploads, workroom, works
from modwise.http.jobs import Job, Jobs
from modwise.http.uploads import Limits, Received, TooLarge, receive

DEMO = Path(__file__).parents[2] / "examples" / "demo.837"
SMALL = Limits(files=3, total=100_000, fields=4, field_bytes=1000)


def sent(body: bytes, kind: str, home: Path, limits: Limits = SMALL, piece: int = 700, **headers: str) -> Received:
    async def stream() -> Received:
        parts = [body[n : n + piece] for n in range(0, len(body), piece)] or [b""]
        messages = iter([{"type": "http.request", "body": p, "more_body": n < len(parts) - 1} for n, p in enumerate(parts)])

        async def next_message() -> dict[str, Any]:
            return next(messages)

        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"content_type": kind, **headers}.items()]
        scope = {"type": "http", "method": "POST", "path": "/", "headers": raw, "query_string": b""}
        return await receive(Request(scope, next_message), home, limits)

    return asyncio.run(stream())


def form(*parts: tuple[str, str | None, bytes]) -> bytes:
    out = b""
    for name, label, data in parts:
        tail = f'; filename="{label}"' if label is not None else ""
        out += f'--xx\r\nContent-Disposition: form-data; name="{name}"{tail}\r\n\r\n'.encode() + data + b"\r\n"
    return out + b"--xx--\r\n"


MULTI = "multipart/form-data; boundary=xx"


def left(home: Path) -> list[Path]:
    return list((home / "work").iterdir()) if (home / "work").exists() else []


class TestUploads:
    def test_files_and_fields(self, tmp_path: Path) -> None:
        data = DEMO.read_bytes()
        got = sent(
            form(("claims", "C:\\jane doe\\a.837", data), ("payer", None, b" medicare "), ("claims", "", b"")), MULTI, tmp_path
        )
        (one,) = got.files
        assert (one.label, one.field, one.size, one.path.read_bytes()) == ("a.837", "claims", len(data), data)
        assert got.text("payer") == "medicare"
        assert "jane" not in str(one.path)

    def test_only_the_owner_may_look(self, tmp_path: Path) -> None:
        got = sent(form(("f", "a", b"x")), MULTI, tmp_path)
        assert stat.S_IMODE(got.folder.path.stat().st_mode) == 0o700
        assert stat.S_IMODE(got.files[0].path.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "work").stat().st_mode) == 0o700

    def test_body_alone(self, tmp_path: Path) -> None:
        got = sent(b"ISA*00", "application/octet-stream", tmp_path, content_disposition='attachment; filename="../x.837"')
        assert (got.files[0].label, got.files[0].path.read_bytes()) == ("x.837", b"ISA*00")

    def test_plain_form(self, tmp_path: Path) -> None:
        got = sent(b"code=45378&modifier=52&modifier=59", "application/x-www-form-urlencoded", tmp_path)
        assert (got.text("code"), got.texts("modifier")) == ("45378", ["52", "59"])

    @pytest.mark.parametrize("piece", [1, 7, 4096])
    def test_gzip_is_unpacked(self, tmp_path: Path, piece: int) -> None:
        data = gzip.compress(b"one " * 3000) + gzip.compress(b"two")
        got = sent(form(("f", "a.gz", data)), MULTI, tmp_path, piece=piece)
        assert got.files[0].path.read_bytes() == b"one " * 3000 + b"two"

    def test_one_byte_that_might_have_been_gzip(self, tmp_path: Path) -> None:
        assert sent(form(("f", "a", b"\x1f")), MULTI, tmp_path).files[0].size == 1

    @pytest.mark.parametrize(
        ("body", "kind", "why"),
        [
            (form(("f", "a", b"x" * 100_001)), MULTI, "too-large"),
            (form(("f", "a", b"x" * 60_000), ("f", "b", b"x" * 60_000)), MULTI, "too-large"),
            (form(("f", "bomb.gz", gzip.compress(b"\0" * 50_000_000))), MULTI, "too-large"),
            (form(*[("f", "a", b"x")] * 4), MULTI, "too-many-files"),
            (form(*[("f", None, b"x")] * 5), MULTI, "too-many-fields"),
            (form(("f", None, b"x" * 1001)), MULTI, "too-large"),
            (b"a=" + b"x" * 1001, "application/x-www-form-urlencoded", "too-large"),
        ],
    )
    def test_bounds_hold_and_nothing_stays(self, tmp_path: Path, body: bytes, kind: str, why: str) -> None:
        with pytest.raises(TooLarge) as caught:
            sent(body, kind, tmp_path)
        assert (caught.value.code, caught.value.status) == (why, 413)
        assert left(tmp_path) == []

    @pytest.mark.parametrize(
        "body",
        [
            form(("f", "cut.gz", gzip.compress(b"abc" * 1000)[:-9])),
            form(("f", "bad.gz", b"\x1f\x8b" + b"no gzip at all" * 9)),
            form(("f", "a", b"x"))[:-8],
            b"nothing of a form",
        ],
    )
    def test_damaged(self, tmp_path: Path, body: bytes) -> None:
        with pytest.raises(InputError):
            sent(body, MULTI, tmp_path)
        assert left(tmp_path) == []

    @settings(max_examples=60, deadline=None)
    @given(data=st.binary(max_size=3000), piece=st.integers(1, 900))
    def test_what_comes_in_is_what_was_sent(self, tmp_path_factory: pytest.TempPathFactory, data: bytes, piece: int) -> None:
        if b"\r\n--xx" in data or data.startswith(b"\x1f\x8b"):
            return
        got = sent(form(("f", "a", data), ("note", None, b"after")), MULTI, tmp_path_factory.mktemp("home"), piece=piece)
        assert b"".join(one.path.read_bytes() for one in got.files) == data
        assert got.text("note") == "after"

    @given(st.text(max_size=300))
    def test_a_label_is_never_a_path(self, text: str) -> None:
        label = uploads.clean(text)
        assert label
        assert not set("/\\\n\r\0") & set(label)
        assert len(label) <= uploads.LABEL


# ---- jobs


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def jobs(home: Path) -> Iterator[Jobs]:
    made = Jobs(home, workers=1)
    yield made
    made.close()


def begun(jobs: Jobs, kind: str, *files: tuple[str, bytes], **terms: Any) -> Job:
    assert jobs.home is not None
    return jobs.start(kind, sent(form(*[("file", label, data) for label, data in files]), MULTI, jobs.home, Limits()), terms)


def ended(jobs: Jobs, job: Job) -> Job:
    return jobs.wait(job.id, 60)


def test_a_check_from_upload_to_result(jobs: Jobs) -> None:
    job = ended(jobs, begun(jobs, "check", ("march claims.837", DEMO.read_bytes())))
    assert (job.state, job.error) == ("done", None)
    assert job.done == job.total == DEMO.stat().st_size
    whole = json.loads(job.path("findings.json").read_text())
    assert whole["findings"]
    assert {one["file"] for one in whole["findings"]} == {"march claims.837"} == set(whole["read"]["files"])
    assert whole["summary"] == job.summary["summary"]
    assert "work/" not in json.dumps(whole)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in job.folder.iterdir())


def test_a_bad_file_fails_in_the_one_shape_with_its_own_name(jobs: Jobs) -> None:
    job = ended(jobs, begun(jobs, "check", ("holiday.png", b"\x89PNG....")))
    assert job.state == "failed"
    assert job.error is not None
    assert job.error["errors"][0]["code"] == "unknown-format"
    assert job.error["errors"][0]["where"] == "holiday.png"
    assert job.error["status"] == 422
    assert str(job.folder) not in json.dumps(job.error)


def test_nobody_else_sees_it_and_no_other_file_is_given(jobs: Jobs) -> None:
    job = ended(jobs, begun(jobs, "check", ("a.837", DEMO.read_bytes())))
    for number, owner in ((job.id, "somebody"), ("0" * 32, "local"), ("../../etc", "local")):
        with pytest.raises(workroom.NotThere):
            jobs.get(number, owner)
    for name in ("file-1", "job.json", "../job.json", "/etc/passwd"):
        with pytest.raises(workroom.NotThere):
            job.path(name)


def test_results_outlive_the_server(jobs: Jobs, home: Path) -> None:
    job = ended(jobs, begun(jobs, "check", ("a.837", DEMO.read_bytes())))
    after = Jobs(home)
    assert after.get(job.id).as_dict() == job.as_dict()
    assert after.get(job.id).path("findings.csv").read_text().startswith("edit,")
    assert job.id in [one.id for one in after.mine(kind="check")]


def test_a_job_that_was_running_when_the_server_stopped_says_so(home: Path) -> None:
    folder = workroom.new(home)
    folder.write_record({"id": folder.id, "owner": "local", "kind": "check", "created": "2026-01-01", "state": "running"})
    job = Jobs(home).get(folder.id)
    assert job.state == "failed"
    assert job.error is not None
    assert job.error["errors"][0]["code"] == "stopped"


def big() -> bytes:
    text = DEMO.read_text()
    body = text[text.index("GS*") : text.index("IEA*")]
    head, tail = text[: text.index("GS*")], text[text.index("IEA*") :]
    return (head + body * 2000 + tail).encode()


def until(condition: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    assert condition()


def test_cancel_crash_and_time_limit(jobs: Jobs) -> None:
    data = big()
    job = begun(jobs, "check", ("year.837", data))
    waiting = begun(jobs, "check", ("next.837", data))
    until(lambda: job.done > 0)
    assert jobs.cancel(waiting.id).state == "cancelled"
    jobs.cancel(job.id)
    assert ended(jobs, job).state == "cancelled"

    crashed = begun(jobs, "check", ("year.837", data))
    until(lambda: crashed.done > 0)
    live = jobs._live[crashed.id]
    assert live._process is not None
    assert live._process._child is not None
    os.kill(live._process._child.pid, signal.SIGKILL)
    assert ended(jobs, crashed).error is not None
    assert crashed.state == "failed"
    assert crashed.error is not None
    assert "signal 9" in crashed.error["error"]

    jobs.longest = 0.05
    slow = ended(jobs, begun(jobs, "check", ("year.837", data)))
    jobs.longest = 3600
    assert slow.error is not None
    assert slow.error["errors"][0]["code"] == "too-long"

    assert ended(jobs, begun(jobs, "check", ("a.837", DEMO.read_bytes()))).state == "done"
    assert jobs.remove(slow.id) > len(data) // 2
    with pytest.raises(workroom.NotThere):
        jobs.get(slow.id)


def test_old_work_is_cleared_and_running_work_is_not(tmp_path: Path) -> None:
    old, fresh, going = (workroom.new(tmp_path) for _ in range(3))
    for folder in (old, going):
        with folder.create("file-1") as out:
            out.write(b"12345")
        for path in (folder.path / "file-1", folder.path):
            os.utime(path, (time.time() - 7200,) * 2)
    assert workroom.sweep(3600, tmp_path, but=frozenset({going.id})) == {"folders": 1, "bytes": 5}
    assert {one.id for one in workroom.folders(tmp_path)} == {fresh.id, going.id}


def test_a_new_server_clears_what_is_old_and_keeps_what_letters_need(tmp_path: Path) -> None:
    old, needed = workroom.new(tmp_path), workroom.new(tmp_path)
    needed.keep()
    for folder in (old, needed):
        for path in (*folder.path.iterdir(), folder.path):
            os.utime(path, (time.time() - 7200,) * 2)
    Jobs(tmp_path, keep=3600)
    assert [one.id for one in workroom.folders(tmp_path)] == [needed.id]


def test_a_failure_of_our_own_says_where_and_quotes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from modwise.http import worker

    def broken(task: works.Task) -> works.Done:
        raise ValueError("JANE DOE 1950-01-01")

    monkeypatch.setattr(works, "KINDS", {"broken": broken})
    order = {"kind": "broken", "folder": str(tmp_path), "files": [], "terms": {}, "home": None, "owner": "local"}
    answer = worker.outcome(order, lambda done, total: None)
    assert answer["error"]["errors"][0]["code"] == "internal"
    assert "ValueError in test_uploads_and_jobs.py" in answer["error"]["error"]
    assert "JANE" not in json.dumps(answer)


def test_labels_stand_in_place_of_paths(tmp_path: Path) -> None:
    files = [{"name": f"file-{n}", "field": "file", "label": f"label {n}", "size": 1} for n in range(1, 12)]
    task = works.Task(tmp_path, files, {}, None, "local", lambda done, total: None)
    assert task.named({"a": [f"{tmp_path}/file-11 segment 4", f"{tmp_path}/file-1", 7]}) == {
        "a": ["label 11 segment 4", "label 1", 7]
    }


def test_errors_are_of_the_tree() -> None:
    assert issubclass(TooLarge, ModwiseError)
    assert issubclass(workroom.NotThere, ModwiseError)
