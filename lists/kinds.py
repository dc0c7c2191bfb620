"""What a file is by its first bytes. A list is text or a workbook; pictures, sounds and archives sent by mistake are named."""

from __future__ import annotations

HEAD_BYTES = 4096

_SAVE_AS = "; save it as XLSX or CSV and send that"
# The file begins with these bytes → what it is.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "is a PNG picture, not a list"),
    (b"\xff\xd8\xff", "is a JPEG picture, not a list"),
    (b"GIF8", "is a GIF picture, not a list"),
    (b"%PDF-", "is a PDF document, not a list"),
    (b"{\\rtf", "is an RTF document" + _SAVE_AS),
    (b"\x1f\x8b", "is packed (GZIP); unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "is packed (7-Zip); unpack it first"),
    (b"Rar!\x1a\x07", "is packed (RAR); unpack it first"),
    (b"RIFF", "is a sound, a picture or a film (RIFF), not a list"),
    (b"OggS", "is a sound (OGG), not a list"),
    (b"fLaC", "is a sound (FLAC), not a list"),
    (b"ID3", "is a sound (MP3), not a list"),
    (b"SQLite format 3\x00", "is a database, not a list"),
    (b"\x7fELF", "is a program, not a list"),
    (b"MZ\x90", "is a program, not a list"),
)
# XLSX and ODS are ZIP archives. An old workbook (XLS) is a compound file, and so is a new one that has a password.
_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_PAGE = (b"<!doctype html", b"<html", b"<?xml", b"<table")
_TEXT_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1a\x1b")


def refusal(head: bytes) -> str | None:
    """Why a file with these first bytes is no list that can be read; None when it is text or a workbook.

    Args:
        head: the first `HEAD_BYTES` of the file, or all of a smaller one.
    """
    for beginning, what in _BEGINNINGS:
        if head.startswith(beginning):
            return what
    if is_workbook(head):
        return None
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGE):
        return "is a web page or XML" + _SAVE_AS
    return "is not text but a binary file; send XLSX, ODS, CSV, plain text or JSON" if _is_binary(head) else None


def is_workbook(head: bytes) -> bool:
    """Whether a file with these first bytes may be a workbook: XLSX, ODS, XLS. `lists.spreadsheet` tells what else it is."""
    return head.startswith((_ZIP, _COMPOUND))


def wide(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` when the text is UTF-16 without a byte order mark: every second byte is NUL where it is digits."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    # Rarely, but never regularly, is a byte of the other half NUL (U+0100, U+0400, ...).
    enough = len(head) / 10
    if odd > enough and even < odd / 8:
        return "utf-16-le"
    if even > enough and odd < even / 8:
        return "utf-16-be"
    return None


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or wide(head):
        return False
    controls = sum(1 for byte in head if byte < 32 and byte not in _TEXT_CONTROLS)
    return controls > len(head) / 20
