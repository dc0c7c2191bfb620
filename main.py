"""The service: `python main.py`. Reads the settings, starts everything in order, and stops it in the reverse order.

Signals only set a flag; the main thread sees it and stops: no new calls, live calls hung up, everything written.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

import config
import descriptors
import users_cli
from api.services import Services
from api.token_check import authorised
from api_srv import make_app
from auth import Auth, ensure_first_user
from dialer.dialer import Dialer
from errors import StartRefused
from httpd.server import HttpServer
from security import keys
from sip.sandbox.process import SandboxError, SandboxProcess
from store import audio, callbases, campaigns
from store.engine import Store
from store.setup import open_store
from version import VERSION

WATCH_EVERY_S = 1.0

log = logging.getLogger("dozvon")


class Service:
    """Everything that runs, by its settings.

    Args:
        settings: from `config.parse`.
        store: opened and migrated; closed by `stop`.
    """

    def __init__(self, settings: config.Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._sandbox = None if settings.no_sandbox else SandboxProcess()
        self._box = keys.secret_box(settings.data)
        self._auth = Auth(store, settings.jwt_key or keys.jwt_key(settings.data))
        self._dialer: Dialer | None = None
        self._http: HttpServer | None = None

    def start(self) -> None:
        """Blocks until requests are taken and calls can be placed.

        Raises:
            StartRefused, SandboxError, OSError: it can't; the text tells why.
        """
        settings = self._settings
        _make_first_user(self._store, settings)
        campaigns.sweep(self._store)
        callbases.sweep(self._store)
        audio.sweep(self._store)
        port = self._sandbox.start() if self._sandbox else None
        self._dialer = Dialer(
            self._store, self._box, settings.data, lines=settings.lines, in_process=settings.in_process, sandbox_port=port
        )
        self._dialer.start()
        services = Services(self._store, self._auth, self._box, self._dialer, port, VERSION, settings.data)
        self._http = HttpServer(
            make_app(services),
            settings.host,
            settings.port,
            settings.data,
            settings.tls_cert,
            settings.tls_key,
            authorised(self._auth),
            settings.behind_proxy,
        )
        self._http.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        scheme = "https" if self._settings.tls_cert else "http"
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return f"{scheme}://{host}:{self._http.port if self._http else self._settings.port}"

    def watch(self) -> None:
        """Starts the sandbox again when it has died."""
        if self._sandbox is not None and not self._sandbox.is_alive():
            log.error("the sandbox gateway has died and is started again")
            try:
                self._sandbox.start()
            except (SandboxError, OSError) as error:
                log.error("%s", error)

    def stop(self) -> None:
        """In order, within 5 s: calls, requests, sandbox, store. Safe also when `start` failed half-way."""
        if self._dialer is not None:
            self._dialer.stop()
        if self._http is not None:
            self._http.stop()
        if self._sandbox is not None:
            self._sandbox.stop()
        self._store.close()


def _make_first_user(store: Store, settings: config.Settings) -> None:
    password = ensure_first_user(store, settings.admin_login, settings.admin_password)
    if password is not None:
        print(f"The first user is made. Login: {settings.admin_login}  Password: {password}", flush=True)
        print("The password is shown this once. Change it with: python main.py user passwd " + settings.admin_login, flush=True)


def run(settings: config.Settings) -> int:
    """The service's whole life. Gives the exit code: 0 after a stop, 1 when it could not start."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    os.umask(0o077)  # what is made in the data folder is its owner's only
    try:
        service = Service(settings, open_store(settings.data))
    except StartRefused as error:
        print(f"dozvon: {error}", file=sys.stderr)
        return 1
    try:
        service.start()
        print(f"Listening on {service.url}  (open it in a browser; the API: {service.url}/docs)  Stop with Ctrl+C.", flush=True)
        while not stop.wait(WATCH_EVERY_S):
            service.watch()
    except (StartRefused, SandboxError, OSError) as error:
        print(f"dozvon: {error}", file=sys.stderr)
        return 1
    finally:
        service.stop()
    print("Stopped.", flush=True)
    return 0


def main(argv: Sequence[str]) -> int:
    """`python main.py [flags]` or `python main.py user ...`."""
    if argv[:1] == ["user"]:
        return users_cli.main(argv[1:], os.environ)
    settings = config.parse(argv, os.environ)
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    descriptors.raise_limit()
    return run(settings)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: it would wait for threads whose requests nobody waits for any more, such as a sound that is being decoded.
    os._exit(code)
