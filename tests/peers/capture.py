"""SIP on the wire: dumpcap on the loopback interface for the test's own ports, and its file read as SIP messages.

Not for TLS: that is only seen encrypted. Where capturing is not allowed the test is skipped.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.peers.ports import HOST, free_port
from tests.peers.process import Peer, PeerError, wait_until
from tests.peers.sipmessage import SipMessage, is_sip, parse, split_stream

_REFUSED = ("permission", "not permitted", "You don't have", "no interfaces")


class Capture(Peer):
    """Captures UDP and TCP of the given ports on lo, at most 100 MB and 10 minutes.

    Args:
        folder: its file and log.
        ports: SIP ports of the test; RTP ports too, where packets() is to see them.
    """

    name = "dumpcap"

    def __init__(self, folder: Path, *ports: int) -> None:
        super().__init__(folder)
        self.file = folder / "capture.pcap"
        self._marker = free_port()
        self._ports = (*ports, self._marker)

    def command(self) -> list[str]:
        wanted = " or ".join(f"port {port}" for port in self._ports)
        return ["dumpcap", "-i", "lo", "-P", "-q", "-f", wanted, "-w", str(self.file), "-a", "duration:600", "-a", "filesize:100000"]

    def start(self) -> None:
        try:
            super().start()
        except PeerError as error:
            if any(word in str(error) for word in _REFUSED):
                pytest.skip("capturing on lo is not allowed here: run as root, or allow it (Debian: dpkg-reconfigure wireshark-common)")
            raise

    def ready(self) -> bool:
        """Sees its own marker datagrams: then it sees everything from now on."""
        return self._mark(b"begin")

    def messages(self) -> list[SipMessage]:
        """Every SIP message so far, in order, with its time and the ports it went from and to. Blocks until all of it is in the file."""
        self._catch_up()
        found = [message for packet in _udp(self._packets()) for message in packet]
        return sorted(found + list(_tcp(self._packets())), key=lambda message: message.at)

    def packets(self, port: int) -> list[tuple[float, bytes]]:
        """UDP datagrams to one port, such as RTP: UNIX time in seconds, payload."""
        self._catch_up()
        return [(at, data) for at, kind, _, target, _, data in self._packets() if kind == "udp" and target == port]

    def flows(self, port: int) -> dict[int, list[tuple[float, bytes]]]:
        """The same datagrams, by the port that they came from."""
        self._catch_up()
        found: dict[int, list[tuple[float, bytes]]] = {}
        for at, kind, source, target, _, data in self._packets():
            if kind == "udp" and target == port:
                found.setdefault(source, []).append((at, data))
        return found

    def _catch_up(self) -> None:
        mark = f"mark {time.monotonic_ns()}".encode()
        wait_until(lambda: self._mark(mark), 5, "the capture has caught up")

    def _mark(self, text: bytes) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(text, (HOST, self._marker))
        return self.file.exists() and text in self.file.read_bytes()

    def _packets(self) -> Iterator[tuple[float, str, int, int, int, bytes]]:
        for at, kind, source, target, sequence, data in read_pcap(self.file):
            if self._marker not in (source, target):
                yield at, kind, source, target, sequence, data


def read_pcap(path: Path) -> Iterator[tuple[float, str, int, int, int, bytes]]:
    """IPv4 packets of a pcap file of Ethernet: time, udp or tcp, source port, target port, TCP sequence number, payload."""
    data = path.read_bytes()
    at = 24
    while at + 16 <= len(data):
        seconds, microseconds, size, _ = struct.unpack_from("<IIII", data, at)
        frame = data[at + 16 : at + 16 + size]
        at += 16 + size
        if len(frame) == size and frame[12:14] == b"\x08\x00":
            packet = _transport(frame[14:])
            if packet is not None:
                yield (seconds + microseconds / 1e6, *packet)


def _transport(ip: bytes) -> tuple[str, int, int, int, bytes] | None:
    header, total, protocol = (ip[0] & 15) * 4, int.from_bytes(ip[2:4], "big"), ip[9]
    body = ip[header:total]
    source, target = struct.unpack_from("!HH", body)
    if protocol == 17:
        return "udp", source, target, 0, body[8:]
    if protocol == 6:
        return "tcp", source, target, int.from_bytes(body[4:8], "big"), body[(body[12] >> 4) * 4 :]
    return None


def _udp(packets: Iterable[tuple[float, str, int, int, int, bytes]]) -> Iterator[list[SipMessage]]:
    for at, kind, source, target, _, data in packets:
        yield [parse(data, at, source=source, target=target)] if kind == "udp" and is_sip(data) else []


def _tcp(packets: Iterable[tuple[float, str, int, int, int, bytes]]) -> Iterator[SipMessage]:
    """Messages of each direction of each connection. Loopback keeps the order; what was sent twice is taken once."""
    streams: dict[tuple[int, int], bytes] = {}
    nexts: dict[tuple[int, int], int] = {}
    for at, kind, source, target, sequence, data in packets:
        way = (source, target)
        if kind != "tcp" or not data or sequence < nexts.get(way, 0):
            continue
        nexts[way] = sequence + len(data)
        whole = streams.get(way, b"") + data
        done = split_stream(whole)
        for raw in done:
            yield parse(raw, at, source=source, target=target)
        streams[way] = whole[whole.rindex(done[-1]) + len(done[-1]) :] if done else whole
