"""Profiles: several servers by short names, each with its address, login and certificates; and which server a command is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from dozvon_client.errors import Usage
from dozvon_client.json_file import JsonFile
from dozvon_client.program import PROGRAM
from dozvon_client.settings import DEFAULT_URL, server_url

_NAME = re.compile(r"[\w][\w.-]{0,63}")


@dataclass(frozen=True)
class Profile:
    """A server by a short name. `login` and `ca_file` (a PEM file) may be missing."""

    name: str
    url: str
    login: str | None = None
    ca_file: str | None = None

    @property
    def place(self) -> str:
        """Where its tokens are kept in the token file."""
        return f"{self.url}#{self.name}"


@dataclass(frozen=True)
class Server:
    """The server of this run: its address, the profile if it has one, and the place of its tokens."""

    url: str
    profile: Profile | None = None

    @property
    def place(self) -> str:
        """Where its tokens are kept in the token file."""
        return self.profile.place if self.profile else self.url


class ProfileFile:
    """The profiles on disk, by name.

    Args:
        path: the file; it is made when first written.
    """

    def __init__(self, path: Path) -> None:
        self._file = JsonFile(path, "file of profiles", "Delete it and add the profiles again.")

    def all(self) -> dict[str, Profile]:
        """Every profile, in the order of their names."""
        given = self._file.read().get("profiles")
        found = {}
        for name, entry in sorted(given.items() if isinstance(given, dict) else ()):
            if isinstance(entry, dict) and isinstance(entry.get("url"), str):
                found[name] = Profile(name, entry["url"], entry.get("login"), entry.get("ca_file"))
        return found

    def find(self, name: str) -> Profile:
        """The profile of this name. Raises Usage when there is none."""
        profiles = self.all()
        if name in profiles:
            return profiles[name]
        known = f"There are: {', '.join(profiles)}." if profiles else f"Add one: {PROGRAM} profile add NAME --url URL"
        raise Usage(f"There is no profile of this name. {known}")

    def add(self, profile: Profile) -> None:
        """Keep a new profile. Raises Usage when its name is taken, or is none."""
        if not _NAME.fullmatch(profile.name):
            raise Usage("A profile's name is of letters, digits, dots and dashes, such as clinic.")
        with self._file.lock():
            profiles = self.all()
            if profile.name in profiles:
                raise Usage(f"There is such a profile already. Take it away first: {PROGRAM} profile remove {profile.name}")
            self._write({**profiles, profile.name: profile})

    def remove(self, name: str) -> Profile:
        """Forget a profile; gives it. Raises Usage when there is none."""
        with self._file.lock():
            gone = self.find(name)
            self._write({other: kept for other, kept in self.all().items() if other != name})
        return gone

    def _write(self, profiles: Mapping[str, Profile]) -> None:
        self._file.write({"profiles": {name: asdict(profile) for name, profile in profiles.items()}})


def chosen(url: str | None, name: str | None, env: Mapping[str, str], profiles: ProfileFile, current: str | None) -> Server:
    """The server that a command is for: by its options, else by the environment, else the one of the last login or `profile use`.

    Args:
        url, name: the options `--url` and `--profile`.
        current: the place in use, as the token file tells it.

    Raises:
        Usage: two different servers are named at once, or there is no such profile.
    """
    if not url and not name:
        url, name = env.get("DOZVON_URL"), env.get("DOZVON_PROFILE")
        if url and name and profiles.find(name).url != server_url(url):
            raise Usage("DOZVON_URL and DOZVON_PROFILE name two different servers. Unset one of them, or give --url or --profile.")
        url = None if name else url
    if url and name:
        raise Usage("Give --url or --profile, not both: a profile has its own address.")
    if name:
        profile = profiles.find(name)
        return Server(profile.url, profile)
    if url:
        return Server(server_url(url))
    return _in_use(profiles, current)


def _in_use(profiles: ProfileFile, current: str | None) -> Server:
    url, _, name = (current or "").partition("#")
    if not name:
        return Server(server_url(url or DEFAULT_URL))
    profile = profiles.all().get(name)
    return Server(profile.url, profile) if profile and profile.url == url else Server(DEFAULT_URL)
