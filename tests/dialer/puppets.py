"""The engine on a real store and real sockets, with puppets as agents and time passed in.

A puppet is the far end of an agent's socket: it gets what the dialer sends and says what the test tells it to say.
"""

from __future__ import annotations

import socket
from functools import partial
from pathlib import Path
from typing import Any

from dialer.contacts import Contacts
from dialer.engine import Engine
from dialer.pool import Pool
from dialer.prompts import Prompts
from dialer.recordings import Recordings
from dialer.waiting import why_waiting
from security.keys import SecretBox
from sip import wire
from sip.messages import Answered, CallEnd, Dial, End, Ready, Ringing, Setup
from store import targets
from store.engine import Store
from store.paging import Page
from store.viewer import Viewer

START_MS = 1_800_000_000_000


class Puppet:
    """One agent."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.receiver = wire.Receiver(sock)
        self.heard: list[Any] = []
        sock.setblocking(False)

    def listen(self) -> list[Any]:
        """Everything that came so far."""
        while messages := self.receiver.receive():
            self.heard += messages
        return self.heard

    def dials(self) -> list[Dial]:
        return [message for message in self.listen() if isinstance(message, Dial)]

    def ends(self) -> list[str]:
        return [message.call_id for message in self.listen() if isinstance(message, End)]

    @property
    def setup(self) -> Setup:
        return next(message for message in self.listen() if isinstance(message, Setup))

    def say(self, *messages: Any) -> None:
        self.sock.setblocking(True)
        wire.send(self.sock, *messages)
        self.sock.setblocking(False)

    def die(self) -> None:
        self.sock.close()


class PuppetLauncher:
    """Gives a puppet for each agent that is started, ready at once unless told otherwise."""

    def __init__(self) -> None:
        self.puppets: list[Puppet] = []
        self.ready = True
        self.killed: list[int] = []

    def start(self) -> tuple[socket.socket, int]:
        ours, theirs = socket.socketpair()
        puppet = Puppet(theirs)
        self.puppets.append(puppet)
        if self.ready:
            puppet.say(Ready(4))
        return ours, len(self.puppets)

    def kill(self, pid: int) -> None:
        self.killed.append(pid)
        self.puppets[pid - 1].die()

    def close(self) -> None:
        pass


class Bench:
    """Everything of the dialer but its thread."""

    def __init__(self, store: Store, box: SecretBox, data: Path, lines: int = 20) -> None:
        self.store = store
        self.now = START_MS
        self.launcher = PuppetLauncher()
        self.pool = Pool(self.launcher, -(-lines // 4) + 4, lambda: self.now / 1000)
        self.contacts = Contacts(store, box, self.pool, 5999, 32_000)
        self.recordings = Recordings(store, data)
        self.engine = Engine(store, self.pool, self.contacts, Prompts(store, data), self.recordings, lines)

    def turn(self, ms: int = 0, times: int = 3) -> None:
        """Lets `ms` pass, then turns the loop until nothing more comes of it."""
        self.now += ms
        for _ in range(times):
            for agent, message in self.pool.wait(0.0):
                self.engine.handle(agent, message, self.now)
            self.engine.step(self.now, self.now / 1000)

    def look(self) -> None:
        self.engine.look_again()
        self.turn()

    def dials(self) -> list[tuple[Puppet, Dial]]:
        """All calls that were handed over so far, in order of puppets."""
        return [(puppet, dial) for puppet in self.launcher.puppets for dial in puppet.dials()]

    def end(self, puppet: Puppet, dial: Dial, **facts: Any) -> None:
        """The call is over; without facts: answered and heard to the end."""
        if not facts:
            puppet.say(Ringing(dial.call_id, self.now), Answered(dial.call_id, self.now))
            facts = {"ringing_at": self.now, "answered_at": self.now, "provisional": True, "sip_code": 200}
            facts |= {"played": dial.prompt.message, "message": dial.prompt.message, "ended_by": "service", "asked": "done"}
        puppet.say(CallEnd(dial.call_id, at=self.now, **facts))

    def end_all(self, **facts: Any) -> int:
        """Ends all calls that have not ended yet."""
        open_calls = [(puppet, dial) for puppet, dial in self.dials() if dial.call_id in self.engine.flights]
        for puppet, dial in open_calls:
            self.end(puppet, dial, **facts)
        self.turn()
        return len(open_calls)


def waiting_of(bench: Bench, viewer: Viewer, campaign_id: str) -> set[str | None]:
    """Why the campaign's pending targets wait, as `GET /campaigns/{id}/targets` tells it."""
    run = bench.engine.runs.get(campaign_id)
    why = partial(why_waiting, now=bench.now, due=run.why if run else None)
    items, _ = targets.list_page(bench.store, viewer, campaign_id, Page(1000, None), why, targets.Wanted(state="pending"))
    return {item["why_waiting"] for item in items}


BUSY = {"provisional": True, "sip_code": 486, "sip_reason": "Busy Here"}
REFUSED = {"provisional": True, "sip_code": 407, "sip_reason": "Proxy Authentication Required"}
GONE = {"local_cause": "timeout", "gateway_answers": False}
