"""Fetching one file: whole, resumed, moved, cut short, refused; never half a file under its own name."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modwise.errors import InputError, UsageError
from modwise.reference import downloading
from modwise.reference.downloading import NotThere, fetch
from tests.unit.mirror import Mirror, served
from tests.unit.reference_files import zipped

BODY = zipped(data__bin=bytes(range(256)) * 2000)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken connection is taken up again at once."""
    monkeypatch.setattr(downloading, "PAUSE", 0.0)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """A server that has one file."""
    with served(Mirror({"/a.zip": BODY})) as one:
        yield one


def test_a_file_comes_whole_with_its_digest(mirror: Mirror, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    got = fetch(mirror.address + "a.zip", tmp_path / "deep/a.zip", progress=lambda *step: steps.append(step))
    assert got is not None
    assert got.path.read_bytes() == BODY
    assert (got.sha256, got.size, got.etag) == (hashlib.sha256(BODY).hexdigest(), len(BODY), mirror.etag("/a.zip"))
    assert [p.name for p in got.path.parent.iterdir()] == ["a.zip"]
    assert steps[0] == (0, len(BODY))
    assert steps[-1] == (len(BODY), len(BODY))


def test_a_broken_connection_is_taken_up_where_it_broke(mirror: Mirror, tmp_path: Path) -> None:
    mirror.breaks_after, mirror.breaks = 1000, 2
    got = fetch(mirror.address + "a.zip", tmp_path / "a.zip")
    assert got is not None
    assert got.path.read_bytes() == BODY
    assert [wanted for _, wanted in mirror.asked] == [None, "bytes=1000-", "bytes=2000-"]


def test_what_came_is_kept_for_the_next_time(mirror: Mirror, tmp_path: Path) -> None:
    mirror.breaks_after, mirror.breaks = 500, 3
    with pytest.raises(InputError, match="goes on where it stopped") as caught:
        fetch(mirror.address + "a.zip", tmp_path / "a.zip")
    assert caught.value.code == "cut-short"
    assert not (tmp_path / "a.zip").exists()
    got = fetch(mirror.address + "a.zip", tmp_path / "a.zip")
    assert got is not None
    assert got.path.read_bytes() == BODY
    assert mirror.asked[-1][1] == "bytes=1500-"


@pytest.mark.parametrize(
    ("ranges", "marks"), [(False, True), (True, False), (False, False)], ids=["no ranges", "no marks", "neither"]
)
def test_without_ranges_or_marks_it_begins_again(mirror: Mirror, tmp_path: Path, ranges: bool, marks: bool) -> None:
    mirror.ranges, mirror.marks, mirror.breaks_after, mirror.breaks = ranges, marks, 1000, 1
    got = fetch(mirror.address + "a.zip", tmp_path / "a.zip")
    assert got is not None
    assert got.path.read_bytes() == BODY


def test_a_part_of_another_file_is_not_gone_on_with(mirror: Mirror, tmp_path: Path) -> None:
    mirror.breaks_after, mirror.breaks = 1000, 3
    with pytest.raises(InputError):
        fetch(mirror.address + "a.zip", tmp_path / "a.zip")
    mirror.files["/a.zip"] = changed = zipped(data__bin=b"other" * 50_000)
    got = fetch(mirror.address + "a.zip", tmp_path / "a.zip")
    assert got is not None
    assert got.path.read_bytes() == changed
    mirror.files["/b.zip"] = BODY
    (tmp_path / "a.zip.part").write_bytes(b"x" * 10)
    got = fetch(mirror.address + "b.zip", tmp_path / "a.zip")
    assert got is not None
    assert got.path.read_bytes() == BODY


def test_a_part_that_was_whole_already_is_fetched_again(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "a.zip.part").write_bytes(BODY)
    said = {"url": mirror.address + "a.zip", "etag": mirror.etag("/a.zip"), "modified": ""}
    (tmp_path / "a.zip.part.json").write_text(json.dumps(said), encoding="utf-8")
    got = fetch(mirror.address + "a.zip", tmp_path / "a.zip")
    assert got is not None
    assert got.path.read_bytes() == BODY
    assert [wanted for _, wanted in mirror.asked] == [f"bytes={len(BODY)}-", None]


def test_nothing_comes_of_what_did_not_change(mirror: Mirror, tmp_path: Path) -> None:
    known = {"etag": mirror.etag("/a.zip")}
    assert fetch(mirror.address + "a.zip", tmp_path / "a.zip", known=known) is None
    assert fetch(mirror.address + "a.zip", tmp_path / "a.zip", known={"etag": '"other"'}) is not None


def test_a_redirection_is_followed(mirror: Mirror, tmp_path: Path) -> None:
    mirror.moved["/old.zip"] = "/a.zip"
    got = fetch(mirror.address + "old.zip", tmp_path / "a.zip")
    assert got is not None
    assert got.path.read_bytes() == BODY


@pytest.mark.parametrize("how", ["page", "redirection", "page called a zip"])
def test_a_web_page_is_no_file(mirror: Mirror, tmp_path: Path, how: str) -> None:
    page = b"\n <!DOCTYPE html><title>Licence</title>"
    if how == "page called a zip":
        mirror.files["/x.zip"] = page
    else:
        mirror.pages["/terms"] = mirror.pages["/x.zip"] = page
    if how == "redirection":
        del mirror.pages["/x.zip"]
        mirror.moved["/x.zip"] = "/terms"
    with pytest.raises(InputError, match="a web page came instead of the file") as caught:
        fetch(mirror.address + "x.zip", tmp_path / "x.zip")
    assert "modwise data import" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (404, NotThere, "not there (HTTP 404)"),
        (410, NotThere, "not there (HTTP 410)"),
        (403, InputError, "the server refuses (HTTP 403)"),
        (503, InputError, "the server refuses (HTTP 503)"),
    ],
)
def test_a_refusal_is_told_with_its_status(mirror: Mirror, tmp_path: Path, status: int, kind: type[InputError], says: str) -> None:
    mirror.status["/x.zip"] = status
    with pytest.raises(kind) as caught:
        fetch(mirror.address + "x.zip", tmp_path / "x.zip")
    assert caught.value.message == says
    assert caught.value.where == mirror.address + "x.zip"


