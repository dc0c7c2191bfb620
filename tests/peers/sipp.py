"""SIPp as a gateway that is called (SippGateway) and as a caller for the harness's own tests (SippCaller)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.peers.events import EventLog, GatewayStats
from tests.peers.ports import HOST, free_port
from tests.peers.probe import options_answered
from tests.peers.process import LIFE_LIMIT_S, Peer, PeerError, wait_until
from tests.peers.rtp import RtpSink
from tests.peers.scenarios import Value, build
from tests.peers.sipmessage import SipMessage, read_sipp_trace

TRANSPORTS = {"udp": "u1", "tcp": "t1"}


class SippGateway(Peer):
    """SIPp as a SIP gateway (UAS) on 127.0.0.1. It carries hundreds of calls at once.

    Args:
        scenario: a name in scenarios.BEHAVIOURS, or `by_number`.
        folder: its files and logs.
        transport: udp or tcp (Debian's SIPp has no TLS: put KamailioProxy in front).
        port: 0 = a free one, which is in `.port`.
        trace: keep every SIP message, for messages(). Costs about 1 ms a call.
        host: another address than 127.0.0.1.
        values: fill in the scenario, such as ring_ms=200, code=488, phrase="Not Acceptable Here", headers="Retry-After: 5".
    """

    name = "sipp"

    def __init__(
        self,
        scenario: str,
        folder: Path,
        *,
        transport: str = "udp",
        port: int = 0,
        trace: bool = False,
        host: str = HOST,
        **values: Value,
    ) -> None:
        super().__init__(folder)
        self.port = port or free_port()
        self.transport = transport
        self.trace = trace
        self.rtp = RtpSink(host)
        self._host = host
        self._scenario = scenario
        self._values = values
        self._events = folder / "events.log"
        self._log = EventLog(self._events)
        self._messages = folder / "messages.log"
        self._errors = folder / "errors.log"

    def prepare(self) -> None:
        values: dict[str, Value] = {"rtp_port": self.rtp.port, **self._values}
        text = build(self._scenario, values)
        (self.folder / "scenario.xml").write_text(text)

    def command(self) -> list[str]:
        command = ["sipp", "-sf", "scenario.xml", "-t", TRANSPORTS[self.transport], *_own_ports(self.port, self._host)]
        # A message that the scenario did not expect is logged and does not end the call; INFO and UPDATE get a 200 (-aa).
        command += [
            "-default_behaviors",
            "all,-abortunexp",
            "-aa",
            "-deadcall_wait",
            "10000",
            "-max_socket",
            "2000",
            "-timeout",
            str(LIFE_LIMIT_S),
        ]
        command += ["-trace_logs", "-log_file", str(self._events), "-trace_err", "-error_file", str(self._errors)]
        if self.trace:
            command += ["-trace_msg", "-message_file", str(self._messages)]
        return command

    def ready(self) -> bool:
        return options_answered(self.port, self.transport, host=self._host)

    def stop(self, limit_s: float = 2.0) -> None:
        super().stop(limit_s)
        self.rtp.close()

    def log_files(self) -> Iterable[Path]:
        return [self.output, self._errors, self._events]

    def stats(self) -> GatewayStats:
        """What it has seen so far. Reads a log; also after it has stopped."""
        return self._log.stats()

    def messages(self) -> list[SipMessage]:
        """Every SIP message so far, sent and received, in order (with trace=True). Probes are left out."""
        return read_sipp_trace(self._messages)

    def wait_for(self, event: str, count: int = 1, limit_s: float = 10.0) -> GatewayStats:
        """Blocks until `event` (a word of GatewayStats.events, such as BYE) was seen `count` times."""
        wait_until(lambda: len(self.stats().of(event)) >= count, limit_s, f"{count} x {event} at the gateway", 0.02)
        return self.stats()


class SippCaller:
    """SIPp as the caller (UAC), for the harness's own tests: places calls and checks that each goes as its scenario says.

    Args:
        scenario: a file in sipp/callers/ without `.xml`.
        folder: its files and logs.
        transport: udp or tcp.
    """

    def __init__(self, scenario: str, folder: Path, *, transport: str = "udp") -> None:
        self._scenario = Path(__file__).parent / "sipp" / "callers" / f"{scenario}.xml"
        self._transport = transport
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def call(
        self, port: int, numbers: list[str], *, rate: int = 10, talk_ms: int = 100, expect: int = 200, rtp_port: int = 0, limit_s: int = 30
    ) -> None:
        """Calls each number once and blocks until all have ended.

        Args:
            port: the called peer's, on 127.0.0.1.
            rate: calls a second.
            talk_ms: from the ACK to the BYE, where the scenario answers.
            expect: the final reply that each call must get.

        Raises:
            PeerError: a call did not go as the scenario says.
        """
        rows = "\n".join(f"{number};" for number in numbers)
        (self.folder / "numbers.csv").write_text(f"SEQUENTIAL\n{rows}\n")
        text = self._scenario.read_text().replace("{{expect}}", str(expect)).replace("{{talk_ms}}", str(talk_ms))
        (self.folder / "caller.xml").write_text(text)
        self._run(self._command(port, len(numbers), rate, rtp_port or free_port(2), limit_s), limit_s)

    def _command(self, port: int, calls: int, rate: int, rtp_port: int, limit_s: int) -> list[str]:
        command = ["sipp", f"{HOST}:{port}", "-sf", "caller.xml", "-t", TRANSPORTS[self._transport], *_own_ports(free_port())]
        command += ["-inf", "numbers.csv", "-m", str(calls), "-r", str(rate), "-timeout", str(limit_s), "-timeout_error"]
        command += ["-au", "alice", "-ap", "secret", "-key", "rtp_port", str(rtp_port)]
        return [*command, "-trace_err", "-error_file", str(self.folder / "errors.log")]

    def _run(self, command: list[str], limit_s: int) -> None:
        output = self.folder / "output.log"
        environment = Peer(self.folder).environment()
        with output.open("wb") as out:
            ended = subprocess.run(
                command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=limit_s + 5
            )
        if ended.returncode != 0:
            errors = self.folder / "errors.log"
            told = "" if not errors.exists() else errors.read_text(errors="replace")[-3000:]
            raise PeerError(f"sipp as the caller ended with {ended.returncode}\n{told}\n{output.read_text(errors='replace')[-3000:]}")


def _own_ports(port: int, host: str = HOST) -> list[str]:
    """SIPp's own addresses: SIP, its control port, and the media ports that it binds though nothing uses them."""
    control, media = free_port(), free_port(step=2, span=4)
    return ["-i", host, "-p", str(port), "-ci", host, "-cp", str(control), "-mi", host, "-mp", str(media), "-nostdin", "-f", "3600"]
