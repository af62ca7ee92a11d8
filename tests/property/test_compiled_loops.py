"""The compiled loops give the same answers as the numpy ones, on bytes that no one chose."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modwise.x12 import compiled, kernels, primitives

PAD = 64
BYTES = st.binary(max_size=400).map(lambda raw: bytes(b"*~:A1. \n-"[byte % 9] for byte in raw))


@pytest.fixture
def loops() -> Iterator[None]:
    """Whatever a test switches on is off again behind it."""
    yield
    kernels.use(compiled=False)


def buffer(raw: bytes) -> tuple[np.ndarray, np.ndarray]:
    data = np.frombuffer(bytearray(raw) + bytes(PAD), dtype=np.uint8)
    return data, np.ndarray((len(raw) + PAD - 8,), dtype="<u8", buffer=data, strides=(1,))


def alike(first: object, second: object) -> None:
    ours, theirs = (value if isinstance(value, tuple) else (value,) for value in (first, second))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


def there(found: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Where something of no length would begin means nothing."""
    return np.where(found[1], found[0], 0), found[1]


@settings(deadline=None)  # compiled on first use
@given(raw=BYTES)
def test_segments_and_elements(raw: bytes) -> None:
    data, words = buffer(raw + b"~")
    found = primitives.cut(data, words, len(raw) + 1, ord("*"), ord("~"))
    alike(found, compiled.cut(data, words, len(raw) + 1, ord("*"), ord("~")))
    ends, bounds, start, *_ = found
    chosen = np.arange(len(start))
    for number in (1, 2, 5):
        alike(there(primitives.element(ends, bounds, chosen, number)), there(compiled.element(ends, bounds, chosen, number)))


@st.composite
def spans(draw: st.DrawFn) -> tuple[bytes, np.ndarray, np.ndarray]:
    raw = draw(BYTES)
    starts = draw(st.lists(st.integers(0, len(raw)), max_size=12))
    lengths = [draw(st.integers(0, len(raw) - start)) for start in starts]
    return raw, np.array(starts, dtype=np.int64), np.array(lengths, dtype=np.int64)


@settings(deadline=None)  # compiled on first use
@given(case=spans())
def test_values(case: tuple[bytes, np.ndarray, np.ndarray]) -> None:
    raw, start, length = case
    data, words = buffer(raw)
    alike(primitives.first_words(words, start, length), compiled.first_words(words, start, length))
    alike(primitives.views(words, start, length), compiled.views(words, start, length))
    alike(primitives.digits(data, start, length), compiled.digits(data, start, length))
    for count in (1, 3, 7):
        ours = primitives.components(words, start, length, ord(":"), count)
        theirs = compiled.components(words, start, length, ord(":"), count)
        alike(there(ours), there(theirs))


@settings(deadline=None)  # compiled on first use
@given(
    places=st.lists(st.integers(0, 60), max_size=20).map(sorted),
    numbers=st.lists(st.integers(-1, 70), max_size=20),
    kinds=st.lists(st.integers(0, 4), max_size=40),
)
def test_ranks_and_groups(places: list[int], numbers: list[int], kinds: list[int]) -> None:
    here, there = np.array(places, dtype=np.int64), np.array(numbers, dtype=np.int64)
    alike(primitives.last_at(here, there), compiled.last_at(here, there))
    alike(primitives.next_after(here, there), compiled.next_after(here, there))
    alike(primitives.grouped(np.array(kinds, dtype=np.uint8), 5), compiled.grouped(np.array(kinds, dtype=np.uint8), 5))


def test_the_choice(monkeypatch: pytest.MonkeyPatch, loops: None) -> None:
    monkeypatch.delenv(kernels.SWITCH, raising=False)
    kernels.choose(1000)
    assert kernels.in_use() is primitives, "a small file does not pay for the compiler"
    kernels.choose(kernels.WORTH_IT)
    assert kernels.in_use() is compiled
    monkeypatch.setenv(kernels.SWITCH, "off")
    kernels.choose(kernels.WORTH_IT)
    assert kernels.in_use() is primitives
    monkeypatch.setenv(kernels.SWITCH, "on")
    kernels.choose(0)
    assert kernels.in_use() is compiled
