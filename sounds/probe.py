"""The parent's side: runs the decoder in a child process and judges how it ended."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from errors import BadInput, Unavailable
from sounds.facts import MAX_BYTES, SoundFacts

log = logging.getLogger(__name__)

TIMEOUT_S = 120.0  # wall clock; ten minutes of MP3 take some 3 s of an idle core
AT_ONCE = 2  # children; each may need some 110 MB
TURN_TIMEOUT_S = 60.0
COMMAND = [sys.executable, "-m", "sounds.decoder"]
ROOT = Path(__file__).resolve().parent.parent
TRACE_BYTES = 2000
IMPORT_FAILED = 1  # Python's exit code when the decoder itself does not start
SECRETS = frozenset({"JWT_KEY", "ADMIN_PASSWORD"})

_turns = threading.BoundedSemaphore(AT_ONCE)


def probe_and_render(path: Path, normalize: bool, phone: Path, wide: Path) -> SoundFacts:
    """Checks an uploaded file and writes its renderings (mono, 16-bit little-endian, no header): the 8 kHz one to `phone`, the 16 kHz one
    to `wide` when the upload's rate is over 8 kHz.

    Blocks while a child process decodes, at most some minutes; ten minutes of sound take a few seconds.

    Args:
        normalize: bring it to the usual loudness (see `sounds.leveling`); else it is only scaled down where it would clip, and
            loses a DC that would click.

    Raises:
        BadInput: with the field `file` and the reason: too large, empty, no sound, too long, too short, damaged, silence, too hard
            to decode.
        Unavailable: too many sounds are being decoded already.
        OSError: the disk is full.
    """
    size = path.stat().st_size
    check_size(size)
    answer = _decoded({"path": str(path.resolve()), "normalize": normalize, "phone": str(phone.resolve()), "wide": str(wide.resolve())})
    if "no_room" in answer:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "refused" in answer:
        raise BadInput.of("file", answer["refused"])
    return SoundFacts(**answer, size=size, sha256=_sha256(path))


def check_size(size: int) -> None:
    """Raises BadInput when a file of `size` bytes can't be a sound here."""
    if size == 0:
        raise BadInput.of("file", "is empty: it has 0 bytes")
    if size > MAX_BYTES:
        raise BadInput.of("file", f"is larger than {MAX_BYTES >> 20} MB; shorten it, or send it as MP3 or OGG")


def _decoded(job: dict[str, Any]) -> dict[str, Any]:
    if not _turns.acquire(timeout=TURN_TIMEOUT_S):
        raise Unavailable("Other sounds are being decoded. Try again in a minute.", {"Retry-After": "60"})
    try:
        return _run_child(job)
    finally:
        _turns.release()


def _run_child(job: dict[str, Any]) -> dict[str, Any]:
    # stderr goes to a file: a hostile file can make a decoder print without end, and the child's limit on files ends that.
    with tempfile.TemporaryFile() as stderr:
        try:
            child = subprocess.run(  # noqa: S603 - our own command, and a job in JSON
                COMMAND,
                input=json.dumps(job).encode(),
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=ROOT,
                env=_environment(),
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"refused": "takes too long to decode; export it as WAV with one channel"}
        stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - TRACE_BYTES))
        return _judged(child, stderr.read().decode(errors="replace"))


def _judged(child: subprocess.CompletedProcess[bytes], stderr: str) -> dict[str, Any]:
    if child.returncode == IMPORT_FAILED:
        raise RuntimeError(f"the sound decoder does not start: {stderr}")
    if child.returncode != 0:
        log.warning("The sound decoder ended with %d on an upload: %s", child.returncode, stderr)
        return {"refused": "can't be decoded: the decoder gave up on it; it is damaged, or too hard to decode. Export it as WAV"}
    answer: dict[str, Any] = json.loads(child.stdout)
    if trace := answer.pop("trace", None):
        log.warning("The sound decoder failed on an upload: %s", trace)
    return answer


def _environment() -> dict[str, str]:
    # Decoding needs no secrets, and one thread: more would only take address space.
    own = {name: value for name, value in os.environ.items() if name not in SECRETS}
    return own | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
