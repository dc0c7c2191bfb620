"""Steady tones: where they begin and end, and which of them ended in silence."""

from __future__ import annotations

from operator import add
from typing import NamedTuple

from sip.listening.spectra import FRAME_MS, Frames

NOISE = 1.3  # times the noise's quieter moments is taken off before a tone is judged
OVER_NOISE = 0.5  # of the noise's power is the least that a tone has; noise's own peaks have a fifth
PURE = 0.80  # of the power above the noise lies in the tone
STEADY = 0.012  # from frame to frame the frequency stays within this part, or
STEADY_HZ = 8.0
SECOND = 0.10  # a second frequency with at least this part of the first's power makes a double tone
LEVEL_STEP = 2.5  # the power changes at most by this factor from frame to frame (4 dB)
FALL = 10.0  # a tone has ended when its power fell by this factor
DISTURBED = 3  # frames between a tone and silence that are neither: partly filled ones, clicks


class Moment(NamedTuple):
    """A frame that may be part of a tone."""

    number: int
    hz: float  # the lower frequency
    high_hz: float  # 0: a single tone
    power: float
    purity: float  # its part of the power above the noise
    width: float  # of the stronger frequency, bins²


class Tone:
    """Frames with the same one or two frequencies, in order; some may be left out between two beeps.

    Attributes:
        first: its first frame.
        last: its newest frame.
        ended: whether it ended in silence.
    """

    def __init__(self, first: Moment, second: Moment) -> None:
        self.first = self.last = first
        self.ended = False
        self._count = 1
        self._sums = first[1:]
        self.take(second)

    def take(self, moment: Moment) -> None:
        """Goes on with this frame."""
        self.last = moment
        self._count += 1
        self._sums = tuple(map(add, self._sums, moment[1:]))

    @property
    def hz(self) -> float:
        """The lower frequency, its mean."""
        return self._sums[0] / self._count

    @property
    def high_hz(self) -> float:
        """The upper frequency, 0 of a single tone."""
        return self._sums[1] / self._count

    @property
    def purity(self) -> float:
        """Which part of the power above the noise lay in the tone."""
        return self._sums[3] / self._count

    @property
    def width(self) -> float:
        """How wide the stronger frequency is, bins²."""
        return self._sums[4] / self._count

    @property
    def drift(self) -> float:
        """By which part the frequency moved from the first to the last frame."""
        return self.last.hz / self.first.hz - 1

    @property
    def length_ms(self) -> int:
        """How long it sounded; the frames at its edges are only partly filled."""
        return (self.last.number - self.first.number + 2) * FRAME_MS

    @property
    def start_ms(self) -> int:
        """When it began, ms since the start, within a frame."""
        return self.first.number * FRAME_MS

    @property
    def end_ms(self) -> int:
        """When it ended, ms since the start, within a frame."""
        return (self.last.number + 1) * FRAME_MS


class Tones:
    """Follows tones through the frames.

    Args:
        end_silence_ms: silence that ends a tone; after a shorter one it goes on.
        least_dbov: a quieter tone is not heard.
    """

    def __init__(self, end_silence_ms: int, least_dbov: int) -> None:
        self._end_frames = end_silence_ms // FRAME_MS
        self._least = 10 ** (least_dbov / 10)
        self._tone: Tone | None = None
        self._before: Moment | None = None  # the frame before, when it may have been the beginning of a tone
        self._quiet = 0  # frames since the tone's last one
        self._disturbed = 0
        self._next = 0

    @property
    def sounding(self) -> Tone | None:
        """The tone that sounds, or ended less than the silence ago."""
        return self._tone

    @property
    def silence_left(self) -> int:
        """So many silent frames more end the tone that sounds."""
        return self._end_frames - self._quiet

    def add(self, frames: Frames, threshold_db: float, noise_power: float) -> list[Tone]:
        """The next frames, with the level of speech (dBov) and the power of the noise; gives the tones that are over."""
        both = frames.peak + frames.second_peak
        pure = (both > max(self._least, OVER_NOISE * noise_power)) & (both > PURE * (frames.power - NOISE * noise_power))
        start, self._next = self._next, self._next + len(frames.power)
        if self._tone is None and not pure.any():
            self._before = None
            return []
        over = []
        for at, is_pure in enumerate(pure.tolist()):
            moment = _moment(start + at, frames, at, noise_power) if is_pure else None
            silent = bool(frames.voice_db[at] <= threshold_db)
            gone = self._step(moment, silent, float(frames.peak[at]))
            self._before = moment
            if gone:
                over.append(gone)
        return over

    def _step(self, moment: Moment | None, silent: bool, peak: float) -> Tone | None:
        """One frame; gives the tone that it ended."""
        tone = self._tone
        if tone is None:
            self._begin(moment)
            return None
        if moment and _goes_on(tone.last, moment, steps=self._quiet + self._disturbed > 0):
            tone.take(moment)
            self._quiet = self._disturbed = 0
            return None
        if silent and peak * FALL <= tone.last.power:
            self._quiet += 1
            tone.ended = self._quiet >= self._end_frames
        else:
            self._disturbed += 1
        if not tone.ended and self._disturbed <= DISTURBED:
            return None
        self._tone = None
        self._begin(moment)
        return tone

    def _begin(self, moment: Moment | None) -> None:
        """Two frames alike in a row are a tone."""
        before = self._before
        if not moment or not before:
            return
        if _goes_on(before, moment, steps=False):
            self._tone, self._quiet, self._disturbed = Tone(before, moment), 0, 0


def _moment(number: int, frames: Frames, at: int, noise_power: float) -> Moment | None:
    hz, second_hz = float(frames.hz[at]), float(frames.second_hz[at])
    peak, second = float(frames.peak[at]), float(frames.second_peak[at])
    double = second >= SECOND * peak
    power = peak + second if double else peak
    purity = power / max(power, float(frames.power[at]) - NOISE * noise_power)
    if purity < PURE:
        return None
    low, high = (min(hz, second_hz), max(hz, second_hz)) if double else (hz, 0.0)
    return Moment(number, low, high, power, purity, float(frames.width[at]))


def _goes_on(last: Moment, moment: Moment, steps: bool) -> bool:
    """Whether the moment is of the same tone. After a gap (`steps`) its level may be another."""
    level = steps or (last.power < moment.power * LEVEL_STEP and moment.power < last.power * LEVEL_STEP)
    return level and _near(last.hz, moment.hz) and _near(last.high_hz, moment.high_hz)


def _near(one_hz: float, other_hz: float) -> bool:
    return abs(one_hz - other_hz) <= max(STEADY_HZ, STEADY * one_hz)
