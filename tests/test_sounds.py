"""Uploads → facts and phone rendering, through the real child process."""

from __future__ import annotations

import contextlib
import hashlib
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from errors import BadInput
from sounds import SoundFacts, probe, probe_and_render
from tests.loudness_meter import lufs
from tests.sound_files import level_db, phone, tone, write

Int16 = npt.NDArray[np.int16]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "phone"


def render(path: Path, out: Path, normalize: bool = False) -> tuple[SoundFacts, Int16]:
    facts = probe_and_render(path, normalize, out, wide_of(out))
    return facts, phone(out)


def wide_of(out: Path) -> Path:
    return out.with_name("wide")


def test_a_phone_wav_passes_bit_for_bit(tmp_path: Path, out: Path) -> None:
    samples = np.random.default_rng(1).integers(-32768, 32768, 20_001).astype(np.int16)
    samples[:2] = (-32768, 32767)
    path = write(tmp_path / "a", samples)
    facts, heard = render(path, out)
    assert np.array_equal(heard, samples)
    assert facts == SoundFacts(2500, 8000, 1, "wav", path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize(
    ("kind", "subtype", "rate", "channels", "told"),
    [
        ("WAV", "PCM_U8", 11025, 1, "wav"),
        ("WAV", "PCM_16", 44100, 2, "wav"),
        ("WAV", "PCM_24", 48000, 6, "wav"),
        ("WAV", "PCM_32", 96000, 1, "wav"),
        ("WAV", "FLOAT", 22050, 2, "wav"),
        ("WAV", "DOUBLE", 192000, 1, "wav"),
        ("WAV", "ALAW", 8000, 1, "wav"),
        ("WAV", "ULAW", 8000, 2, "wav"),
        ("WAVEX", "PCM_16", 44056, 3, "wav"),
        ("RF64", "PCM_16", 16000, 1, "wav"),
        ("MP3", "MPEG_LAYER_III", 44100, 2, "mp3"),
        ("MP3", "MPEG_LAYER_III", 16000, 1, "mp3"),
        ("FLAC", "PCM_24", 48000, 2, "flac"),
        ("OGG", "VORBIS", 32000, 2, "ogg"),
        ("OGG", "OPUS", 48000, 1, "ogg"),
    ],
)
def test_every_format_keeps_its_sound_and_its_length(
    tmp_path: Path, out: Path, kind: str, subtype: str, rate: int, channels: int, told: str
) -> None:
    mono = tone(1.25, rate, 440)
    facts, heard = render(write(tmp_path / "a", np.stack([mono] * channels, axis=1), rate, kind, subtype), out)
    assert (facts.duration_ms, facts.sample_rate, facts.channels, facts.format) == (1250, rate, channels, told)
    assert len(heard) == 10_000
    middle = heard[1000:9000].astype(float)
    assert np.abs(middle - tone(1.25)[1000:9000] * 32768).max() < 0.25 * 32768 * 0.05


@pytest.mark.parametrize(("kind", "subtype"), [("MP3", None), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("FLAC", None)])
def test_reading_in_blocks_changes_nothing(tmp_path: Path, out: Path, kind: str, subtype: str | None) -> None:
    noise = np.random.default_rng(4).standard_normal(8000 * 5) * 0.05
    path = write(tmp_path / "a", noise, 8000, kind, subtype)
    whole = soundfile.read(path)[0]
    facts, heard = render(path, out)
    assert (facts.duration_ms, facts.sample_rate) == (5000, 8000)
    assert np.abs(heard - whole * 32768).max() <= 1


def test_no_sample_is_lost_at_either_end(tmp_path: Path, out: Path) -> None:
    clicks = np.zeros(16_000)
    clicks[0] = clicks[-1] = 0.9
    _, heard = render(write(tmp_path / "a", clicks, 16_000), out)
    assert len(heard) == 8000
    # Half the rate leaves half the height; the last click lies half a sample after the last sample of the rendering.
    assert heard[0] == pytest.approx(0.45 * 32768, rel=0.1)
    assert heard[-1] == pytest.approx(0.45 * np.sinc(0.5) * 32768, rel=0.1)
    assert np.abs(heard[400:-400]).max() <= 2


@pytest.mark.parametrize("rate", [1000, 11025, 44100, 48000, 767_999])
def test_the_length_is_right_at_odd_rates(tmp_path: Path, out: Path, rate: int) -> None:
    samples = tone(1, rate, 200)[: rate - 7]
    _, heard = render(write(tmp_path / "a", samples, rate), out)
    assert abs(len(heard) - len(samples) * 8000 / rate) < 1


def test_a_sweep_comes_through_flat_and_without_mirror_images(tmp_path: Path, out: Path) -> None:
    seconds, rate = 4, 48_000
    at = np.arange(seconds * rate) / rate
    sweep = 0.5 * np.sin(2 * np.pi * (100 * at + (7900 / (2 * seconds)) * at**2))  # 100 to 8000 Hz
    sweep[-2400:] *= np.linspace(1, 0, 2400)  # a hard end would be a click
    _, heard = render(write(tmp_path / "a", sweep, rate, subtype="PCM_24"), out)
    hz_at = 100 + 7900 * np.arange(len(heard)) / len(heard)
    passed, stopped = heard[(hz_at > 150) & (hz_at < 3500)], heard[hz_at > 4300]
    windows = passed[: len(passed) // 400 * 400].reshape(-1, 400) / 32768.0
    levels = 10 * np.log10(np.square(windows).mean(axis=1))
    assert np.abs(levels - 10 * np.log10(0.125)).max() < 0.3
    assert np.abs(stopped).max() <= 3


def test_opposite_phases_do_not_vanish(tmp_path: Path, out: Path) -> None:
    left = tone(1, 44_100)
    _, heard = render(write(tmp_path / "a", np.stack([left, -0.8 * left], axis=1), 44_100), out)
    assert level_db(heard) == pytest.approx(10 * np.log10(0.25**2 / 2), abs=0.2)


def test_a_part_in_opposite_phases_does_not_vanish(tmp_path: Path, out: Path) -> None:
    left = tone(6, 8000)
    right = np.concatenate([left[:32_000], -left[32_000:]])
    _, heard = render(write(tmp_path / "a", np.stack([left, right], axis=1)), out)
    assert level_db(heard[40_000:]) > -20


def test_both_speakers_of_a_dialogue_stay(tmp_path: Path, out: Path) -> None:
    said = tone(2)
    silent = np.zeros_like(said)
    stereo = np.concatenate([np.stack([said, silent], axis=1), np.stack([silent, said], axis=1)])
    _, heard = render(write(tmp_path / "a", stereo), out)
    assert level_db(heard[:16_000]) == pytest.approx(level_db(heard[16_000:]), abs=0.1)
    assert level_db(heard) > -25


def test_down_mixing_does_not_clip(tmp_path: Path, out: Path) -> None:
    loud = tone(1, 8000, amplitude=0.99)
    _, heard = render(write(tmp_path / "a", np.stack([loud] * 6, axis=1)), out)
    assert np.abs(heard).max() <= 32767
    assert np.abs(heard - loud * 32768).max() < 3


@pytest.mark.parametrize("rate", [8000, 44_100])
def test_what_is_over_full_scale_is_scaled_down_and_not_clipped(tmp_path: Path, out: Path, rate: int) -> None:
    wave = tone(1, rate, 400, amplitude=8.0)
    _, heard = render(write(tmp_path / "a", wave, rate, subtype="FLOAT"), out)
    assert np.abs(heard.astype(int)).max() in (32766, 32767)
    assert np.abs(heard - tone(1, 8000, 400, 32767 / 32768) * 32768)[100:-100].max() < 30


def test_resampling_a_square_wave_does_not_clip(tmp_path: Path, out: Path) -> None:
    square = np.sign(tone(1, 44_100, 441.0, 1.0)) * 0.999
    _, heard = render(write(tmp_path / "a", square, 44_100), out)
    highest = np.abs(heard.astype(int)).max()
    assert highest <= 32767
    assert np.count_nonzero(np.abs(heard.astype(int)) == highest) < 100


@pytest.mark.parametrize("amplitude", [0.004, 0.05, 0.9])
def test_normalizing_brings_a_sound_to_the_loudness_of_the_phone(tmp_path: Path, out: Path, amplitude: float) -> None:
    said = np.concatenate([tone(2, amplitude=amplitude), np.zeros(24_000)])  # the pause must not count
    _, heard = render(write(tmp_path / "a", said, subtype="PCM_24"), out, normalize=True)
    assert lufs(heard, 8000) == pytest.approx(-24, abs=0.2)


def test_normalizing_holds_the_true_peak(tmp_path: Path, out: Path) -> None:
    said = tone(2, amplitude=0.01)
    said[8000] = 0.5
    _, heard = render(write(tmp_path / "a", said), out, normalize=True)
    assert 0.8 * 32768 < np.abs(heard.astype(int)).max() <= 0.8913 * 32768 + 1


def test_normalizing_a_short_sound(tmp_path: Path, out: Path) -> None:
    _, heard = render(write(tmp_path / "a", tone(0.05)), out, normalize=True)
    assert lufs(heard, 8000) == pytest.approx(-24, abs=0.5)


def refusal(path: Path, out: Path) -> str:
    with pytest.raises(BadInput) as caught:
        probe_and_render(path, True, out, wide_of(out))
    (error,) = caught.value.errors
    assert error.field == "file"
    return error.reason


def as_file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"just a text\n" * 100, "not a sound"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "not a sound"),
        (b"RIFF\xff\xff\xff\xffWAVE", "not a sound"),
        (b"OggS" + bytes(200), "not a sound"),
        (b"fLaC" + bytes(200), "not a sound"),
        (b"ID3\x04\x00\x00\x00\x00\x0f\x76" + bytes(4000), "not a sound"),
        (b"\xff\xfb\x90\xc4" + bytes(4000), "not a sound"),
    ],
)
def test_what_is_no_sound_is_refused(tmp_path: Path, out: Path, content: bytes, reason: str) -> None:
    assert reason in refusal(as_file(tmp_path / "a.wav", content), out)


