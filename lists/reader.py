"""An uploaded file → its rows, by what is in it; its name and Content-Type are not asked. A further format is one more line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from os import SEEK_END
from typing import BinaryIO

from errors import BadInput, TooLarge
from lists import delimited, json_list
from lists.kinds import HEAD_BYTES, refusal
from lists.rows import Row

MAX_BYTES = 256 * 1024 * 1024

Reader = Callable[[BinaryIO, str], Iterator[Row]]


def read(file: BinaryIO, region: str) -> Iterator[Row]:
    """The rows of a list: CSV, plain text or JSON. Empty rows are left out.

    Args:
        file: open for reading and seekable; it stays open.
        region: two letters; how a local number is read.

    Raises:
        TooLarge: it is over `MAX_BYTES`.
        BadInput: at once or while rows are taken: the file is no list.
    """
    if file.seek(0, SEEK_END) > MAX_BYTES:
        raise TooLarge(f"file: is larger than {MAX_BYTES >> 20} MB. Cut the list into several.")
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    reason = refusal(head)
    if reason is not None:
        raise BadInput.of("file", reason)
    return _reader(head)(file, region)


def _reader(head: bytes) -> Reader:
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    return json_list.read if text[:1] in (b"[", b"{") else delimited.read
