"""What an agent plays: a WAV file of lead-in silence, the message as often as the campaign says, with pauses, and a tail of silence.

The files lie in the data folder while a campaign needs them, and are made anew from the database when they are missing.
"""

from __future__ import annotations

import os
import shutil
import wave
from pathlib import Path
from typing import NamedTuple

from sip.messages import Prompt
from store import audio
from store.engine import Store

BYTES_A_SAMPLE = 2


class Sounds(NamedTuple):
    """What the calls of a campaign hear: the message, and what comes after the opt-out key."""

    message: Prompt
    goodbye: Prompt | None


class Prompts:
    """The prompt files of the running campaigns, under `data/prompts`. Not thread-safe.

    Args:
        store: where the sounds are.
        data: the data folder.
    """

    def __init__(self, store: Store, data: Path) -> None:
        self._store = store
        self._folder = data / "prompts"
        self._known: dict[tuple[str, int, int, int, int, bool], Prompt] = {}
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700)

    def prompt(self, audio_id: str, lead_in_ms: int, repeat: int, tail_ms: int, pause_ms: int = 0, *, wide: bool = False) -> Prompt:
        """The prompt of a campaign. Blocks while the file is written the first time.

        Args:
            pause_ms: silence between the repeats.
            wide: at 16 kHz, for a gateway whose calls are carried so, where the sound has so much; else at 8 kHz.

        Raises:
            NotFound: the sound is gone.
            OSError: the disk is full.
        """
        key = (audio_id, lead_in_ms, repeat, tail_ms, pause_ms, wide)
        if key not in self._known or not Path(self._known[key].path).exists():
            self._known[key] = self._write(*key)
        return self._known[key]

    def forget_all_but(self, audio_ids: set[str]) -> None:
        """Deletes the files of sounds that no running campaign plays."""
        for key in [key for key in self._known if key[0] not in audio_ids]:
            Path(self._known.pop(key).path).unlink(missing_ok=True)

    def close(self) -> None:
        """Deletes all files."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, audio_id: str, lead_in_ms: int, repeat: int, tail_ms: int, pause_ms: int, wide: bool) -> Prompt:
        kind, rate, _ = audio.choose(self._store, audio_id, wide=wide)
        samples = audio.samples(self._store, audio_id, kind)
        lead_in, tail, pause = (ms * rate // 1000 for ms in (lead_in_ms, tail_ms, pause_ms))
        path = self._folder / f"{audio_id}-{lead_in_ms}-{repeat}-{tail_ms}-{pause_ms}{'-wide' if wide else ''}.wav"
        part = path.with_suffix(".part")
        with wave.open(str(part), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(BYTES_A_SAMPLE)
            file.setframerate(rate)
            file.writeframes(bytes(lead_in * BYTES_A_SAMPLE))
            file.writeframes(samples)
            for _ in range(repeat - 1):
                file.writeframes(bytes(pause * BYTES_A_SAMPLE))
                file.writeframes(samples)
            file.writeframes(bytes(tail * BYTES_A_SAMPLE))
        os.replace(part, path)
        return Prompt(str(path), rate, lead_in, repeat * (len(samples) // BYTES_A_SAMPLE), tail, repeat, pause)
