"""Text for a terminal: wrapping, hanging indents, tables, colour where it is wanted. No library."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 100
LEAST = 40
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Paper:
    """Where text goes: its width in columns, and whether it takes colour."""

    width: int = 80
    colour: bool = False

    def paint(self, text: str, *styles: str) -> str:
        """The text in those styles, when there is colour."""
        if not self.colour or not text:
            return text
        codes = ";".join(_STYLES[style] for style in styles)
        return f"\x1b[{codes}m{text}\x1b[0m"

    def wrap(self, text: str, *, first: str = "", rest: str | None = None) -> str:
        """The text in lines of the paper's width, the first behind `first`, the others behind `rest` (default: as many blanks)."""
        rest = " " * len(_ANSI.sub("", first)) if rest is None else rest
        plain = _ANSI.sub("", first)
        lines = textwrap.wrap(
            " ".join(text.split()), self.width - max(len(plain), len(rest)), break_long_words=True, break_on_hyphens=False
        ) or [""]
        return "\n".join((first if number == 0 else rest) + line for number, line in enumerate(lines))

    def rule(self, title: str) -> str:
        """A heading."""
        return self.paint(title.upper(), "bold")

    def table(self, rows: Sequence[Sequence[str]], *, indent: str = "  ") -> str:
        """Columns side by side; the last one wraps."""
        if not rows:
            return ""
        count = len(rows[0])
        widths = [min(max(len(row[n]) for row in rows), 34) for n in range(count - 1)]
        lines = []
        for row in rows:
            head = indent + "".join(_fit(cell, width) + "  " for cell, width in zip(row[:-1], widths, strict=True))
            if self.width - len(head) < 20:
                lines.append(head.rstrip())
                lines.append(self.wrap(row[-1], first=indent + "    "))
            else:
                lines.append(self.wrap(row[-1], first=head).rstrip())
        return "\n".join(lines)


def printable(text: str) -> str:
    """The text without control characters: what stands in a file must not steer the terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _fit(cell: str, width: int) -> str:
    return cell[: width - 1] + "…" if len(cell) > width else cell.ljust(width)


def terminal(*, is_terminal: bool, no_color: bool = False) -> Paper:
    """The paper of this terminal or pipe: at most 100 columns; colour only on a terminal and without NO_COLOR."""
    width = shutil.get_terminal_size((80, 24)).columns
    colour = is_terminal and not no_color and not os.environ.get("NO_COLOR")
    return Paper(max(LEAST, min(width, MOST)), colour)
