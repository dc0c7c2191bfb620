"""The comparer of recordings must notice each kind of damage."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from tests.peers.compare import Comparison, Hole, compare
from tests.peers.g711 import decode, encode, round_trip
from tests.peers.signals import speech_like

SOURCE = speech_like(3.0)
Samples = npt.NDArray[np.int16]


def silence(count: int) -> Samples:
    return np.zeros(count, np.int16)


def heard(*parts: Samples, codec: str = "PCMA") -> Comparison:
    """Compares what a phone would record: the parts, coded, with 1,234 samples before and 1,600 behind them."""
    played = np.concatenate([silence(1234), *parts, silence(1600)])
    return compare(round_trip(played, codec), SOURCE)


@pytest.mark.parametrize("codec", ["PCMA", "PCMU"])
def test_true_recording_is_complete(codec: str) -> None:
    found = heard(SOURCE, codec=codec)
    assert found.complete, str(found)
    assert (found.offset, found.missing, found.holes, found.slips) == (1234, 0, (), ())
    assert 37.0 <= found.snr_db <= 39.0


@pytest.mark.parametrize("count", [1, 5, 80, 160, 1000])
def test_cut_start(count: int) -> None:
    for damaged in (heard(SOURCE[count:]), heard(silence(count), SOURCE[count:])):
        assert damaged.missing_start == count, str(damaged)
        assert (damaged.missing_end, damaged.holes, damaged.slips) == (0, (), ())
        assert not damaged.complete


@pytest.mark.parametrize("count", [1, 5, 80, 160, 1000])
def test_cut_end(count: int) -> None:
    damaged = heard(SOURCE[:-count])
    assert damaged.missing_end == count, str(damaged)
    assert (damaged.missing_start, damaged.holes, damaged.slips) == (0, (), ())
    assert not damaged.complete


def test_recording_that_ends_with_the_message_or_before() -> None:
    coded = round_trip(SOURCE)
    assert compare(coded, SOURCE).complete
    assert compare(coded[:-80], SOURCE).missing_end == 80
    assert compare(coded[5:], SOURCE).missing_start == 5


def test_hole() -> None:
    damaged = heard(SOURCE[:8000], silence(160), SOURCE[8160:])
    (hole,) = damaged.holes
    # Samples at the hole's edges that were nearly silent in the source are not missed.
    assert abs(hole.start - 8000) <= 4, str(damaged)
    assert abs(hole.length - 160) <= 8, str(damaged)
    assert (damaged.missing_start, damaged.missing_end, damaged.slips) == (0, 0, ())
    assert damaged.snr_db < 30


def test_one_wrong_sample() -> None:
    wrong = SOURCE.copy()
    wrong[12000] += 3000
    assert heard(wrong).holes == (Hole(12000, 1),)


def test_level_change() -> None:
    damaged = heard((SOURCE // 2).astype(np.int16))
    assert damaged.level_db == pytest.approx(-6.02, abs=0.1), str(damaged)
    assert damaged.snr_db < 10
    assert damaged.missing == 0
    assert not damaged.complete


@pytest.mark.parametrize("count", [1, 3, 80, 160])
def test_dropped_samples_in_the_middle(count: int) -> None:
    damaged = heard(SOURCE[:9000], SOURCE[9000 + count :])
    (slip,) = damaged.slips
    assert slip.samples == -count, str(damaged)
    assert abs(slip.at - 9000) <= count + 20
    assert count <= damaged.missing <= count + 3
    assert not damaged.complete


def test_added_samples_in_the_middle() -> None:
    damaged = heard(SOURCE[:9000], silence(160), SOURCE[9000:])
    assert [slip.samples for slip in damaged.slips] == [160], str(damaged)
    assert not damaged.complete


def test_several_faults_at_once() -> None:
    damaged = heard(SOURCE[5:4000], silence(160), SOURCE[4160:15000], SOURCE[15001:-80])
    assert (damaged.missing_start, damaged.missing_end) == (5, 80), str(damaged)
    assert len(damaged.holes) == 1
    assert [slip.samples for slip in damaged.slips] == [-1]


def test_another_sound_or_none_is_nothing() -> None:
    for other in (speech_like(3.0, seed=2), silence(24000)):
        found = heard(other)
        assert found.missing > 20000, str(found)
        assert found.snr_db < 3
        assert not found.complete


def test_too_short_to_compare() -> None:
    with pytest.raises(ValueError, match="at least 160"):
        compare(silence(10), SOURCE)


def test_g711_known_values() -> None:
    samples = np.array([0, 8, -8, 1000, -1000, 32767, -32768], np.int16)
    assert encode(samples, "PCMA").hex() == "d5d555fa7aaa2a"
    assert decode(bytes([0xD5, 0x55]), "PCMA").tolist() == [8, -8]
    assert decode(bytes([0xFF, 0x7F, 0x80, 0x00]), "PCMU").tolist() == [0, 0, 32124, -32124]
