"""Where the server is and where the token is kept: from options, the environment, then defaults."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from dozvon_client.errors import Usage

DEFAULT_URL = "http://127.0.0.1:8080"
JWT_KEY_MIN_BYTES = 32  # the server's own limit (RFC 7518 section 3.2)

ENVIRONMENT = {
    "DOZVON_URL": f"the server (default: that of the last login, else {DEFAULT_URL})",
    "DOZVON_PROFILE": "the server by the name of a profile",
    "DOZVON_LOGIN": "the login name for `login`",
    "DOZVON_PASSWORD": "the password for `login`",
    "DOZVON_GATEWAY_PASSWORD": "the SIP password for `gateway add` and `gateway change`",
    "DOZVON_NEW_PASSWORD": "the new password for `user add` and `user passwd`",
    "DOZVON_TOKEN_FILE": "where the tokens are kept (default: the platform's folder for settings)",
    "JWT_KEY": "the server's key; when set, each token is verified with it",
    "SSL_CERT_FILE": "a PEM file of the certificates to trust, for a server with its own certificate",
}


def server_url(text: str) -> str:
    """The server's address in one spelling, without a slash at the end.

    Raises:
        Usage: it is no http or https address, or has a login, a query or a fragment in it.
    """
    try:
        parts = urlsplit(text.strip())
        parts.port  # noqa: B018 - raises when the port is no number
    except ValueError as error:
        raise Usage("The server's address is not valid. It looks like http://127.0.0.1:8080") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Usage("The server's address begins with http:// or https://, such as http://127.0.0.1:8080")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise Usage("The server's address has no login, query or fragment in it. Log in with the command `login`.")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def is_loopback(url: str) -> bool:
    """Whether the address is of this machine, so that nobody else can listen."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def token_path(env: Mapping[str, str] = os.environ) -> Path:
    """The file of the tokens: `DOZVON_TOKEN_FILE`, else `tokens.json` in the platform's folder for settings."""
    if given := env.get("DOZVON_TOKEN_FILE"):
        return Path(given)
    return _config_folder(env) / "dozvon" / "tokens.json"


def profiles_path(env: Mapping[str, str] = os.environ) -> Path:
    """The file of the profiles, `profiles.json` in the platform's folder for settings."""
    return _config_folder(env) / "dozvon" / "profiles.json"


def _config_folder(env: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        return Path(env.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(env.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def jwt_key(env: Mapping[str, str] = os.environ) -> bytes | None:
    """`JWT_KEY`, or None when it is not set.

    Raises:
        Usage: it is too short to be a server's key.
    """
    key = env.get("JWT_KEY", "").encode()
    if key and len(key) < JWT_KEY_MIN_BYTES:
        raise Usage(f"JWT_KEY is too short: a server's key has at least {JWT_KEY_MIN_BYTES} bytes.")
    return key or None
