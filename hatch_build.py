"""Compiles the fact files and the edits' pages into one file, and indexes what they say, when the package is built."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileFacts(BuildHookInterface[Any]):
    """Writes knowledge/compiled.jsonl and asking/index.sqlite3, so that a command starts without parsing hundreds of files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the files are collected."""
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        try:
            from modwise.asking import index
            from modwise.knowledge import compiling
        finally:
            sys.path.pop(0)
        package = root / "src" / "modwise"
        for target in (compiling.write(package), index.write(package)):
            build_data["artifacts"].append(str(target.relative_to(root)))
