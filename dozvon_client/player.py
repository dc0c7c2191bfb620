"""A player of sounds that is on this machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from dozvon_client.errors import Usage

# Those that play every format come first; the others play WAV at least.
PLAYERS: tuple[tuple[str, ...], ...] = (
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("mpv", "--no-video", "--really-quiet"),
    ("pw-play",),
    ("paplay",),
    ("afplay",),
    ("aplay", "-q"),
)


def find() -> list[str]:
    """The first player that is there, with its options. Raises Usage when there is none."""
    for words in PLAYERS:
        if path := shutil.which(words[0]):
            return [path, *words[1:]]
    raise Usage(f"There is no player on this machine ({', '.join(words[0] for words in PLAYERS)}). Save the sound with: audio download")


def play(player: Sequence[str], file: Path) -> None:
    """Play a file to its end. Blocks. Raises Usage when the player fails."""
    done = subprocess.run([*player, str(file)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
    if done.returncode:
        raise Usage(f"The player {Path(player[0]).name} failed ({done.returncode}). Save the sound with: audio download")
