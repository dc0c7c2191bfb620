"""The user agent server: each datagram to the call it belongs to, or to an answer at once (RFC 3261 section 8.2)."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sip.sandbox.behaviours import choose
from sip.sandbox.call import Call, Surroundings
from sip.sandbox.dialog import ALLOW, SERVER, Dialog, DialogKey
from sip.sandbox.media import Media
from sip.sandbox.message import Request, Response, parse, response, user_of
from sip.sandbox.report import Report
from sip.sandbox.transaction import Address, ClientTransactions, Clock, Key, Send, ServerTransaction, Transactions

# Methods that SIP knows and the sandbox does not serve: 405; of all others it says 501.
KNOWN = {"REGISTER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "UPDATE", "PRACK", "MESSAGE"}


class Server:
    """The sandbox without its socket: datagrams come in through `datagram()`, go out through `send`.

    Args:
        clock: asyncio's loop, or a clock of the tests.
        send: sends a datagram to an address.
        port: the UDP port that it listens on, for Contact and Via.
        on_end: takes the report of each call that has ended.
        record: a folder for what is heard, None to keep nothing.
    """

    def __init__(self, clock: Clock, send: Send, port: int, on_end: Callable[[Report], None], record: Path | None = None) -> None:
        self.malformed = self.strangers = 0  # datagrams that were ignored
        self.media = Media(clock, record is not None)
        self._send = send
        self._contact = f"sip:sandbox@127.0.0.1:{port}"
        self._requests = ClientTransactions(clock, send)
        self._transactions = Transactions(clock, send)
        self._calls: dict[DialogKey, Call] = {}
        self._by_invite: dict[Key, Call] = {}
        self._around = Surroundings(clock, self.media, self._requests, on_end, self._forget, record)
        self._methods: dict[str, Callable[[Request, Address], None]] = {
            "INVITE": self._invite,
            "ACK": self._ack,
            "CANCEL": self._cancel,
            "BYE": self._bye,
            "OPTIONS": self._options,
            "REFER": self._refer,
        }

    def __len__(self) -> int:
        """How many calls there are, ringing or answered."""
        return len(self._calls)

    def datagram(self, data: bytes, peer: Address) -> None:
        """One datagram from the network. Never raises for what is in it."""
        if not peer[0].startswith("127."):
            self.strangers += 1
            return
        if not data.strip(b"\r\n\0"):  # a keep-alive (RFC 5626 section 3.5.1)
            return
        message = parse(data)
        if message is None:
            self.malformed += 1
        elif isinstance(message, Response):
            self._requests.response(message)
        else:
            self._request(message, peer)

    def close(self) -> None:
        """Ends every call, each with one BYE or 503; their reports go out."""
        for call in list(self._calls.values()):
            call.hang_up()

    def _request(self, request: Request, peer: Address) -> None:
        handler = self._methods.get(request.method)
        if handler is None:
            self._reply(request, peer, 405 if request.method in KNOWN else 501, [("Allow", ALLOW)])
        elif request.method in ("ACK", "CANCEL"):
            handler(request, peer)
        elif known := self._transactions.find(request, request.method):
            known.repeated()
        elif request.first("require"):
            self._reply(request, peer, 420, [("Unsupported", request.first("require"))])
        else:
            handler(request, peer)

    def _reply(self, request: Request, peer: Address, status: int, headers: list[tuple[str, str]] | None = None) -> None:
        """An answer that needs no memory: the same request gets the same To tag again (RFC 3261 section 8.2.7)."""
        tag = f"{zlib.crc32((request.via + request.call_id).encode()):08x}"
        self._send(response(request, status, peer, tag, [SERVER, *(headers or [])]), peer)

    def _call_of(self, request: Request) -> Call | None:
        return self._calls.get((request.call_id, request.from_tag, request.to_tag))

    def _invite(self, request: Request, peer: Address) -> None:
        if request.to_tag:
            self._reinvite(request, peer)
            return
        user = user_of(request.uri)
        transaction = self._transactions.open(request, peer)
        dialog = Dialog(request, peer, self._contact)
        if user is None:
            transaction.finish(416, dialog.respond(request, 416))
            return
        call = Call(user, choose(user), dialog, transaction, self._around)
        self._calls[dialog.key] = self._by_invite[transaction.key] = call
        call.start()

    def _reinvite(self, request: Request, peer: Address) -> None:
        call = self._call_of(request)
        transaction = self._transactions.open(request, peer)
        if call is None:
            transaction.finish(481, response(request, 481, peer))
        elif self._is_new(call, transaction):
            call.reinvite(transaction)

    def _is_new(self, call: Call, transaction: ServerTransaction) -> bool:
        """Answers 500 to a request that is older than one already seen (RFC 3261 section 12.2.2)."""
        if call.dialog.in_order(transaction.request):
            return True
        transaction.finish(500, call.dialog.respond(transaction.request, 500))
        return False

    def _ack(self, request: Request, _peer: Address) -> None:
        if call := self._call_of(request):
            call.acknowledged(request)
        if transaction := self._transactions.find(request, "INVITE"):
            transaction.acknowledged()

    def _cancel(self, request: Request, peer: Address) -> None:
        invite = self._transactions.find(request, "INVITE")
        if invite is None:
            self._reply(request, peer, 481)
            return
        call = self._by_invite.get(invite.key)
        if call is not None and call.silent:
            return
        self._reply(request, peer, 200)
        if call is not None:
            call.cancel()

    def _bye(self, request: Request, peer: Address) -> None:
        call = self._call_of(request)
        transaction = self._transactions.open(request, peer)
        if call is None:
            transaction.finish(481, response(request, 481, peer))
        elif self._is_new(call, transaction):
            call.bye(transaction)

    def _refer(self, request: Request, peer: Address) -> None:
        call = self._call_of(request)
        if call is None:
            self._reply(request, peer, 481)
            return
        transaction = self._transactions.open(request, peer)
        if self._is_new(call, transaction):
            call.refer(transaction)

    def _options(self, request: Request, peer: Address) -> None:
        self._reply(request, peer, 200, [("Contact", f"<{self._contact}>"), ("Allow", ALLOW), ("Accept", "application/sdp")])

    def _forget(self, call: Call) -> None:
        self._calls.pop(call.dialog.key, None)
        self._by_invite.pop(call.invite.key, None)


class Socket(asyncio.DatagramProtocol):
    """The SIP socket of a Server."""

    def __init__(self, on_end: Callable[[Report], None], record: Path | None) -> None:
        self._on_end, self._record = on_end, record
        self.port = 0

    def connection_made(self, transport: Any) -> None:
        self.port = transport.get_extra_info("sockname")[1]
        self.server = Server(asyncio.get_running_loop(), transport.sendto, self.port, self._on_end, self._record)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.server.datagram(data, addr)

    def error_received(self, exc: Exception) -> None:
        """An ICMP error: the peer has gone; the timers find that out."""
