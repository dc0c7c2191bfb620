"""A REFER that the caller sends within a call (RFC 3515): the transfer is played by the number that it names, and told by NOTIFYs."""

from __future__ import annotations

from collections.abc import Callable

from sip.sandbox.behaviours import answer_after_ms, choose
from sip.sandbox.message import Headers, Request, phrase, uri_of, user_of

EXPIRES_S = 180
ACCEPTED = 202

Notify = Callable[[Headers, bytes], None]
Later = Callable[[float, Callable[[], None]], None]


def referred_to(request: Request) -> str | None:
    """The user part that Refer-To names; None when there is none, or more than one (section 2.4.2)."""
    named = request.all("refer-to")
    return user_of(uri_of(named[0])) or None if len(named) == 1 else None


class Referral:
    """One transfer that was taken: says 100 at once, and how it went when the number answers or refuses.

    Args:
        request: the REFER.
        number: the user part that it names.
        notify: sends a NOTIFY in the dialog.
        later: calls back after so many seconds, while the call lives.
    """

    def __init__(self, request: Request, number: str, notify: Notify, later: Later) -> None:
        self.number = number
        self._event = f"refer;id={request.cseq[0]}"  # section 2.4.6: another REFER in the dialog has another id
        self._notify = notify
        self._later = later

    def start(self) -> None:
        """The 202 has gone out."""
        self._tell(100)
        behaviour = choose(self.number)
        if behaviour.refuse:
            self._later(0.0, lambda: self._tell(behaviour.refuse))
        elif behaviour.answers and not behaviour.silent:
            self._later(answer_after_ms(self.number) / 1000, lambda: self._tell(200))

    def _tell(self, status: int) -> None:
        state = f"active;expires={EXPIRES_S}" if status < 200 else "terminated;reason=noresource"
        headers = [("Event", self._event), ("Subscription-State", state), ("Content-Type", "message/sipfrag;version=2.0")]
        self._notify(headers, f"SIP/2.0 {status} {phrase(status)}\r\n".encode())
