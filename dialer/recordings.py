"""The recordings on their way from the agents to the store: files in the data folder, stored by a thread of their own.

An agent writes `CALL_ID.wav.part` and renames it to `CALL_ID.wav` when it is whole, so that after any crash it is known what is worth
keeping. A file is deleted when the store has it; where the store does not take it, as on a full disk, it is tried again later.
"""

from __future__ import annotations

import logging
import queue
import threading
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from clock import now_ms
from sip.messages import Hear
from store import recordings
from store.engine import Store

FOLDER = "recordings"
AGAIN_S = 60.0  # after the store did not take one
SWEEP_S = 3_600.0  # how often those whose days are over are looked for
STOP_LIMIT_S = 2.0  # what is not stored by then is stored at the next start

log = logging.getLogger("dozvon.recordings")


class Recordings:
    """See the module. `hear_of`, `keep` and `drop` never block.

    Args:
        data: the data folder.
    """

    def __init__(self, store: Store, data: Path) -> None:
        self._store = store
        self._folder = data / FOLDER
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._due: queue.SimpleQueue[Path | None] = queue.SimpleQueue()
        self._failed: list[Path] = []
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)

    def start(self) -> None:
        """Takes up what an earlier run has left, then stores what comes, on a thread."""
        for path in self._folder.iterdir():
            if path.suffix == ".wav":
                self._due.put(path)
            else:
                log.warning("the recording of call %s was cut off by a crash and is deleted", path.name.partition(".")[0])
                path.unlink(missing_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """Stores what is there. Blocks up to STOP_LIMIT_S."""
        self._due.put(None)
        if self._thread.is_alive():
            self._thread.join(STOP_LIMIT_S)

    def hear_of(self, campaign: Mapping[Any, Any], call_id: str) -> Hear:
        """What a campaign (its row) wants to have listened for in this call."""
        record_ms = campaign["record_s"] * 1000
        path = str(self._path(call_id)) if record_ms else ""
        return Hear(campaign["machine_detection"], dict(campaign["machine_detection_params"] or {}), record_ms, path)

    def keep(self, call_id: str) -> None:
        """The call is over and its recording is whole."""
        self._due.put(self._path(call_id))

    def drop(self, call_id: str) -> None:
        """The call's agent died: what it was writing is deleted. Safe also when nothing was recorded."""
        path = self._path(call_id)
        if path.exists():  # it was whole already
            self._due.put(path)
        path.with_name(path.name + ".part").unlink(missing_ok=True)

    def _path(self, call_id: str) -> Path:
        return self._folder / f"{call_id}.wav"

    def _run(self) -> None:
        sweep_in = 0.0
        while True:
            if sweep_in <= 0:
                sweep_in = SWEEP_S
                self._sweep()
            try:
                path = self._due.get(timeout=AGAIN_S)
            except queue.Empty:
                sweep_in -= AGAIN_S
                failed, self._failed = self._failed, []
                for one in failed:
                    self._store_file(one)
                continue
            if path is None:
                return
            self._store_file(path)

    def _store_file(self, path: Path) -> None:
        try:
            length_ms = _length_ms(path)
            if not recordings.keep(self._store, path.stem, path.read_bytes(), length_ms, now_ms()):
                log.warning("the recording of call %s is deleted: there is no such call", path.stem)
        except (wave.Error, EOFError):
            log.warning("the recording of call %s can't be read and is deleted", path.stem)
        except FileNotFoundError:
            return
        except (SQLAlchemyError, OSError) as error:
            log.error("the recording of call %s can't be stored now (%s)", path.stem, getattr(error, "orig", error))
            self._failed.append(path)
            return
        path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        try:
            count = recordings.delete_expired(self._store, now_ms())
        except (SQLAlchemyError, OSError) as error:
            log.error("old recordings can't be deleted now (%s)", getattr(error, "orig", error))
            return
        if count:
            log.info("%d recordings were deleted, their days are over", count)


def _length_ms(path: Path) -> int:
    with wave.open(str(path), "rb") as file:
        return file.getnframes() * 1000 // file.getframerate()
