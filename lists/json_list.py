"""JSON → rows: a list of numbers, of objects with `name, number, comment`, or `{"subscribers": [...]}` around one.

JSON is read whole, so it has a limit of its own; a longer list is better sent as CSV.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from errors import BadInput
from lists import columns
from lists.charsets import detect
from lists.rows import Note, Row

MAX_BYTES = 32 * 1024 * 1024


def read(file: BinaryIO, _region: str, _note: Note) -> Iterator[Row]:
    """The rows of a JSON file, in its order; `line` is the place in the list, from 1.

    Raises:
        BadInput: it is no JSON, not in one of the forms above, or too large.
    """
    for place, item in enumerate(_items(_parsed(file)), start=1):
        yield _row(place, item)


def _parsed(file: BinaryIO) -> Any:
    codec = detect(file)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadInput.of("file", f"is JSON of more than {MAX_BYTES >> 20} MB; send so long a list as CSV")
    try:
        return json.loads(data.decode(codec, "replace"))
    except RecursionError:
        raise BadInput.of("file", "is JSON that is nested too deeply") from None
    except ValueError as error:
        where = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput.of("file", f"begins like JSON but is not valid JSON{where}") from None


def _items(parsed: Any) -> list[Any]:
    if isinstance(parsed, dict):
        parsed = parsed.get("subscribers")
    if not isinstance(parsed, list):
        raise BadInput.of("file", 'is JSON, but neither a list nor {"subscribers": [...]}')
    return parsed


def _row(place: int, item: Any) -> Row:
    if isinstance(item, dict):
        filled = {key: value for key, value in item.items() if value is not None}
        texts = [_text(value) for value in filled.values()]
        layout = columns.of_keys(list(filled))
        fault = None
        if len(filled) > columns.MAX_COLUMNS:
            fault = f"has more than {columns.MAX_COLUMNS} fields"
        elif layout.number is not None:
            fault = _fault(list(filled.values())[layout.number])
        return layout.row(place, texts)._replace(fault=fault)
    return Row(place, _text(item), fault=_fault(item))


def _fault(number: Any) -> str | None:
    """Why a JSON value can't be a phone number: digits may be lost in a fraction, and the rest is of another type."""
    return None if type(number) in (str, int) else "is neither a text nor a whole number"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("\0", "\x01")
    if isinstance(value, int) and value.bit_length() > 4096:
        return "(a number of more than 1,000 digits)"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
