"""An edit's page, read from its source text without importing it: `show` and `edit` must not load a frame library."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from modwise.errors import KnowledgeError

SECTIONS = ("What it does", "Why it is denied", "Known limits", "Example", "Use instead")
_LITERALS = ("code", "status", "outcome", "scope", "modifiers", "facts", "tables", "carc", "rarc", "since", "replaced_by")


def read_pages(folder: Path) -> dict[str, dict[str, Any]]:
    """Edit code → page, for every `<group>/<code>.py` below the folder.

    A page has: code, name, group, title, sections (heading → text) and the class's literal attributes.
    Raises KnowledgeError for a file without exactly one edit, without a section, or whose code is not its file name.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*/*.py")):
        if path.name.startswith("_"):
            continue
        page = _page(path)
        if page["code"] in found:
            raise KnowledgeError(f"edit {page['code']} stands twice", where=str(path))
        found[page["code"]] = page
    return found


def _page(path: Path) -> dict[str, Any]:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    classes = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and any(_is_edit(base) for base in node.bases)
    ]
    if len(classes) != 1:
        raise KnowledgeError(f"holds {len(classes)} edits; one edit a file", where=str(path))
    node = classes[0]
    literals = {name: value for name, value in _assignments(node) if name in _LITERALS}
    code = literals.get("code", "")
    if str(code).lower() != path.stem:
        raise KnowledgeError(f"code {code!r} must equal the file name", where=str(path))
    title, sections = split_docstring(ast.get_docstring(node) or "", str(path))
    return {"name": kebab(node.name), "group": path.parent.name, "title": title, "sections": sections, **literals}


def _is_edit(base: ast.expr) -> bool:
    return isinstance(base, ast.Name) and base.id.endswith("Edit")


def _assignments(node: ast.ClassDef) -> list[tuple[str, Any]]:
    found = []
    for item in node.body:
        if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
            name, value = item.targets[0].id, item.value
        elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.value is not None:
            name, value = item.target.id, item.value
        else:
            continue
        try:
            found.append((name, ast.literal_eval(value)))
        except ValueError:
            continue
    return found


def split_docstring(text: str, place: str) -> tuple[str, dict[str, str]]:
    """The first line and the `## ` sections of an edit's docstring; KnowledgeError when one is missing."""
    head, *parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)
    sections = {name.strip(): " ".join(body.split()) for name, body in zip(parts[::2], parts[1::2], strict=True)}
    missing = [name for name in SECTIONS if not sections.get(name)]
    if missing or not head.strip():
        raise KnowledgeError(f"docstring lacks {', '.join(missing) or 'a first line'}", where=place)
    return " ".join(head.split()), {name: sections[name] for name in SECTIONS}


def kebab(name: str) -> str:
    """`DiscardModifierMissing` → `discard-modifier-missing`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
