"""The order of what an agent does in one turn of its loop."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import pytest

from sip import native
from sip.agent import Agent
from sip.messages import CallEnd, Dial, Prompt

PROMPT = Prompt("message.wav", 8000, 0, 8000, 0)


def test_a_call_that_is_over_is_dropped_before_another_takes_its_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    """pjsua2's object of a call ends, when it goes, whatever call is in its slot by then: that call would never hear of its end, and what
    it held would be used after it was freed."""
    ours, theirs = socket.socketpair()
    agent: Any = Agent(ours)
    agent._account = SimpleNamespace(
        take_probe_result=lambda *_: None, registered=False, busy=False, setup=SimpleNamespace(srtp="off", port=5060)
    )
    agent._endpoint = SimpleNamespace(poll=lambda *_, **__: None)
    agent._keep_alive = SimpleNamespace(turn=lambda *_: None)
    monkeypatch.setattr(native, "slots", lambda: 4)
    monkeypatch.setattr(native, "slots_in_use", lambda: 0)
    over = SimpleNamespace(
        disconnected=True, facts=CallEnd("over", sip_code=486), turn=lambda now: now, release=lambda: None, rtp_slice_s=0.02
    )
    agent._calls["over"] = over
    agent._waiting.append(Dial("next", "79120000100", PROMPT, 45_000, 0, ""))
    live_at_placing: list[list[str]] = []
    monkeypatch.setattr(agent, "_place", lambda dial: live_at_placing.append(list(agent._calls)))
    with ours, theirs:
        agent._turn()
    assert live_at_placing == [[]]
