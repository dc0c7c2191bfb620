"""What an agent sleeps on: sockets that are read at once, though they are not SIP's."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator

import pytest

from sip.waiter import Waiter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there sockets are not found among the open files")
HOST = "127.0.0.1"


def udp() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((HOST, 0))
    return sock


@pytest.fixture
def waiter() -> Iterator[Waiter]:
    ours, dialers = socket.socketpair()
    with ours, dialers:
        made = Waiter(ours)
        yield made
        made.close()


def waited_s(waiter: Waiter, at_most: float) -> float:
    began = time.monotonic()
    waiter.wait(at_most)
    return time.monotonic() - began


def test_a_hurried_port_ends_the_sleep_and_others_do_not(waiter: Waiter) -> None:
    with udp() as hurried, udp() as other, udp() as sender:
        waiter.hurry(hurried.getsockname()[1])
        sender.sendto(b"RTP", other.getsockname())
        assert waited_s(waiter, 0.1) >= 0.09
        sender.sendto(b"RTCP", hurried.getsockname())
        assert waited_s(waiter, 5) < 1


def test_looking_for_a_port_leaves_nothing_open(waiter: Waiter) -> None:
    with udp() as sip, open("/dev/null"):
        before = sorted(os.listdir("/dev/fd"))
        for _ in range(3):
            waiter.hurry(sip.getsockname()[1])
        assert sorted(os.listdir("/dev/fd")) == before


def test_a_closed_socket_is_forgotten_and_its_number_may_come_again(waiter: Waiter) -> None:
    for _ in range(3):
        with udp() as sip, udp() as sender:  # the same descriptors each time
            waiter.look_for_sip(sip.getsockname()[1], 0)
            assert waiter.knows_sip
            with udp() as hurried:
                waiter.hurry(hurried.getsockname()[1])
                waiter.hurry(hurried.getsockname()[1])
            sender.sendto(b"OPTIONS", sip.getsockname())
            assert waited_s(waiter, 5) < 1
    assert waited_s(waiter, 0.1) >= 0.09
    with udp() as sip:
        waiter.hurry(sip.getsockname()[1])
        sip.close()
    with udp() as sip:
        waiter.look_for_sip(sip.getsockname()[1], 0)
        assert waiter.knows_sip
