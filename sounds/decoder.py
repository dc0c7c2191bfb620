"""The child process: `python -m sounds.decoder`. Takes one job as JSON on stdin, answers with JSON on stdout.

It limits itself before it opens the file: memory, CPU time, the size of what it writes. When a hostile file crashes it, the service
only sees a child that ended.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sounds.facts import Refused
from sounds.render import render

MEMORY_BYTES = 768 * 1024 * 1024  # address space; ten minutes need some 110 MB of real memory
CPU_SECONDS = 60
WRITE_BYTES = 64 * 1024 * 1024
NO_ROOM = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EROFS)
TOO_HEAVY = "needs more memory than a sound may; export it as WAV with one or two channels"
UNREADABLE = "can't be decoded; export it again, for example as WAV"


def main() -> None:
    """One job: `{"path", "normalize", "phone", "wide"}` → the header's facts, or `{"refused": reason}`, or `{"no_room": true}` when the
    disk is full; `trace` tells a fault of ours."""
    job = json.load(sys.stdin)
    _limit_self()
    json.dump(_answer(job), sys.stdout)


def _answer(job: dict[str, Any]) -> dict[str, Any]:
    try:
        return asdict(render(Path(job["path"]), job["normalize"], Path(job["phone"]), Path(job["wide"])))
    except Refused as refused:
        return {"refused": str(refused)}
    except MemoryError:
        return {"refused": TOO_HEAVY}
    except OSError as error:
        if error.errno in NO_ROOM:
            return {"no_room": True}
        return {"refused": UNREADABLE, "trace": traceback.format_exc()}
    except Exception:
        return {"refused": UNREADABLE, "trace": traceback.format_exc()}


def _limit_self() -> None:
    if sys.platform == "win32":
        return  # the time limit of the parent still holds
    import resource

    os.nice(10)  # calls in progress go first
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, WRITE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue  # macOS does not know RLIMIT_AS; a lower limit of the system's own stays


if __name__ == "__main__":
    main()
