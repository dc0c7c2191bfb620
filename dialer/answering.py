"""What a campaign may say about the detection of voicemail."""

from __future__ import annotations

from collections.abc import Mapping

# Of the detection's parameters those that a campaign may set; the others are about beeps and single syllables.
OFFERED = (
    "timeout_ms",
    "initial_silence_ms",
    "greeting_ms",
    "after_greeting_silence_ms",
    "long_greeting_silence_ms",
    "min_word_ms",
    "silence_dbov",
    "beep_timeout_ms",
    "end_silence_ms",
)


def params_fault(given: Mapping[str, int]) -> tuple[str, str] | None:
    """The first parameter that is wrong, and why; None when all of them can be used together."""
    if not given:
        return None
    from sip.listening.params import DetectionParams, InvalidParams  # only then: it brings NumPy into the server

    try:
        DetectionParams.read(given)
    except InvalidParams as error:
        return error.name, error.reason
    return None
