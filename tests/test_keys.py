"""Key files and the encryption of secrets at rest."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from errors import StartRefused
from security import keys


@pytest.mark.parametrize("name", ["jwt.key", "secrets.key"])
def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path, name: str) -> None:
    keys.jwt_key(tmp_path)
    keys.secret_box(tmp_path)
    first = (tmp_path / name).read_bytes()
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    keys.jwt_key(tmp_path)
    keys.secret_box(tmp_path)
    assert (tmp_path / name).read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jwt.key", "secrets.key"]


def test_the_jwt_key_is_long_and_new_for_each_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = keys.jwt_key(tmp_path / "a"), keys.jwt_key(tmp_path / "b")
    assert len(one) >= 32
    assert one != two


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_damaged_key_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "jwt.key").write_bytes(content)
    (tmp_path / "secrets.key").write_bytes(content)
    with pytest.raises(StartRefused, match=r"jwt\.key is damaged"):
        keys.jwt_key(tmp_path)
    with pytest.raises(StartRefused, match=r"secrets\.key is damaged"):
        keys.secret_box(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="No such file"):
        keys.jwt_key(tmp_path / "nowhere")


def test_somebody_elses_key_is_not_overwritten(tmp_path: Path) -> None:
    target, part = tmp_path / "jwt.key", tmp_path / "part"
    target.write_bytes(b"theirs")
    part.write_bytes(b"ours")
    keys._move_if_new(part, target)
    assert target.read_bytes() == b"theirs"


@pytest.mark.parametrize("text", ["", "secret", "пароль", "\ud800", "x" * 10_000])
def test_what_is_sealed_opens_again_and_is_not_readable(text: str) -> None:
    box = keys.SecretBox(Fernet.generate_key())
    sealed = box.seal(text)
    assert box.open(sealed) == text
    assert not text or text.encode("utf-8", "surrogatepass") not in sealed
    assert box.seal(text) != sealed


def test_another_key_gives_an_error_that_tells_what_to_do() -> None:
    sealed = keys.SecretBox(Fernet.generate_key()).seal("secret")
    with pytest.raises(keys.SecretUnreadable, match=r"Put the old file back, or set the password again") as caught:
        keys.SecretBox(Fernet.generate_key()).open(sealed)
    assert caught.value.status == 409


def test_a_fingerprint_depends_on_the_data_and_the_key() -> None:
    key = Fernet.generate_key()
    box = keys.SecretBox(key)
    assert box.fingerprint(b"a") == keys.SecretBox(key).fingerprint(b"a")
    assert box.fingerprint(b"a") != box.fingerprint(b"b")
    assert box.fingerprint(b"a") != keys.SecretBox(Fernet.generate_key()).fingerprint(b"a")
