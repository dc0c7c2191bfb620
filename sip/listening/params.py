"""The detection's parameters: each with its unit, default, range and reason. The API shows them under these names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any


class InvalidParams(ValueError):
    """A parameter is unknown, no whole number, or out of its range.

    Attributes:
        name: the parameter.
        reason: what is wrong, for the person who gave it.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


def _param(default: int, low: int, high: int, reason: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "reason": reason})


@dataclass(frozen=True)
class DetectionParams:
    """Times are whole ms of received sound since the answer, levels whole dB (dBov: 0 is a full-scale square wave), frequencies whole Hz.

    Asterisk's AMD and Twilio have most of them; their names stand in the reasons.
    """

    timeout_ms: int = _param(
        10_000, 3_000, 30_000, "By then the answer is given, `unknown` when nothing fits. Asterisk total_analysis_time, Twilio Timeout."
    )
    initial_silence_ms: int = _param(
        3_000, 1_000, 10_000, "Nobody speaks for so long: `unknown`. Media may start a second late. Asterisk initial_silence."
    )
    greeting_ms: int = _param(
        2_400, 1_000, 6_000, "Who speaks longer, pauses included, is a machine. Asterisk greeting (1500), Twilio SpeechThreshold (2400)."
    )
    after_greeting_silence_ms: int = _param(
        700, 300, 1_600, "Silence after a short greeting that makes a human. Asterisk after_greeting_silence, Twilio SpeechEndThreshold."
    )
    short_greeting_ms: int = _param(
        600, 300, 6_000, "Up to this length a greeting is short. Longer ones may be a machine whose beep is still to come."
    )
    long_greeting_silence_ms: int = _param(
        1_500, 300, 1_600, "Silence after a greeting that is not short that makes a human. The longest that a person is made to wait."
    )
    min_greeting_ms: int = _param(
        160, 40, 500, "After less sound the longer silence is waited for: it may be a click or the room. Asterisk min_word_length (100)."
    )
    min_word_ms: int = _param(60, 20, 300, "Shorter sounds are clicks.")
    between_words_ms: int = _param(60, 20, 300, "Shorter silence lies within a word (p, t, k). Asterisk between_words_silence.")
    silence_dbov: int = _param(-46, -70, -20, "Sound below this level is never speech. Asterisk silence_threshold (256 of 32768).")
    noise_margin_db: int = _param(6, 3, 20, "Speech is at least so much above the line's own noise, which is measured.")
    beep_min_ms: int = _param(120, 80, 1_000, "A shorter tone is no beep: keys, clicks, vowels.")
    beep_max_ms: int = _param(3_000, 500, 10_000, "A longer tone is no beep: dial tone, fax.")
    beep_silence_ms: int = _param(
        140, 80, 1_000, "Silence after a tone that makes it a beep; bridges double beeps. The message waits for it."
    )
    beep_low_hz: int = _param(350, 300, 1_000, "No lower tone is a beep: hum and voices.")
    beep_high_hz: int = _param(2_100, 1_000, 3_000, "No higher tone is a beep.")
    beep_timeout_ms: int = _param(
        30_000, 1_000, 120_000, "Wait for a machine's beep at most so long after the answer was given, then speak anyway."
    )
    end_silence_ms: int = _param(
        4_000, 1_000, 20_000, "A machine that is silent for so long has ended its greeting without a beep. Twilio has no name for it."
    )

    def __post_init__(self) -> None:
        for one in fields(self):
            _check(one, getattr(self, one.name))
        if self.short_greeting_ms > self.greeting_ms:
            raise InvalidParams("short_greeting_ms", "must not be above greeting_ms")
        if self.initial_silence_ms > self.timeout_ms:
            raise InvalidParams("initial_silence_ms", "must not be above timeout_ms")
        if self.beep_low_hz >= self.beep_high_hz:
            raise InvalidParams("beep_low_hz", "must be below beep_high_hz")

    @classmethod
    def read(cls, given: Mapping[str, object]) -> DetectionParams:
        """From the API's object; what is not given has its default.

        Raises:
            InvalidParams: see there.
        """
        known = {one.name for one in fields(cls)}
        for name in given:
            if name not in known:
                raise InvalidParams(name, "is not a parameter of the detection")
        return cls(**given)  # type: ignore[arg-type]  # __post_init__ checks the types


def _check(one: Field[Any], value: object) -> None:
    low, high = one.metadata["low"], one.metadata["high"]
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidParams(one.name, "must be a whole number")
    if not low <= value <= high:
        raise InvalidParams(one.name, f"must be between {low} and {high}")
