"""What is known of a sound, and the limits that an upload must keep."""

from __future__ import annotations

from dataclasses import dataclass

PHONE_RATE = 8000  # Hz: what PCMA and PCMU carry (RFC 3551)
WIDE_RATE = 16_000  # Hz: what G722 carries
MAX_BYTES = 128 * 1024 * 1024
MAX_SECONDS = 600
MIN_MS = 20  # one RTP packet; the player of a shorter file does not start
SLACK_SECONDS = 0.1  # ten minutes stay ten minutes when an encoder pads its last frame


@dataclass(frozen=True)
class SoundFacts:
    """The facts of an uploaded sound; of the original, not of the rendering. `format` is wav, mp3, flac or ogg; `size` is in bytes."""

    duration_ms: int
    sample_rate: int
    channels: int
    format: str
    size: int
    sha256: str


class Refused(Exception):
    """The file can't be a sound here. Its text is the reason, for the person who uploaded it."""
