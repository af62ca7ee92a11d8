"""`modwise serve`: the local site and the HTTP API."""

from __future__ import annotations

import importlib.util
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modwise.cli import common
from modwise.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from fastapi import FastAPI

    from modwise.http.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where it listens.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8350, show_default=True, metavar="N", help="On which port.")
@click.option("--open", "open_", is_flag=True, help="Open the site in the browser.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="A further host name it is reached by; may be repeated.")
@click.option("--sign-in", is_flag=True, help="Ask for an API key on this machine too.")
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="TLS certificate.")
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Its key.")
@click.option("--behind-proxy", is_flag=True, help="A reverse proxy on this machine ends TLS; name its host with --name.")
@click.option("--database", metavar="URL", help="The worklist's database; default: a file in the data folder.")
@click.option("--today", callback=common.day, metavar="DATE", help="Count days from that date instead of the clock's.")
def serve(
    host: str,
    port: int,
    open_: bool,
    names: tuple[str, ...],
    sign_in: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    behind_proxy: bool,
    database: str | None,
    today: date | None,
) -> None:
    """The site and the HTTP API, on this machine.

    Nothing leaves the machine, and nobody else can reach it. Beyond this machine it asks for API keys (`modwise key new NAME`) and for
    TLS, and does not start without.

    \b
      modwise serve --open
      modwise serve --host 0.0.0.0 --name billing.example.org --tls-cert cert.pem --tls-key key.pem
      modwise serve --behind-proxy --name billing.example.org
    """
    from modwise.http import serving, settings

    chosen = settings.Settings(
        host=host,
        port=port,
        names=names,
        sign_in=sign_in,
        tls_cert=tls_cert,
        tls_key=tls_key,
        proxied=behind_proxy,
        database=database,
        today=today,
    )
    settings.check(chosen, accounts=False)
    app = _app(chosen)
    address = f"{'https' if tls_cert else 'http'}://{'127.0.0.1' if chosen.local else host}:{port}/"
    click.echo(f"Modwise answers at {address} (Ctrl-C ends it).", err=True)
    if open_:
        timer = threading.Timer(1.0, webbrowser.open, [address])
        timer.daemon = True
        timer.start()
    try:
        serving.run(app, chosen)
    except SystemExit as error:
        # uvicorn ends itself so when the address cannot be had.
        if error.code:
            raise UsageError(f"{host}:{port} cannot be had", hint="Choose another --port.", code="no-port") from None


def _app(settings: Settings) -> FastAPI:
    """The site's app where the site is installed, else the API's."""
    if importlib.util.find_spec("modwise.web") is not None:
        site = importlib.import_module("modwise.web.app")
        made: FastAPI = site.create(settings)
        return made
    from modwise.http.app import create

    return create(settings)
