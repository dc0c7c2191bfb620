"""Passwords: from stdin, the environment or a prompt, never from the command line, where other users of the machine can see them."""

from __future__ import annotations

import getpass
import os
import sys

from dozvon_client.errors import Usage


def password(prompt: str, variable: str, *, from_stdin: bool) -> str:
    """A password, from the first line of stdin if asked, else from the environment, else prompted for.

    Args:
        variable: the variable of the environment.

    Raises:
        Usage: there is nobody to ask, or the password is empty.
    """
    if from_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
    elif variable in os.environ:
        secret = os.environ[variable]
    else:
        secret = _ask(prompt, variable)
    if not secret:
        raise Usage("The password is empty.")
    return secret


def new_password(*, from_stdin: bool) -> str:
    """A password that is being set: as `password`, but asked for twice. Raises Usage also when the two differ."""
    name = "DOZVON_NEW_PASSWORD"
    asked = not from_stdin and name not in os.environ
    secret = password("New password: ", name, from_stdin=from_stdin)
    if asked and _ask("Once more: ", name) != secret:
        raise Usage("The two passwords differ. Nothing was changed.")
    return secret


def _ask(prompt: str, variable: str) -> str:
    if not sys.stdin.isatty():
        raise Usage(f"There is no terminal to ask for the password: use --password-stdin or the variable {variable}.")
    try:
        return getpass.getpass(prompt)
    except EOFError as error:
        raise Usage("No password was given.") from error
