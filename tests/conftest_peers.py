"""pytest plugin for tests on real peers: the marker `peer(*programs)`, the fixture `peers`, and the peers' logs on failure.

Load it with `pytest_plugins = ["tests.conftest_peers"]` in the top conftest.py.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.peers import process
from tests.peers.baresip import BaresipPhone
from tests.peers.capture import Capture
from tests.peers.kamailio import KamailioProxy
from tests.peers.sipp import SippCaller, SippGateway

PACKAGES = {
    "sipp": "sip-tester",
    "baresip": "baresip-core",
    "kamailio": "kamailio kamailio-tls-modules",
    "dumpcap": "tshark",
    "tshark": "tshark",
    "chromium": "chromium",
    "espeak-ng": "espeak-ng",
    "ip": "iproute2",
    "nft": "nftables",
}
AnyPeer = TypeVar("AnyPeer", bound=process.Peer)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test whose programs are missing; in CI (environment variable CI) it fails instead."""
    process.logs_of_this_test.clear()
    wanted = [program for mark in item.iter_markers("peer") for program in mark.args]
    missing = [program for program in wanted if _find(program) is None]
    if not missing:
        return
    packages = " ".join(dict.fromkeys(PACKAGES.get(program, program) for program in missing))
    message = f"{', '.join(missing)} not installed; on Debian: apt-get install {packages}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def _find(program: str) -> str | None:
    # kamailio is in /usr/sbin, which is not on everybody's PATH.
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Adds the end of each peer's log to the report of a failed test."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.failed and process.logs_of_this_test:
        text = "\n".join(process.tail(path) for path in dict.fromkeys(process.logs_of_this_test))
        report.sections.append((f"the peers' logs during {call.when}", text))


class Peers:
    """Starts peers for one test, each in a folder of its own; all of them are stopped when the test ends."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._count = 0

    def folder(self, name: str) -> Path:
        """A new folder for a peer."""
        self._count += 1
        return self._folder / f"{self._count}-{name}"

    def gateway(self, scenario: str = "answer", **options: Any) -> SippGateway:
        """A SippGateway that is ready."""
        return self._started(SippGateway(scenario, self.folder(scenario), **options))

    def phone(self, **options: Any) -> BaresipPhone:
        """A BaresipPhone that is ready."""
        return self._started(BaresipPhone(self.folder("phone"), **options))

    def proxy(self, **options: Any) -> KamailioProxy:
        """A KamailioProxy that is ready."""
        return self._started(KamailioProxy(self.folder("proxy"), **options))

    def capture(self, *ports: int) -> Capture:
        """A Capture that sees everything from now on."""
        return self._started(Capture(self.folder("capture"), *ports))

    def caller(self, scenario: str, **options: Any) -> SippCaller:
        """A SippCaller; it does nothing before call()."""
        return SippCaller(scenario, self.folder(f"caller-{scenario}"), **options)

    def _started(self, peer: AnyPeer) -> AnyPeer:
        self._stack.enter_context(peer)
        return peer


@pytest.fixture
def peers(tmp_path: Path) -> Iterator[Peers]:
    """Peers for this test; their logs stay in tmp_path/peers."""
    with ExitStack() as stack:
        yield Peers(tmp_path / "peers", stack)
