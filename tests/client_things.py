"""For the client's tests: the client as a real process, and a small HTTP server that misbehaves on demand."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

from tests.peers.certificates import Certificates

ROOT = Path(__file__).resolve().parent.parent
KEY = "k" * 40
PASSWORD = "correct horse battery staple"
DROP = None  # a reply: the connection is closed without an answer


@dataclass(frozen=True)
class Seen:
    """A request as the server saw it. Of a large body only the size is kept."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    size: int

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """An answer. `delay_s` is how long it takes."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


def problem(status: int, detail: str, **more: Any) -> Reply:
    return Reply(status, {"type": "about:blank", "title": "No", "status": status, "detail": detail, **more})


class FakeServer:
    """Answers what it was told to, the last reply of a route again and again, and issues tokens: each refresh token is good once."""

    def __init__(self, tls: Certificates | None = None) -> None:
        self.seen: list[Seen] = []
        self.expires_in = 600
        self.refresh_delay_s = 0.0
        self.good_access: set[str] = set()
        self.good_refresh: set[str] = set()
        self._count = 0
        self._lock = threading.Lock()
        self._replies: dict[tuple[str, str], list[Reply | None]] = {}
        handler = type("Handler", (_Handler,), {"fake": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        if tls:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(tls.server_pem)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, method: str, path: str, *replies: Reply | None) -> None:
        self._replies[method, path] = list(replies)

    def of(self, method: str, path: str) -> list[Seen]:
        return [request for request in self.seen if (request.method, request.path) == (method, path)]

    def reply_to(self, request: Seen) -> Reply | None:
        with self._lock:
            self.seen.append(request)
            replies = self._replies.get((request.method, request.path))
            if replies:
                return replies.pop(0) if len(replies) > 1 else replies[0]
        if request.path == "/oauth/token":
            return self._token(parse_qs(request.body.decode()))
        if request.path == "/oauth/revoke":
            return Reply(200)
        if request.headers.get("authorization", "")[7:] not in self.good_access:
            return problem(401, "the token is not valid")
        return problem(404, "There is no such thing.")

    def _token(self, form: dict[str, list[str]]) -> Reply:
        if form["grant_type"] == ["refresh_token"]:
            time.sleep(self.refresh_delay_s)
            with self._lock:
                if form["refresh_token"][0] not in self.good_refresh:
                    self.good_refresh.clear()  # one that was used twice ends the family
                    return Reply(400, {"error": "invalid_grant", "error_description": "The refresh token is not valid."})
                self.good_refresh.discard(form["refresh_token"][0])
        elif form["password"] != [PASSWORD]:
            return Reply(400, {"error": "invalid_grant", "error_description": "The login or the password is wrong."})
        return Reply(200, self._issue())

    def _issue(self) -> dict[str, Any]:
        with self._lock:
            self._count += 1
            now = int(time.time())
            claims = {"sub": "u", "iat": now, "exp": now + 600, "jti": str(self._count), "iss": "dozvon"}
            access, refresh = jwt.encode(claims, KEY, "HS256"), f"refresh-{self._count}"
            self.good_access.add(access)
            self.good_refresh.add(refresh)
        return {"access_token": access, "token_type": "Bearer", "expires_in": self.expires_in, "refresh_token": refresh}


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        body, size = self._body()
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.fake.reply_to(Seen(self.command, parts.path, parse_qs(parts.query), headers, body, size))
        if reply is None:
            self.close_connection = True
            return
        time.sleep(reply.delay_s)
        content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        if reply.status == 204:
            content = b""
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        if "Content-Length" in reply.headers:
            self.close_connection = True  # the answer is to break off
        else:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> tuple[bytes, int]:
        size = left = int(self.headers.get("Content-Length") or 0)
        kept = b""
        while left:
            piece = self.rfile.read(min(left, 1 << 16))
            if not piece:
                break
            left -= len(piece)
            if len(kept) < 1 << 16:
                kept += piece
        return kept, size

    do_GET = do_POST = do_DELETE = do_PATCH = _serve

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@dataclass(frozen=True)
class Run:
    """A run of the client that has ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


class Client:
    """Runs `api_client.py` as a process with settings of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.token_file = folder / "settings" / "tokens.json"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DOZVON_", "JWT_", "ADMIN_"))}
        self.env = {**kept, "DOZVON_URL": url, "DOZVON_TOKEN_FILE": str(self.token_file), "PYTHONIOENCODING": "utf-8"}
        self.env["XDG_CONFIG_HOME"] = str(folder)

    def start(self, *args: str, env: dict[str, str] | None = None, **settings: Any) -> subprocess.Popen[str]:
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
        command = [sys.executable, str(ROOT / "api_client.py"), *args]
        return subprocess.Popen(command, env={**self.env, **(env or {})}, text=True, encoding="utf-8", **streams)

    def __call__(self, *args: str, stdin: str = "", env: dict[str, str] | None = None) -> Run:
        process = self.start(*args, env=env)
        out, err = process.communicate(stdin, timeout=60)
        assert "Traceback" not in err + out, err
        return Run(process.returncode, out, err)

    def login(self) -> None:
        run = self("login", "--login", "admin", "--password-stdin", stdin=PASSWORD + "\n")
        assert run.code == 0, run.err

    def tokens(self, url: str) -> dict[str, Any]:
        return dict(json.loads(self.token_file.read_text())["servers"][url])


def wait_until(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def start_campaign(client: Client, *more: str) -> Run:
    """Dial one number through the sandbox."""
    audio = "00000000-0000-4000-8000-000000000001"
    return client("dial", "--gateway", "sandbox", "--audio", audio, "--numbers", "+79440000010", "--json", *more)
