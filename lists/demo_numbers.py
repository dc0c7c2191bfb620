"""The numbers of the demo list: nobody's, by agreement, and yet valid by the numbering plan. Only the sandbox gateway may dial them."""

from __future__ import annotations

PREFIX = "+7944000"
# In the order of text: `PREFIX <= number < AFTER` is the same as beginning with PREFIX, and an index can answer it.
AFTER = "+7944001"


def is_demo(number: str) -> bool:
    """Whether an E.164 number is one of the demo's."""
    return number.startswith(PREFIX)
