"""An app on an empty data folder, and a client that calls it as this machine's browser would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from modwise.http.app import create
from modwise.http.settings import Settings

BASE = "http://127.0.0.1:8350"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODWISE_HOME", str(home))
        yield Settings(home=home)


@pytest.fixture(scope="module")
def app(settings: Settings) -> FastAPI:
    return create(settings)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=BASE, follow_redirects=False) as one:
        yield one
