"""A program of its own: one pjsua2 call to the sandbox. Arguments: port, number, seconds to stay. Prints what it saw as JSON.

It is no part of the test's process because pjsua2 aborts the process when something is amiss.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from pjsua2 import pjsua2 as pj


class Caller(pj.Call):  # type: ignore[misc]
    """Keeps the keys, the state's codes and how often its media became active."""

    def __init__(self, account: Any) -> None:
        super().__init__(account)
        self.keys = ""
        self.states: list[int] = []
        self.received = 0

    def onCallState(self, prm: Any) -> None:
        self.states.append(self.getInfo().state)

    def onDtmfDigit(self, prm: Any) -> None:
        self.keys += prm.digit

    def onStreamDestroyed(self, prm: Any) -> None:
        self.received = self.getStreamStat(prm.streamIdx).rtcp.rxStat.pkt


def main(port: int, number: str, stay_s: float) -> None:
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    config = pj.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.logConfig.level = config.logConfig.consoleLevel = 0
    config.medConfig.noVad = True
    config.medConfig.clockRate = 8000
    endpoint.libInit(config)
    endpoint.audDevManager().setNullDev()
    transport = pj.TransportConfig()
    transport.boundAddress = "127.0.0.1"
    endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    settings = pj.AccountConfig()
    settings.idUri = "sip:caller@127.0.0.1"
    settings.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
    account = pj.Account()
    account.create(settings)
    call = Caller(account)
    call.makeCall(f"sip:{number}@127.0.0.1:{port}", pj.CallOpParam(True))
    _handle(endpoint, call, stay_s)
    if pj.PJSIP_INV_STATE_DISCONNECTED not in call.states:
        call.hangup(pj.CallOpParam())
        _handle(endpoint, call, 0.5, to_the_end=True)
    told = {"states": call.states, "keys": call.keys, "received": call.received}
    del call
    account.shutdown()
    endpoint.libDestroy()
    print(json.dumps(told))


def _handle(endpoint: Any, call: Caller, seconds: float, to_the_end: bool = False) -> None:
    """Runs pjsua2 for so long, or until the call has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and (to_the_end or pj.PJSIP_INV_STATE_DISCONNECTED not in call.states):
        endpoint.libHandleEvents(20)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
