"""`python -m sip.sandbox`: runs the sandbox gateway until its stdin closes or it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from sip.sandbox.server import Socket
from sip.sandbox.tones import voicemail

RECEIVE_BUFFER = 4 * 2**20  # bytes asked for the SIP socket, for bursts of INVITEs; the kernel may give less


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line's flags."""
    parser = argparse.ArgumentParser(prog="python -m sip.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="UDP port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--record", type=Path, metavar="DIR", help="keep what each call hears as a WAV file in DIR")
    return parser.parse_args(argv)


def tell(line: Mapping[str, object]) -> None:
    """Writes one JSON line to stdout. Blocks while the reader is behind by more than a pipe's buffer.

    Raises:
        OSError: nobody reads.
    """
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
    sys.stdout.flush()


async def serve(port: int, record: Path | None) -> None:
    """Runs until stdin closes, SIGTERM or SIGINT comes, or nobody reads stdout.

    Raises:
        OSError: the port can't be bound.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def report(line: Mapping[str, object]) -> None:
        try:
            tell(line)
        except OSError:
            stop.set()

    transport, protocol = await loop.create_datagram_endpoint(lambda: Socket(report, record), local_addr=("127.0.0.1", port))
    _widen(transport)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    threading.Thread(target=_watch_stdin, args=(loop, stop), daemon=True).start()
    for codec in ("PCMA", "PCMU"):
        voicemail(codec)  # made once, before the first call waits for it
    gc.freeze()
    report({"port": protocol.port})
    await stop.wait()
    protocol.server.close()
    transport.close()
    await asyncio.sleep(0)


def _widen(transport: asyncio.DatagramTransport) -> None:
    with contextlib.suppress(OSError):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """A closed stdin means that the service has died. Read without Python's buffer, whose lock would hang the exit."""
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):  # the loop has closed already
        loop.call_soon_threadsafe(stop.set)


def _raise_descriptor_limit() -> None:
    """A call is a descriptor: takes as many as the system allows without asking, 65536 at most."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main(argv: list[str] | None = None) -> int:
    """Runs the sandbox; gives the exit code."""
    flags = arguments(argv)
    _raise_descriptor_limit()
    try:
        if flags.record:
            flags.record.mkdir(parents=True, exist_ok=True)
        asyncio.run(serve(flags.port, flags.record))
    except (OSError, OverflowError) as error:
        tell({"error": f"the sandbox gateway can't start on UDP 127.0.0.1, port {flags.port or 'any'}: {error}"})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
