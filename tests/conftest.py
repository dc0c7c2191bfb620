"""What every test may use: its own store on a file, the secrets' box, and three real users."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from cryptography.fernet import Fernet

from security import passwords
from security.keys import SecretBox
from store import tables, users
from store.engine import Store
from store.viewer import Viewer

pytest_plugins = ["tests.browser", "tests.conftest_client", "tests.conftest_peers"]

# The password of `admin`, `user` and `other`, whose logins are these words.
PASSWORD = "correct horse"


@pytest.fixture(autouse=True, scope="session")
def cheap_passwords() -> Iterator[PasswordHasher]:
    """argon2id with little work, as hundreds of tests log in. Gives the hasher that the service really uses."""
    real, passwords.HASHER = passwords.HASHER, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield real
    passwords.HASHER = real


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database with all tables, in a file of its own."""
    made = Store(f"sqlite:///{tmp_path / 'db.sqlite3'}")
    tables.metadata.create_all(made.engine)
    yield made
    made.close()


@pytest.fixture
def box() -> SecretBox:
    """A box with a key of its own."""
    return SecretBox(Fernet.generate_key())


@pytest.fixture
def admin(store: Store) -> Viewer:
    """A user with the role admin; login `admin`."""
    return _add(store, "admin", "admin")


@pytest.fixture
def user(store: Store) -> Viewer:
    """A user without it; login `user`."""
    return _add(store, "user", "user")


@pytest.fixture
def other(store: Store) -> Viewer:
    """Another user; login `other`."""
    return _add(store, "other", "user")


def _add(store: Store, login: str, role: str) -> Viewer:
    uid = str(uuid.uuid4())
    users.create(store, uid, {"login": login, "name": login.title(), "role": role}, passwords.hash_password(PASSWORD))
    return Viewer(uid=uid, is_admin=role == "admin")
