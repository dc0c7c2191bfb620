"""Lists read as the service reads them: by the child process when they are workbooks, or large."""

from __future__ import annotations

import io
from typing import Any

import pytest

from errors import BadInput
from lists.incoming import Incoming
from lists.progress import WRITING, Progress


def by_child(data: bytes, region: str = "RU") -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """Numbers and names, and the report, as the service gets them."""
    incoming = Incoming(io.BytesIO(data), region, Progress(0), WRITING)
    rows = [row for batch in incoming.batches() for row in batch]
    return [(row[3], row[2]) for row in sorted(rows, key=lambda row: row[1])], incoming.report(0)


def refusal(data: bytes) -> str:
    with pytest.raises(BadInput) as caught:
        by_child(data)
    (error,) = caught.value.errors
    assert error.field == "file"
    return error.reason