def test_another_kind_of_sound_is_refused(tmp_path: Path, out: Path) -> None:
    assert "WAV, MP3, FLAC or OGG" in refusal(write(tmp_path / "a", tone(1), kind="AIFF"), out)


def test_no_frames_are_refused(tmp_path: Path, out: Path) -> None:
    assert "no samples" in refusal(write(tmp_path / "a", np.zeros(0)), out)


@pytest.mark.parametrize("samples", [np.zeros(8000), np.full(8000, 0.5), tone(1, amplitude=0.0005)])
def test_silence_is_refused(tmp_path: Path, out: Path, samples: npt.NDArray[np.float64]) -> None:
    assert "only silence" in refusal(write(tmp_path / "a", samples, subtype="PCM_24"), out)


def test_samples_that_are_no_numbers_are_refused(tmp_path: Path, out: Path) -> None:
    samples = tone(1)
    samples[4000] = np.nan
    assert "NaN" in refusal(write(tmp_path / "a", samples, subtype="FLOAT"), out)


def test_ten_minutes_are_taken_and_more_is_refused(tmp_path: Path, out: Path) -> None:
    ten_minutes = np.tile(tone(1), 600)
    facts, heard = render(write(tmp_path / "a", ten_minutes), out)
    assert (facts.duration_ms, len(heard)) == (600_000, 4_800_000)
    longer = np.append(ten_minutes, tone(0.2))
    assert "longer than 10 minutes" in refusal(write(tmp_path / "b", longer), out)


