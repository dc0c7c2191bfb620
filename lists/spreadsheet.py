"""XLSX, XLSM, XLSB, ODS and XLS → rows, of the first sheet that is not empty. Runs in the child process only: a workbook is unpacked
into memory, and one that was made to do harm unpacks to whatever it likes.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from errors import BadInput
from lists import table
from lists.records import Record
from lists.rows import Note, Row

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MAX_UNPACKED = 1 << 30  # bytes; a million rows of four columns are some 150 MB
MAX_SHEET_NAME = 50  # characters of it in a note
_SAVE_AGAIN = "open it in a spreadsheet program and save it as XLSX or CSV"
_DAMAGED = f"is a workbook that can't be read: it is damaged; {_SAVE_AGAIN}"
_LOCKED = "is a workbook that is protected by a password; save it without one"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")  # MS-OFFCRYPTO 2.3.4.4
# OpenDocument 1.2 part 3, section 3.4: a protected file tells it of each of its parts.
_MANIFEST, _ENCRYPTED_PART, _MANIFEST_BYTES = "META-INF/manifest.xml", b"encryption-data", 1 << 20


def read(file: BinaryIO, region: str, note: Note) -> Iterator[Row]:
    """The rows of the first visible sheet that is not empty; of the first hidden one when there is no other.

    Raises:
        BadInput: it is no workbook, damaged, locked or too large.
    """
    # Not at the top: the server itself never reads workbooks.
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    _check(file)
    try:
        sheet = _chosen(CalamineWorkbook.from_filelike(file), note)
    except PasswordError:
        raise BadInput.of("file", _LOCKED) from None
    except CalamineError:
        raise BadInput.of("file", _DAMAGED) from None
    return table.rows(_records(sheet), region) if sheet is not None else iter(())


def _check(file: BinaryIO) -> None:
    """Raises BadInput for what is another document, and what is better not even begun."""
    file.seek(0)
    if not zipfile.is_zipfile(file):
        file.seek(0)
        if _ENCRYPTED_STREAM in file.read():
            raise BadInput.of("file", _LOCKED)
    else:
        _check_archive(file)
    file.seek(0)


def _check_archive(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            locked = _MANIFEST in archive.namelist() and _ENCRYPTED_PART in archive.open(_MANIFEST).read(_MANIFEST_BYTES)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError, OSError):
        raise BadInput.of("file", _DAMAGED) from None
    if locked:
        raise BadInput.of("file", _LOCKED)
    names = {part.filename for part in parts}
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise BadInput.of("file", "is a text document or a presentation, not a workbook; copy its table into a spreadsheet and save that")
    if not any(name.startswith("xl/") for name in names) and not {"content.xml", "mimetype"} <= names:
        raise BadInput.of("file", "is packed (ZIP); unpack it first")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise BadInput.of("file", f"is a workbook of more than {MAX_UNPACKED >> 20} MB when it is unpacked; save its list alone, as CSV")


def _chosen(workbook: CalamineWorkbook, note: Note) -> CalamineSheet | None:
    about = workbook.sheets_metadata
    hidden = {one.name for one in about if "Visible" not in str(one.visible).split(".")}
    names = [one.name for one in about if str(one.typ).endswith("WorkSheet")]
    for name in sorted(names, key=hidden.__contains__):  # in their order
        sheet = workbook.get_sheet_by_name(name)
        if sheet.height and any(any(cell != "" for cell in row) for row in sheet.iter_rows()):
            if len(names) > 1:
                note(f"The workbook has {len(names)} sheets; only the first that is not empty was read: {name[:MAX_SHEET_NAME]}.")
            return sheet
    return None


def _records(sheet: CalamineSheet) -> Iterator[Record]:
    # calamine gives the empty rows above a table, but not the empty columns beside it.
    margin = [""] * (sheet.start or (0, 0))[1]
    for line, row in enumerate(sheet.iter_rows(), 1):
        cells = margin + [cell.strip() if isinstance(cell, str) else _text(cell) for cell in row]
        if any(cells):
            while not cells[-1]:
                cells.pop()
            yield Record(line, cells)


def _text(value: Any) -> str:
    """A cell as a person reads it: whole numbers without a fraction, dates as ISO 8601 has them."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return str(value)
