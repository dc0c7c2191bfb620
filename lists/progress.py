"""How far the import of a list is. One thread writes it, others read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clock import to_rfc3339

READING, WRITING, FINISHING, DONE, FAILED = "reading", "writing", "finishing", "done", "failed"


@dataclass
class Progress:
    """`rows`: how many were judged; `bytes_read` of `bytes_total`: how much of the file that took. `started_at` in ms."""

    started_at: int
    bytes_total: int = 0
    bytes_read: int = 0
    rows: int = 0
    stage: str = READING

    def as_json(self) -> dict[str, Any]:
        """As a caller sees it."""
        told = {"stage": self.stage, "rows": self.rows, "bytes_read": self.bytes_read, "bytes_total": self.bytes_total}
        return told | {"started_at": to_rfc3339(self.started_at)}
