"""`python -m bench.callee`: one thread that answers SIP and keeps RTP. Asked over stdin, a command a line; answers a JSON line each.

`stats`: the counters. `save PATH`: what was heard goes to PATH (numpy's .npz: `packets`, an array of mmsg.PACKET, and `calls`), and is
forgotten here. The end of stdin ends it, so that it never outlives who started it.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import selectors
import socket
import sys
import time
from typing import Any

import numpy as np

from bench.callee.mmsg import Receiver, Sender, enlarge, rtp_socket
from bench.callee.signalling import Address, Call, Signalling

READ_EVERY_S = 0.02
SEND_EVERY_S = 0.02 / Sender.PHASES
CALL = np.dtype([("number", "i8"), ("port", "u2"), ("invited", "i8"), ("answered", "i8"), ("ended", "i8")])


class Callee:
    """See the module.

    Args:
        ring, spread: as `Signalling` takes them.
        back: whether sound is sent back.
        most: at most so many calls at once.
    """

    def __init__(self, ring: float, spread: bool, back: bool, most: int) -> None:
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sip.bind(("127.0.0.1", 0))
        self._sip.setblocking(False)
        enlarge(self._sip)
        self._rtp = rtp_socket()
        self._receiver = Receiver(self._rtp)
        self._sender = Sender(self._rtp, most)
        self._back = back
        self._turn = 0
        ports = (int(self._sip.getsockname()[1]), int(self._rtp.getsockname()[1]))
        self._signalling = Signalling(self._send, *ports, ring, spread, self._on_media)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._sip, selectors.EVENT_READ)
        self._selector.register(sys.stdin, selectors.EVENT_READ)
        _tell({"port": ports[0]})

    def run(self) -> None:
        """Serves until stdin ends."""
        read_at = send_at = time.monotonic()
        while True:
            now = time.monotonic()
            if now >= read_at:
                self._receiver.drain()
                read_at = now + READ_EVERY_S
            if self._back and now >= send_at:
                self._sender.send(self._turn)
                self._turn += 1
                send_at = max(send_at + SEND_EVERY_S, now - 0.02)  # never a burst of more than 20 ms
            wait = min(self._signalling.turn(now), read_at - now, send_at - now if self._back else 1.0)
            for key, _ in self._selector.select(max(0.0, wait)):
                if key.fileobj is self._sip:
                    self._read_sip()
                elif not self._command(sys.stdin.readline()):
                    return

    def _read_sip(self) -> None:
        with contextlib.suppress(BlockingIOError):
            for _ in range(50):  # then it is the packets' turn
                data, peer = self._sip.recvfrom(65535)
                self._signalling.datagram(data, peer)

    def _send(self, data: bytes, peer: Address) -> None:
        with contextlib.suppress(OSError):  # a full buffer or a caller that has gone: as lost on the way
            self._sip.sendto(data, peer)

    def _on_media(self, call: Call, up: bool) -> None:
        if self._back and up:
            self._sender.add(id(call), call.rtp_port)
        elif self._back:
            self._sender.remove(id(call))

    def _command(self, line: str) -> bool:
        word, _, rest = line.strip().partition(" ")
        if word == "stats":
            _tell(self._stats())
        elif word == "save":
            self._receiver.drain()
            done, self._signalling.done = self._signalling.done, []
            np.savez(rest, packets=self._receiver.take(), calls=np.array([_row(call) for call in done], CALL))
            _tell({"saved": len(done)})
        return bool(line)

    def _stats(self) -> dict[str, Any]:
        own = self._signalling
        return {
            "live": own.live,
            "most": own.most,
            "answered": own.answered,
            "ended": own.answered - own.live,
            "line_s": own.line_s(),
            "repeated": own.repeated,
            "dropped": _dropped(self._sip) + _dropped(self._rtp),
            "cpu_s": time.process_time(),
        }


def _row(call: Call) -> tuple[int, int, int, int, int]:
    return call.number, call.rtp_port, call.invited_at, call.answered_at, call.ended_at


def _dropped(sock: socket.socket) -> int:
    """Datagrams that the kernel had to drop because this socket's buffer was full."""
    port = f":{sock.getsockname()[1]:04X}"
    with open("/proc/net/udp") as table:
        return sum(int(row.split()[-1]) for row in table if row.split()[1].endswith(port))


def _tell(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Reads the flags and serves."""
    parser = argparse.ArgumentParser(prog="python -m bench.callee")
    parser.add_argument("--ring-s", type=float, default=0.0)
    parser.add_argument("--spread", action="store_true", help="rings between 0 and --ring-s, by the number")
    parser.add_argument("--back", action="store_true", help="sends sound back")
    parser.add_argument("--most", type=int, default=1000, help="calls at once")
    args = parser.parse_args()
    callee = Callee(args.ring_s, args.spread, args.back, args.most)
    gc.collect()
    gc.freeze()
    gc.disable()  # nothing here makes circles, and a collection would be a gap
    callee.run()


if __name__ == "__main__":
    main()
