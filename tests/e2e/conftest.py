"""Services for the end-to-end tests, each on a data folder of its own, stopped when the test ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.service import Service


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """`start(*flags, data=None, **environment)` starts a service; the log's end is shown when the test fails."""
    services: list[Service] = []

    def make(*flags: str, data: Path | None = None, **environment: str) -> Service:
        service = Service(data or tmp_path / f"data{len(services)}", *flags, **environment)
        services.append(service)
        return service.start()

    yield make
    for service in services:
        if service.process.poll() is None:
            service.kill()
        print(f"--- the service's log\n{service.tail()}")


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("shared") / "data", "--no-sandbox", "--lines", "40").start()
    yield made
    assert made.stop() < 5


@pytest.fixture
def service(_shared: Service) -> Iterator[Service]:
    """One service with 40 lines for all tests that need nothing special of it. Each test has its own gateway and campaigns."""
    from_here = _shared.log.stat().st_size
    _shared.log_in()
    yield _shared
    print(f"--- the service's log\n{_shared.tail(from_here)}")
