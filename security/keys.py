"""The key files in the data folder, and the encryption of secrets at rest.

Both files are made at first start with mode 0600. `jwt.key` signs the access tokens when `JWT_KEY` is unset; `secrets.key` seals
the gateways' passwords. A backup needs them beside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from errors import Conflict, StartRefused

JWT_KEY_FILE = "jwt.key"
SECRETS_KEY_FILE = "secrets.key"
MIN_JWT_KEY_BYTES = 32  # RFC 7518 section 3.2: a key of HS256 is at least as long as the hash


class SecretUnreadable(Conflict):
    """A secret in the store was sealed with another key than the `secrets.key` of now."""

    code = "secret_unreadable"
    title = "A stored secret can't be read"


class SecretBox:
    """Seals texts so that the database alone does not give them away (Fernet: AES-128-CBC with HMAC-SHA-256).

    Args:
        key: 32 random bytes in URL-safe base64, as `Fernet.generate_key()` gives.

    Raises:
        ValueError: it is no such key.
    """

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)
        # A key of its own for fingerprints: one key, one purpose.
        self._mac_key = hmac.digest(key, b"dozvon fingerprint", hashlib.sha256)

    def seal(self, text: str) -> bytes:
        """Encrypts. The same text gives other bytes each time."""
        return self._fernet.encrypt(text.encode("utf-8", "surrogatepass"))

    def open(self, sealed: bytes) -> str:
        """Decrypts what `seal` gave.

        Raises:
            SecretUnreadable: it was sealed with another key, or is damaged.
        """
        try:
            return self._fernet.decrypt(sealed).decode("utf-8", "surrogatepass")
        except InvalidToken:
            raise SecretUnreadable(
                f"A stored password can't be decrypted: {SECRETS_KEY_FILE} in the data folder is not the file it was saved with. "
                "Put the old file back, or set the password again."
            ) from None

    def fingerprint(self, data: bytes) -> str:
        """HMAC-SHA-256 as 64 hex digits: equal for equal data. Without the key nobody can try out passwords on it."""
        return hmac.new(self._mac_key, data, hashlib.sha256).hexdigest()


def jwt_key(data: Path) -> bytes:
    """The key of `jwt.key` in the data folder, made when it is not there.

    Raises:
        StartRefused: the file can't be made or read, or is no such key.
    """
    key = _load_or_make(data / JWT_KEY_FILE, lambda: secrets.token_hex(32).encode())
    if len(key) < MIN_JWT_KEY_BYTES:
        raise _damaged(data / JWT_KEY_FILE, "Delete it to have a new one made; everybody then logs in again.")
    return key


def secret_box(data: Path) -> SecretBox:
    """The box of `secrets.key` in the data folder, made when it is not there.

    Raises:
        StartRefused: the file can't be made or read, or is no such key.
    """
    path = data / SECRETS_KEY_FILE
    key = _load_or_make(path, Fernet.generate_key)
    try:
        return SecretBox(key)
    except ValueError:
        raise _damaged(path, "Put it back from a backup, or delete it and set the gateways' passwords again.") from None


def _damaged(path: Path, advice: str) -> StartRefused:
    return StartRefused(f"{path} is damaged: it does not hold a key. {advice}")


def _load_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    try:
        if not path.exists():
            _write_private(path, make())
        return path.read_bytes().strip()
    except OSError as err:
        raise StartRefused(f"The key file {path} can't be read or made: {err.strerror}.") from None


def _write_private(path: Path, content: bytes) -> None:
    """All or nothing, also when the power goes: a new file, synced, then moved to its name."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(content + b"\n")
            file.flush()
            os.fsync(file.fileno())
        _move_if_new(part, path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _move_if_new(part: Path, path: Path) -> None:
    # A hard link fails when somebody else was first; then theirs is the key. Some file systems have no links.
    try:
        os.link(part, path)
    except FileExistsError:
        return
    except OSError:
        os.replace(part, path)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows can't open a folder
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
