"""`modwise`: the commands, loaded one by one when they are called."""

from __future__ import annotations

import importlib
import json
import os
import sys
from itertools import pairwise

import click

from modwise.errors import ModwiseError

COMMANDS = {
    "ask": "modwise.cli.asking:ask",
    "advise": "modwise.cli.advising:advise",
    "check": "modwise.cli.checking:check",
    "show": "modwise.cli.knowing:show",
    "list": "modwise.cli.knowing:list_",
    "edit": "modwise.cli.knowing:edit",
    "coverage": "modwise.cli.knowing:coverage",
    "price": "modwise.cli.pricing:price",
    "underpaid": "modwise.cli.underpaid:underpaid",
    "denials": "modwise.cli.denying:denials",
    "appeal": "modwise.cli.appealing:appeal",
    "verify": "modwise.cli.verifying:verify",
    "worklist": "modwise.cli.denying:worklist",
    "payer": "modwise.cli.payers:payer",
    "note": "modwise.cli.noting:note",
    "data": "modwise.cli.tables:data",
    "serve": "modwise.cli.serving:serve",
    "mcp": "modwise.cli.serving:mcp",
    "key": "modwise.cli.keeping:key",
    "purge": "modwise.cli.keeping:purge",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order they are learnt."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="modwise")
def cli() -> None:
    """Checks the modifiers on medical claims, and explains them.

    Start with `modwise check FILE` for an 837, a CSV or a Parquet file, or `modwise show 52` to read about a modifier. Every finding
    names its source; what is not known is called not assessed. Nothing leaves this machine.
    """


def main() -> None:
    """Runs the command; an error becomes a message, or JSON when JSON was asked for, and exit status 2."""
    try:
        status = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except ModwiseError as error:
        _say(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader has seen enough, as with `| head`; nothing is left to be flushed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _say(error: ModwiseError) -> None:
    if _json_was_asked():
        body = {"ok": False, "error": error.message, "errors": [error.as_dict()], "status": error.status}
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        click.echo(f"modwise: {error}", err=True)


def _json_was_asked() -> bool:
    words = sys.argv[1:]
    return any(w in ("--format=json", "--format=jsonl") for w in words) or any(
        a == "--format" and b in ("json", "jsonl") for a, b in pairwise(words)
    )
