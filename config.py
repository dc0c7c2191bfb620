"""The settings: one table, from which the flags, the environment variables and the README's table come.

A flag goes before its environment variable, that before the default. Secrets come from the environment only: flags are seen by all
users of the machine.
"""

from __future__ import annotations

import argparse
import ipaddress
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NoReturn

from security.keys import MIN_JWT_KEY_BYTES

MIN_LINES = 4
MAX_LINES = 800
IN_PROCESS_LINES = 4
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Setting:
    """One setting. `name` is also its field in `Settings`; `flag` is None for a secret."""

    name: str
    flag: str | None
    env: str
    kind: Literal["int", "bool", "text", "path", "secret"]
    default: Any
    unit: str
    reason: str
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()


SETTINGS = (
    Setting(
        "host", "--host", "DOZVON_HOST", "text", "127.0.0.1", "address", "Where to listen. Loopback: a fresh service is nobody else's."
    ),
    Setting("port", "--port", "DOZVON_PORT", "int", 8080, "TCP port", "Free for any user; 0 takes any free one.", low=0, high=65535),
    Setting(
        "data", "--data", "DOZVON_DATA", "path", HERE / "sqlite", "folder", "The database and the key files; nothing is kept outside of it."
    ),
    Setting(
        "lines",
        "--lines",
        "DOZVON_LINES",
        "int",
        8,
        "calls",
        "How many calls this node carries at once. 8 suits a small account.",
        low=MIN_LINES,
        high=MAX_LINES,
    ),
    Setting(
        "in_process",
        "--in-process",
        "DOZVON_IN_PROCESS",
        "bool",
        False,
        "",
        "The one agent, 4 lines, runs inside the server: for a small device or a debugger. A crash of it ends the server.",
    ),
    Setting(
        "no_sandbox",
        "--no-sandbox",
        "DOZVON_NO_SANDBOX",
        "bool",
        False,
        "",
        "Leaves out the sandbox gateway, which is for trying things out.",
    ),
    Setting(
        "tls_cert", "--tls-cert", "DOZVON_TLS_CERT", "path", None, "PEM file", "The certificate with its chain; together with --tls-key."
    ),
    Setting("tls_key", "--tls-key", "DOZVON_TLS_KEY", "path", None, "PEM file", "The certificate's key."),
    Setting(
        "behind_proxy",
        "--behind-proxy",
        "DOZVON_BEHIND_PROXY",
        "bool",
        False,
        "",
        "A proxy in front does TLS, so that passwords never cross a network in the clear.",
    ),
    Setting(
        "log_level",
        "--log-level",
        "DOZVON_LOG_LEVEL",
        "text",
        "info",
        "",
        "How much the log tells.",
        choices=("debug", "info", "warning", "error"),
    ),
    Setting(
        "jwt_key", None, "JWT_KEY", "secret", None, "at least 32 bytes", "Signs the access tokens; unset: made and kept in the data folder."
    ),
    Setting("admin_login", None, "ADMIN_LOGIN", "text", "admin", "", "The first user, made when there is none."),
    Setting("admin_password", None, "ADMIN_PASSWORD", "secret", None, "", "Their password; unset: a random one is printed once."),
)


@dataclass(frozen=True)
class Settings:
    """What the service was started with. Fields as in `SETTINGS`; secrets are not shown by repr."""

    host: str
    port: int
    data: Path
    lines: int
    in_process: bool
    no_sandbox: bool
    tls_cert: Path | None
    tls_key: Path | None
    behind_proxy: bool
    log_level: str
    admin_login: str
    jwt_key: bytes | None = field(repr=False)
    admin_password: str | None = field(repr=False)


class ConfigError(Exception):
    """A setting is wrong; the text tells which, and what to do. Never shows a secret."""


