"""Requests made up from the API's description: no route fails, and every answer is one that the description names.

schemathesis makes them; the process that does long work is replaced by one that does it here, since starting it for hundreds of broken files
would take minutes and is tested elsewhere.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from modwise.http import jobs, worker
from modwise.http.app import create
from modwise.http.process import Process
from modwise.http.settings import Settings

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


class Here(Process):
    """Does the work in this process."""

    alive = True  # type: ignore[assignment]
    one_at_a_time = threading.Lock()

    def run(self, order: Mapping[str, Any], progress: Callable[[int, int], None], longest: float) -> dict[str, Any]:
        with self.one_at_a_time:
            return worker.outcome(dict(order), progress)


# Nothing is read or written by only describing it.
DESCRIBED = create(Settings(home=Path("no-such-folder"))).openapi()
OPERATIONS = [(method, path) for path, methods in DESCRIBED["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODWISE_HOME", str(home))
        patch.setattr(jobs, "Process", Here)
        app = create(Settings(home=home, names=("testserver",)))
        yield schemathesis.openapi.from_asgi("/v1/openapi.json", app)
        app.state.jobs.close()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_no_request_fails(schema: Any, method: str, path: str, mode: GenerationMode) -> None:
    @settings(
        max_examples=5,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(schema[path][method].as_strategy(generation_mode=mode))
    def tried(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    # Of a route that takes nothing, nothing wrong can be made up.
    with suppress(Unsatisfiable):
        tried()
