"""What the dialer and an agent say to each other. Plain data; nothing here needs pjsua2.

All `*_at` are milliseconds of UNIX time, taken by the agent when the thing happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field

RTP_PORTS = 64  # the range that an agent takes its RTP ports from; fewer leads to "address in use"

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
    rtp_port: int  # the first of the agent's RTP ports; 0: any
    timer_b_ms: int = 32_000  # RFC 3261 section 17.1.1.2; shorter in tests


@dataclass(frozen=True)
class Prompt:
    """A rendered message: a WAV file (16-bit mono) of lead-in silence, the message (all repeats) and a tail of silence.

    Lengths are in samples at `rate` Hz.
    """

    path: str
    rate: int
    lead_in: int
    message: int
    tail: int


@dataclass(frozen=True)
class Dial:
    """Place one call. `user` is the user part of the request URI, as it goes on the wire but for escaping."""

    call_id: str
    user: str
    prompt: Prompt
    ring_timeout_ms: int
    collect_digits: int
    opt_out_digit: str


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
    asked: str = ""  # why we asked for its end: ring_timeout | end | stop | deadline | done
    played: int = 0  # samples of the message that were sent
    message: int = 0  # samples that the message has
    rate: int = 8000
    first_audio_ms: int | None = None  # from the answer to the start of the sound; its first RTP packet follows within 20 ms
    digits: str = ""
    opted_out: bool = False
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
FromAgent = Ready | Broken | Alive | Ringing | Answered | CallEnd | ProbeResult | Registration
