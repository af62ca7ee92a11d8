"""Where Modwise keeps what belongs to this user: reference tables, payers of their own, the store."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

PAYERS = "payers"
# Uploads and what is made of them: patient data, removed by `purge`.
WORK = "work"


def data_home(home: Path | None = None) -> Path:
    """The data folder: `home`, else MODWISE_HOME, else the user data folder of the platform."""
    if home is not None:
        return home
    if chosen := os.environ.get("MODWISE_HOME"):
        return Path(chosen)
    if sys.platform == "linux":
        return _xdg() / "modwise"
    import platformdirs

    return Path(platformdirs.user_data_dir("modwise", appauthor=False))


def _xdg() -> Path:
    # What platformdirs answers here; importing it costs more than a whole look-up.
    chosen = os.environ.get("XDG_DATA_HOME", "").strip()
    return Path(chosen) if chosen else Path.home() / ".local" / "share"


def user_name() -> str:
    """Whoever runs this, as the audit trail names them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
