"""Starts agents quickly and small: a process of one thread that has pjsua2 imported, frozen, and forks an agent on each request.

POSIX only; elsewhere each agent is a new interpreter. The requests come over a Unix socket: one byte, with the agent's end of its
socket pair as ancillary data. When the service is gone the socket closes and the template exits; the agents notice by themselves.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import socket
import sys

from sip import agent
from sip.warm import warm_up


def serve(control: socket.socket) -> None:
    """Forks an agent for each request, until the other end of `control` is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no zombies: an agent's end is seen by its socket
    warm_up()
    gc.collect()
    gc.freeze()
    control.sendall(b"+")
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not request:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            agent.main(socket.socket(fileno=descriptors[0]))
        for descriptor in descriptors:
            os.close(descriptor)
        control.sendall(pid.to_bytes(4, "big"))


def main() -> None:
    """`python -m sip.template FD LOG_LEVEL`, started by the service with the control socket as descriptor FD."""
    logging.basicConfig(level=sys.argv[2], format="%(asctime)s %(levelname)s %(name)s[%(process)d] %(message)s")
    with contextlib.suppress(ConnectionError):  # the service was killed in the middle of a request
        serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
