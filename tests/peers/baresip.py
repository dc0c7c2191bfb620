"""baresip as the called phone: answers by itself and keeps what it hears, decoded, as a WAV file for each call."""

from __future__ import annotations

import math
import shutil
import tempfile
import wave
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.peers.certificates import Certificates
from tests.peers.ports import HOST, free_port
from tests.peers.probe import options_answered
from tests.peers.process import LIFE_LIMIT_S, Peer, wait_until

MODULES = Path("/usr/lib/baresip/modules")
CODEC_MODULES = {"PCMA": "g711", "PCMU": "g711", "G722": "g722", "GSM": "gsm"}
CODEC_NAMES = {"PCMA": "PCMA/8000/1", "PCMU": "PCMU/8000/1", "G722": "G722/16000/1", "GSM": "GSM/8000/1"}
SAMPLE_RATE = 8000

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Account:
    """An account at a proxy on 127.0.0.1 that the phone registers with and calls through."""

    user: str
    password: str
    port: int
    transport: str = "udp"

    def line(self) -> str:
        """The line in baresip's accounts file. Every request goes to the proxy first (outbound)."""
        proxy = f"sip:{HOST}:{self.port};transport={self.transport}"
        uri = f"sip:{self.user}@{HOST}:{self.port};transport={self.transport}"
        return f'<{uri}>;auth_user={self.user};auth_pass={self.password};outbound="{proxy}";regint=60;answermode=auto'


class BaresipPhone(Peer):
    """A phone on 127.0.0.1 that answers every call to its numbers at once and sends silence.

    Args:
        folder: its files, logs and recordings.
        numbers: the user parts that it answers to; others get 404.
        codecs: what it offers, best first: PCMA, PCMU, G722, GSM.
        max_calls: at once. Two calls that begin within one second share one recording's file name: see recordings().
        transport: udp, tcp or tls; the port is the same. For tls a certificate is needed.
        certificates: for tls.
        srtp: off, optional or required.
        max_talk_s: it hangs up by itself after about this time (its silent file ends).
        account: register it at a proxy, with digest.
        dial: a SIP URI that it calls at once, through the account when there is one.
        host: another address than 127.0.0.1.
    """

    name = "baresip"

    def __init__(
        self,
        folder: Path,
        *,
        numbers: Sequence[str] = ("phone",),
        codecs: Sequence[str] = ("PCMA", "PCMU"),
        max_calls: int = 4,
        transport: str = "udp",
        certificates: Certificates | None = None,
        srtp: str = "off",
        max_talk_s: int = 60,
        account: Account | None = None,
        dial: str = "",
        host: str = HOST,
    ) -> None:
        super().__init__(folder)
        self.transport = transport
        # With a certificate baresip takes TLS on the port after the one of UDP and TCP.
        self._listen = free_port(span=2)
        self.port = self._listen + (transport == "tls")
        self._rtp = free_port(step=2, span=4 * max_calls + 4)
        self._numbers = tuple(numbers)
        self._codecs = tuple(codecs)
        self._max_calls = max_calls
        self._certificates = certificates
        self._srtp = srtp
        self._max_talk_s = max_talk_s
        self._account = account
        self._dial = dial
        self._host = host
        # Not in its folder: baresip has room for some 120 characters of a recording's path.
        self._sounds = Path(tempfile.mkdtemp(prefix="heard-"))
        weakref.finalize(self, shutil.rmtree, self._sounds, ignore_errors=True)

    def command(self) -> list[str]:
        return ["baresip", "-4", "-v", "-t", str(LIFE_LIMIT_S), "-f", str(self.folder), *(["-e", f"d {self._dial}"] if self._dial else [])]

    def prepare(self) -> None:
        _write_silence(self.folder / "silence.wav", self._max_talk_s)
        (self.folder / "config").write_text("\n".join(self._config()) + "\n")
        (self.folder / "accounts").write_text("".join(f"{line}\n" for line in self._accounts()))
        (self.folder / "contacts").write_text("")

    def ready(self) -> bool:
        return options_answered(self.port, self.transport, self._numbers[0], host=self._host)

    def recordings(self) -> list[Path]:
        """The WAV file of each call that has begun, in order (16-bit mono; 8 kHz, of G722 16 kHz).

        baresip names them by the second, so begin calls to one phone at least a second apart, or take one phone for each.
        A file is whole once its call has ended: wait_for_calls_to_end().
        """
        return sorted(self._sounds.glob("*-dec.wav"))

    def calls_ended(self) -> int:
        """How many answered calls have ended."""
        return self.output.read_text(errors="replace").count("terminated (duration:")

    def wait_for_calls_to_end(self, count: int = 1, limit_s: float = 30.0) -> list[Path]:
        """Blocks until `count` answered calls have ended, and gives the recordings."""
        wait_until(lambda: self.calls_ended() >= count, limit_s, f"{count} calls to the phone have ended", 0.02)
        return self.recordings()

    def log_has(self, text: str) -> bool:
        """Whether the phone's log holds this text."""
        return text in self.output.read_text(errors="replace")

    def environment(self) -> dict[str, str]:
        # UTC: the recordings' names are in local time, which may jump back.
        return super().environment() | {"TZ": "UTC"}

    def log_files(self) -> Iterable[Path]:
        return [self.output]

    def _config(self) -> list[str]:
        codecs = sorted({CODEC_MODULES[codec] for codec in self._codecs})
        modules = [*codecs, "sndfile", "aufile", *(["srtp"] if self._srtp != "off" else [])]
        lines = [
            "poll_method epoll",
            f"sip_listen {self._host}:{self._listen}",
            f"call_max_calls {self._max_calls}",
            "call_local_timeout 120",
            f"audio_source aufile,{self.folder / 'silence.wav'}",
            f"audio_path {self.folder}",
            f"ausrc_srate {SAMPLE_RATE}",
            "ausrc_channels 1",
            "audio_txmode poll",
            f"net_interface {self._host}",
            "rtcp_mux no",
            "jitter_buffer_delay 5-10",
            f"rtp_ports {self._rtp}-{self._rtp + 4 * self._max_calls + 3}",
            f"module_path {MODULES}",
            f"snd_path {self._sounds}",
            *(f"module {module}.so" for module in modules),
            "module_tmp account.so",
            *(["module_app menu.so"] if self._dial else []),
        ]
        if self._certificates is not None:
            lines += [f"sip_certificate {self._certificates.server_pem}"]
        return lines

    def _accounts(self) -> list[str]:
        codecs = ",".join(CODEC_NAMES[codec] for codec in self._codecs)
        media = {"off": "", "optional": ";mediaenc=srtp", "required": ";mediaenc=srtp-mand"}[self._srtp]
        registered = [self._account.line()] if self._account else []
        return registered + [
            f"<sip:{number}@{self._host};transport={self.transport}>;regint=0;answermode=auto;audio_codecs={codecs}{media}"
            for number in self._numbers
        ]


def read_wav(path: Path) -> Samples:
    """The samples of a 16-bit mono WAV file, also of one whose header was not finished."""
    data = path.read_bytes()
    start = data.index(b"data") + 8
    return np.frombuffer(data[start : start + (len(data) - start) // 2 * 2], dtype="<i2").astype(np.int16)


def _write_silence(path: Path, seconds: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(bytes(2 * SAMPLE_RATE * math.ceil(seconds)))
