"""A file from the server to the disk: piece by piece, with its progress shown, and whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from dozvon_client.command import Context
from dozvon_client.errors import OK, Usage
from dozvon_client.output import writing
from dozvon_client.progress import download_progress

STDOUT = Path("-")


def save(context: Context, path: str, target: Path, params: dict[str, Any] | None = None) -> int:
    """GET a file, keep it as `target` (`-`: stdout) and show what was done; gives the exit code."""
    size = fetch(context, path, target, params)
    if target != STDOUT:
        context.out.show({"file": str(target), "bytes": size}, f"Saved {target}, {size} bytes.")
    return OK


def fetch(context: Context, path: str, target: Path, params: dict[str, Any] | None = None) -> int:
    """GET a file and keep it as `target` (`-`: stdout); gives its size in bytes. A file that was there is replaced in one step."""
    if target == STDOUT and context.out.as_json:
        raise Usage("With --json, name a file with -o: the document goes to stdout.")
    name = "the file" if target == STDOUT else target.name
    with (
        context.api.content(path, params) as (size, pieces),
        download_progress(context.out, name, size) as tell,
        written(target) as file,
    ):
        return _copy(pieces, file, tell)


@contextmanager
def written(target: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes its name only when all went well. Raises Usage when it can't be written, Unwritten for stdout."""
    if target == STDOUT:
        with writing():
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".dozvon-")
    except OSError as error:
        raise Usage(f"{target} can't be written: {error.strerror or error}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Usage(f"{target} can't be written: {error.strerror or error}.") from error
        raise


def _copy(pieces: Iterator[bytes], file: BinaryIO, tell: Callable[[int], None]) -> int:
    done = 0
    for piece in pieces:
        file.write(piece)
        done += len(piece)
        tell(done)
    return done


def _umask() -> int:
    now = os.umask(0o077)
    os.umask(now)
    return now
