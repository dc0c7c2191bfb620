"""The two renderings, 8 kHz for every phone and 16 kHz for G722: how true the resampling is, and what mixing keeps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from sounds import probe_and_render
from sounds.probe import ROOT
from tests.loudness_meter import lufs
from tests.sound_corpus import RATE, at_rms, shaped_noise, speech
from tests.sound_files import Samples, level_db, phone, tone, write

Int16 = npt.NDArray[np.int16]
RATES = {"phone": 8000, "wide": 16_000}


def renderings(path: Path, tmp_path: Path, normalize: bool = False) -> dict[str, Int16]:
    probe_and_render(path, normalize, tmp_path / "phone", tmp_path / "wide")
    return {name: phone(tmp_path / name) for name in RATES if (tmp_path / name).exists()}


@pytest.mark.parametrize(("rate", "wanted"), [(8000, 1), (6000, 1), (11_025, 2), (48_000, 2)])
def test_a_wide_rendering_is_made_when_the_upload_has_more(tmp_path: Path, rate: int, wanted: int) -> None:
    made = renderings(write(tmp_path / "a", tone(0.5, rate), rate), tmp_path)
    assert list(made) == ["phone", "wide"][:wanted]
    for name, heard in made.items():
        assert len(heard) == pytest.approx(RATES[name] / 2, abs=1)


def test_a_16_khz_wav_passes_bit_for_bit_as_the_wide_rendering(tmp_path: Path) -> None:
    samples = np.random.default_rng(1).integers(-9000, 9000, 20_001).astype(np.int16)
    assert np.array_equal(renderings(write(tmp_path / "a", samples, 16_000), tmp_path)["wide"], samples)


PASSED = (100, 300, 1000, 2000, 3400, 3600, 5000, 7000, 7200)
STOPPED = (4050, 4400, 5000, 6000, 7900, 8100, 9000, 10_500, 12_000, 20_000)


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 48_000])
def test_the_pass_band_is_flat_and_nothing_is_mirrored_into_it(tmp_path: Path, rate: int) -> None:
    for name, kept in RATES.items():
        stopped = [hz for hz in STOPPED if kept / 2 * 1.01 < hz < rate / 2]
        parts = [_together(rate, [hz for hz in PASSED if hz <= 0.45 * kept]), _together(rate, stopped)]
        made = renderings(write(tmp_path / "a", np.concatenate(parts), rate, subtype="FLOAT"), tmp_path)
        flat, silent = made[name].reshape(2, -1)[:, kept // 2 : kept * 3 // 2] / 32768
        for hz in PASSED[: sum(hz <= 0.45 * kept for hz in PASSED)]:
            wave = np.exp(-2j * np.pi * hz * np.arange(kept) / kept)
            assert 20 * np.log10(2 * abs(np.mean(flat * wave)) / 0.1) == pytest.approx(0, abs=0.02)
        assert 20 * np.log10(np.abs(silent).max() / max(0.1, 0.1 * len(stopped))) < -75  # two steps of 16 bits
        assert 10 * np.log10(np.mean(np.square(silent)) / 0.005 + 1e-12) < -70


def _together(rate: int, frequencies: list[int]) -> Samples:
    """Two seconds of tones of -20 dBFS each; faded, as a hard edge would be a click."""
    fade = np.minimum(1, np.minimum(np.arange(2 * rate), np.arange(2 * rate)[::-1]) / (rate / 4))
    return fade * sum((tone(2, rate, hz, 0.1) for hz in frequencies), np.zeros(2 * rate))


def said_in(heard: Int16, said: Samples) -> float:
    """How much of a voice is in a rendering, found by correlation: the factor of its level, whatever its sign."""
    own = np.interp(np.arange(len(heard)) / 8000, np.arange(len(said)) / RATE, _below_4_khz(said))
    return float(abs(np.dot(heard / 32768, own)) / np.dot(own, own))


def _below_4_khz(samples: Samples) -> Samples:
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / RATE) > 3900] = 0
    return np.fft.irfft(spectrum, len(samples))


def delayed(samples: Samples, ms: float) -> Samples:
    late = round(RATE * ms / 1000)
    return np.concatenate([np.zeros(late), samples[: len(samples) - late]])


VOICE = at_rms(speech(4.0), -20)
MUSIC = at_rms(shaped_noise(4.0, RATE, lambda hz: (hz > 100) & (hz < 5000), 5), -20)
HISS = [at_rms(shaped_noise(4.0, RATE, np.ones_like, seed), -40) for seed in (6, 7)]


@pytest.mark.parametrize(
    ("left", "right", "least"),
    [
        (VOICE, VOICE, 0.99),
        (VOICE, -VOICE, 0.99),
        (VOICE, -0.8 * VOICE, 0.99),
        (VOICE, -0.5 * VOICE, 0.24),
        (0 * VOICE, VOICE, 0.49),
        (VOICE + HISS[0], -VOICE + HISS[1], 0.99),
        (VOICE + MUSIC, MUSIC - VOICE, 0.95),
        (VOICE, -delayed(VOICE, 0.1), 0.9),
        (VOICE, np.concatenate([VOICE[: 3 * RATE], -VOICE[3 * RATE :]]), 0.99),
        (VOICE, delayed(VOICE, 10), 0.45),
        (VOICE, -delayed(VOICE, 10), 0.45),
    ],
    ids=[
        "alike",
        "inverted",
        "inverted and quieter",
        "inverted, half as high",
        "one channel only",
        "inverted, with hiss",
        "inverted, with music in the middle",
        "inverted, 0.1 ms late",
        "the last second inverted",
        "10 ms late",
        "inverted, 10 ms late",
    ],
)
def test_a_voice_stays_in_the_mix(tmp_path: Path, left: Samples, right: Samples, least: float) -> None:
    path = write(tmp_path / "a", np.stack([left, right], axis=1) * 0.5, RATE, subtype="FLOAT")
    heard = renderings(path, tmp_path)["phone"]
    assert said_in(heard, VOICE * 0.5) > least
    loud = renderings(path, tmp_path, normalize=True)["phone"]
    assert lufs(loud, 8000) == pytest.approx(-24, abs=0.4)


@pytest.mark.parametrize("ms", [0.3, 1, 5, 20])
def test_an_echo_in_the_other_channel_leaves_each_band(tmp_path: Path, ms: float) -> None:
    path = write(tmp_path / "a", np.stack([MUSIC, delayed(MUSIC, ms)], axis=1), RATE, subtype="FLOAT")
    assert level_db(renderings(path, tmp_path)["phone"]) > -20 - 5


def test_both_of_two_speakers_side_by_side_stay(tmp_path: Path) -> None:
    other = at_rms(speech(4.0, seed=9, voice_hz=210), -20)
    heard = renderings(write(tmp_path / "a", np.stack([VOICE, other], axis=1), RATE, subtype="FLOAT"), tmp_path)["phone"]
    assert said_in(heard, VOICE) > 0.45
    assert said_in(heard, other) > 0.45


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc; that of getrusage counts the parent's")
def test_ten_minutes_take_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "ten"
    second = np.stack([at_rms(speech(1.0), -40)] * 2, axis=1)
    knock = second.copy()
    knock[RATE // 2] = 0.9  # the limiter has work to do
    with soundfile.SoundFile(path, "w", RATE, 2, format="WAV") as file:
        for index in range(600):
            file.write(second if index % 10 else knock)
    job = {"path": str(path), "normalize": True, "phone": str(tmp_path / "phone"), "wide": str(tmp_path / "wide")}
    child = (
        "import sys; from sounds import decoder; decoder.main();"
        " print(*[line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')], file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", child], input=json.dumps(job), capture_output=True, text=True, cwd=ROOT, timeout=100, check=True
    )
    assert json.loads(ended.stdout)["duration_ms"] == 600_000
    assert int(ended.stderr) < 120 * 1024  # kB
    assert lufs(phone(tmp_path / "phone")[: 8000 * 10], 8000) > -24 - 1
