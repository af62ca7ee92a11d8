"""The public names, and the files that are made from the code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import modwise

ROOT = Path(__file__).parents[2]


def test_all_names_what_is_public() -> None:
    public = {name for name, value in vars(modwise).items() if not name.startswith("_") and not isinstance(value, ModuleType)}
    assert set(modwise.__all__) == public


def test_no_public_name_is_shadowed_by_a_package() -> None:
    import modwise.cli.main
    import modwise.edits.engine
    import modwise.report.checking  # each import puts its package's name into modwise

    assert [name for name in modwise.__all__ if isinstance(getattr(modwise, name), ModuleType)] == []


def test_the_lines_frame_page_is_what_the_schema_says() -> None:
    assert subprocess.run([sys.executable, "tools/lines_frame_doc.py", "--check"], cwd=ROOT, check=False).returncode == 0


def test_the_demo_file_is_what_its_maker_writes() -> None:
    code = "import tools.make_demo as m, pathlib, sys; m.TARGET = pathlib.Path(sys.argv[1]); m.main()"
    made = ROOT / "build" / "demo.837"
    made.parent.mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-c", code, str(made)], cwd=ROOT, check=True)
    assert made.read_bytes() == (ROOT / "examples" / "demo.837").read_bytes()


def test_every_page_a_document_points_to_exists() -> None:
    import re

    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "PHILOSOPHY.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"
