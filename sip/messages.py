"""What the dialer and an agent say to each other. Plain data; nothing here needs pjsua2.

All `*_at` are milliseconds of UNIX time, taken by the agent when the thing happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# Calls of an agent that are live or were so less than LINGER_S ago. The library has room for 32 players, and for 64 sockets, two a call:
# it keeps the place of a closed one for 500 ms and aborts the process when none is left.
CALLS_IN_A_ROW = 24
LINGER_S = 1.0
RTP_PORTS = 64  # the range that an agent takes its RTP ports from; fewer leads to "address in use"


def carries_wide(codecs: tuple[str, ...]) -> bool:
    """Whether an agent carries a gateway's calls at 16 kHz, by its codecs, best first.

    All calls of an agent share one clock. At 16 kHz a callee that takes G.711 gets every sample resampled by the library (SNR 31 dB in
    place of 37); at 8 kHz one that takes G722 gets nothing over 4 kHz. So only where G722 is wanted first.
    """
    return codecs[:1] == ("G722",)


# -- to the agent ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Setup:
    """The first message: whose calls this agent carries. It never serves another gateway."""

    host: str
    port: int
    transport: str  # udp | tcp | tls
    username: str
    auth_username: str
    password: str = field(repr=False)
    realm: str
    caller_id: str
    display_name: str
    outbound_proxy: str
    register: bool
    codecs: tuple[str, ...]
    srtp: str  # off | optional | required
    tls_ca: str  # PEM; empty: the usual authorities
    stun_server: str  # host or host:port (RFC 5389); empty: none
    public_address: str  # what SIP and SDP give as our address; empty: our own, or what STUN tells
    keep_alive_s: int  # how often an empty packet keeps the way through a NAT open (UDP); 0: never
    rtp_port: int  # the first of the agent's RTP ports; 0: any
    timer_b_ms: int = 32_000  # RFC 3261 section 17.1.1.2; shorter in tests


@dataclass(frozen=True)
class Prompt:
    """A rendered message: a WAV file (16-bit mono) of lead-in silence, the message and a tail of silence.

    Lengths are in samples at `rate` Hz. `message` counts the sound with all its repeats, without the pauses of silence between them.
    """

    path: str
    rate: int
    lead_in: int
    message: int
    tail: int
    repeat: int = 1
    pause: int = 0

    @property
    def length(self) -> int:
        """Samples of the whole file."""
        return self.lead_in + self.message + (self.repeat - 1) * self.pause + self.tail

    @property
    def length_s(self) -> float:
        """Of the whole file, in seconds."""
        return self.length / self.rate

    def message_until(self, position: int) -> int:
        """How many samples of the message lie before this position in the file."""
        once = self.message // self.repeat
        whole, begun = divmod(max(0, position - self.lead_in), max(1, once + self.pause))
        return min(whole * once + min(begun, once), self.message)


# What is done about voicemail (`Hear.machine_detection`).
OFF, HANG_UP, MESSAGE_AFTER_BEEP, REPORT_ONLY = "off", "hang_up", "message_after_beep", "report_only"


@dataclass(frozen=True)
class Hear:
    """What is listened for in a call."""

    machine_detection: str = OFF
    params: dict[str, int] = field(default_factory=dict)  # of the detection, see sip.listening.params; those that are not its defaults
    record_ms: int = 0  # how much of what the callee says after the message is kept at most
    recording: str = ""  # the file for it; its folder is there


@dataclass(frozen=True)
class Dial:
    """Place one call. `user` is the user part of the request URI, as it goes on the wire but for escaping."""

    call_id: str
    user: str
    prompt: Prompt
    ring_timeout_ms: int
    collect_digits: int
    opt_out_digit: str
    hear: Hear = Hear()
    opt_out_prompt: Prompt | None = None  # played after the opt-out key, then BYE
    transfer_digit: str = ""
    transfer_user: str = ""  # of the URI that a REFER names, as `user`


@dataclass(frozen=True)
class End:
    """End one call: CANCEL before the answer, BYE after it."""

    call_id: str


@dataclass(frozen=True)
class Probe:
    """Send an OPTIONS and tell what came back."""


@dataclass(frozen=True)
class Register:
    """Send a REGISTER now."""


@dataclass(frozen=True)
class Stop:
    """End all calls, unregister, exit."""


# -- from the agent ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """The agent's user agent runs and can carry `lines` calls at once."""

    lines: int


@dataclass(frozen=True)
class Broken:
    """The agent can't serve this gateway at all, and exits. `cause` is one of outcome.LOCAL_CAUSES."""

    cause: str
    reason: str


@dataclass(frozen=True)
class Alive:
    """Sent now and then: the loop turns."""


@dataclass(frozen=True)
class Ringing:
    """The first 180 or 183 came."""

    call_id: str
    at: int


@dataclass(frozen=True)
class Answered:
    """A 2xx to the INVITE came."""

    call_id: str
    at: int


@dataclass(frozen=True)
class OptedOut:
    """The callee pressed the opt-out key, and is still on the line."""

    call_id: str


@dataclass(frozen=True)
class Quality:
    """How well a call's sound travelled (RFC 3550). None: nothing came that would tell.

    Of what we sent, as the callee's reports have it: `packets_lost`, `jitter_ms`, `rtt_ms`. The others are of what came from there.
    """

    packets_sent: int
    packets_lost: int | None
    jitter_ms: float | None
    rtt_ms: float | None
    packets_received: int
    received_lost: int | None


@dataclass
class CallEnd:
    """The facts of a call that is over: its dialog is gone and its slot is free. `sip.outcome.judge` reads them."""

    call_id: str
    at: int = 0
    ringing_at: int | None = None
    answered_at: int | None = None
    provisional: bool = False  # any reply to the INVITE that went unanswered, 100 and challenges included
    sip_code: int | None = None  # of the final response that came; None when none came
    sip_reason: str = ""
    q850_cause: int | None = None
    retry_after_s: int | None = None
    local_cause: str = ""  # one of outcome.LOCAL_CAUSES, when we ended it for a fault of our own side or of the way
    ended_by: str = "network"  # callee | service | network
    asked: str = ""  # why we asked for its end: ring_timeout | end | stop | deadline | done | machine
    played: int = 0  # samples of the message that were sent
    message: int = 0  # samples that the message has
    rate: int = 8000
    first_audio_ms: int | None = None  # from the answer to the first RTP packet of the prompt
    quality: Quality | None = None  # None when no media came up
    digits: str = ""
    opted_out: bool = False
    answered_by: str | None = None  # human | machine | beep | unknown; None: nobody listened
    recorded_ms: int = 0  # 0: there is no recording; else its file is whole
    transfer: str = ""  # what became of the REFER: accepted | failed; empty: none was sent
    transfer_code: int | None = None  # of the newest word of it: in a NOTIFY (RFC 3515), else of the REFER's response
    gateway_answers: bool | None = None  # to an OPTIONS, asked when no reply came at all


@dataclass(frozen=True)
class ProbeResult:
    """What an OPTIONS brought. `sip_code` is None when nothing came."""

    sip_code: int | None
    reason: str
    rtt_ms: int | None


@dataclass(frozen=True)
class Registration:
    """The state of the account's registration (RFC 3261 section 10)."""

    state: str  # registered | failed | unregistered
    sip_code: int | None
    reason: str
    at: int


ToAgent = Setup | Dial | End | Probe | Register | Stop
FromAgent = Ready | Broken | Alive | Ringing | Answered | OptedOut | CallEnd | ProbeResult | Registration