def test_hours_of_silence_in_a_small_file_are_refused_at_once(tmp_path: Path, out: Path) -> None:
    path = write(tmp_path / "a", np.zeros(8 * 3600 * 8000, dtype=np.int16), kind="FLAC")
    assert path.stat().st_size < 1_000_000
    assert "longer than 10 minutes" in refusal(path, out)


def flac_without_length(path: Path) -> Path:
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # the 36 bits of STREAMINFO's total samples: 0 is unknown
    content[22:26] = bytes(4)
    return as_file(path, bytes(content))


def test_a_flac_without_a_length_is_read_to_its_end(tmp_path: Path, out: Path) -> None:
    facts, heard = render(flac_without_length(write(tmp_path / "a", tone(1.5), kind="FLAC")), out)
    assert (facts.duration_ms, len(heard)) == (1500, 12_000)


def test_a_header_that_hides_the_length_does_not_help(tmp_path: Path, out: Path) -> None:
    path = write(tmp_path / "a", np.zeros(3600 * 8000, dtype=np.int16), kind="FLAC")
    assert "longer than 10 minutes" in refusal(flac_without_length(path), out)


def test_a_streamed_wav_is_read_to_its_end(tmp_path: Path, out: Path) -> None:
    content = write(tmp_path / "a", tone(1.5)).read_bytes()
    size_at = content.index(b"data") + 4
    streamed = content[:4] + b"\xff" * 4 + content[8:size_at] + b"\xff" * 4 + content[size_at + 4 :]
    _, heard = render(as_file(tmp_path / "a", streamed), out)
    assert len(heard) == 12_000


