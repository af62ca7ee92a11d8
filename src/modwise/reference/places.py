"""Where the tables lie: the data folder and the starter set. No frame library is needed to ask."""

from __future__ import annotations

from pathlib import Path

from modwise.home import data_home as data_home

FOLDER = "reference"
STARTER = Path(__file__).parent / "starter"
