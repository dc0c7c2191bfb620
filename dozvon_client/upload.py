"""A file on its way to the server: read from disk piece by piece, with its progress told."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from dozvon_client.errors import Usage


class Upload:
    """An open file that httpx reads in pieces of 64 kB.

    Args:
        file: the open file.
        name: its name for the server, without folders.
        progress: is told how many bytes have been read so far; 0 again when the upload starts anew.
    """

    def __init__(self, file: BinaryIO, name: str, progress: Callable[[int], None]) -> None:
        self._file = file
        self.name = name
        self._progress = progress

    def rewound(self) -> Upload:
        """Itself, at the start of the file."""
        self.seek(0)
        self._progress(0)
        return self

    def read(self, size: int = -1) -> bytes:
        """The next bytes of the file."""
        piece = self._file.read(size)
        self._progress(self._file.tell())
        return piece

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As of a file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As of a file."""
        return self._file.tell()

    def fileno(self) -> int:
        """As of a file; httpx asks it for the size."""
        return self._file.fileno()


def file_size(path: Path) -> int:
    """The size of the file in bytes. Raises Usage when it is no file that can be sent."""
    try:
        if not path.is_file():
            raise Usage(f"{path} is not a file.")
        return path.stat().st_size
    except OSError as error:
        raise Usage(f"{path} can't be read: {error.strerror or error}.") from error


@contextmanager
def opened(path: Path, progress: Callable[[int], None]) -> Iterator[Upload]:
    """The file, opened for an upload. Raises Usage when it can't be read."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Usage(f"{path} can't be read: {error.strerror or error}.") from error
    with file:
        yield Upload(file, path.name, progress)
