"""Runs an app with uvicorn: no access log, no header that names the server, and logs that hold places instead of values."""

from __future__ import annotations

import logging
import os
import tempfile
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from modwise.http.failures import place
from modwise.http.settings import Settings

# Seconds a connection may stay open without a request.
KEEP_ALIVE = 5
# Connections at once; a browser opens six.
MOST_CONNECTIONS = 500
# Seconds for the head of a request to arrive.
PATIENCE = 20.0


class Impatient(H11Protocol):
    """The protocol of HTTP, which also ends a connection on which a request's head does not arrive."""

    def connection_made(self, transport: Any) -> None:
        """Begins to look at the connection from time to time."""
        super().connection_made(transport)
        self.answered: object = None
        self.waiting = self.loop.call_later(PATIENCE, self.look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Looks no more."""
        self.waiting.cancel()
        super().connection_lost(exc)

    def look(self) -> None:
        """Closes the connection where no new request began since the last look and none is being answered."""
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self.cycle is self.answered:
            self.transport.close()
            return
        self.answered = self.cycle
        self.waiting = self.loop.call_later(PATIENCE, self.look)


class Places(logging.Formatter):
    """A formatter that writes an error's kind and place instead of its words and its trace."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        return f"{ei[0].__name__} at {place(ei[1])}" if ei and ei[1] else ""


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"places": {"()": Places, "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "out": {"class": "logging.StreamHandler", "formatter": "places", "stream": "ext://sys.stderr"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    # What other libraries have to say may quote what they read.
    "root": {"handlers": ["nowhere"], "level": "CRITICAL"},
    "loggers": {
        "uvicorn": {"handlers": ["out"], "level": "WARNING", "propagate": False},
        "modwise": {"handlers": ["out"], "level": "INFO", "propagate": False},
    },
}


def run(app: Starlette, settings: Settings) -> None:
    """Serves the app until it is stopped."""
    keep_temporary_files_inside(settings)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=LOGGING,
        access_log=False,
        server_header=False,
        # Only a proxy that was named may say for whom it asks.
        proxy_headers=settings.proxied,
        forwarded_allow_ips="127.0.0.1,::1" if settings.proxied else "",
        http=Impatient,
        ws="none",
        timeout_keep_alive=KEEP_ALIVE,
        limit_concurrency=MOST_CONNECTIONS,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )


def keep_temporary_files_inside(settings: Settings) -> None:
    """Whatever a library spools, it spools in the data folder, which `purge` empties, and nobody else may read it."""
    folder = settings.work / "spool"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in (settings.folder, settings.work, folder):
        os.chmod(one, 0o700)
    tempfile.tempdir = str(folder)
    os.environ["TMPDIR"] = str(folder)
