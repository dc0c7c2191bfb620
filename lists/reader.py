"""An uploaded file → its rows, by what is in it; its name and Content-Type are not asked. A further format is one more line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from os import SEEK_END
from typing import BinaryIO

from errors import BadInput, TooLarge
from lists import delimited, json_list, kinds, spreadsheet
from lists.rows import Note, Row

MAX_BYTES = 256 * 1024 * 1024

Reader = Callable[[BinaryIO, str, Note], Iterator[Row]]


def size_of(file: BinaryIO) -> int:
    """The bytes of a file, which is left at its start.

    Raises:
        TooLarge: it is over `MAX_BYTES`.
    """
    size = file.seek(0, SEEK_END)
    file.seek(0)
    if size > MAX_BYTES:
        raise TooLarge(f"file: is larger than {MAX_BYTES >> 20} MB. Cut the list into several.")
    return size


def head_of(file: BinaryIO) -> bytes:
    """The first bytes, by which a file is known; it is left at its start."""
    file.seek(0)
    head = file.read(kinds.HEAD_BYTES)
    file.seek(0)
    return head


def read(file: BinaryIO, region: str, note: Note = lambda _text: None) -> Iterator[Row]:
    """The rows of a list: a workbook, CSV, plain text or JSON. Empty rows are left out.

    A workbook that was made to do harm can take all memory or crash the process, so those are read by `lists.worker` only.

    Args:
        file: open for reading and seekable; it stays open.
        region: two letters; how a local number is read.
        note: told what a person should know of the whole file.

    Raises:
        TooLarge: it is over `MAX_BYTES`.
        BadInput: at once or while rows are taken: the file is no list.
    """
    size_of(file)
    head = head_of(file)
    reason = kinds.refusal(head)
    if reason is not None:
        raise BadInput.of("file", reason)
    return _reader(head)(file, region, note)


def _reader(head: bytes) -> Reader:
    if kinds.is_workbook(head):
        return spreadsheet.read
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    return json_list.read if text[:1] in (b"[", b"{") else delimited.read
