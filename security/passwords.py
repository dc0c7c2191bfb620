"""Passwords: argon2id with the library's defaults (RFC 9106's low-memory profile), one at a time, as each takes 64 MiB and some 0.1 s."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from errors import BadInput

MIN_LENGTH = 8
MAX_LENGTH = 1024
# No letters or digits that look alike: the password is read from a screen and typed.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

HASHER = PasswordHasher()
_turn = threading.Lock()


def hash_password(password: str) -> str:
    """The argon2id hash as the store keeps it. Blocks some 0.1 s, longer while others hash."""
    with _turn:
        return HASHER.hash(_bytes(password))


def verify_password(hashed: str, password: str) -> bool:
    """Whether the password is the one of the hash. Blocks as `hash_password`."""
    with _turn:
        try:
            return HASHER.verify(hashed, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(hashed: str) -> bool:
    """Whether the hash was made with other parameters than those of now."""
    return HASHER.check_needs_rehash(hashed)


def check_rules(password: str) -> None:
    """The rules for a new password: 8 to 1024 characters, no NUL.

    Raises:
        BadInput: it breaks one.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadInput.of("password", f"must have {MIN_LENGTH} to {MAX_LENGTH} characters")
    if "\0" in password:
        raise BadInput.of("password", "must not hold a NUL character")


def random_password() -> str:
    """20 random characters (99 bits) that are easy to read and type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(20))


def _bytes(password: str) -> bytes:
    # JSON can spell half of a surrogate pair; it is a character like any other here.
    return password.encode("utf-8", "surrogatepass")
