"""The pace as the provider sees it in SIPp's log of INVITEs: at speed, after a pause, after a crash. Wrong credentials cost one call."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service, until
from tests.peers import signals

pytestmark = pytest.mark.alone

SHORT = signals.speech_like(0.3)
RATE = 50
NUMBERS = [f"+7912001{n:04}" for n in range(400)]
AT_ONCE = {"lead_in_ms": 0, "tail_ms": 0}


def most_in_a_second(times: list[float]) -> int:
    """The most INVITEs in any sliding second."""
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def mean_rate(times: list[float]) -> float:
    """Calls a second, from the first INVITE to the last."""
    return (len(times) - 1) / (times[-1] - times[0])


@pytest.mark.peer("sipp")
def test_fifty_calls_a_second_are_fifty_and_never_more(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    gateway_id = service.gateway(gateway.port, calls_per_second=RATE)
    campaign = service.dial(gateway_id, service.sound(SHORT), NUMBERS, **AT_ONCE)
    assert service.finished(campaign) == {"delivered": len(NUMBERS)}
    times = gateway.stats().times
    assert len(times) == len(NUMBERS)
    assert most_in_a_second(times) <= RATE
    assert mean_rate(times[1:]) >= 45  # the first one tries the gateway alone


@pytest.mark.peer("sipp")
def test_nothing_is_saved_up_in_a_pause(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    campaign = service.dial(
        service.gateway(gateway.port), service.sound(SHORT), NUMBERS[:200], max_lines=39, calls_per_second=RATE, **AT_ONCE
    )
    until(lambda: gateway.stats().dialogs >= 80, 20, "it dials")
    service.http.post(f"/campaigns/{campaign}/pause")
    time.sleep(2)
    service.http.post(f"/campaigns/{campaign}/resume")
    assert service.finished(campaign) == {"delivered": 200}
    times = gateway.stats().times
    assert max(later - sooner for sooner, later in pairwise(times)) > 1.5  # it did stand still
    assert most_in_a_second(times) <= RATE


@pytest.mark.peer("sipp")
@pytest.mark.parametrize("rate", [0.2, RATE])
def test_the_pace_goes_on_after_a_crash(start: Callable[..., Service], peers: Peers, rate: float) -> None:
    gateway = peers.gateway("answer")
    service = start("--no-sandbox", "--lines", "40")
    numbers = NUMBERS[:2] if rate < 1 else NUMBERS[:150]
    campaign = service.dial(service.gateway(gateway.port, calls_per_second=rate), service.sound(SHORT), numbers, **AT_ONCE)
    until(lambda: gateway.stats().dialogs >= len(numbers) // 2, 20, "half of them are called")
    service.kill()
    service.start()
    counts = service.finished(campaign)
    assert counts.keys() <= {"delivered", "interrupted"}
    times = gateway.stats().times
    assert len(times) >= len(numbers) - 3  # a call that was committed and did not get out is interrupted too
    count = math.ceil(rate)
    assert all(last - first >= count / rate for first, last in zip(times, times[count:], strict=False))


@pytest.mark.peer("kamailio", "sipp")
def test_wrong_credentials_cost_one_call_of_200(service: Service, peers: Peers) -> None:
    proxy = peers.proxy(upstream=peers.gateway("answer").port, users={"alice": "s3cret"})

    def dialogs() -> set[str]:
        return {event.call_id for event in proxy.events() if event.method == "INVITE"}

    def stopped() -> bool:
        return bool(service.get(f"/gateways/{gateway}/status")["breaker"]["state"] == "open")

    gateway = service.gateway(proxy.port, username="alice", password="wrong")
    campaign = service.dial(gateway, service.sound(SHORT), NUMBERS[:200])
    until(stopped, 10, "the breaker opens")
    assert len(dialogs()) == 1
    until(lambda: service.counts(campaign) == {"pending": 200}, 5, "the call is taken back")
    service.http.patch(f"/gateways/{gateway}", json={"password": "wrong again"})
    until(lambda: len(dialogs()) == 2 and stopped(), 10, "one call more, after the change")
    assert {row["why_waiting"] for row in service.targets(campaign)} == {"gateway"}
    time.sleep(1)
    assert len(dialogs()) == 2
    service.http.post(f"/campaigns/{campaign}/cancel")
    assert service.finished(campaign) == {"canceled": 200}
