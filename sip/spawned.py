"""An agent as an interpreter of its own (Windows): `python -m sip.spawned`, with its end of the socket pair shared over stdin."""

from __future__ import annotations

import socket
import sys

from sip import agent


def main() -> None:
    """Takes the socket from stdin and serves."""
    agent.main(socket.fromshare(sys.stdin.buffer.read()))  # type: ignore[attr-defined,unused-ignore]


if __name__ == "__main__":
    main()
