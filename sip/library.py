"""pjsua2's library object, which hears of connections: it keeps why the last one failed."""

from __future__ import annotations

import logging
import time
from typing import Any

from pjsua2 import pjsua2 as pj

from sip.response import readable
from sip.tls import Certificate, certificate_fault, handshake_fault

log = logging.getLogger("dozvon.agent")


class Library(pj.Endpoint):  # type: ignore[misc]
    """The library.

    Args:
        host: what our messages go to first; a TLS server's certificate must be for it.
    """

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host
        self._certificate_fault = ""

    def why(self, reason: str) -> str:
        """The library's reason for a failed connection, told so that a person can act on it."""
        if self._certificate_fault and "certificate" in reason.lower():
            return self._certificate_fault
        return handshake_fault(reason)

    def onTransportState(self, prm: Any) -> None:
        """A connection came up, or ended. An exception here would be printed by SWIG and swallowed."""
        try:
            info = prm.tlsInfo
            if prm.state == pj.PJSIP_TP_STATE_CONNECTED:
                self._certificate_fault = ""
            elif prm.state == pj.PJSIP_TP_STATE_DISCONNECTED and not info.isEmpty() and info.verifyStatus:
                words = tuple(map(readable, info.verifyMsgs))
                shown = _certificate(info.remoteCertInfo)
                self._certificate_fault = certificate_fault(info.verifyStatus, shown, self._host, time.time(), words)
        except Exception:
            log.exception("a callback failed")


def _certificate(info: Any) -> Certificate:
    names = [one.name for one in info.subjectAltName] or [info.subjectCn]
    return Certificate(
        subject=readable(info.subjectInfo),
        issuer=readable(info.issuerInfo),
        issuer_name=readable(info.issuerCn or info.issuerInfo) or "an unnamed authority",
        names=tuple(readable(name)[:255] for name in names if name),
        begins=info.validityStart.sec,
        ends=info.validityEnd.sec,
    )
