"""When the way through a NAT is kept open."""

from __future__ import annotations

import socket

from sip.keep_alive import EMPTY, KeepAlive
from sip.waiter import Waiter


class Sent(Waiter):
    """Notes what would be sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, tuple[str, int]]] = []

    def send(self, data: bytes, address: tuple[str, int]) -> None:
        self.sent.append((data, address))


def test_a_packet_each_interval_while_it_is_needed() -> None:
    waiter = Sent()
    keep = KeepAlive(waiter, ("192.0.2.1", 5060), 15)
    needed = {now: 100 <= now < 140 for now in range(200)}
    for now, is_needed in needed.items():
        before = len(waiter.sent)
        keep.turn(float(now), is_needed)
        assert (len(waiter.sent) > before) == (now in (114, 129))
    assert waiter.sent == [(EMPTY, ("192.0.2.1", 5060))] * 2


def test_0_is_never() -> None:
    waiter = Sent()
    keep = KeepAlive(waiter, ("192.0.2.1", 5060), 0)
    for now in range(100):
        keep.turn(float(now), True)
    assert waiter.sent == []


def test_the_packet_goes_out_of_the_sip_socket() -> None:
    ours, _theirs = socket.socketpair()
    with (
        ours,
        _theirs,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gateway,
    ):
        sip.bind(("127.0.0.1", 0))
        gateway.bind(("127.0.0.1", 0))
        gateway.settimeout(5)
        waiter = Waiter(ours)
        waiter.look_for_sip(sip.getsockname()[1], 0)
        waiter.send(EMPTY, gateway.getsockname())
        assert gateway.recvfrom(100) == (EMPTY, sip.getsockname())
        waiter.close()
