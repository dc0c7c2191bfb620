"""The console in a real Chromium on a real service with its sandbox. `console` is a logged-in tab, `tab(width=..., **options)` any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import WIDE, viewport
from tests.console.tab import Console
from tests.e2e.service import Service

LINES = 24
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs the browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.peer("chromium"))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One a module, with its sandbox on."""
    made = Service(tmp_path_factory.mktemp("console") / "data", "--lines", str(LINES)).start()
    yield made
    assert made.stop() < 10


@pytest.fixture
def tab(chromium: Browser, service: Service) -> Iterator[Callable[..., Console]]:
    """Opens a tab with a profile of its own, in English unless told otherwise; it is closed when the test ends."""
    contexts = []

    def make(width: int = WIDE, **options: Any) -> Console:
        contexts.append(chromium.new_context(**{"viewport": viewport(width), "locale": "en-GB", **options}))
        return Console(contexts[-1].new_page(), str(service.http.base_url).rstrip("/"))

    yield make
    for context in contexts:
        context.close()
    print(f"--- the service's log\n{service.tail()}")


@pytest.fixture
def console(tab: Callable[..., Console]) -> Console:
    """A tab with the admin logged in."""
    return tab().log_in()
