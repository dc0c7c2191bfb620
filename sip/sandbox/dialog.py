"""The dialog of one call, seen from the called side (RFC 3261 section 12)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sip.sandbox.message import Headers, Request, render, response, split_list, tag_of, uri_of
from sip.sandbox.transaction import Address

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, REFER"
SERVER = ("Server", "Dozvon sandbox")
SDP_TYPE = ("Content-Type", "application/sdp")

DialogKey = tuple[str, str, str]


@dataclass
class Dialog:
    """Who talks with whom. `peer` is where the caller's requests come from: all that we send goes there."""

    invite: Request
    peer: Address
    contact: str
    local_tag: str = field(default_factory=lambda: secrets.token_hex(8))
    _own_cseq: int = 0

    def __post_init__(self) -> None:
        self.remote_cseq = self.invite.cseq[0]
        self.target = uri_of(self.invite.first("contact")) or uri_of(self.invite.first("from"))
        self._routes = [("Record-Route", value) for value in self.invite.all("record-route")]

    @property
    def key(self) -> DialogKey:
        """What the caller's requests in the dialog find it by: Call-ID, the caller's tag, ours."""
        return (self.invite.call_id, self.invite.from_tag, self.local_tag)

    def in_order(self, request: Request) -> bool:
        """Whether the request is no older than those before it (RFC 3261 section 12.2.2); remembers it."""
        if request.cseq[0] < self.remote_cseq:
            return False
        self.remote_cseq = request.cseq[0]
        return True

    def retarget(self, request: Request) -> None:
        """A re-INVITE may move the caller's Contact."""
        self.target = uri_of(request.first("contact")) or self.target

    def respond(self, request: Request, status: int, headers: Headers = (), sdp: bytes = b"") -> bytes:
        """An answer to a request of the dialog. 100 bears no tag; 101 to 299 to an INVITE bear Contact and the route."""
        if status == 100:
            return response(request, status, self.peer, headers=[SERVER])
        extra = [SERVER, *headers]
        if request.method in ("INVITE", "REFER") and status < 300:
            extra += [*self._routes, ("Contact", f"<{self.contact}>"), ("Allow", ALLOW)]
        if sdp:
            extra.append(SDP_TYPE)
        return response(request, status, self.peer, self.local_tag, extra, sdp)

    def request(self, method: str, branch: str, headers: Headers = (), body: bytes = b"") -> bytes:
        """A request of ours in the dialog, by its route set (section 12.2.1.1)."""
        self._own_cseq += 1
        to = self.invite.first("to")
        local = to if tag_of(to) else f"{to};tag={self.local_tag}"
        sent_by = self.contact.rpartition("@")[2]
        routes = [("Route", route) for _, line in self._routes for route in split_list(line)]
        fields = [("Via", f"SIP/2.0/UDP {sent_by};branch={branch};rport"), *routes, ("Max-Forwards", "70"), ("From", local)]
        fields += [("To", self.invite.first("from")), ("Call-ID", self.invite.call_id), ("CSeq", f"{self._own_cseq} {method}")]
        if method != "BYE":  # it makes no sense where the dialog ends
            fields.append(("Contact", f"<{self.contact}>"))
        return render(f"{method} {self.target} SIP/2.0", [*fields, ("User-Agent", SERVER[1]), *headers], body)
