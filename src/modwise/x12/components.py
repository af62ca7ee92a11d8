"""Composite elements split into their components."""

from __future__ import annotations

from modwise.x12 import kernels
from modwise.x12.scan import Segments, Span


def split(block: Segments, span: Span, count: int) -> list[Span]:
    """The first `count` components of each value; absent ones have length 0."""
    separator = block.delimiters.component
    starts, lengths = kernels.in_use().components(block.words, span.start, span.length, separator, count)
    return [Span(start, length) for start, length in zip(starts, lengths, strict=True)]
