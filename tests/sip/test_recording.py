"""Recordings as files: what is in them, when they are over, and what is left when they can't be written."""

from __future__ import annotations

import logging
import wave
from pathlib import Path

import numpy as np
import pytest

from sip.recording import PART, SILENCE_MS, Recording

BLOCK_MS = 100
SILENCE = bytes(1600)
SPEECH = (8000 * np.sin(np.arange(800) / 3)).astype(np.int16).tobytes()
HISS = np.tile(np.array([40, -40], np.int16), 400).tobytes()


def read(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        return file.readframes(file.getnframes())


def test_every_sample_is_there_and_no_more_than_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    recording = Recording(str(path), 250, 0.0)
    blocks = [SPEECH, HISS, SPEECH]
    for block in blocks:
        assert not recording.over(0.1)
        recording.hear(block)
    assert recording.over(0.3)
    assert not path.exists()
    assert recording.finish() == 250
    assert read(path) == b"".join(blocks)[:4000]
    assert [one.name for one in tmp_path.iterdir()] == ["call.wav"]


def test_a_long_silence_ends_it_but_no_short_one(tmp_path: Path) -> None:
    recording = Recording(str(tmp_path / "call.wav"), 60_000, 0.0)
    recording.hear(SPEECH)
    for _ in range(SILENCE_MS // BLOCK_MS - 1):
        recording.hear(SILENCE)
    recording.hear(SPEECH)
    for _ in range(SILENCE_MS // BLOCK_MS):
        assert not recording.over(10.0)
        recording.hear(SILENCE)
    assert recording.over(10.0)
    assert recording.finish() == 2 * BLOCK_MS + 2 * SILENCE_MS - BLOCK_MS


def test_nothing_is_kept_of_a_call_in_which_nothing_was_heard(tmp_path: Path) -> None:
    recording = Recording(str(tmp_path / "call.wav"), 1000, 0.0)
    recording.hear(SILENCE)
    assert recording.finish() == 0
    assert list(tmp_path.iterdir()) == []


def test_where_no_sound_comes_the_clock_ends_it(tmp_path: Path) -> None:
    recording = Recording(str(tmp_path / "call.wav"), 3000, 50.0)
    assert not recording.over(53.0)
    assert recording.over(54.0)
    assert recording.finish() == 0


def test_it_lies_beside_its_name_until_it_is_whole(tmp_path: Path) -> None:
    recording = Recording(str(tmp_path / "call.wav"), 1000, 0.0)
    recording.hear(SPEECH)
    assert [one.name for one in tmp_path.iterdir()] == ["call.wav" + PART]
    recording.finish()


def test_a_folder_that_is_gone_is_logged_and_the_call_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        recording = Recording(str(tmp_path / "gone" / "call.wav"), 1000, 0.0)
    assert "can't be written" in caplog.text
    assert recording.over(0.0)
    recording.hear(SPEECH)
    assert recording.finish() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux")
def test_a_full_disk_is_logged_and_leaves_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / ("call.wav" + PART)).symlink_to("/dev/full")
    recording = Recording(str(tmp_path / "call.wav"), 60_000, 0.0)
    for _ in range(20):
        recording.hear(SPEECH)
    assert recording.finish() == 0
    assert "can't be written" in caplog.text
    assert list(tmp_path.iterdir()) == []
