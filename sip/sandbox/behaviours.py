"""What the sandbox does, by the number that is dialled. The table is the contract's, of the gateway `sandbox`."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

_SPECIAL = re.compile(r"000[0-9]([0-9]{3})")
_ANSWER_MS = (300, 800)  # every number that answers does so within these, the same number always after the same time


@dataclass(frozen=True)
class Behaviour:
    """One row of the table.

    Attributes:
        name: a word for the reports.
        refuse: the final status sent at once, 0 when the call is not refused.
        cause: the Q.850 cause that goes with `refuse` in a Reason header (RFC 3326).
        silent: no reply to the INVITE at all, not even 100.
        answers: whether it answers after ringing; else it rings until the caller gives up.
        hangup_ms: how long after the answer it hangs up itself, None for never.
        key: the key it presses after `KEY_AFTER_MS`, "" for none.
        voicemail: whether it plays a greeting and a beep.
    """

    name: str
    refuse: int = 0
    cause: int = 0
    silent: bool = False
    answers: bool = True
    hangup_ms: int | None = None
    key: str = ""
    voicemail: bool = False


KEY_AFTER_MS = 1000
LISTEN = Behaviour("listen")
SPECIAL = {
    "486": Behaviour("busy", refuse=486, cause=17),
    "480": Behaviour("no_answer", answers=False),
    "404": Behaviour("no_such_number", refuse=404, cause=1),
    "603": Behaviour("decline", refuse=603, cause=21),
    "503": Behaviour("congestion", refuse=503, cause=34),
    "408": Behaviour("no_reply", silent=True),
    "001": Behaviour("hangup", hangup_ms=2000),
    "002": Behaviour("voicemail", voicemail=True),
    **{f"10{key}": Behaviour(f"key_{key}", key=str(key)) for key in range(1, 10)},
}


def choose(user: str) -> Behaviour:
    """The behaviour for a dialled user part, whatever stands in front of its last seven digits."""
    found = _SPECIAL.fullmatch(_digits(user)[-7:])
    return SPECIAL.get(found[1], LISTEN) if found else LISTEN


def answer_after_ms(user: str) -> int:
    """How long the number rings before it answers, in ms: 300 to 800, by the number."""
    shortest, longest = _ANSWER_MS
    return shortest + zlib.crc32(_digits(user).encode()) % (longest - shortest + 1)


def _digits(user: str) -> str:
    return re.sub("[^0-9]", "", user)
