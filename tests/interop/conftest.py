"""All behaviours are dialled once, at the same time; the tests look at what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.interop.rows import Seen
from tests.interop.run import LINES, ShortTimers, run
from tests.interop.table import TABLE


@pytest.fixture(scope="package")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Seen]]:
    """What was seen, by the name of the behaviour."""
    folder = tmp_path_factory.mktemp("interop")
    service = ShortTimers(folder / "data", "--no-sandbox", "--lines", str(LINES)).start()
    try:
        with ExitStack() as stack:
            yield run(TABLE, service, folder / "peers", stack)
    finally:
        service.stop()
        print(f"--- the service's log\n{service.tail()}")
