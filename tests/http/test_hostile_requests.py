"""What somebody sends who means harm: slow, huge, packed, broken, smuggled. A really started server, spoken to without a client library."""

from __future__ import annotations

import asyncio
import gzip
import io
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import uvicorn

from modwise.http import bodies, serving, uploads
from modwise.http.app import create
from modwise.http.serving import Impatient
from modwise.http.settings import Settings

HEAD = b"Host: 127.0.0.1\r\nConnection: close\r\n"
FORM = b"Content-Type: multipart/form-data; boundary=xx\r\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    """A server in a thread, with little patience, on a port of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "PATIENCE", 0.3)
        patch.setattr(bodies.Bodies.__init__, "__kwdefaults__", {"patience": 0.5})
        app = create(Settings(home=home, most_upload=50_000_000))
        server = uvicorn.Server(
            uvicorn.Config(app, port=0, http=Impatient, ws="none", log_config=None, access_log=False, lifespan="on")
        )
        thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield server.servers[0].sockets[0].getsockname()[1]
        server.should_exit = True
        thread.join(20)


def sent(port: int, data: bytes, seconds: float = 30) -> bytes:
    """What comes back until the connection is closed."""
    out = b""
    with socket.create_connection(("127.0.0.1", port), seconds) as line:
        with suppress(ConnectionError):
            line.sendall(data)
        with suppress(ConnectionError):
            while more := line.recv(65_536):
                out += more
    return out


def posted(path: bytes, body: bytes, kind: bytes = FORM, announced: int | None = None) -> bytes:
    length = str(len(body) if announced is None else announced).encode()
    return b"POST " + path + b" HTTP/1.1\r\n" + HEAD + kind + b"Content-Length: " + length + b"\r\n\r\n" + body


def form(*parts: tuple[bytes, bytes]) -> bytes:
    return (
        b"".join(b"--xx\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + data + b"\r\n" for head, data in parts)
        + b"--xx--\r\n"
    )


def word(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "0" * size)
    return out.getvalue()


JSON = b"Content-Type: application/json\r\n"
BOMB = gzip.compress(b"0" * 1_000_000, 1) * 100
GET = b"GET /v1/edits HTTP/1.1\r\n"


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"GET /v1/edits HTTP/1.0\r\n\r\n", 403, b"foreign-host"),
        (GET + b"Host: evil.example\r\nConnection: close\r\n\r\n", 403, b"foreign-host"),
        (GET + b"Host: evil.example\r\nHost: 127.0.0.1\r\n\r\n", 400, b""),
        (GET + HEAD + b"X: " + b"a" * 200_000 + b"\r\n\r\n", 400, b""),
        (b"GET /%0d%0aset-cookie:%20x=1 HTTP/1.1\r\n" + HEAD + b"\r\n", 404, b"not-found"),
        (b"GET /..%2f..%2f..%2fetc/passwd HTTP/1.1\r\n" + HEAD + b"\r\n", 404, b"not-found"),
        (b"\x00\x01nonsense\r\n\r\n", 400, b""),
        (posted(b"/v1/ask", b"{}", JSON + b"Origin: http://evil.example\r\n"), 403, b"cross-site"),
        (posted(b"/v1/ask", b"{", JSON, announced=99_999_999), 413, b"too-large"),
        (posted(b"/v1/check", b"ISA", b"Content-Type: text/csv\r\n", announced=99_999_999_999), 413, b"too-large"),
        (posted(b"/v1/ask", b"{", JSON, announced=50), 408, b"too-slow"),
        (posted(b"/v1/ask", b"[" * 200_000, JSON), 400, b"bad-request"),
        (posted(b"/v1/price", b'{"care_days": ' + b"9" * 100_000 + b"}", JSON), 400, b"bad-request"),
        (posted(b"/v1/check", form((b'name="files"; filename="a.gz"', BOMB))), 413, b"too-large"),
        (posted(b"/v1/check", form(*[(b'name="select"', b"A")] * 100)), 413, b"too-many-fields"),
        (posted(b"/v1/check", form((b'name="files"; filename="../../x.837"', b"ISA*"))[:-20]), 422, b"bad-form"),
        (posted(b"/v1/note", form((b'name="file"; filename="n.docx"', word(60_000_000)))), 422, b"too much"),
    ],
    ids=lambda value: value[:40].decode("latin-1") if isinstance(value, bytes) else str(value),
)
def test_it_is_refused_and_nothing_stays(
    port: int, home: Path, data: bytes, status: int, code: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "FREE_SIZE", 1 << 20)
    answer = sent(port, data)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer[:300]
    assert code in answer
    assert b"set-cookie" not in answer.lower().partition(b"\r\n\r\n")[0]
    # What was answered is removed after the answer left.
    until = time.monotonic() + 20
    while resting(home) and time.monotonic() < until:
        time.sleep(0.05)
    assert resting(home) == []


def resting(home: Path) -> list[str]:
    return [one.name for one in (home / "work").iterdir()] if (home / "work").exists() else []


def test_a_head_that_does_not_arrive_ends_the_connection(port: int) -> None:
    begun = time.monotonic()
    assert sent(port, b"GET /v1/ed") == b""
    assert time.monotonic() - begun < 10


def test_a_second_request_is_not_smuggled_in(port: int) -> None:
    inner = b"GET /v1/edits HTTP/1.1\r\n" + HEAD + b"\r\n"
    both = b"POST /v1/ask HTTP/1.1\r\n" + HEAD + JSON + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner
    assert sent(port, both).count(b"HTTP/1.1 ") == 1
