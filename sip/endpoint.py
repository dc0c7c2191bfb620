"""The pjsua2 endpoint of an agent: settings, transport, codecs and the gateway's account.

Why each setting is as it is was measured; see the comments. Everything here runs on the agent's one thread.
"""

from __future__ import annotations

import ctypes
import time
from typing import Any

import certifi
from pjsua2 import pjsua2 as pj

from sip import native
from sip.library import Library
from sip.messages import RTP_PORTS, Setup, carries_wide
from sip.source import Addresses
from sip.uri import first_hop, name_addr, proxy_uri, sip_uri
from sip.waiter import Waiter

PHONE_CLOCK_HZ, WIDE_CLOCK_HZ = 8000, 16_000
SLICE_S = 0.1  # the library's own timers are looked after so often
JB_DISCARD_NONE = 0  # PJMEDIA_JB_DISCARD_NONE
RTP_SLICE_S = 0.02  # while RTP comes in: a packet of each call
RECORDED_SLICE_S = 0.01  # while it is recorded: of 72 recordings 6 slipped, of 65 with packets taken as they come 5, with 20 ms 24 of 33
AT_ONCE_S = 0.0

_TRANSPORTS = {
    ("udp", False): pj.PJSIP_TRANSPORT_UDP,
    ("tcp", False): pj.PJSIP_TRANSPORT_TCP,
    ("tls", False): pj.PJSIP_TRANSPORT_TLS,
    ("udp", True): pj.PJSIP_TRANSPORT_UDP6,
    ("tcp", True): pj.PJSIP_TRANSPORT_TCP6,
    ("tls", True): pj.PJSIP_TRANSPORT_TLS6,
}
_SRTP = {
    "off": pj.PJMEDIA_SRTP_DISABLED,
    "optional": pj.PJMEDIA_SRTP_OPTIONAL,
    "required": pj.PJMEDIA_SRTP_MANDATORY,
}


