"""The child process: `python -m lists.worker RU < people.csv`. Reads one list, answers with frames on stdout (`lists.frames`).

So the work on a million rows takes another core than the server's, and none of the time in which the dialer wants to run. It limits
itself before it reads: when a workbook that was made to do harm crashes it, the service only sees a child that ended.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import traceback
from queue import Queue
from typing import BinaryIO

from errors import BadInput
from lists import frames, reader
from lists.accept import Report, accept
from lists.people import batches

MEMORY_BYTES = 1536 * 1024 * 1024  # address space; a workbook of a million rows needs some 300 MB, a CSV file of as many 120 MB
CPU_SECONDS = 600
WRITE_BYTES = 1024 * 1024  # what it prints goes to a file
AHEAD = 16  # batches that wait until the server takes them: what one window gives, so that the next is read meanwhile
TOO_HEAVY = "needs more memory than a list may; cut it into several, or save it as CSV"


def main() -> None:
    """One list: its batches, then its report or why it is refused."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends this in its turn
    pipe = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not get between the frames
    _limit_self()
    waiting: Queue[bytes | None] = Queue(AHEAD)
    sender = threading.Thread(target=_send_all, args=(waiting, pipe), daemon=True)
    sender.start()
    gc.disable()  # a million tuples and no circles among them
    for frame in _frames(sys.stdin.buffer, sys.argv[1]):
        waiting.put(frame)
    waiting.put(None)
    sender.join()


def _frames(file: BinaryIO, region: str) -> frames.Frames:
    report = Report()
    try:
        for batch in batches(accept(reader.read(file, region, report.note), region, report)):
            yield frames.packed(frames.BATCH, file.tell(), report.rows, batch)
        yield frames.packed(frames.REPORT, report.as_dict(0))
    except BadInput as error:
        yield frames.packed(frames.REFUSED, error.errors[0].reason)
    except MemoryError:
        yield frames.packed(frames.REFUSED, TOO_HEAVY)
    except BaseException:  # a panic of the workbook reader is no Exception
        yield frames.packed(frames.FAULT, traceback.format_exc())


def _send_all(waiting: Queue[bytes | None], pipe: int) -> None:
    try:
        with os.fdopen(pipe, "wb", buffering=0) as out:
            while (frame := waiting.get()) is not None:
                frames.write(out, frame)
    except OSError:
        os._exit(0)  # the server does not want the rest, or is gone


def _limit_self() -> None:
    if sys.platform == "win32":
        return  # the time limit of the parent still holds
    import resource

    os.nice(10)  # calls in progress go first
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: WRITE_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue  # macOS does not know RLIMIT_AS; a lower limit of the system's own stays


if __name__ == "__main__":
    main()
