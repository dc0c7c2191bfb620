"""The detector of one call: samples in, at most two words out: who answered, and when a machine is ready for the message."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from sip.listening.beep import FAX_ANSWER_MS, is_beep, is_clear, is_fax, is_key, is_music, is_signal
from sip.listening.params import DetectionParams
from sip.listening.spectra import FRAME_MS, Frames, Spectra
from sip.listening.speech import Speech, Spoken
from sip.listening.tones import Tone, Tones

NOT_SPEECH_MS = 160  # a longer steady tone is no vowel
HOLD_MS = 80  # a tone of this length may become a beep: no human is told until it is over
MOST_MS = 200  # of sound are listened to at once, so that a long block is judged as it would have been heard
SURE_GREETING_MS = 1_000  # who says no more is hardly ever a machine
UNSEEN_MS = 60  # of a tone and of the silence behind it may have been heard already when nothing sounds yet
KEEP_MS = 12_000  # of levels, once the answer is given

Who = Literal["human", "machine", "unknown"]


@dataclass(frozen=True)
class Answer:
    """Who answered, told once.

    Attributes:
        who: human, machine or unknown.
        reason: greeting (its length and the silence after it), beep, fax, no_speech, timeout.
        at_ms: when it was told, of sound since the start.
        greeting_ms: how long the greeting was, 0 without one.
    """

    who: Who
    reason: Literal["greeting", "beep", "fax", "no_speech", "timeout"]
    at_ms: int
    greeting_ms: int


@dataclass(frozen=True)
class Ready:
    """A machine listens now, told once.

    Attributes:
        reason: beep, silence (no beep came), timeout (it goes on speaking).
        at_ms: when it was told, of sound since the start.
        beep_end_ms: when the beep ended, None without one.
    """

    reason: Literal["beep", "silence", "timeout"]
    at_ms: int
    beep_end_ms: int | None


class Detector:
    """Listens to one call from its answer on. Never blocks; keeps no more than its levels of the last seconds.

    Args:
        params: see there.
        rate: 8000 or 16000 Hz.
        until_ready: after `machine` go on until the machine is ready for a message; else the answer is the end.
    """

    def __init__(self, params: DetectionParams | None = None, rate: int = 8000, until_ready: bool = False) -> None:
        self.params = params or DetectionParams()
        self.answer: Answer | None = None
        self.ready: Ready | None = None
        self._until_ready = until_ready
        self._most = rate * MOST_MS // 1000  # samples
        self._spectra = Spectra(rate)
        self._speech = Speech(self.params, max(KEEP_MS, self.params.timeout_ms))
        self._tones = Tones(self.params.beep_silence_ms, self.params.silence_dbov)
        self._earlier: list[Tone] = []
        self._frames = 0
        self._due_ms = 0
        self._soonest_ms = 0
        self._beep: Tone | None = None
        self._fax = False

    @property
    def done(self) -> bool:
        """Nothing more is told: stop feeding."""
        waits = self._until_ready and self.answer is not None and self.answer.who == "machine"
        return self.answer is not None and (not waits or self.ready is not None)

    @property
    def left_ms(self) -> int | None:
        """After so much more sound, if it is silent, the next word comes; None when that is not known. Who feeds the detector then need
        not do so more often."""
        if self.done:
            return None
        tone = self._tones.sounding
        left = self._due_ms - self._frames * FRAME_MS if self.answer is None else self._tones.silence_left * FRAME_MS if tone else 0
        return left if left > 0 else None

    @property
    def idle_ms(self) -> int:
        """Before so much more sound no word can come, whatever is heard: who feeds the detector need not do so sooner."""
        tone, left_ms = self._tones.sounding, self._soonest_ms - self._frames * FRAME_MS
        if tone is None:
            return max(0, min(left_ms, self.params.beep_min_ms + self.params.beep_silence_ms - UNSEEN_MS))
        return max(0, min(left_ms, self._tones.silence_left * FRAME_MS, FAX_ANSWER_MS - tone.length_ms))

    def _soonest(self, spoken: Spoken | None, now: int) -> int:
        """When the answer can come, but for a beep's: silence must go on for long enough, or speech."""
        params = self.params
        soonest = min(params.timeout_ms, now + params.after_greeting_silence_ms)
        if spoken is None:
            return min(soonest, params.initial_silence_ms) if now < params.initial_silence_ms else now
        silence = min(spoken.end_ms + int(self._silence_needed(spoken)), spoken.loud_end_ms + params.long_greeting_silence_ms)
        return min(soonest, silence, spoken.start_ms + params.greeting_ms)

    def _silence_tells_at(self, spoken: Spoken | None) -> int:
        """When silence from now on makes a human; 0 where it is not to be waited for. After a longer greeting it may be a machine that
        takes breath: each moment more is for the better."""
        if spoken is None or spoken.end_ms - spoken.start_ms > SURE_GREETING_MS:
            return 0
        return spoken.end_ms + FRAME_MS * math.ceil(self._silence_needed(spoken) / FRAME_MS)

    @property
    def answered_by(self) -> Literal["human", "machine", "beep", "unknown"] | None:
        """The word for the call's row, None while it is not known."""
        return "beep" if self._beep else self.answer.who if self.answer else None

    def feed(self, block: npt.NDArray[np.int16] | bytes | bytearray | memoryview) -> list[Answer | Ready]:
        """The next samples, 16-bit mono in the machine's byte order, any number of them (200 ms cost least); what is known now.

        A buffer is read before this returns and may be used again.
        """
        samples = block if isinstance(block, np.ndarray) else np.frombuffer(block, np.int16)
        told: list[Answer | Ready] = []
        for start in range(0, len(samples), self._most):
            frames = None if self.done else self._spectra.frames(samples[start : start + self._most])
            if frames is not None:
                self._listen(frames)
                told += self._tell()
        return told

    def _tell(self) -> list[Answer | Ready]:
        told: list[Answer | Ready] = []
        if self.answer is None:
            self.answer = self._who()
            told += [self.answer] if self.answer else []
        if self._until_ready and self.answer and self.answer.who == "machine":
            self.ready = self._is_ready(self.answer)
            told += [self.ready] if self.ready else []
        return told

    def _listen(self, frames: Frames) -> None:
        self._speech.add(frames.voice_db, frames.power)
        self._frames += len(frames.power)
        for tone in self._tones.add(frames, self._speech.threshold_db, self._speech.noise_power):
            self._over(tone)
        sounding = self._tones.sounding
        if sounding and sounding.length_ms >= NOT_SPEECH_MS and is_clear(sounding):
            self._not_speech(sounding)
        self._fax = self._fax or (sounding is not None and is_fax(sounding))

    def _over(self, tone: Tone) -> None:
        spoken = self._speech.spoken()
        if self._beep is None and tone.ended and is_beep(tone, self._earlier, _before(spoken, tone), self.params):
            self._beep = tone
        if self._beep is tone or is_key(tone) or (tone.length_ms >= NOT_SPEECH_MS and is_clear(tone)):
            self._not_speech(tone)
        self._earlier = [*self._earlier[-15:], tone]

    def _not_speech(self, tone: Tone) -> None:
        self._speech.not_speech(tone.first.number - 1, tone.last.number + 2)

    def _who(self) -> Answer | None:
        params, now = self.params, self._frames * FRAME_MS
        spoken = self._speech.spoken()
        length = spoken.end_ms - spoken.start_ms if spoken else 0
        if self._beep:
            return Answer("machine", "beep", now, length)
        if self._fax:
            return Answer("machine", "fax", now, length)
        if spoken and self._loud_part_is_over(spoken, now):
            return Answer("human", "greeting", now, spoken.loud_end_ms - spoken.start_ms)
        if length > params.greeting_ms:
            return Answer("machine", "greeting", now, length)
        self._due_ms, self._soonest_ms = self._silence_tells_at(spoken), self._soonest(spoken, now)
        if spoken and now - spoken.end_ms >= self._silence_needed(spoken) and not self._may_be_beep_or_music(now):
            return Answer("human", "greeting", now, length)
        if not spoken and now >= params.initial_silence_ms and not self._signals():
            return Answer("unknown", "no_speech", now, 0)
        return Answer("unknown", "timeout", now, length) if now >= params.timeout_ms else None

    def _signals(self) -> bool:
        """Whether tones were heard: it may still ring."""
        sounding = self._tones.sounding
        return any(is_signal(one) for one in ([*self._earlier, sounding] if sounding else self._earlier))

    def _silence_needed(self, spoken: Spoken) -> float:
        """Grows with the greeting's length: long ones may be a machine that takes breath. Doubtful ones need the longest."""
        params = self.params
        if spoken.voiced_ms < params.min_greeting_ms:
            return params.long_greeting_silence_ms
        way = (spoken.end_ms - spoken.start_ms - params.short_greeting_ms) / max(1, params.greeting_ms - params.short_greeting_ms)
        more = params.long_greeting_silence_ms - params.after_greeting_silence_ms
        return params.after_greeting_silence_ms + more * min(1.0, max(0.0, way))

    def _loud_part_is_over(self, spoken: Spoken, now_ms: int) -> bool:
        """In a noisy room the greeting's end is hidden; this bounds the wait."""
        params = self.params
        short = spoken.loud_end_ms - spoken.start_ms <= params.greeting_ms and spoken.voiced_ms >= params.min_greeting_ms
        over = now_ms - spoken.loud_end_ms > params.long_greeting_silence_ms
        return short and over and not self._may_be_beep_or_music(now_ms)

    def _may_be_beep_or_music(self, now_ms: int) -> bool:
        tone = self._tones.sounding
        if tone is not None and HOLD_MS <= tone.length_ms <= self.params.beep_max_ms and is_clear(tone):
            return True
        return is_music(self._earlier, now_ms)

    def _is_ready(self, answer: Answer) -> Ready | None:
        now = self._frames * FRAME_MS
        if self._beep:
            return Ready("beep", now, self._beep.end_ms)
        spoken = self._speech.spoken()
        quiet_since = max(spoken.end_ms if spoken else answer.at_ms, self._earlier[-1].end_ms if self._earlier else 0)
        self._soonest_ms = min(quiet_since + self.params.end_silence_ms, answer.at_ms + self.params.beep_timeout_ms)
        if now - quiet_since >= self.params.end_silence_ms and not self._tones.sounding:
            return Ready("silence", now, None)
        return Ready("timeout", now, None) if now - answer.at_ms >= self.params.beep_timeout_ms else None


def _before(spoken: Spoken | None, tone: Tone) -> bool:
    """Whether somebody spoke before the tone: a good part of what was said lies before it."""
    return spoken is not None and spoken.start_ms < tone.start_ms - 100
