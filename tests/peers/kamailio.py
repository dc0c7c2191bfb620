"""Kamailio as a provider's proxy: asks for digest credentials on REGISTER and INVITE, over UDP, TCP or TLS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.peers.certificates import Certificates, make_certificates
from tests.peers.ports import HOST, free_port
from tests.peers.probe import PROBE, options_answered
from tests.peers.process import Peer, wait_until

_LINE = re.compile(r"PEER (\w+) (\w+) (\S+) (\S+) (\S+)")
_TEMPLATE = Path(__file__).with_name("kamailio.cfg")


@dataclass(frozen=True)
class ProxyEvent:
    """What the proxy did with one message.

    `what`: challenged (no credentials), accepted, refused (wrong credentials), registered, relayed, options, reply_CODE (from upstream).
    `user` is the From user, `number` the user part of the Request-URI.
    """

    what: str
    method: str
    call_id: str
    user: str
    number: str


class KamailioProxy(Peer):
    """A proxy on 127.0.0.1 in front of one upstream gateway. It stays in the dialog (Record-Route).

    Args:
        folder: its files and logs; the certificates are made there for tls.
        auth: ask for digest credentials: 401 on REGISTER, 407 on INVITE. False lets everybody in.
        transport: udp, tcp or tls: what clients use. `.certificates.ca` is the authority to trust for tls.
        users: name -> password. Names and passwords of letters, digits, '.', '_' and '-'.
        realm: of the challenge.
        upstream: the port of the gateway on 127.0.0.1 that gets the calls; 0 = every call gets 480.
        upstream_transport: udp or tcp.
        wrong_credentials: 401 challenges again (as most do), 403 refuses.
        certificates: others than the ones it would make, such as expired ones.
    """

    name = "kamailio"

    def __init__(
        self,
        folder: Path,
        *,
        auth: bool = True,
        transport: str = "udp",
        users: Mapping[str, str] | None = None,
        realm: str = "provider.test",
        upstream: int = 0,
        upstream_transport: str = "udp",
        wrong_credentials: int = 401,
        certificates: Certificates | None = None,
    ) -> None:
        super().__init__(folder)
        self.port = free_port()
        self.transport = transport
        self.realm = realm
        self.users = dict(users if users is not None else {"alice": "secret"})
        self._auth = auth
        self._inner_port = free_port()
        self._upstream = (upstream, upstream_transport)
        self._wrong_credentials = wrong_credentials
        self.certificates = certificates
        if transport == "tls" and certificates is None:
            self.certificates = make_certificates(folder / "tls")

    def command(self) -> list[str]:
        # In the foreground, logs on stderr, little memory: -m is shared (TLS needs most of it), -M each process's own, in MB.
        return ["kamailio", "-f", "kamailio.cfg", "-DD", "-E", "-m", "32", "-M", "4", "-w", str(self.folder), "-Y", str(self.folder)]

    def prepare(self) -> None:
        text = _TEMPLATE.read_text()
        for name, value in self._values().items():
            text = text.replace("{{" + name + "}}", value)
        (self.folder / "kamailio.cfg").write_text(text)

    def ready(self) -> bool:
        return options_answered(self.port, self.transport)

    def events(self) -> list[ProxyEvent]:
        """What it has done so far, in order. Reads its log; probes are left out."""
        text = self.output.read_text(errors="replace")
        return [ProxyEvent(*found.groups()) for found in _LINE.finditer(text) if not found[3].startswith(PROBE)]

    def count(self, what: str, method: str = "") -> int:
        """How many events of a kind, of one method or of all."""
        return sum(event.what == what and method in ("", event.method) for event in self.events())

    def wait_for(self, what: str, method: str = "", count: int = 1, limit_s: float = 10.0) -> None:
        """Blocks until `count` such events have happened."""
        wait_until(lambda: self.count(what, method) >= count, limit_s, f"{count} x {what} {method} at the proxy", 0.02)

    def log_files(self) -> Iterable[Path]:
        return [self.output]

    def _values(self) -> dict[str, str]:
        upstream, upstream_transport = self._upstream
        listens = [f"listen={self.transport}:{HOST}:{self.port}"]
        if self.transport != upstream_transport:
            listens.append(f"listen={upstream_transport}:{HOST}:{self._inner_port}")
        return {
            "listen": "\n".join(listens),
            "realm": self.realm,
            "no_auth": "" if self._auth else "    return;",
            "refuse": "1 == 1" if self._wrong_credentials == 403 else "1 == 0",
            "upstream": str(upstream),
            "upstream_transport": upstream_transport,
            "users": "\n".join(f'    $sht(users=>{name}) = "{password}";' for name, password in self.users.items()),
            **self._tls_values(),
        }

    def _tls_values(self) -> dict[str, str]:
        if self.transport != "tls":
            return {"tls_on": "", "tls_module": "", "tls_params": ""}
        assert self.certificates is not None
        files = {"private_key": self.certificates.key, "certificate": self.certificates.certificate}
        params = [f'modparam("tls", "{name}", "{path}")' for name, path in files.items()]
        params.append('modparam("tls", "tls_method", "TLSv1.2+")')
        return {"tls_on": "enable_tls=yes", "tls_module": 'loadmodule "tls.so"', "tls_params": "\n".join(params)}
