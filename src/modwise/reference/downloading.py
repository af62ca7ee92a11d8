"""Fetches one file over http, https or from a folder: resumable, never half a file under its own name, told plainly when it cannot."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from modwise.errors import InputError, UsageError

Progress = Callable[[int, int], None]

SCHEMES = ("http", "https", "file")
CHUNK = 1 << 16
TIMEOUT = 60
# A broken connection is taken up again where it broke, this many times; then the user decides.
ATTEMPTS = 3
PAUSE = 1.0
_AGENT = "modwise"
_GONE = (404, 410)
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
_PAGES = (b"<!doctype", b"<html", b"<?xml")


@dataclass(frozen=True)
class Fetched:
    """A file that came whole: where it lies, whence, its digest, and what tells next time that it did not change."""

    path: Path
    url: str
    sha256: str
    size: int
    etag: str = ""
    modified: str = ""


class NotThere(InputError):
    """Nothing at this address (404 or 410, or no such file)."""


class _Broken(Exception):
    """The connection broke; what came is kept."""


def fetch(url: str, target: Path, *, known: Mapping[str, str] | None = None, progress: Progress | None = None) -> Fetched | None:
    """The file at `url` as `target`; None when it is still the one that `known` (etag, modified) describes.

    What has come of an earlier try (`<target>.part`) is gone on with, where the server can do that and the file is the same one. Raises
    NotThere for a missing file, InputError when there is no connection, the file is cut short, or a web page comes in its place;
    UsageError for an address that is none.
    """
    if urlsplit(url).scheme not in SCHEMES:
        raise UsageError(f"{url!r} is no address", hint=f"It begins with {', '.join(SCHEMES)}.", code="bad-address")
    for attempt in range(ATTEMPTS):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            return _fetch(url, target, known or {}, progress or (lambda done, total: None))
        except OSError as error:
            hint = "Is the disk full, or the folder not yours? MODWISE_HOME moves the data folder."
            raise InputError(
                f"cannot be written ({error.strerror or error})", where=str(target), hint=hint, code="cannot-write"
            ) from None
        except _Broken as broken:
            if attempt + 1 == ATTEMPTS:
                raise _cut_short(url, str(broken)) from None
            time.sleep(PAUSE * (attempt + 1))
    raise AssertionError("not reached")


def _fetch(url: str, target: Path, known: Mapping[str, str], progress: Progress) -> Fetched | None:
    part = _Part(target)
    started = part.begun(url)
    request = urllib.request.Request(url, headers=_headers(part, started, known))  # noqa: S310 - schemes are checked in fetch
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
            return _take(url, answer, part, progress)
    except urllib.error.HTTPError as error:
        with error:
            return _refused(url, error, part, known)
    except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
        raise _no_connection(url, error) from None


def _headers(part: _Part, started: int, known: Mapping[str, str]) -> dict[str, str]:
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    if started:
        headers |= {"Range": f"bytes={started}-", "If-Range": part.mark()}
    elif known.get("etag"):
        headers["If-None-Match"] = known["etag"]
    elif known.get("modified"):
        headers["If-Modified-Since"] = known["modified"]
    return headers


def _take(url: str, answer: Any, part: _Part, progress: Progress) -> Fetched:
    """Reads the answer into the part and puts the whole file in its place."""
    start = part.size() if answer.status == http.client.PARTIAL_CONTENT and _begins_at(answer, part.size()) else 0
    length = answer.headers.get("Content-Length")
    total = start + int(length) if length and length.isdigit() else 0
    etag, modified = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
    part.describe(url, etag, modified)
    with part.path.open("ab" if start else "wb") as file:
        done = _copy(answer, file, start, total, progress)
    _no_page(url, part, answer)
    if total and done != total:
        raise _Broken(f"{done:,} of {total:,} bytes came")
    return part.finish(url, etag, modified)


def _begins_at(answer: Any, start: int) -> bool:
    return str(answer.headers.get("Content-Range", "")).startswith(f"bytes {start}-")


def _copy(answer: Any, file: IO[bytes], done: int, total: int, progress: Progress) -> int:
    progress(done, total)
    while True:
        try:
            chunk = answer.read(CHUNK)
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, http.client.IncompleteRead):
                file.write(error.partial)
            raise _Broken(f"the connection broke ({type(error).__name__})") from None
        if not chunk:
            return done
        file.write(chunk)
        done += len(chunk)
        progress(done, total)


def _refused(url: str, error: urllib.error.HTTPError, part: _Part, known: Mapping[str, str]) -> Fetched | None:
    if error.code == http.client.NOT_MODIFIED and known:
        return None
    if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
        # All of it was here already, or it is another file by now: from the beginning.
        part.drop()
        raise _Broken("the part that was here does not fit")
    if error.code in _GONE:
        raise NotThere(f"not there (HTTP {error.code})", where=url, hint="CMS may have moved or renamed it.", code="not-there")
    hint = "Try again later." if error.code >= http.client.INTERNAL_SERVER_ERROR else "Open the address in a browser to see why."
    raise InputError(f"the server refuses (HTTP {error.code})", where=url, hint=hint, code="refused")


def _no_page(url: str, part: _Part, answer: Any) -> None:
    """Raises InputError when a web page came instead of a file: a moved address, or terms that were not accepted."""
    head = part.head()
    kind = str(answer.headers.get("Content-Type", "")).lower()
    if head.startswith(_ARCHIVES) or not ("text/html" in kind or head.lstrip().lower().startswith(_PAGES)):
        return
    part.drop()
    raise InputError(
        "a web page came instead of the file",
        where=url,
        hint="The address has moved, or the page of the licence stands before it. Download it in a browser and use `modwise data import`.",
        code="page-instead-of-file",
    )


def _cut_short(url: str, why: str) -> InputError:
    return InputError(
        f"cut short: {why}",
        where=url,
        hint="What came is kept; the same command goes on where it stopped.",
        code="cut-short",
    )


def _no_connection(url: str, error: Exception) -> InputError:
    reason = getattr(error, "reason", error)
    if isinstance(reason, FileNotFoundError) or "No such file" in str(reason):
        return NotThere("no such file", where=url, hint="Look at the path.", code="not-there")
    return InputError(
        f"no connection ({reason})",
        where=url,
        hint="Is this machine online? Behind a proxy set HTTPS_PROXY; a mirror or a local folder may be given with --url.",
        code="offline",
    )


class _Part:
    """What has come so far, beside the target, and which file it is a part of."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.path = target.with_name(target.name + ".part")
        self._about = target.with_name(target.name + ".part.json")

    def begun(self, url: str) -> int:
        """How much of the file at this address is here; what belongs to another one, or cannot be told from it, is dropped."""
        if self.size() and self._said().get("url") == url and self.mark():
            return self.size()
        self.drop()
        return 0

    def size(self) -> int:
        """Bytes that are here."""
        return self.path.stat().st_size if self.path.exists() else 0

    def head(self) -> bytes:
        """The first bytes."""
        with self.path.open("rb") as file:
            return file.read(512)

    def mark(self) -> str:
        """What the server called this file: going on is right only with the same one."""
        said = self._said()
        etag = str(said.get("etag", ""))
        return etag if etag and not etag.startswith("W/") else str(said.get("modified", ""))

    def describe(self, url: str, etag: str, modified: str) -> None:
        """Notes which file this is a part of."""
        self._about.write_text(json.dumps({"url": url, "etag": etag, "modified": modified}), encoding="utf-8")

    def drop(self) -> None:
        """Forgets what came."""
        self.path.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)

    def finish(self, url: str, etag: str, modified: str) -> Fetched:
        """Puts the whole file in its place."""
        size, digest = self.size(), _sha256(self.path)
        os.replace(self.path, self._target)
        self._about.unlink(missing_ok=True)
        return Fetched(self._target, url, digest, size, etag, modified)

    def _said(self) -> dict[str, str]:
        try:
            said: dict[str, str] = json.loads(self._about.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return said


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