def parse(argv: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """The settings from the command line (without the program's name) and the environment.

    Raises:
        SystemExit: 2 when a setting is wrong, told on stderr; 0 after `--help`.
    """
    try:
        return read(argv, environ)
    except ConfigError as err:
        print(f"dozvon: {err}", file=sys.stderr)
        raise SystemExit(2) from None


def read(argv: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """As `parse`, for tests.

    Raises:
        ConfigError: a setting is wrong.
    """
    given = vars(_parser().parse_args(argv))
    values = {setting.name: _value(setting, given, environ) for setting in SETTINGS}
    if values["in_process"]:
        values["lines"] = _in_process_lines(given, environ, values["lines"])
    settings = Settings(**values)
    _check_tls(settings)
    _check_host(settings)
    return settings


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message}. See python main.py --help.")


def _parser() -> _Parser:
    parser = _Parser(
        prog="main.py",
        description="Dozvon: calls a list of people over your own SIP gateway and plays them a sound.",
        epilog="Users: python main.py user add|passwd|list. Secrets come from the environment: JWT_KEY, ADMIN_LOGIN, ADMIN_PASSWORD.",
        allow_abbrev=False,
    )
    for setting in SETTINGS:
        if setting.flag is None:
            continue
        text = f"{setting.reason} ({setting.env}" + ("" if setting.default in (None, False) else f", default {_shown(setting)}") + ")"
        if setting.kind == "bool":
            parser.add_argument(setting.flag, dest=setting.name, action="store_const", const="1", help=text)
        else:
            parser.add_argument(setting.flag, dest=setting.name, metavar=_metavar(setting), help=text)
    return parser


def _shown(setting: Setting) -> str:
    return "sqlite/" if setting.name == "data" else str(setting.default)


def _metavar(setting: Setting) -> str:
    if setting.choices:
        return "|".join(setting.choices)
    return {"int": "N", "path": "DIR" if setting.name == "data" else "FILE"}.get(setting.kind, "ADDRESS")


def _value(setting: Setting, given: Mapping[str, Any], environ: Mapping[str, str]) -> Any:
    text = given.get(setting.name)
    source = setting.flag
    if text is None:
        text, source = environ.get(setting.env), setting.env
    # An empty variable is as good as none; an empty flag is a mistake.
    if text is None or (not text and source == setting.env):
        return setting.default
    return _READ[setting.kind](setting, str(source), text)


def _read_int(setting: Setting, source: str, text: str) -> int:
    try:
        number = int(text) if text.isascii() else None
    except ValueError:
        number = None
    if number is None or not setting.low <= number <= setting.high:
        raise ConfigError(f"{source} must be a whole number from {setting.low} to {setting.high}")
    return number


def _read_bool(_setting: Setting, source: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        raise ConfigError(f"{source} must be 1 or 0")
    return word in ("1", "true", "yes", "on")


def _read_text(setting: Setting, source: str, text: str) -> str:
    if setting.choices and text not in setting.choices:
        raise ConfigError(f"{source} must be one of {', '.join(setting.choices)}")
    if not text or "\0" in text:
        raise ConfigError(f"{source} must not be empty")
    return text


def _read_path(_setting: Setting, source: str, text: str) -> Path:
    if not text or "\0" in text:
        raise ConfigError(f"{source} must name a file or folder")
    return Path(text).expanduser().absolute()


def _read_secret(setting: Setting, source: str, text: str) -> str | bytes:
    if setting.name != "jwt_key":
        return text
    key = os.fsencode(text)
    if len(key) < MIN_JWT_KEY_BYTES:
        raise ConfigError(
            f"{source} is too short: it has {len(key)} bytes and must have at least {MIN_JWT_KEY_BYTES}.\n"
            "Make one with: python -c 'import secrets; print(secrets.token_hex(32))', or unset it to have one made and kept."
        )
    return key


_READ = {"int": _read_int, "bool": _read_bool, "text": _read_text, "path": _read_path, "secret": _read_secret}


def _in_process_lines(given: Mapping[str, Any], environ: Mapping[str, str], lines: int) -> int:
    asked = given.get("lines") is not None or bool(environ.get("DOZVON_LINES"))
    if asked and lines > IN_PROCESS_LINES:
        raise ConfigError(f"--in-process carries {IN_PROCESS_LINES} lines. Leave out --lines, or --in-process for more")
    return IN_PROCESS_LINES


def _check_tls(settings: Settings) -> None:
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise ConfigError("--tls-cert and --tls-key go together: give both or none")
    for flag, path in (("--tls-cert", settings.tls_cert), ("--tls-key", settings.tls_key)):
        if path is None:
            continue
        try:
            path.read_bytes()
        except OSError as err:
            raise ConfigError(f"{flag}: {path} can't be read: {err.strerror}") from None


def _check_host(settings: Settings) -> None:
    if settings.tls_cert is not None or settings.behind_proxy or _is_loopback(settings.host):
        return
    raise ConfigError(
        "--host is not loopback and there is no TLS: passwords would cross the network in the clear.\n"
        "Give --tls-cert and --tls-key, or --behind-proxy when a proxy in front of Dozvon does TLS."
    )


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
