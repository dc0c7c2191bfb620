"""Settings: where they come from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import config
from config import SETTINGS, ConfigError, Settings, parse, read

CONTRACT_FLAGS = {
    "--host": "DOZVON_HOST",
    "--port": "DOZVON_PORT",
    "--data": "DOZVON_DATA",
    "--lines": "DOZVON_LINES",
    "--in-process": "DOZVON_IN_PROCESS",
    "--no-sandbox": "DOZVON_NO_SANDBOX",
    "--tls-cert": "DOZVON_TLS_CERT",
    "--tls-key": "DOZVON_TLS_KEY",
    "--log-level": "DOZVON_LOG_LEVEL",
    "--behind-proxy": "DOZVON_BEHIND_PROXY",
}


def test_the_defaults_are_the_contracts() -> None:
    settings = read([], {})
    assert (settings.host, settings.port, settings.lines) == ("127.0.0.1", 8080, 8)
    assert settings.data == Path(config.__file__).parent / "sqlite"
    assert (settings.admin_login, settings.admin_password, settings.jwt_key) == ("admin", None, None)
    assert (settings.in_process, settings.no_sandbox, settings.behind_proxy) == (False, False, False)


def test_every_setting_is_a_field_and_the_flags_are_the_contracts() -> None:
    assert {one.name for one in SETTINGS} == set(Settings.__dataclass_fields__)
    assert {one.flag: one.env for one in SETTINGS if one.flag} == CONTRACT_FLAGS
    assert all(one.reason for one in SETTINGS)


def test_a_flag_goes_before_the_environment_and_that_before_the_default() -> None:
    assert read([], {"DOZVON_PORT": "9000"}).port == 9000
    assert read(["--port", "9001"], {"DOZVON_PORT": "9000"}).port == 9001
    assert read([], {"DOZVON_PORT": ""}).port == 8080


def test_switches_from_both_sides() -> None:
    assert read(["--no-sandbox"], {}).no_sandbox
    assert read([], {"DOZVON_NO_SANDBOX": "1"}).no_sandbox
    assert not read([], {"DOZVON_NO_SANDBOX": "0"}).no_sandbox


def test_in_process_has_four_lines() -> None:
    assert read(["--in-process"], {}).lines == 4
    assert read(["--in-process", "--lines", "4"], {}).lines == 4
    with pytest.raises(ConfigError, match="--in-process carries 4 lines"):
        read(["--in-process", "--lines", "8"], {})


@pytest.mark.parametrize(
    ("argv", "environ", "message"),
    [
        (["--lines", "3"], {}, r"--lines must be a whole number from 4 to 800"),
        (["--lines", "801"], {}, r"--lines must be a whole number from 4 to 800"),
        (["--lines", "many"], {}, r"--lines must be a whole number"),
        ([], {"DOZVON_LINES": "9" * 5000}, r"DOZVON_LINES must be a whole number"),
        (["--port", "65536"], {}, r"--port must be a whole number from 0 to 65535"),
        ([], {"DOZVON_PORT": "٨٠٨٠"}, r"DOZVON_PORT must be a whole number"),
        ([], {"DOZVON_IN_PROCESS": "maybe"}, r"DOZVON_IN_PROCESS must be 1 or 0"),
        (["--log-level", "loud"], {}, r"--log-level must be one of debug, info, warning, error"),
        (["--host", ""], {}, r"--host must not be empty"),
        (["--host", "0.0.0.0"], {}, r"--host is not loopback"),
        (["--host", "::"], {}, r"--host is not loopback"),
        (["--host", "dozvon.example"], {}, r"--host is not loopback"),
        (["--tls-cert", "cert.pem"], {}, r"go together"),
        (["--tls-key", "key.pem"], {}, r"go together"),
        (["--tls-cert", "no.pem", "--tls-key", "no.pem"], {}, r"--tls-cert: .*no\.pem can't be read: No such file"),
        (["--what"], {}, r"unrecognized arguments"),
        (["--por", "1"], {}, r"unrecognized arguments"),
        (["--jwt-key", "x" * 32], {}, r"unrecognized arguments"),
        ([], {"JWT_KEY": "8 bytes!"}, r"JWT_KEY is too short: it has 8 bytes and must have at least 32"),
    ],
)
def test_what_is_refused_and_how_it_is_told(argv: list[str], environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read(argv, environ)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_needs_no_tls(host: str) -> None:
    assert read(["--host", host], {}).host == host


def test_everywhere_with_tls_or_behind_a_proxy(tmp_path: Path) -> None:
    pem = tmp_path / "both.pem"
    pem.write_text("read by the server")
    assert read(["--host", "0.0.0.0", "--behind-proxy"], {}).behind_proxy
    assert read(["--host", "0.0.0.0", "--tls-cert", str(pem), "--tls-key", str(pem)], {}).tls_cert == pem


def test_secrets_are_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    settings = read([], {"JWT_KEY": "k" * 32, "ADMIN_PASSWORD": "hush-hush"})
    assert (settings.jwt_key, settings.admin_password) == (b"k" * 32, "hush-hush")
    assert "kkkk" not in repr(settings)
    assert "hush-hush" not in repr(settings)
    with pytest.raises(SystemExit):
        parse([], {"JWT_KEY": "8 secret"})
    assert "8 secret" not in capsys.readouterr().err


def test_an_error_is_two_lines_at_most_on_stderr_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    for argv, environ in ((["--what"], {}), (["--host", "0.0.0.0"], {}), ([], {"JWT_KEY": "short"})):
        with pytest.raises(SystemExit) as caught:
            parse(argv, environ)
        assert caught.value.code == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert 1 <= len(err.splitlines()) <= 2


def test_help_tells_every_flag_and_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(["--help"], {})
    assert caught.value.code == 0
    told = capsys.readouterr().out
    for one in SETTINGS:
        assert one.env in told
        assert one.flag is None or one.flag in told


def settings_table() -> str:
    """The README's table, as SETTINGS have it."""
    rows = ["| flag | variable | default | unit | why |", "|---|---|---|---|---|"]
    for one in SETTINGS:
        default = "`sqlite/`" if one.name == "data" else "" if one.default in (None, False) else f"`{one.default}`"
        unit = f"{one.low} to {one.high} {one.unit}" if one.high else " \\| ".join(one.choices) or one.unit
        rows.append(f"| {f'`{one.flag}`' if one.flag else ''} | `{one.env}` | {default} | {unit} | {one.reason} |")
    return "\n".join(rows)


def test_the_readme_has_the_table_of_settings() -> None:
    readme = (Path(config.__file__).parent / "README.md").read_text("utf-8")
    assert settings_table() in readme, f"put this table into README.md:\n{settings_table()}"