@pytest.mark.parametrize("tag", [b"", b"ID3\x04\x00\x00\x00\x00\x10\x00" + bytes(2048)])
@pytest.mark.parametrize("loud_first", [True, False])
def test_an_mp3_without_a_xing_header_is_read_to_its_end(tmp_path: Path, out: Path, tag: bytes, loud_first: bool) -> None:
    # Of such a file with a variable bit rate libsndfile guesses the length from the first frames.
    noise, quiet = np.random.default_rng(2).standard_normal(44_100 * 8) * 0.1, np.zeros(44_100 * 8)
    samples = np.concatenate([noise, quiet] if loud_first else [quiet, noise])
    content = write(tmp_path / "a", samples, 44_100, "MP3").read_bytes()
    second_frame = content.index(content[:2], 100)
    facts, heard = render(as_file(tmp_path / "a", tag + content[second_frame:]), out)
    assert 16_000 <= facts.duration_ms <= 16_100
    assert len(heard) == pytest.approx(facts.duration_ms * 8, abs=8)


@pytest.mark.parametrize("kind", ["MP3", "FLAC"])
def test_what_is_cut_off_is_refused(tmp_path: Path, out: Path, kind: str) -> None:
    content = write(tmp_path / "a", np.random.default_rng(3).standard_normal(88_200) * 0.1, 44_100, kind).read_bytes()
    assert "damaged" in refusal(as_file(tmp_path / "a", content[: len(content) // 2]), out)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path, out: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(128 * 1024 * 1024 + 1)
    assert "larger than 128 MB" in refusal(path, out)


def test_many_channels_are_mixed(tmp_path: Path, out: Path) -> None:
    facts, heard = render(write(tmp_path / "a", np.stack([tone(0.5)] * 255, axis=1)), out)
    assert (facts.channels, len(heard)) == (255, 4000)
    assert level_db(heard) == pytest.approx(10 * np.log10(0.25**2 / 2), abs=0.1)


@pytest.mark.parametrize("seed", range(6))
def test_damaged_files_never_break_the_service(tmp_path: Path, out: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    kind = ["WAV", "FLAC", "OGG", "MP3", "WAVEX", "RF64"][seed]
    content = bytearray(write(tmp_path / "a", tone(0.5, 16_000), 16_000, kind).read_bytes())
    for at in rng.integers(0, len(content), 30):
        content[at] = rng.integers(0, 256)
    with contextlib.suppress(BadInput):  # anything else is a failure
        facts, heard = render(as_file(tmp_path / "a", bytes(content)), out, normalize=True)
        assert len(heard) == pytest.approx(facts.duration_ms * 8, abs=8)


@pytest.mark.parametrize("ending", ["os.abort()", "os._exit(3)", "os.kill(os.getpid(), 9)"])
def test_a_crash_of_the_decoder_is_the_fault_of_the_file(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    monkeypatch.setattr(probe, "COMMAND", [sys.executable, "-c", f"import os; {ending}"])
    assert "gave up" in refusal(write(tmp_path / "a", tone(1)), out)


def test_a_decoder_that_does_not_start_is_not_the_fault_of_the_file(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "COMMAND", [sys.executable, "-c", "import no_such_module"])
    with pytest.raises(RuntimeError, match="does not start"):
        probe_and_render(write(tmp_path / "a", tone(1)), True, out, wide_of(out))


def test_a_decoder_that_hangs_is_ended(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "COMMAND", [sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(probe, "TIMEOUT_S", 0.2)
    assert "too long to decode" in refusal(write(tmp_path / "a", tone(1)), out)


def test_the_decoder_is_told_no_secrets(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_KEY", "k" * 32)
    monkeypatch.setenv("ADMIN_PASSWORD", "p")
    script = "import os, json; print(json.dumps({'refused': str({'JWT_KEY', 'ADMIN_PASSWORD'} & set(os.environ))}))"
    monkeypatch.setattr(probe, "COMMAND", [sys.executable, "-c", script])
    assert refusal(write(tmp_path / "a", tone(1)), out) == "set()"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits; the time limit holds there")
def test_the_decoder_limits_its_memory(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The real child, but with `render` replaced by something greedy.
    greedy = "import numpy, sounds.decoder as d; d.render = lambda *_: numpy.ones(1 << 27); d.main()"
    monkeypatch.setattr(probe, "COMMAND", [sys.executable, "-c", greedy])
    assert "more memory" in refusal(write(tmp_path / "a", tone(1)), out)
