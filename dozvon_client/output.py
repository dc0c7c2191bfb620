"""What is shown: results on stdout (tables, or one JSON document), everything else on stderr."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from dozvon_client.errors import ClientError, Unwritten

WIDE = 10_000  # columns where there is no terminal: nothing is cut or wrapped for a script


@dataclass(frozen=True)
class Column:
    """One column of a table: its heading, the field of the item, and whether it holds numbers."""

    heading: str
    field: str
    right: bool = False


class Output:
    """Where a command writes to.

    Args:
        as_json: results as JSON.
        stdout, stderr: by default the process's own.
    """

    def __init__(self, as_json: bool = False, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
        self.as_json = as_json
        self._stdout = stdout or sys.stdout
        self.results = _console(self._stdout)
        self.notes = _console(stderr or sys.stderr)

    def show(self, document: Any, *parts: RenderableType) -> None:
        """The result: the document with `--json`, else the parts one after the other."""
        if self.as_json:
            self.json(document)
            return
        for part in parts:
            with writing():
                self.results.print(plain(part) if isinstance(part, str) else part)

    def raw(self, document: Any, text: str) -> None:
        """The result: the document with `--json`, else the text as it is, for a program."""
        if self.as_json:
            self.json(document)
        else:
            self._write(text)

    def json(self, document: Any) -> None:
        """One JSON document on stdout."""
        as_utf8 = (self._stdout.encoding or "").lower().replace("-", "") == "utf8"
        self._write(json.dumps(document, ensure_ascii=not as_utf8, indent=2) + "\n")

    def note(self, text: str) -> None:
        """A line for the person, on stderr."""
        self.notes.print(plain(text))

    def failure(self, error: ClientError) -> None:
        """A failure in sentences on stderr, and with `--json` as the document on stdout."""
        self.note(error.message)
        for detail in error.details:
            self.note(f"  {detail}")
        if self.as_json:
            self.json(error.document())

    def _write(self, text: str) -> None:
        with writing():
            self._stdout.write(text)
            self._stdout.flush()


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Around whatever writes to stdout. Raises Unwritten when that fails, but for a reader that went away: that is a BrokenPipeError."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritten(error.strerror or str(error)) from error


def plain(value: Any) -> Text:
    """A value as text that can't steer the terminal: control characters, which a file or a SIP peer may have sent, become `?`."""
    return Text("".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in words(value)))


def words(value: Any) -> str:
    """A JSON value as a person writes it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(words(item) for item in value) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{name} {words(item)}" for name, item in value.items()) or "-"
    return str(value)


def table(items: Iterable[dict[str, Any]], columns: Sequence[Column], title: str | None = None) -> Table:
    """A table with a row for each item."""
    grid = Table(box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for column in columns:
        grid.add_column(column.heading, justify="right" if column.right else "left", overflow="fold")
    for item in items:
        grid.add_row(*(plain(item.get(column.field)) for column in columns))
    return grid


def facts(item: dict[str, Any], skip: Sequence[str] = ()) -> Table:
    """One thing: a line for each of its fields."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold")
    grid.add_column(overflow="fold")
    for name, value in item.items():
        if name not in skip:
            grid.add_row(plain(name), plain(value))
    return grid


class _Console(Console):
    """Leaves a reader that went away (`| head`) to the caller; rich would end the process with a code of its own."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _console(file: TextIO) -> Console:
    console = _Console(file=file, highlight=False, markup=False, emoji=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = WIDE
    return console
