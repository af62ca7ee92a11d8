"""How the server is to run; what is not safe is refused before it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from modwise.errors import UsageError
from modwise.home import WORK, data_home
from modwise.llm import is_loopback

PORT = 8350
MEGA = 1_000_000
# A body that is no upload: words, facts, a note pasted in.
MOST_BODY = 2 * MEGA
# A million claim lines are about 300 MB of X12; a clearinghouse's day can hold several.
MOST_UPLOAD = 2_000 * MEGA
# Automatic logoff: so long may a signed-in browser be left alone.
IDLE_MINUTES = 15


@dataclass(frozen=True)
class Oidc:
    """The organisation's identity provider. `users` are the addresses that may sign in; empty = all whom the provider lets in."""

    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    users: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the server listens and what it allows.

    `names` are further host names it is reached by (a reverse proxy's); `sign_in` asks for an API key also on this machine;
    `database` the worklist's URL; `today` fixes the clock of deadlines; `proxied` says that a reverse proxy ends TLS before it.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    home: Path | None = None
    names: tuple[str, ...] = ()
    sign_in: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    proxied: bool = False
    most_body: int = MOST_BODY
    most_upload: int = MOST_UPLOAD
    idle_minutes: int = IDLE_MINUTES
    database: str | None = None
    today: date | None = None
    oidc: Oidc | None = None

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host) and not self.proxied

    @property
    def signed_in(self) -> bool:
        """Whether a request must say who sends it."""
        return self.sign_in or not self.local

    @property
    def secure(self) -> bool:
        """Whether a browser reaches the server over TLS."""
        return self.tls_cert is not None or self.proxied

    @property
    def folder(self) -> Path:
        """The data folder."""
        return data_home(self.home)

    @property
    def work(self) -> Path:
        """Where uploads and long work rest, inside the data folder."""
        return self.folder / WORK


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The names a request may call the server by; any other is another site's attempt to read this one."""
    bound = () if settings.host in ("0.0.0.0", "::") else (settings.host.lower(),)  # noqa: S104
    return frozenset({"localhost", "127.0.0.1", "::1", *bound, *(name.lower() for name in settings.names)})


def check(settings: Settings, *, accounts: bool) -> None:
    """Raises UsageError for a server that others could reach without saying who they are, or in clear text.

    `accounts` says whether there is an API key or another way to sign in.
    """
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise UsageError("TLS needs both a certificate and its key", hint="Give --tls-cert and --tls-key.", code="bad-tls")
    if settings.signed_in and not accounts:
        raise UsageError(
            f"the server would answer {settings.host} without asking who is there",
            hint="Make a key for each user with `modwise key new NAME`, or stay on this machine (--host 127.0.0.1).",
            code="no-authentication",
        )
    if not settings.local and not settings.secure:
        raise UsageError(
            f"{settings.host} would be answered in clear text",
            hint="Give --tls-cert and --tls-key, or stay on 127.0.0.1 behind a reverse proxy that ends TLS, with --behind-proxy NAME.",
            code="no-tls",
        )
