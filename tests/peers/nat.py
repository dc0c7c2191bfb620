"""A NAT: two hosts, each in a network namespace of its own, with a third between them that translates addresses. Linux, as root.

What runs `with nat.inside()` or `with nat.outside()`, sockets, threads and programs that begin there, is on that host. Nothing leaves
the machine: none of the three namespaces has a way to the real network.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

INSIDE, ROUTER_INSIDE = "192.168.77.2", "192.168.77.1"
PUBLIC = "203.0.113.7"  # RFC 5737: addresses of nobody
OUTSIDE = "203.0.113.20"  # towards this address the NAT keeps ports, as most home routers do
FAR_OUTSIDE = "203.0.113.21"  # towards this one it takes others, as those of large networks do
FORGETS_AFTER_S = 3  # how long the NAT remembers a way that nothing passes

_NAMESPACES = Path("/run/netns")
_CLONE_NEWNET = 0x40000000
# What comes in must belong to what went out (RFC 4787: address and port-dependent filtering).
_RULES = f"""
table ip nat {{
    chain out {{
        type nat hook postrouting priority srcnat;
        oifname "outer" ip daddr {FAR_OUTSIDE} meta l4proto udp snat to {PUBLIC}:40000-49999 random
        oifname "outer" snat to {PUBLIC}
    }}
}}
table ip filter {{
    chain pass {{
        type filter hook forward priority filter; policy drop;
        ct state established,related accept
        iifname "inner" accept
    }}
}}
"""


class NotAllowed(RuntimeError):
    """This user or this machine can't make network namespaces; the text tells what to do."""


class Nat:
    """Two hosts and the NAT between them. A context manager."""

    def __init__(self) -> None:
        self._names = {place: f"dozvon-{os.getpid()}-{id(self) & 0xFFFF:04x}-{place}" for place in ("in", "nat", "out")}

    def __enter__(self) -> Self:
        try:
            self._make()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._remove()

    def inside(self) -> contextlib.AbstractContextManager[None]:
        """The private host, INSIDE."""
        return _within(self._names["in"])

    def outside(self) -> contextlib.AbstractContextManager[None]:
        """The host on the other side, OUTSIDE and FAR_OUTSIDE, which sees all that comes from inside as from PUBLIC."""
        return _within(self._names["out"])

    def _make(self) -> None:
        inner, nat, outer = (self._names[place] for place in ("in", "nat", "out"))
        for name in (inner, nat, outer):
            _run("ip", "netns", "add", name)
            _run("ip", "-n", name, "link", "set", "lo", "up")
        _link(inner, "eth0", f"{INSIDE}/24", nat, "inner", f"{ROUTER_INSIDE}/24")
        _link(outer, "eth0", f"{OUTSIDE}/24", nat, "outer", f"{PUBLIC}/24")
        _run("ip", "-n", outer, "address", "add", f"{FAR_OUTSIDE}/24", "dev", "eth0")
        _run("ip", "-n", inner, "route", "add", "default", "via", ROUTER_INSIDE)
        # So that a packet to the private address is lost on the way, as it is on the internet, and not refused at once.
        _run("ip", "-n", outer, "route", "add", "default", "via", PUBLIC)
        _run("ip", "netns", "exec", nat, "nft", "-f", "-", text=_RULES)
        with _within(nat):
            Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
            for name in ("nf_conntrack_udp_timeout", "nf_conntrack_udp_timeout_stream"):
                Path(f"/proc/sys/net/netfilter/{name}").write_text(str(FORGETS_AFTER_S))

    def _remove(self) -> None:
        for name in self._names.values():
            if (_NAMESPACES / name).exists():
                _run("ip", "netns", "del", name)


def _link(host: str, device: str, address: str, other: str, other_device: str, other_address: str) -> None:
    _run("ip", "-n", host, "link", "add", device, "type", "veth", "peer", "name", other_device, "netns", other)
    for name, its_device, its_address in ((host, device, address), (other, other_device, other_address)):
        _run("ip", "-n", name, "address", "add", its_address, "dev", its_device)
        _run("ip", "-n", name, "link", "set", its_device, "up")


def _run(*command: str, text: str = "") -> None:
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    ended = subprocess.run(command, input=text, capture_output=True, text=True, env=environment, timeout=10)
    if ended.returncode:
        raise NotAllowed(f"network namespaces can't be made here (run the tests as root): {' '.join(command)}: {ended.stderr.strip()}")


@contextlib.contextmanager
def _within(name: str) -> Iterator[None]:
    """This thread, and what it starts meanwhile, is in the namespace."""
    with open("/proc/thread-self/ns/net") as own, (_NAMESPACES / name).open() as other:
        _enter(other.fileno())
        try:
            yield
        finally:
            _enter(own.fileno())


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