class Endpoint:
    """The library, started for one gateway. `waiter` tells of the dialer and of SIP."""

    def __init__(self, setup: Setup, addresses: Addresses, user_agent: str, waiter: Waiter) -> None:
        self.attention = False  # something happened that the agent's loop must see; set in callbacks
        self._waiter = waiter
        self._slice_s = SLICE_S
        self._setup = setup
        self._addresses = addresses
        self._source = addresses.source
        native.be_quiet()
        self._pj = Library(first_hop(setup.outbound_proxy, setup.host, setup.port)[0])
        self._pj.libCreate()
        self._pj.libInit(library_config(user_agent, addresses.stun, wide=carries_wide(setup.codecs)))
        native.set_timer_b(setup.timer_b_ms)
        self._pj.audDevManager().setNullDev()
        self.transport_id = self._create_transport()
        self._pj.libStart()
        self._set_codecs()

    def poll(self, timeout_s: float, rtp_slice_s: float) -> None:
        """Handles events until one of them sets `attention`, at most for `timeout_s`.

        Each RTP packet that comes is an event, fifty a second and call. They must not turn the agent's loop, nor even wake it: they are
        taken in slices of `rtp_slice_s`. AT_ONCE_S: one by one as they come, so that a key is seen before the BYE right behind it.
        """
        end = time.monotonic() + timeout_s
        left = max(0.0, timeout_s)
        while True:
            if rtp_slice_s == AT_ONCE_S or not self._waiter.knows_sip:
                self._handle_events(min(left, RTP_SLICE_S))
                self.attention |= self._waiter.wait(0)
            else:
                self.attention |= self._waiter.wait(min(left, self._slice_s))
                came = self._handle_events(0) > 0
                self._slice_s = rtp_slice_s if came or rtp_slice_s < RTP_SLICE_S else SLICE_S
            left = end - time.monotonic()
            if self.attention or left <= 0:
                break
        self.attention = False

    def _handle_events(self, timeout_s: float) -> int:
        return int(self._pj.libHandleEvents(int(timeout_s * 1000)))

    def close(self) -> None:
        """Ends the library. Nothing of it may be used afterwards."""
        self._pj.libDestroy(pj.PJSUA_DESTROY_NO_TX_MSG)

    def account_config(self, setup: Setup) -> Any:
        """An account at the gateway: who we are to it, our credentials, and how media is done."""
        config = pj.AccountConfig()
        config.idUri = name_addr(setup.display_name, setup.caller_id or setup.username, setup.host)
        config.regConfig.registerOnAdd = False
        if setup.register:
            config.regConfig.registrarUri = sip_uri("", setup.host, setup.port, setup.transport)
            config.regConfig.timeoutSec = 300
            config.regConfig.retryIntervalSec = 0  # the dialer decides when to try again
            config.regConfig.firstRetryIntervalSec = 0
        if setup.username or setup.auth_username:
            user = setup.auth_username or setup.username
            config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", setup.realm or "*", user, 0, setup.password))
        if setup.outbound_proxy:
            config.sipConfig.proxies.append(proxy_uri(setup.outbound_proxy, setup.transport))
        config.sipConfig.transportId = self.transport_id
        config.callConfig.prackUse = pj.PJSUA_100REL_OPTIONAL
        # The Contact learns its outside address from the answer to a REGISTER (received and rport, RFC 3581).
        config.natConfig.contactRewriteUse = 2
        config.natConfig.udpKaIntervalSec = setup.keep_alive_s
        self._set_media(config.mediaConfig, setup)
        return config

    def _set_media(self, media: Any, setup: Setup) -> None:
        media.lockCodecEnabled = False  # else each 200 with two codecs causes a re-INVITE
        media.srtpUse = _SRTP[setup.srtp]
        media.srtpSecureSignaling = 1 if setup.transport == "tls" else 0
        media.transportConfig.boundAddress = self._source
        media.transportConfig.publicAddress = self._addresses.public
        if setup.rtp_port:
            media.transportConfig.port = setup.rtp_port
            media.transportConfig.portRange = RTP_PORTS
        if ":" in self._source:
            media.ipv6Use = pj.PJSUA_IPV6_ENABLED_USE_IPV6_ONLY

    def _create_transport(self) -> int:
        # Only the gateway's kind of transport: an INVITE over 1,300 bytes would go to TCP wherever there is a TCP transport.
        config = pj.TransportConfig()
        config.boundAddress = self._source
        config.publicAddress = self._addresses.public
        if self._setup.transport == "tls":
            tls = config.tlsConfig
            tls.verifyServer = True
            tls.proto = pj.PJ_SSL_SOCK_PROTO_TLS1_2
            if self._setup.tls_ca:
                tls.CaBuf = self._setup.tls_ca
            else:
                tls.CaListFile = certifi.where()
        return int(self._pj.transportCreate(_TRANSPORTS[self._setup.transport, ":" in self._source], config))

    def why(self, reason: str) -> str:
        """The library's reason for a failed connection, told so that a person can act on it."""
        return self._pj.why(reason)

    def local_port(self) -> int:
        """The port of our SIP transport."""
        return int(self._pj.transportGetInfo(self.transport_id).localName.rpartition(":")[2])

    def _set_codecs(self) -> None:
        native.level_g722()
        ranks = {name.lower(): 255 - place for place, name in enumerate(self._setup.codecs)}
        for codec in self._pj.codecEnum2():
            name, clock = codec.codecId.split("/")[:2]
            wanted = name.lower() != "speex" or clock == str(PHONE_CLOCK_HZ)
            self._pj.codecSetPriority(codec.codecId, ranks.get(name.lower(), 0) if wanted else 0)


def library_config(user_agent: str, stun: str = "", *, wide: bool = False) -> Any:
    """The library's settings; `stun` is a STUN server as host:port. `wide`: sounds are carried at 16 kHz."""
    config = pj.EpConfig()
    config.logConfig.level = 0
    config.logConfig.consoleLevel = 0
    config.uaConfig.userAgent = user_agent
    if stun:
        config.uaConfig.stunServer.append(stun)
        config.uaConfig.stunIgnoreFailure = False  # calls with addresses that nobody can reach would be silent ones
    config.uaConfig.maxCalls = native.slots()
    # One thread owns the library: callbacks come on it, from within poll().
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    media = config.medConfig
    media.clockRate = media.sndClockRate = WIDE_CLOCK_HZ if wide else PHONE_CLOCK_HZ
    media.noVad = True  # every frame of the message goes out, silence too
    media.ecTailLen = 0
    # RTP is read by poll() as well: half the cost, and a key is not lost to a BYE right behind it.
    media.hasIoqueue = False
    media.threadCnt = 0
    _keep_what_is_received(media)
    return config


def _keep_what_is_received(media: Any) -> None:
    # The jitter buffer would drop frames to be quicker again after packets came late: nobody talks with us, and recordings would have
    # holes. pjsua2 has no name for this value and hands out a pointer to a copy of it.
    algorithm = media.jbDiscardAlgo
    ctypes.c_int.from_address(int(algorithm)).value = JB_DISCARD_NONE
    media.jbDiscardAlgo = algorithm
    algorithm.disown()
