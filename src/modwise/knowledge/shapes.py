"""Whether a table of a fact file fits its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modwise.knowledge.schema import Shape, Type

Table = dict[str, Any]


def shape_problems(table: Table, shape: Shape, place: str) -> Iterator[str]:
    """What of the table does not fit the shape, each a sentence that begins with the place."""
    allowed: Mapping[str, Type] = {**shape.required, **shape.optional}
    for key in shape.required.keys() - table.keys():
        yield f"{place}: {key} is missing"
    for key, value in table.items():
        if key not in allowed:
            yield f"{place}: unknown key {key}"
        elif not isinstance(value, allowed[key]) or (isinstance(value, bool) and allowed[key] is str):
            yield f"{place}: {key} has the wrong type ({type(value).__name__})"
        elif key in shape.words and value not in shape.words[key]:
            yield f"{place}: {key} = {value!r} is none of {', '.join(sorted(shape.words[key]))}"
