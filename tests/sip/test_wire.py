"""Messages between the service and its agents, over a real socket pair."""

import socket

from sip import wire
from sip.messages import Alive, CallEnd, End, Setup


def test_messages_arrive_whole_and_in_order_however_they_are_cut() -> None:
    ours, theirs = socket.socketpair()
    sent = [End(f"call-{n}") for n in range(2_000)] + [CallEnd("x", at=5, digits="12#")]
    ours.setblocking(True)
    receiver = wire.Receiver(theirs)
    got: list[object] = []
    for start in range(0, len(sent), 50):
        wire.send(ours, *sent[start : start + 50])
        while len(got) < min(start + 50, len(sent)):
            got += receiver.receive() or []
    assert got == sent


def test_half_a_message_waits_for_the_other_half() -> None:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    receiver = wire.Receiver(theirs)
    a, b = socket.socketpair()
    wire.send(a, Alive())
    data = b.recv(1000)
    ours.sendall(data[:3])
    assert receiver.receive() == []
    ours.sendall(data[3:])
    assert receiver.receive() == [Alive()]
    assert receiver.receive() == []


def test_a_closed_end_is_told() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    assert wire.Receiver(theirs).receive() is None


def test_a_password_is_not_shown() -> None:
    setup = Setup("h", 5060, "udp", "u", "", "s3cret", "*", "", "", "", False, ("PCMA",), "off", "", "", "", 0, 0)
    assert "s3cret" not in repr(setup)
