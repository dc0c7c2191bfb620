"""The HTTP server: uvicorn speaks HTTP and TLS on one thread, a2wsgi runs the Bottle application on ten others.

A request takes one of the ten threads only when its body is here in full, and gives it back when its answer is written down, not
when it is sent: idle and slow connections, a thousand of them, hold sockets but no threads.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware

from httpd.gate import Authorised, Gate, anybody
from httpd.protocol import TimedProtocol

WSGI_THREADS = 10
BACKLOG = 2048
KEEP_ALIVE_S = 30
START_TIMEOUT_S = 10
# Running requests may take this long at the stop; then they are cut off.
GRACE_S = 1.5
OPEN_FILES = 16_384

log = logging.getLogger(__name__)


class HttpServer:
    """Serves one WSGI application on one socket, on a thread of its own. Handles no signals.

    Args:
        app: the WSGI application.
        host: the address to listen on.
        port: 0 for any free one; `.port` tells which.
        data: the folder for bodies that are too large for memory.
        tls_cert, tls_key: PEM files; TLS is spoken when they are given.
        authorised: whether a request with these headers (lower-case names) may send a large body to this path. May block.
        proxy: believe the X-Forwarded headers of a proxy on loopback.
    """

    def __init__(
        self,
        app: Any,
        host: str,
        port: int,
        data: Path,
        tls_cert: str | Path | None = None,
        tls_key: str | Path | None = None,
        authorised: Authorised = anybody,
        proxy: bool = False,
    ) -> None:
        self.host, self.port = host, port
        self._data = data
        self._usual_folder: str | None = None
        self._wsgi = WSGIMiddleware(_with_spooled_body(app), workers=WSGI_THREADS)
        self._config = uvicorn.Config(
            Gate(self._wsgi, data, authorised),
            http=TimedProtocol,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=proxy,
            forwarded_allow_ips=["127.0.0.1", "::1"],
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=1,
        )
        self._tls = _tls_context(tls_cert, tls_key)
        self._server = uvicorn.Server(self._config)
        self._thread: threading.Thread | None = None
        self._failed: BaseException | None = None

    def start(self) -> None:
        """Returns once the socket listens.

        Raises:
            OSError: the address can't be used; the message tells which and why.
            RuntimeError: the server did not come up within ten seconds.
        """
        _allow_many_files()
        # Bottle takes the files of a form apart into temporary files: on the data folder's disk, not in a /tmp that may be memory.
        self._usual_folder, tempfile.tempdir = tempfile.tempdir, str(self._data)
        sock = _listening_socket(self.host, self.port)
        self.port = sock.getsockname()[1]
        self._config.load()
        self._config.ssl = self._tls
        self._thread = threading.Thread(target=self._run, args=(sock,), name="http", daemon=True)
        self._thread.start()
        if not self._until(lambda: self._server.started, START_TIMEOUT_S):
            sock.close()
            raise RuntimeError("The HTTP server did not start.") from self._failed

    def stop(self) -> None:
        """Takes no more requests, finishes those that run, and returns after at most two seconds."""
        if self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(GRACE_S)
        if self._thread.is_alive():
            self._server.force_exit = True
            self._thread.join(0.5)
        self._wsgi.executor.shutdown(wait=False, cancel_futures=True)
        self._thread = None
        tempfile.tempdir = self._usual_folder

    def _run(self, sock: socket.socket) -> None:
        try:
            asyncio.run(self._server.serve(sockets=[sock]))
        except BaseException as error:
            self._failed = error
            log.exception("The HTTP server ended")
        finally:
            sock.close()

    def _until(self, done: Callable[[], bool], seconds: float) -> bool:
        waiting = threading.Event()
        for _ in range(int(seconds / 0.01)):
            if done():
                return True
            if self._failed is not None:
                return False
            waiting.wait(0.01)
        return done()


def _with_spooled_body(app: Any) -> Any:
    """Gives the application the file in which the gate has put the body, and drops what only ASGI needs."""

    def wsgi(environ: dict[str, Any], start_response: Any) -> Any:
        scope = environ.pop("asgi.scope")
        body, length = scope["dozvon.body"]
        environ["wsgi.input"] = body
        environ["bottle.request.body"] = body  # it can be sought in, so Bottle needs no copy of it
        environ["wsgi.errors"] = sys.stderr
        environ["CONTENT_LENGTH"] = str(length)
        # The body is whole: nobody has to read chunks any more.
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return app(environ, start_response)

    return wsgi


def _listening_socket(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        # With the protocol named asyncio sets TCP_NODELAY on its connections; without, each answer waits 40 ms for a delayed ACK.
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise OSError(error.errno, f"Can't listen on {host}: {error.strerror}. Check --host.") from None
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise OSError(
            error.errno, f"Can't listen on {host}, port {port}: {error.strerror}. Is it in use? Choose another with --port."
        ) from None
    return sock


def _tls_context(cert: str | Path | None, key: str | Path | None) -> ssl.SSLContext | None:
    if cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(cert, key)
    return context


def _allow_many_files() -> None:
    """A connection is an open file; the usual limit of 1,024 is too low for a thousand idle ones."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
