"""`/audio` over HTTP: real files through the real decoder."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from sqlalchemy import func, select, update
from webtest import TestResponse

from api.services import Services
from api_srv import make_app
from dialer.prompts import Prompts
from store.tables import audio, audio_chunks, campaigns
from store.viewer import Viewer
from tests.api.conftest import Api, Client
from tests.sound_files import tone, write
from tests.test_store_gateways import add_campaign


@pytest.fixture
def speech(tmp_path: Path) -> bytes:
    """A stereo WAV of half a second at 44.1 kHz."""
    return write(tmp_path / "speech", np.stack([tone(0.5, 44_100)] * 2, axis=1), 44_100).read_bytes()


def upload(client: Client, content: bytes, filename: str = "speech.wav", *, status: int = 201, **options: Any) -> TestResponse:
    headers = options.pop("headers", {})
    return client.post("/audio", params=options, upload_files=[("file", filename, content)], status=status, headers=headers)


def test_a_sound_is_uploaded_shown_renamed_and_deleted(api: Api, services: Services, speech: bytes) -> None:
    made = upload(api.user, speech, name="Привет")
    item = made.json
    assert made.headers["Location"] == f"/audio/{item['id']}"
    assert item == {
        "id": item["id"],
        "name": "Привет",
        "duration_ms": 500,
        "sample_rate": 44_100,
        "channels": 2,
        "format": "wav",
        "size": len(speech),
        "sha256": hashlib.sha256(speech).hexdigest(),
    }
    assert api.user.get(f"/audio/{item['id']}").json == item
    assert api.user.get("/audio").json == {"items": [item], "next_cursor": None}
    assert api.user.patch(f"/audio/{item['id']}", {"name": "New"}, status=200).json == {**item, "name": "New"}
    api.user.delete(f"/audio/{item['id']}", status=204)
    api.user.get(f"/audio/{item['id']}", status=404)
    api.user.get(f"/audio/{item['id']}/content", status=404)
    assert list((services.data / "uploads").iterdir()) == []


def test_the_original_comes_back_byte_for_byte(api: Api, speech: bytes) -> None:
    item = upload(api.user, speech, name='Ночь "1"\\; /../ €').json
    answer = api.user.get(f"/audio/{item['id']}/content", status=200)
    assert answer.body == speech
    assert (answer.content_type, answer.content_length) == ("audio/wav", len(speech))
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''%D0%9D%D0%BE%D1%87%D1%8C%20%221%22%5C%3B%20%2F..%2F%20%E2%82%AC")
    assert disposition.endswith(".wav")


def test_a_large_original_comes_back_too(api: Api) -> None:
    out = io.BytesIO()
    soundfile.write(out, np.random.default_rng(5).standard_normal(48_000 * 30) * 0.1, 48_000, format="WAV")
    item = upload(api.user, out.getvalue()).json
    assert item["size"] > 2 << 20
    answer = api.user.get(f"/audio/{item['id']}/content")
    assert hashlib.sha256(answer.body).hexdigest() == item["sha256"]


def test_the_phone_rendering_is_what_is_sent(api: Api, services: Services, tmp_path: Path) -> None:
    samples = np.random.default_rng(6).integers(-9000, 9000, 4001).astype(np.int16)
    item = upload(api.user, write(tmp_path / "a", samples).read_bytes(), normalize="false").json
    answer = api.user.get(f"/audio/{item['id']}/content?rendering=phone", status=200)
    assert (answer.content_type, answer.content_length) == ("audio/wav", 44 + 2 * len(samples))
    heard, rate = soundfile.read(io.BytesIO(answer.body), dtype="int16")
    assert rate == 8000
    assert np.array_equal(heard, samples)
    prompt = Prompts(services.store, tmp_path).prompt(item["id"], 0, 1, 0)
    assert Path(prompt.path).read_bytes() == answer.body


def test_the_wide_rendering_is_what_is_sent_over_g722(api: Api, services: Services, tmp_path: Path) -> None:
    samples = np.random.default_rng(6).integers(-9000, 9000, 32_001).astype(np.int16)
    item = upload(api.user, write(tmp_path / "a", samples, 16_000).read_bytes(), normalize="false").json
    answer = api.user.get(f"/audio/{item['id']}/content?rendering=wide", status=200)
    assert (answer.content_type, answer.content_length) == ("audio/wav", 44 + 2 * len(samples))
    heard, rate = soundfile.read(io.BytesIO(answer.body), dtype="int16")
    assert rate == 16_000
    assert np.array_equal(heard, samples)
    prompt = Prompts(services.store, tmp_path).prompt(item["id"], 0, 1, 0, wide=True)
    assert Path(prompt.path).read_bytes() == answer.body


def test_without_more_than_8_khz_the_wide_rendering_is_the_phones(api: Api, tmp_path: Path) -> None:
    item = upload(api.user, write(tmp_path / "a", tone(0.5)).read_bytes()).json
    path = f"/audio/{item['id']}/content?rendering="
    assert api.user.get(f"{path}wide").body == api.user.get(f"{path}phone").body
    api.user.get(f"{path}fine", status=400)


def test_a_sound_is_normalized_unless_told_not_to(api: Api, tmp_path: Path) -> None:
    quiet = write(tmp_path / "a", tone(1, amplitude=0.01)).read_bytes()

    def peak(**options: Any) -> int:
        item = upload(api.user, quiet, **options).json
        heard, _ = soundfile.read(io.BytesIO(api.user.get(f"/audio/{item['id']}/content?rendering=phone").body), dtype="int16")
        return int(np.abs(heard).max())

    assert peak() == peak(normalize="true") == pytest.approx(3284, rel=0.01)  # 440 Hz at -24 LUFS
    assert peak(normalize="false") == pytest.approx(328, abs=2)


@pytest.mark.parametrize(("kind", "content_type"), [("MP3", "audio/mpeg"), ("FLAC", "audio/flac"), ("OGG", "audio/ogg")])
def test_other_formats(api: Api, tmp_path: Path, kind: str, content_type: str) -> None:
    item = upload(api.user, write(tmp_path / "a", tone(1, 16_000), 16_000, kind).read_bytes(), "whatever.wav").json
    assert item["format"] == kind.lower()
    assert api.user.get(f"/audio/{item['id']}/content").content_type == content_type


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("hello.wav", "hello"),
        ("приветствие 2.final.mp3", "приветствие 2.final"),
        ("C:\\Users\\me\\hello.wav", "hello"),
        ("../../etc/passwd", "passwd"),
        ("x" * 240 + ".wav", "x" * 200),
        (".wav", ".wav"),
        ("   .wav", "Sound"),
        ("a\tb.wav", "a b"),
    ],
)
def test_the_name_is_the_files_unless_given(api: Api, speech: bytes, filename: str, name: str) -> None:
    assert upload(api.user, speech, filename).json["name"] == name


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"just a text, named as a sound\n" * 50, "not a sound"),
        (b"\x89PNG\r\n\x1a\n" + bytes(900), "not a sound"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "not a sound"),
    ],
)
def test_what_is_no_sound_is_refused_and_leaves_nothing(api: Api, services: Services, content: bytes, reason: str) -> None:
    answer = upload(api.user, content, status=400).json
    assert [error["field"] for error in answer["errors"]] == ["file"]
    assert reason in answer["errors"][0]["reason"]
    assert api.user.get("/audio").json["items"] == []
    assert list((services.data / "uploads").iterdir()) == []
    with services.store.read() as conn:
        for table in (audio, audio_chunks):
            assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_an_empty_or_missing_file_is_refused(api: Api) -> None:
    assert upload(api.user, b"", status=400).json["errors"][0]["field"] == "file"
    assert api.user.post("/audio", params={"name": "x"}, upload_files=[], content_type="multipart/form-data", status=400)


def test_bad_names_are_refused_before_anything_is_decoded(api: Api, speech: bytes, services: Services) -> None:
    for bad in ("a\r\nb", "x" * 201, "   "):
        assert upload(api.user, speech, name=bad, status=400).json["errors"][0]["field"] == "name"
    item = upload(api.user, speech).json
    for bad in ("a\r\nb", "x" * 201, "", "a\x00"):
        assert api.user.patch(f"/audio/{item['id']}", {"name": bad}, status=400).json["errors"][0]["field"] == "name"


def test_another_users_sound_is_not_there(api: Api, speech: bytes) -> None:
    item = upload(api.user, speech).json
    path = f"/audio/{item['id']}"
    for client, status in ((api.other, 404), (api.anyone, 401)):
        client.get(path, status=status)
        client.get(f"{path}/content", status=status)
        client.patch(path, {"name": "mine"}, status=status)
        client.delete(path, status=status)
    assert api.other.get("/audio").json["items"] == []
    assert api.admin.get(path).json == item


def test_a_sound_in_use_stays(api: Api, services: Services, user: Viewer, speech: bytes) -> None:
    item = upload(api.user, speech).json
    add_campaign(services.store, user, "sandbox", "running")
    with services.store.write() as conn:
        conn.execute(update(campaigns).values(audio_id=item["id"]))
    api.user.delete(f"/audio/{item['id']}", status=409)
    assert api.user.get(f"/audio/{item['id']}/content").body == speech


def test_the_same_key_keeps_one_sound(api: Api, speech: bytes, tmp_path: Path) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = upload(api.user, speech, headers=headers)
    again = upload(api.user, speech, headers=headers)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert len(api.user.get("/audio").json["items"]) == 1
    another = write(tmp_path / "b", tone(0.3)).read_bytes()
    upload(api.user, another, headers=headers, status=422)


def test_what_a_crash_left_of_an_upload_goes_at_the_next_start(api: Api, services: Services) -> None:
    left = services.data / "uploads" / "tmpx" / "original"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    make_app(services)
    assert not left.exists()
