"""What is asked of a caller, and what a caller must be able to do: the service and SIPp are measured by the same code."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from bench.procs import Usage

RATE_HZ = 8000


@dataclass(frozen=True)
class Load:
    """The calls of one run. `back`: the callee sends sound too. `ring_s`: phones ring from 0 to so long, by their number."""

    lines: int
    back: bool
    message_s: float
    lead_in_ms: int = 200
    tail_ms: int = 200
    ring_s: float = 0.0

    @property
    def sound_s(self) -> float:
        """How long an answered call lasts by itself."""
        return self.message_s + (self.lead_in_ms + self.tail_ms) / 1000


class Caller(Protocol):
    """Places calls to one callee. All its processes together are what is measured."""

    name: str

    def start(self, port: int, load: Load, folder: Path) -> None:
        """Gets ready for calls to a callee on loopback. Blocks until it is."""

    def dial(self, first: int, calls: int) -> None:
        """Begins to call so many numbers (`number(first)` and on), and returns."""

    def usage(self) -> Usage:
        """The CPU time of all its processes."""

    def main_pid(self) -> int:
        """The process that counts as the main one."""

    def memory_mb(self) -> float:
        """The memory (PSS) of all its processes."""

    def cut(self) -> None:
        """Starts no more calls and lets those that are live end, at once if it can."""

    def finished(self) -> int | None:
        """How many calls went as they should and are written down, when all have ended; None before."""

    def told(self) -> str:
        """How it says that its calls go, for a person, when something went wrong."""

    def stop(self) -> None:
        """Ends all its processes. Safe to call twice."""


def number(index: int) -> int:
    """The phone number of this index, E.164 without the plus."""
    return 79_120_000_000 + index


def message(seconds: float) -> bytes:
    """A WAV file of noise: 16 bit, mono, 8 kHz."""
    samples = np.random.default_rng(1).normal(0, 4000, round(seconds * RATE_HZ)).clip(-30000, 30000).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()
