"""A web server for tests that behaves as well or as badly as it is told."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Mirror:
    """What lies where, and how the server serves it; `asked` collects the requests as (path with query, Range header)."""

    files: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    ranges: bool = True
    marks: bool = True
    # The connection breaks after that many bytes, the first so many times.
    breaks_after: int = 0
    breaks: int = 0
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    address: str = ""

    def etag(self, path: str) -> str:
        """The strong mark of a file."""
        return f'"{hashlib.sha256(self.files[path]).hexdigest()[:12]}"'


@contextmanager
def served(mirror: Mirror) -> Iterator[Mirror]:
    """The mirror on a local port, its `address` set (with a slash at the end)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            mirror.asked.append((self.path, self.headers.get("Range")))
            if path in mirror.status:
                self._plain(mirror.status[path])
            elif path in mirror.moved:
                self.send_response(302)
                self.send_header("Location", mirror.moved[path])
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif path in mirror.pages:
                self._send(200, mirror.pages[path], {"Content-Type": "text/html; charset=utf-8"})
            elif path in mirror.files:
                self._file(path)
            else:
                self._plain(404)

        def _plain(self, status: int) -> None:
            self._send(status, b"<html>sorry</html>", {"Content-Type": "text/html"})

        def _file(self, path: str) -> None:
            body, headers = mirror.files[path], {"Content-Type": "application/zip"}
            if mirror.marks:
                headers["ETag"] = mirror.etag(path)
                if self.headers.get("If-None-Match") == headers["ETag"]:
                    self.send_response(304)
                    self.end_headers()
                    return
            wanted = self.headers.get("Range")
            fits = self.headers.get("If-Range") in (None, headers.get("ETag"))
            if wanted and mirror.ranges and fits:
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
                if start >= len(body):
                    self._send(416, b"", {"Content-Range": f"bytes */{len(body)}"})
                    return
                headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
                self._send(206, body[start:], headers)
            else:
                self._send(200, body, headers)

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if mirror.breaks and status in (200, 206) and len(body) > mirror.breaks_after:
                mirror.breaks -= 1
                self.wfile.write(body[: mirror.breaks_after])
                self.wfile.flush()
                self.close_connection = True
                return
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    mirror.address = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield mirror
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
