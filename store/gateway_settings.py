"""A gateway's SIP settings as the dialer and its agents use them. Plain data: it travels to agent processes."""

from __future__ import annotations

from dataclasses import dataclass, field

SANDBOX_ID = "sandbox"


@dataclass(frozen=True)
class GatewaySettings:
    """Everything that is needed to call through one gateway.

    Texts are empty where nothing is set; `max_lines` and `calls_per_second` are None where there is no limit.
    `changed_at` (milliseconds of UNIX time) moves when one of the SIP settings changes, not for a new name.
    The password is in clear text and never part of `repr`.
    """

    id: str
    name: str
    host: str
    port: int
    transport: str = "udp"
    username: str = ""
    auth_username: str = ""
    password: str = field(default="", repr=False)
    realm: str = "*"
    caller_id: str = ""
    display_name: str = ""
    outbound_proxy: str = ""
    register: bool = False
    codecs: tuple[str, ...] = ("PCMA", "PCMU")
    srtp: str = "off"
    tls_ca: str = field(default="", repr=False)
    stun_server: str = ""
    public_address: str = ""
    keep_alive_s: int = 15
    max_lines: int | None = None
    calls_per_second: float | None = None
    region: str = "RU"
    strip_plus: bool = False
    dial_prefix: str = ""
    allowed_prefixes: tuple[str, ...] = ()
    changed_at: int = 0

    @property
    def is_sandbox(self) -> bool:
        """Whether this is the embedded gateway, which has no row and no breaker."""
        return self.id == SANDBOX_ID

    def dialled(self, number: str) -> str:
        """The user part of the Request-URI for an E.164 number: after `strip_plus`, then with `dial_prefix` in front."""
        return self.dial_prefix + (number.removeprefix("+") if self.strip_plus else number)

    def transferred(self, to: str) -> str:
        """The user part that a REFER names for a campaign's `transfer_to`: a number as `dialled`, another user part as it is.

        Empty for a number that the gateway may not dial by now.
        """
        if not to.startswith("+"):
            return to
        return self.dialled(to) if not self.allowed_prefixes or to.startswith(self.allowed_prefixes) else ""


def sandbox_settings(port: int) -> GatewaySettings:
    """The settings of the embedded sandbox gateway that listens on loopback at UDP `port`."""
    return GatewaySettings(id=SANDBOX_ID, name="Sandbox", host="127.0.0.1", port=port)
