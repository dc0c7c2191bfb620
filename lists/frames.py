"""What the server and its child processes for lists tell each other: frames of a length and a value as `marshal` has it.

`marshal` is three times as fast as JSON and gives nothing but plain values. It trusts what it reads; the other side is our own program,
the same Python, and workbooks are read there by memory-safe code.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterator
from typing import IO, Any

# The kinds, and what follows them. From the one that reads a list:
BATCH = "batch"  # how many bytes of the file were read, how many rows were judged, the rows for the table
REPORT = "report"  # the report; the last frame
REFUSED = "refused"  # why the file is no list; the last frame
FAULT = "fault"  # the trace of a fault of ours, or of a library; the last frame
# To the one that writes a workbook:
HEADINGS = "headings"  # a text for each column; the first frame
ROWS = "rows"  # rows of cells

Frames = Iterator[bytes]

_LENGTH = struct.Struct(">I")


def packed(kind: str, *values: Any) -> bytes:
    """One frame."""
    body = marshal.dumps((kind, *values))
    return _LENGTH.pack(len(body)) + body


def write(out: IO[bytes], frame: bytes) -> None:
    """Writes all of a frame to an unbuffered pipe. Blocks while the pipe is full."""
    rest = memoryview(frame)
    while rest:
        rest = rest[out.write(rest) :]


def read(pipe: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    """The frames of a buffered pipe, up to its end; one that is cut off is left out."""
    while len(head := pipe.read(_LENGTH.size)) == _LENGTH.size:
        (length,) = _LENGTH.unpack(head)
        body = pipe.read(length)
        if len(body) < length:
            return
        frame: tuple[Any, ...] = marshal.loads(body)  # noqa: S302 - see above
        yield frame
