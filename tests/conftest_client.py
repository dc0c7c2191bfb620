"""pytest plugin for the client's tests: the client as a real process, and a server made for it that answers as the test says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client_things import Client, FakeServer


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A server that answers what the test puts in, on a port of its own."""
    fake = FakeServer()
    yield fake
    fake.close()


@pytest.fixture
def client(tmp_path: Path, server: FakeServer) -> Client:
    """The client, not logged in."""
    return Client(tmp_path, server.url)


@pytest.fixture
def logged_in(client: Client) -> Client:
    """The client with a token."""
    client.login()
    return client
