"""Whether the first numbers called through a gateway all ended alike, as wrong settings would make every number end. Pure.

A 403, 404, 484, 488 or 606 may be the truth about a number. When the first twenty different numbers all end with the same one, it is
more likely a fault of the settings (a prefix, the caller's number, the codecs), and the rest of the list would be burnt by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FIRST_NUMBERS = 20


@dataclass
class FirstEnds:
    """The ends of the first calls through one gateway since its settings changed.

    Attributes:
        code: the SIP code with which all of them ended so far.
        calls: the ids of those calls, by number.
        settled: the codes count as true: the numbers ended differently, or a person says that it is so.
    """

    code: int | None = None
    calls: dict[str, list[str]] = field(default_factory=dict)
    settled: bool = False

    def note(self, number: str, call_id: str, code: int | None) -> bool:
        """A call that counts has ended; `code` is None for an end that does not tell of the settings.

        Returns:
            Whether this end makes them enough: all the first numbers ended alike.
        """
        if self.settled:
            return False
        if code is None or self.code not in (None, code):
            self.settle()
            return False
        self.code = code
        self.calls.setdefault(number, []).append(call_id)
        return len(self.calls) == FIRST_NUMBERS

    def settle(self) -> None:
        """From now on the codes count as true, until the settings change."""
        self.settled = True
        self.calls.clear()

    def call_ids(self) -> list[str]:
        """All calls that ended alike."""
        return [call_id for ids in self.calls.values() for call_id in ids]
