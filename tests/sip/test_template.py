"""The template that agents are forked from: it ends quietly when the service is killed while it starts."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("moment", ["before it is up", "with its word unread", "while it serves"])
def test_it_ends_without_a_word_when_the_service_dies(moment: str) -> None:
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "sip.template", str(theirs.fileno()), "INFO"]
    with ours, theirs:
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE)
        theirs.close()
        ours.settimeout(30)
        if moment == "with its word unread":
            ours.recv(1, socket.MSG_PEEK)
        elif moment == "while it serves":
            ours.recv(1)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, b"")