def test_no_connection_is_told(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(InputError, match="no connection") as caught:
        fetch(f"http://127.0.0.1:{port}/a.zip", tmp_path / "a.zip")
    assert caught.value.code == "offline"


def test_a_file_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(BODY)
    got = fetch((tmp_path / "a.zip").as_uri(), tmp_path / "here/a.zip")
    assert got is not None
    assert got.path.read_bytes() == BODY
    with pytest.raises(NotThere):
        fetch((tmp_path / "b.zip").as_uri(), tmp_path / "here/b.zip")


def test_a_folder_that_cannot_be_written_is_told(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written") as caught:
        fetch(mirror.address + "a.zip", tmp_path / "file/a.zip")
    assert caught.value.where == str(tmp_path / "file/a.zip")


@pytest.mark.parametrize("address", ["ftp://x/y.zip", "a.zip", "", "javascript:alert(1)"])
def test_only_three_kinds_of_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="is no address"):
        fetch(address, tmp_path / "a.zip")


@settings(max_examples=25, deadline=None)
@given(
    size=st.integers(1, 4000),
    breaks_after=st.integers(0, 4000),
    breaks=st.integers(0, 2),
    ranges=st.booleans(),
    marks=st.booleans(),
)
def test_the_file_is_whole_however_the_connection_breaks(
    tmp_path_factory: pytest.TempPathFactory, size: int, breaks_after: int, breaks: int, ranges: bool, marks: bool
) -> None:
    body = b"PK\x03\x04" + bytes(number % 251 for number in range(size))
    folder = tmp_path_factory.mktemp("broken")
    with served(Mirror({"/a.zip": body}, ranges=ranges, marks=marks, breaks_after=breaks_after, breaks=breaks)) as one:
        got = fetch(one.address + "a.zip", folder / "a.zip")
    assert got is not None
    assert got.path.read_bytes() == body
