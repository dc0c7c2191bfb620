"""Why a call failed or a gateway stopped, in words that a person can act on. Pure."""

from __future__ import annotations

from dialer.alike import FIRST_NUMBERS
from sip.messages import CallEnd
from sip.response import readable

_CAUSES = {
    "timeout": "the gateway does not answer",
    "resolve": "the gateway's host name can't be resolved",
    "transport": "the gateway can't be reached",
    "tls": "TLS with the gateway failed",
    "no_port": "no free port on this machine",
    "stun": "the STUN server can't be used",
    "settings": "the gateway's settings can't be used",
}


def of_cause(cause: str, detail: str) -> str:
    """One of `sip.outcome.LOCAL_CAUSES`, with what the library or the system said of it."""
    text, said = _CAUSES.get(cause, cause), readable(detail)
    return f"{text}: {said}" if said else text


def of_end(end: CallEnd) -> str:
    """Why a call failed."""
    if end.sip_code is None:
        return of_cause(end.local_cause, end.sip_reason)
    return f"{end.sip_code} {readable(end.sip_reason)}".strip()


def of_alike(end: CallEnd) -> str:
    """Why a gateway stops whose first numbers all ended as this one."""
    return (
        f"the first {FIRST_NUMBERS} numbers all ended with {of_end(end)}, so that the settings are more likely at fault than the numbers; "
        "change them, or resume the gateway if the numbers are really such"
    )
