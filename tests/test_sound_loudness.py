"""Loudness: the meter by the standards' figures, and that every upload comes out equally loud, without DC and without distortion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from errors import BadInput
from sounds import probe_and_render
from sounds.filters import blocks_of, filter_in_place, filtered, k_weighting, low_cut, taps
from sounds.leveling import TARGET_LUFS
from sounds.loudness import loudness
from sounds.peaks import PEAK_LIMIT, limited, true_peak
from tests.loudness_meter import at_48_khz, lufs, lufs_of, true_peak_db
from tests.sound_corpus import RATE, at_rms, corpus, db, mostly_above_4_khz, speech, with_a_bump
from tests.sound_files import Samples, phone, tone, write

STEREO_LU = 10 * np.log10(2)  # two equal channels are so much louder than one
HELD_BACK_LU = {"clicks": 11.0}  # single samples: at -1 dBTP they are no louder, whatever the gain


def sine(*parts: tuple[float, float]) -> Samples:
    """1 kHz at 48 kHz in parts of (seconds, dBFS)."""
    return np.concatenate([tone(seconds, 48_000, 1000, db(level)) for seconds, level in parts])


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ([(20, -23)], -23.0),
        ([(20, -33)], -33.0),
        ([(10, -36), (60, -23), (10, -36)], -23.0),
        ([(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)], -23.0),
        ([(20, -26), (20.1, -20), (20, -26)], -23.0),
    ],
    ids=["1", "2", "3", "4", "5"],
)
def test_the_meter_reads_the_signals_of_ebu_tech_3341(parts: list[tuple[float, float]], wanted: float) -> None:
    samples = sine(*parts)
    # The signals are stereo with equal channels; a channel by itself is 3.01 LU less. The standard allows 0.1 LU.
    assert loudness(blocks_of(samples.astype(np.float32)), 48_000) + STEREO_LU == pytest.approx(wanted, abs=0.1)
    assert lufs_of([samples, samples]) == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize("rate", [8000, 16_000, 48_000])
def test_a_sine_of_997_hz_at_full_scale_reads_minus_3(rate: int) -> None:
    assert loudness([tone(3, rate, 997, 1.0).astype(np.float32)], rate) == pytest.approx(-3.01, abs=0.03)


@pytest.mark.parametrize("rate", [8000, 16_000])
@pytest.mark.parametrize("hz", [60, 100, 300, 1000, 2000, 3400, 3800])
def test_the_meter_weighs_each_frequency_alike_at_each_rate(rate: int, hz: float) -> None:
    samples = tone(2, rate, hz, 0.1)
    assert loudness([samples.astype(np.float32)], rate) == pytest.approx(lufs_of([at_48_khz(samples, rate)]), abs=0.1)


@pytest.mark.parametrize("rate", [8000, 16_000])
@pytest.mark.parametrize("seconds", [0.1, 0.31, 0.4, 3.7, 12.0])
def test_the_meter_reads_what_the_standard_reads(rate: int, seconds: float) -> None:
    samples = speech(seconds, rate)
    read = loudness(blocks_of(samples.astype(np.float32)), rate)
    assert read == pytest.approx(lufs_of([at_48_khz(samples, rate)]), abs=0.5 if seconds < 0.4 else 0.2)


# What pyloudnorm 0.2.0 reads of the same samples. It makes its filters by other formulas, which differ by 0.04 LU.
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("speech", -19.72),
        ("long pauses", -19.74),
        ("a quiet part", -21.95),
        ("music", -19.66),
        ("tone 200 Hz", -44.01),
        ("white noise", -21.92),
        ("48 kHz", -44.73),
    ],
)
def test_the_meter_reads_what_pyloudnorm_reads(name: str, wanted: float) -> None:
    samples, rate = corpus()[name]
    assert loudness(blocks_of(samples.astype(np.float32)), rate) == pytest.approx(wanted, abs=0.1)


def test_silence_has_no_loudness() -> None:
    assert loudness([np.zeros(8000, dtype=np.float32)], 8000) == -np.inf
    assert loudness([], 8000) == -np.inf


@pytest.mark.parametrize("sizes", [(1,) * 300, (5, 3000, 1, 1, 40_000), (70_000, 2)])
def test_a_filter_does_not_see_the_blocks(sizes: tuple[int, ...]) -> None:
    samples = np.random.default_rng(1).standard_normal(sum(sizes)).astype(np.float32)
    whole = np.convolve(samples, taps(low_cut, 8000))[800:][: len(samples)]
    pieces = np.split(samples, np.cumsum(sizes)[:-1])
    assert np.concatenate(list(filtered(pieces, taps(low_cut, 8000)))) == pytest.approx(whole, abs=1e-5)
    before, after = (np.full(800, part.mean()) for part in (samples[:800], samples[-800:]))
    whole = np.convolve(np.concatenate([before, samples, after]), taps(low_cut, 8000), "valid")
    filter_in_place(samples, taps(low_cut, 8000))
    assert samples == pytest.approx(whole, abs=1e-5)


@pytest.mark.parametrize("rate", [8000, 16_000])
def test_the_filters_have_the_gain_that_they_should(rate: int) -> None:
    hz = np.arange(0, rate // 2, 10, dtype=float)
    for gain in (low_cut, k_weighting):
        response = taps(gain, rate)
        real = np.abs(np.exp(-2j * np.pi * np.outer(hz, np.arange(len(response))) / rate) @ response)
        assert np.abs(real - gain(hz)).max() < 0.01
    assert low_cut(np.array([0.0, 20, 50, 80, 150, 300])) == pytest.approx([0, 0.004, 0.151, 0.707, 0.996, 1], abs=0.001)


@pytest.mark.parametrize(
    ("amplitude", "parts", "degrees", "wanted"),
    [(0.5, 4, 0, -6.0), (0.5, 4, 45, -6.0), (0.5, 6, 60, -6.0), (0.5, 8, 67.5, -6.0), (1.41, 4, 45, 3.0)],
    ids=["15", "16", "17", "18", "19"],
)
@pytest.mark.parametrize("rate", [8000, 16_000])
def test_the_true_peak_of_the_signals_of_ebu_tech_3341(rate: int, amplitude: float, parts: int, degrees: float, wanted: float) -> None:
    samples = amplitude * np.sin(2 * np.pi * np.arange(rate * 2) / parts + np.radians(degrees))
    fade = np.minimum(1, np.minimum(np.arange(rate * 2), np.arange(rate * 2)[::-1]) / 500)
    read = 20 * np.log10(true_peak((samples * fade).astype(np.float32), rate))
    assert wanted - 0.4 <= read <= wanted + 0.2


@pytest.mark.parametrize("name", corpus())
def test_every_upload_comes_out_equally_loud(tmp_path: Path, name: str) -> None:
    samples, rate = corpus()[name]
    probe_and_render(write(tmp_path / "a", samples, rate, subtype="FLOAT"), True, tmp_path / "phone", tmp_path / "wide")
    heard = phone(tmp_path / "phone")
    assert lufs(heard, 8000) == pytest.approx(TARGET_LUFS - HELD_BACK_LU.get(name, 0.0), abs=1.0 if name in HELD_BACK_LU else 0.4)
    assert true_peak_db(heard) < -0.95
    assert abs(heard.mean()) < (5 if len(heard) < 4000 else 2)
    if rate > 8000:
        wide = phone(tmp_path / "wide")
        assert true_peak_db(wide) < -0.95
        assert name in HELD_BACK_LU or TARGET_LUFS - 0.4 < lufs(wide, 16_000) < TARGET_LUFS + 1.4


def test_loudness_is_measured_on_what_the_phone_hears(tmp_path: Path) -> None:
    # A hundredth of the energy is below 4 kHz: by the whole it is 20 LU louder than what is left on the phone.
    path = write(tmp_path / "a", mostly_above_4_khz(), RATE, subtype="FLOAT")
    probe_and_render(path, True, tmp_path / "phone", tmp_path / "wide")
    assert lufs(phone(tmp_path / "phone"), 8000) == pytest.approx(TARGET_LUFS, abs=0.4)
    assert lufs(phone(tmp_path / "wide"), 16_000) == pytest.approx(TARGET_LUFS + 1, abs=0.4)


def test_a_voice_has_the_same_level_in_both_renderings(tmp_path: Path) -> None:
    probe_and_render(write(tmp_path / "a", at_rms(speech(), -40), RATE, "FLAC", "PCM_24"), True, tmp_path / "phone", tmp_path / "wide")
    renderings = ((phone(tmp_path / "phone"), 8000), (phone(tmp_path / "wide"), 16_000))
    narrow, wide = (_band_db(samples / 32768, rate, 300, 3300) for samples, rate in renderings)
    assert narrow == pytest.approx(wide, abs=0.05)


def _band_db(samples: Samples, rate: int, low: float, high: float) -> float:
    energies = np.square(np.abs(np.fft.rfft(samples)) / len(samples))
    hz = np.fft.rfftfreq(len(samples), 1 / rate)
    return float(10 * np.log10(2 * energies[(hz >= low) & (hz < high)].sum()))


@pytest.mark.parametrize("level", [-52, -30, -10])
def test_the_level_of_the_upload_makes_no_difference(tmp_path: Path, level: float) -> None:
    path = write(tmp_path / "a", at_rms(speech(), level), RATE, subtype="FLOAT")
    probe_and_render(path, True, tmp_path / "phone", tmp_path / "wide")
    path = write(tmp_path / "b", at_rms(speech(), -20), RATE, subtype="FLOAT")
    probe_and_render(path, True, tmp_path / "phone of b", tmp_path / "wide")
    assert np.abs(phone(tmp_path / "phone").astype(int) - phone(tmp_path / "phone of b")).max() <= 2


def test_a_knock_on_the_microphone_does_not_keep_a_message_quiet(tmp_path: Path) -> None:
    said = at_rms(speech(), -40)
    path = write(tmp_path / "a", with_a_bump(said, RATE), RATE, subtype="FLOAT")
    probe_and_render(path, True, tmp_path / "phone", tmp_path / "wide")
    heard = phone(tmp_path / "phone")
    # One factor for all of the 39 dB between the voice and the knock would have left the voice 9 LU under the target.
    assert lufs(heard[16_000:], 8000) == pytest.approx(TARGET_LUFS, abs=1)
    assert true_peak_db(heard) == pytest.approx(-1, abs=0.05)


@pytest.mark.parametrize("rate", [8000, 16_000])
@pytest.mark.parametrize("hz", [20, 100, 440, 1000, 3000])
def test_the_limiter_does_not_distort_a_tone(rate: int, hz: float) -> None:
    held = np.concatenate(list(limited(tone(3, rate, hz, 0.5).astype(np.float32), rate, db(20))))
    assert true_peak(held, rate) <= PEAK_LIMIT * 1.0001
    assert _distortion_db(held[rate : 2 * rate], rate, hz) < -120


def test_the_limiter_turns_down_a_loud_part_without_a_click() -> None:
    # 1 kHz with a second that is 20 dB over the limit: away from 1 kHz nothing is heard, and clipping would be.
    quiet = tone(3, 8000, 1000, 0.05)
    quiet[8000:16_000] *= 200 / 1.0 * np.hanning(8000)
    held = np.concatenate(list(limited(quiet.astype(np.float32), 8000, 1.0)))
    assert true_peak(held, 8000) <= PEAK_LIMIT * 1.001
    assert _distortion_db(held, 8000, 1000, beside=150) < -60
    assert _distortion_db(np.clip(quiet, -PEAK_LIMIT, PEAK_LIMIT), 8000, 1000, beside=150) > -20


def test_the_limiter_leaves_what_is_far_from_a_peak() -> None:
    samples = tone(3, 8000, 440, 0.2).astype(np.float32)
    samples[12_000] = 2.0
    held = np.concatenate(list(limited(samples, 8000, 1.0)))
    far = np.r_[0 : 12_000 - 405, 12_000 + 405 : 24_000]
    assert np.array_equal(held[far], samples[far])
    assert true_peak(held, 8000) <= PEAK_LIMIT * 1.0001
    turned = held[11_590:12_411] / np.where(np.abs(samples[11_590:12_411]) > 0.02, samples[11_590:12_411], np.nan)
    steps = np.abs(np.diff(turned))
    assert np.nanmax(steps) < 0.01  # the gain never jumps


def _distortion_db(samples: Samples, rate: int, hz: float, beside: float = 10) -> float:
    """The energy that is further from `hz` than `beside`, against the whole."""
    energies = np.square(np.abs(np.fft.rfft(samples * np.kaiser(len(samples), 20))))
    at = np.fft.rfftfreq(len(samples), 1 / rate)
    return float(10 * np.log10(energies[np.abs(at - hz) > beside].sum() / energies.sum()))


@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("offset", [0.5, -0.02])
def test_dc_is_removed(tmp_path: Path, normalize: bool, offset: float) -> None:
    path = write(tmp_path / "a", tone(2, RATE, 440, 0.1) + offset, RATE, subtype="FLOAT")
    probe_and_render(path, normalize, tmp_path / "phone", tmp_path / "wide")
    for name in ("phone", "wide"):
        heard = phone(tmp_path / name)
        assert abs(heard.mean()) < 2
        assert abs(heard[0]) < 200  # no jump at the beginning
        assert heard.max() == pytest.approx(-heard.min(), rel=0.02)


def test_dc_that_drifts_is_removed(tmp_path: Path) -> None:
    drift = np.linspace(-0.3, 0.3, 6 * RATE) + 0.2 * np.sin(2 * np.pi * np.arange(6 * RATE) / RATE / 2)
    path = write(tmp_path / "a", at_rms(speech(), -30) + drift, RATE, subtype="FLOAT")
    probe_and_render(path, True, tmp_path / "phone", tmp_path / "wide")
    heard = phone(tmp_path / "phone")
    assert lufs(heard, 8000) == pytest.approx(TARGET_LUFS, abs=0.4)
    assert np.abs(heard.reshape(-1, 2000).mean(axis=1)).max() < 20


def refusal(path: Path, tmp_path: Path, normalize: bool) -> str:
    with pytest.raises(BadInput) as caught:
        probe_and_render(path, normalize, tmp_path / "phone", tmp_path / "wide")
    (error,) = caught.value.errors
    assert error.field == "file"
    return error.reason


NOISE = np.random.default_rng(1).standard_normal(2 * RATE)
ONLY_SILENCE, NOT_PLAYED, TOO_SHORT = "only silence", "nothing that a telephone plays", "shorter than 20 ms"


@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (np.zeros(RATE), ONLY_SILENCE),
        (np.full(RATE, 0.3), ONLY_SILENCE),
        (np.full(round(0.02 * RATE), -0.9), ONLY_SILENCE),
        (db(-70) * NOISE, ONLY_SILENCE),
        (0.2 + db(-70) * NOISE, ONLY_SILENCE),
        (tone(0.05, RATE, 1000, db(-62)), ONLY_SILENCE),
        (tone(2, RATE, 15_000, 0.9), NOT_PLAYED),
        (tone(0.2, RATE, 15_000, 0.9), NOT_PLAYED),
        (tone(1, RATE, 5000, 0.9), NOT_PLAYED),
        (tone(2, RATE, 20, 0.5), NOT_PLAYED),
        (np.array([0.5]), TOO_SHORT),
        (tone(0.019, RATE, 1000, 0.9), TOO_SHORT),
    ],
)
def test_what_nobody_would_hear_is_refused(tmp_path: Path, samples: Samples, reason: str, normalize: bool) -> None:
    assert reason in refusal(write(tmp_path / "a", samples, RATE, subtype="FLOAT"), tmp_path, normalize)


def test_what_is_only_just_loud_enough_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "a", tone(0.5, RATE, 1000, db(-56)), RATE, subtype="FLOAT")
    probe_and_render(path, True, tmp_path / "phone", tmp_path / "wide")
    assert lufs(phone(tmp_path / "phone"), 8000) == pytest.approx(TARGET_LUFS, abs=0.2)
