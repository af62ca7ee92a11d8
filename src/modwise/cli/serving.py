"""`modwise serve`: the local site and the HTTP API."""

from __future__ import annotations

import importlib
import importlib.util
import os
import threading
import webbrowser
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modwise.cli import common
from modwise.errors import UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.applications import Starlette

    from modwise.http.settings import Oidc, Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where it listens.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8350, show_default=True, metavar="N", help="On which port.")
@click.option("--open", "open_", is_flag=True, help="Open the site in the browser.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="A further host name it is reached by; may be repeated.")
@click.option("--sign-in", is_flag=True, help="Ask for an API key on this machine too.")
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="TLS certificate.")
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Its key.")
@click.option("--behind-proxy", is_flag=True, help="A reverse proxy on this machine ends TLS; name its host with --name.")
@click.option(
    "--oidc-issuer", metavar="URL", help="The organisation's identity provider; its secret stands in MODWISE_OIDC_SECRET."
)
@click.option("--oidc-client", metavar="ID", help="What the provider calls this server.")
@click.option("--oidc-user", "oidc_users", multiple=True, metavar="ADDRESS", help="Who may sign in so; default: all it lets in.")
@click.option("--database", metavar="URL", help="The worklist's database; default: a file in the data folder.")
@click.option("--today", callback=common.day, metavar="DATE", help="Count days from that date instead of the clock's.")
def serve(
    open_: bool,
    behind_proxy: bool,
    oidc_issuer: str | None,
    oidc_client: str | None,
    oidc_users: tuple[str, ...],
    **said: Any,
) -> None:
    """The site and the HTTP API, on this machine.

    Nothing leaves the machine, and nobody else can reach it. Beyond this machine it asks for API keys (`modwise key new NAME`) and for
    TLS, and does not start without.

    \b
      modwise serve --open
      modwise serve --host 0.0.0.0 --name billing.example.org --tls-cert cert.pem --tls-key key.pem
      modwise serve --behind-proxy --name billing.example.org
    """
    from modwise.http import identity, oidc, settings

    provider = _provider(oidc_issuer, oidc_client, oidc_users)
    chosen = settings.Settings(proxied=behind_proxy, oidc=provider, **said)
    if provider is not None:
        oidc.check(provider)
    settings.check(chosen, accounts=identity.Accounts(chosen).any())
    app = _app(chosen)
    address = f"{'https' if chosen.tls_cert else 'http'}://{_shown(chosen.host)}:{chosen.port}/"
    click.echo(f"Modwise answers at {address} (Ctrl-C ends it).", err=True)
    if open_:
        timer = threading.Timer(1.0, webbrowser.open, [address])
        timer.daemon = True
        timer.start()
    _run(app, chosen)


@click.command()
@click.option("--http", "over_http", is_flag=True, help="Answer over HTTP on this machine instead of standard input and output.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8351, show_default=True, metavar="N", help="With --http: on which port."
)
@click.option("--sign-in", is_flag=True, help="With --http: ask for an API key.")
def mcp(over_http: bool, port: int, sign_in: bool) -> None:
    """Modwise for agents: a server of the Model Context Protocol.

    \b
      modwise mcp                      started by the agent's client, on standard input and output
      modwise mcp --http               http://127.0.0.1:8351/mcp

    What an agent may do with patient data is yours to decide: a model that runs elsewhere sees what it sends and what it is told.
    """
    from modwise.http import identity, serving, settings
    from modwise.mcp import MOST_TEXT, server
    from modwise.mcp import over_http as application

    chosen = settings.Settings(port=port, sign_in=sign_in, most_body=4 * MOST_TEXT)
    serving.keep_temporary_files_inside(chosen)
    if not over_http:
        server(version("modwise")).run("stdio")
        return
    settings.check(chosen, accounts=identity.Accounts(chosen).any())
    click.echo(f"Modwise answers agents at http://127.0.0.1:{port}/mcp (Ctrl-C ends it).", err=True)
    _run(application(chosen, version("modwise")), chosen)


def _run(app: Starlette, settings: Settings) -> None:
    from modwise.http import serving

    try:
        serving.run(app, settings)
    except SystemExit as error:
        # uvicorn ends itself so when the address cannot be had.
        if error.code:
            where = f"{settings.host}:{settings.port}"
            raise UsageError(f"{where} cannot be had", hint="Choose another --port.", code="no-port") from None


def _shown(host: str) -> str:
    """The host as an address has it; every address of this machine is shown as the nearest."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def _provider(issuer: str | None, client: str | None, users: tuple[str, ...]) -> Oidc | None:
    from modwise.http.settings import Oidc

    if issuer is None and client is None:
        return None
    if not issuer or not client:
        raise UsageError(
            "a provider needs its address and our id there", hint="Give --oidc-issuer and --oidc-client.", code="bad-oidc"
        )
    return Oidc(issuer, client, os.environ.get("MODWISE_OIDC_SECRET", ""), users)


def _app(settings: Settings) -> FastAPI:
    """The site's app where the site is installed, else the API's."""
    if importlib.util.find_spec("modwise.web") is not None:
        site = importlib.import_module("modwise.web.app")
        made: FastAPI = site.create(settings)
        return made
    from modwise.http.app import create

    return create(settings)
