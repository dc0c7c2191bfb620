"""The HTTP server on real sockets: crowds, slow peers, large bodies, TLS, and the stop."""

from __future__ import annotations

import errno
import hashlib
import http.client
import json
import logging
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from httpd.gate import MIB, Gate
from httpd.protocol import TimedProtocol
from httpd.server import HttpServer

Starter = Callable[..., HttpServer]


def _answer(environ: dict[str, Any], start_response: Any) -> Any:
    """A small application: tells what it got, or what the path asks for."""
    path = environ["PATH_INFO"]
    body = environ["wsgi.input"]
    if path == "/big":
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return (b"x" * MIB for _ in range(20))
    if path == "/slow":
        time.sleep(0.6)
    digest, size = hashlib.sha256(), 0
    while block := body.read(MIB):
        digest.update(block)
        size += len(block)
    told = json.dumps({"path": path, "size": size, "sha256": digest.hexdigest(), "query": environ["QUERY_STRING"]}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(told)))])
    return [told]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Starts servers on free ports and stops them at the end."""
    running: list[HttpServer] = []

    def starter(**options: Any) -> HttpServer:
        server = HttpServer(_answer, "127.0.0.1", 0, tmp_path, **options)
        server.start()
        running.append(server)
        return server

    yield starter
    for server in running:
        server.stop()


def _ask(server: HttpServer, method: str = "GET", path: str = "/", body: Any = None, headers: dict[str, str] | None = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request(
        method, path, body=body, headers=headers or {}, encode_chunked=headers is not None and "Transfer-Encoding" in headers
    )
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def _connect(server: HttpServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=20)


def test_a_thousand_idle_and_slow_connections_stop_nobody(start: Starter) -> None:
    server = start()
    crowd = [_connect(server) for _ in range(1000)]
    try:
        for index, one in enumerate(crowd):
            if index % 3 == 1:
                one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Half")
            elif index % 3 == 2:
                one.sendall(b"POST /audio HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nhalf")
        started = time.monotonic()
        for _ in range(20):
            answer, _content = _ask(server, path="/health")
            assert answer.status == 200
        assert time.monotonic() - started < 4
    finally:
        for one in crowd:
            one.close()


def test_readers_that_do_not_read_hold_no_threads(start: Starter) -> None:
    server = start()
    crowd = []
    for _ in range(30):
        one = _connect(server)
        one.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        crowd.append(one)
    answer, _content = _ask(server, path="/health")
    assert answer.status == 200
    for one in crowd:
        one.close()


def test_a_large_answer_comes_whole(start: Starter) -> None:
    answer, content = _ask(start(), path="/big")
    assert answer.status == 200
    assert content == b"x" * 20 * MIB


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 300_000, 20 * MIB])
def test_bodies_arrive_unharmed(start: Starter, size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"z" * (size % 256)
    answer, content = _ask(start(), "POST", "/audio", body)
    assert answer.status == 200
    assert json.loads(content)["sha256"] == hashlib.sha256(body).hexdigest()


def test_chunked_bodies_arrive_unharmed(start: Starter) -> None:
    blocks = [bytes([number]) * 100_000 for number in range(40)]
    answer, content = _ask(start(), "POST", "/audio", iter(blocks), {"Transfer-Encoding": "chunked"})
    assert answer.status == 200
    assert json.loads(content)["size"] == 4_000_000
    assert json.loads(content)["sha256"] == hashlib.sha256(b"".join(blocks)).hexdigest()


@pytest.mark.parametrize(("path", "size"), [("/dial", 16 * MIB + 1), ("/oauth/token", 64 * 1024 + 1)])
def test_too_large_is_413(start: Starter, path: str, size: int) -> None:
    answer, content = _ask(start(), "POST", path, b"x" * size)
    assert answer.status == 413
    told = json.loads(content)
    assert told["error" if path.startswith("/oauth/") else "code"] in ("too_large", "invalid_request")


def test_too_large_in_chunks_is_413(start: Starter) -> None:
    answer, content = _ask(start(), "POST", "/dial", (b"x" * MIB for _ in range(17)), {"Transfer-Encoding": "chunked"})
    assert answer.status == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(content)["code"] == "too_large"


def test_an_announced_size_over_the_limit_is_413_before_a_byte_is_sent(start: Starter) -> None:
    with _connect(start()) as one:
        one.sendall(b"POST /dial HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n")
        assert one.recv(100).startswith(b"HTTP/1.1 413 ")


def test_who_is_not_known_sends_no_large_body(start: Starter) -> None:
    asked = []

    def nobody(headers: dict[str, str], path: str) -> bool:
        asked.append((headers.get("authorization"), path))
        return False

    server = start(authorised=nobody)
    for body, headers in ((b"x" * 3 * MIB, {}), ((b"x" * MIB for _ in range(3)), {"Transfer-Encoding": "chunked"})):
        answer, content = _ask(server, "POST", "/audio", body, {"Authorization": "Bearer x", **headers})
        # The application got nothing of it, and answers as it likes.
        assert json.loads(content)["size"] == 0
        assert answer.headers["Connection"] == "close"
    assert asked == [("Bearer x", "/audio")] * 2
    assert json.loads(_ask(server, "POST", "/audio", b"x" * 1000)[1])["size"] == 1000


def test_connections_are_kept_alive(start: Starter) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", start().port, timeout=20)
    ports = set()
    for number in range(5):
        connection.request("POST", "/dial", body=b"x" * number)
        assert json.loads(connection.getresponse().read())["size"] == number
        ports.add(connection.sock.getsockname())
    assert len(ports) == 1


def test_a_half_head_is_cut_off(start: Starter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TimedProtocol, "head_timeout_s", 0.2)
    with _connect(start()) as one:
        one.sendall(b"GET / HTTP/1.1\r\nX-Half")
        assert _is_cut_off(one)


def test_a_stalled_body_is_cut_off(start: Starter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gate, "idle_timeout_s", 0.2)
    with _connect(start()) as one:
        one.sendall(b"POST /dial HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        assert _is_cut_off(one)


def _is_cut_off(one: socket.socket) -> bool:
    try:
        return one.recv(100) == b""
    except ConnectionResetError:
        return True


def test_an_endless_head_is_cut_off(start: Starter) -> None:
    with _connect(start()) as one:
        one.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(ConnectionError):
            one.sendall((b"X-More: " + b"y" * 8000 + b"\r\n") * 4000)


def test_what_is_no_http_is_a_problem(start: Starter) -> None:
    with _connect(start()) as one:
        one.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        head, _, body = one.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["code"] == "bad_input"


@pytest.mark.parametrize("target", ["/x?q=Анна", "/Анна", "http://[", "x", "/%ff%00"])
def test_an_odd_target_is_no_500(start: Starter, target: str) -> None:
    with _connect(start()) as one:
        one.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head = one.makefile("rb").read().partition(b"\r\n")[0]
    assert head.split()[1] in (b"200", b"400")


def test_a_taken_port_is_told(start: Starter, tmp_path: Path) -> None:
    port = start().port
    with pytest.raises(OSError, match=f"port {port}"):
        HttpServer(_answer, "127.0.0.1", port, tmp_path).start()


def test_the_stop_finishes_what_runs(start: Starter) -> None:
    server = start()
    got: list[int] = []
    asking = threading.Thread(target=lambda: got.append(_ask(server, path="/slow")[0].status))
    idle, half = _connect(server), _connect(server)
    half.sendall(b"POST /dial HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
    asking.start()
    time.sleep(0.2)  # until it runs
    started = time.monotonic()
    server.stop()
    assert time.monotonic() - started < 2.2
    asking.join(5)
    assert got == [200]
    with pytest.raises(ConnectionError):
        _connect(server)
    idle.close()
    half.close()


def test_the_access_log_has_no_query(start: Starter, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="dozvon.access"):
        server = start()
        _ask(server, path="/users?q=secret")
        server.stop()  # the line is written when all is sent
    lines = [record.getMessage() for record in caplog.records if record.name == "dozvon.access"]
    assert len(lines) == 1
    assert "GET /users 200" in lines[0]
    assert "secret" not in lines[0]


def test_the_access_log_leaves_out_the_routine_unless_something_is_wrong(start: Starter, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="dozvon.access"):
        server = start()
        for path in ("/health", "/assets/main.js", "/campaigns"):
            _ask(server, path=path)
        server.stop()
    assert [record.getMessage().split()[2] for record in caplog.records if record.name == "dozvon.access"] == ["/campaigns"]


def test_tls(start: Starter, tmp_path: Path) -> None:
    cert, key = _certificate(tmp_path)
    server = start(tls_cert=cert, tls_key=key)
    silent = [_connect(server) for _ in range(20)]
    context = ssl.create_default_context(cafile=str(cert))
    connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=20, context=context)
    connection.request("POST", "/audio", body=b"x" * MIB)
    assert json.loads(connection.getresponse().read())["size"] == MIB
    connection.close()
    for one in silent:
        one.close()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(timezone.utc)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    return cert_file, key_file


# -- requests that two programs could read in two ways -----------------------------------------------------------------


def _sent(server: HttpServer, request: bytes) -> tuple[int, dict[str, Any]]:
    """Status and problem of the answer to these bytes."""
    with _connect(server) as one:
        one.sendall(request)
        answer = b""
        while block := one.recv(65536):
            answer += block
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return int(head.split()[1]), json.loads(body)


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (b"GET / HTTP/1.1\r\n", "exactly one Host"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n", "exactly one Host"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", "can be read"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n", "can be read"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n", "can be read"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n", "can be read"),
        (b"GET /?q=\xd0\x90 HTTP/1.1\r\nHost: a\r\n", "percent-encoded"),
        (b"FOO / HTTP/1.1\r\nHost: a\r\n", "no such HTTP method"),
        (b"\x16\x03\x01\x02\x00\x01\x00", "no such HTTP method"),
    ],
)
def test_ambiguous_requests_are_refused_with_a_reason(start: Starter, head: bytes, told: str) -> None:
    status, problem = _sent(start(), head + b"Connection: close\r\n\r\n0\r\n\r\n")
    assert (status, problem["code"]) == (400, "bad_input")
    assert told in problem["detail"]


def test_a_head_that_is_too_large_is_431(start: Starter) -> None:
    status, problem = _sent(start(), b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 150_000)
    assert (status, problem["code"]) == (431, "head_too_large")


def test_an_upgrade_that_nobody_offers_is_overlooked(start: Starter, caplog: pytest.LogCaptureFixture) -> None:
    answer, _content = _ask(start(), headers={"Upgrade": "websocket", "Connection": "Upgrade"})
    assert answer.status == 200
    assert "pip install" not in caplog.text


def test_a_body_for_which_the_disk_has_no_room_is_503(start: Starter, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(tempfile.SpooledTemporaryFile):  # type: ignore[type-arg]
        def rollover(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("httpd.gate.tempfile.SpooledTemporaryFile", Full)
    answer, content = _ask(start(), "POST", body=b"x" * MIB)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert json.loads(content)["code"] == "unavailable"
