"""Where the tables lie: the data folder and the starter set. No frame library is needed to ask."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = "reference"
STARTER = Path(__file__).parent / "starter"


def data_home(home: Path | None = None) -> Path:
    """The data folder: `home`, else MODWISE_HOME, else the user data folder of the platform."""
    if home is not None:
        return home
    if chosen := os.environ.get("MODWISE_HOME"):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("modwise", appauthor=False))
