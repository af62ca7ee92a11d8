"""Which loops the reader runs: numpy's, or the compiled ones for large files where they can be had."""

from __future__ import annotations

import importlib.util
import os
from types import ModuleType

from modwise.x12 import primitives

# Loading the compiler's run time costs as much as reading so many bytes without it.
WORTH_IT = 96 << 20
# on | off; anything else decides by size.
SWITCH = "MODWISE_COMPILED"

_in_use: ModuleType = primitives


def in_use() -> ModuleType:
    """The module whose functions the scanner calls; all of them give the same answers."""
    return _in_use


def choose(size: int) -> None:
    """Takes the compiled loops for a file of so many bytes when that pays and numba is installed; else stays as it is."""
    wish = os.environ.get(SWITCH, "").lower()
    if wish == "off":
        use(compiled=False)
    elif (wish == "on" or size >= WORTH_IT) and importlib.util.find_spec("numba") is not None:
        use(compiled=True)


def use(*, compiled: bool) -> None:
    """Switches for this process. Raises ImportError when the compiled ones are asked for without numba."""
    global _in_use
    if compiled:
        from modwise.x12 import compiled as module

        _in_use = module
    else:
        _in_use = primitives
