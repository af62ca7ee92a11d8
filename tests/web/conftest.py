from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from modwise.http.settings import Settings
from modwise.web.app import create

HTML = {"accept": "text/html"}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The site with an empty data folder, asked as a browser asks."""
    app = create(Settings(home=tmp_path_factory.mktemp("home")))
    with TestClient(app, base_url="http://127.0.0.1:8350", headers=HTML) as client:
        yield client
