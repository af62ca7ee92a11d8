"""Compiles the fact files and the edits' pages into one JSON file when the package is built."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileFacts(BuildHookInterface[Any]):
    """Writes knowledge/compiled.jsonl, so that a command starts without parsing hundreds of files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the files are collected."""
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        try:
            from modwise.knowledge import compiling
        finally:
            sys.path.pop(0)
        target = compiling.write(root / "src" / "modwise")
        build_data["artifacts"].append(str(target.relative_to(root)))
