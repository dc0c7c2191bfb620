"""Password hashes and rules."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type

from errors import BadInput
from security import passwords


def test_the_service_uses_argon2id_with_64_mib(cheap_passwords: PasswordHasher) -> None:
    assert cheap_passwords.type is Type.ID
    assert cheap_passwords.memory_cost == 64 * 1024
    assert cheap_passwords.time_cost >= 3


@pytest.mark.parametrize("password", ["correct horse", "пароль пароль", "\ud800" * 8, "x" * 1024])
def test_a_password_fits_its_hash_and_no_other(password: str) -> None:
    hashed = passwords.hash_password(password)
    assert hashed.startswith("$argon2id$")
    assert passwords.verify_password(hashed, password)
    assert not passwords.verify_password(hashed, password + "x")


def test_a_hash_that_is_none_fits_nothing() -> None:
    assert not passwords.verify_password("plain text from an old table", "plain text from an old table")


def test_other_parameters_are_noticed(cheap_passwords: PasswordHasher) -> None:
    hashed = passwords.hash_password("correct horse")
    assert not passwords.is_outdated(hashed)
    assert passwords.is_outdated(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash("x"))


@pytest.mark.parametrize("password", ["", "short77", "x" * 1025, "correct\0horse"])
def test_bad_new_passwords_are_refused_without_showing_them(password: str) -> None:
    with pytest.raises(BadInput) as caught:
        passwords.check_rules(password)
    assert caught.value.errors[0].field == "password"
    assert not password or password not in caught.value.detail


def test_a_random_password_is_long_and_has_no_lookalikes() -> None:
    one, two = passwords.random_password(), passwords.random_password()
    assert len(one) >= 16
    assert one != two
    assert not set(one + two) & set("0O1lIi")
    passwords.check_rules(one)
