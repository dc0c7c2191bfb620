"""The options of every export: where to, and by that which format."""

from __future__ import annotations

import argparse
from pathlib import Path

from dozvon_client.download import STDOUT
from dozvon_client.errors import Usage

FORMATS = ("csv", "xlsx")


def add_output(parser: argparse.ArgumentParser) -> None:
    """`-o FILE`, whose ending chooses the format."""
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to: FILE.xlsx or FILE.csv; without it CSV to stdout")


def ending(target: Path, formats: tuple[str, ...] = FORMATS) -> str:
    """The format that a file's name asks for, `csv` for stdout. Raises Usage when there is none of that name."""
    if target == STDOUT:
        return "csv"
    found = target.suffix.lower().lstrip(".")
    if found not in formats:
        raise Usage(f"The file's name ends with {' or '.join('.' + one for one in formats)}, which is its format.")
    return found
