"""The agents: starts them, carries messages to and from them, watches that they live. Knows lines and gateways, nothing of campaigns.

All of it runs on the dialer's thread, but for `wake`.
"""

from __future__ import annotations

import logging
import selectors
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sip import wire
from sip.launch import Launcher
from sip.messages import CALLS_IN_A_ROW, LINGER_S, RTP_PORTS, Alive, Broken, CallEnd, Dial, Ready, Setup, Stop

LINES_PER_AGENT = 4  # what PyPI's pjsua2 carries; an agent tells its real number when it is ready
SILENT_S = 15.0  # an agent that says nothing for so long is dead or stuck, and is ended
IDLE_S = 20.0  # an agent without a call for so long is stopped
REST_S = 1.0  # an agent without a call for so long makes room for another gateway's
TURN_S = 10.0  # after so long an agent makes room for a gateway that has none, when its calls have ended
STARTS_A_STEP = 8
RTP_FIRST_PORT = 20_000
RTP_RANGES = 190  # up to port 32,160: below the ports that Linux gives out by itself
SEND_TIMEOUT_S = 5.0

log = logging.getLogger("dozvon.pool")


@dataclass(eq=False)
class Agent:
    """The service's side of one agent. `gateway_id` never changes; `calls` are the ids of the calls it carries."""

    gateway_id: str
    sock: socket.socket
    pid: int
    receiver: wire.Receiver
    since: float
    heard_at: float
    used_at: float
    lines: int = 0  # 0 until it is ready
    calls: set[str] = field(default_factory=set)
    ended: deque[float] = field(default_factory=deque)  # when its last calls did
    keep: bool = False  # it holds a registration: never idle
    leaving: bool = False  # told to stop, or to take no new calls
    stopped: bool = False

    def free(self, now: float) -> int:
        """How many more calls it can take at once. One whose calls end at once, one after the other, rests in between: it can't free
        what they held as fast, and would keep further ones waiting."""
        while self.ended and self.ended[0] <= now - LINGER_S:
            self.ended.popleft()
        return 0 if self.leaving else min(self.lines, CALLS_IN_A_ROW - len(self.ended)) - len(self.calls)


Event = tuple[Agent, Any]  # a message of an agent's; None when the agent is gone


class Pool:
    """See the module.

    Args:
        launcher: how agents are started.
        max_agents: at most so many at once.
        clock: monotonic seconds.
    """

    def __init__(self, launcher: Launcher, max_agents: int, clock: Callable[[], float]) -> None:
        self.agents: list[Agent] = []
        self._launcher = launcher
        self._max_agents = max_agents
        self.clock = clock
        self._started = 0
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector.register(self._wake_out, selectors.EVENT_READ, None)

    def wake(self) -> None:
        """Ends a waiting `wait`. Safe from any thread."""
        try:
            self._wake_in.send(b"!")
        except (BlockingIOError, OSError):  # it is awake already, or closed
            return

    def wait(self, timeout_s: float) -> list[Event]:
        """What the agents said, after waiting up to `timeout_s` for it. An agent that is gone comes once, with None, and is forgotten."""
        events: list[Event] = []
        for key, _ in self._selector.select(max(0.0, timeout_s)):
            if key.data is None:
                self._wake_out.recv(4096)
            else:
                events += self._read(key.data)
        return events

    def watch(self) -> None:
        """Ends agents that are stuck, and stops those that have been idle for long."""
        now = self.clock()
        unread = {key.data for key, _ in self._selector.select(0)}
        for agent in self.agents:
            if now - agent.heard_at > SILENT_S and agent not in unread:  # what it said may lie unread while a step took long
                log.error("agent %d has said nothing for %.0f s and is ended", agent.pid, SILENT_S)
                self._launcher.kill(agent.pid)
                agent.heard_at = now
            elif not agent.calls and not agent.keep and agent.lines and now - agent.used_at > IDLE_S:
                self.stop(agent)

    # -- lines ---------------------------------------------------------------------------------------------------------

    def free_lines(self, gateway_id: str) -> int:
        """Lines that are ready for a call through this gateway."""
        now = self.clock()
        return sum(max(0, agent.free(now)) for agent in self.agents if agent.gateway_id == gateway_id)

    def ensure(self, setup: Callable[[], Setup], gateway_id: str, lines: int) -> None:
        """Starts agents until this gateway has, or will soon have, `lines` free lines; idle agents of other gateways make room."""
        coming = [agent for agent in self.agents if agent.gateway_id == gateway_id and not agent.leaving]
        have = sum(agent.lines - len(agent.calls) if agent.lines else LINES_PER_AGENT for agent in coming)
        for _ in range(STARTS_A_STEP):
            if have >= lines or not self._make_room(gateway_id):
                return
            self.start(setup(), gateway_id)
            have += LINES_PER_AGENT

    def start(self, setup: Setup, gateway_id: str) -> Agent:
        """Starts one agent for a gateway. Raises OSError."""
        sock, pid = self._launcher.start()
        sock.settimeout(SEND_TIMEOUT_S)
        now = self.clock()
        agent = Agent(gateway_id, sock, pid, wire.Receiver(sock), now, now, now)
        self.agents.append(agent)
        self._selector.register(sock, selectors.EVENT_READ, agent)
        self.send(agent, replace(setup, rtp_port=self._next_rtp_port()))
        return agent

    def dial(self, gateway_id: str, dials: list[Dial]) -> None:
        """Hands the calls to agents of the gateway that have free lines; there must be enough."""
        now = self.clock()
        for agent in [agent for agent in self.agents if agent.gateway_id == gateway_id]:
            free = max(0, agent.free(now))
            mine, dials = dials[:free], dials[free:]
            if mine:
                agent.calls.update(dial.call_id for dial in mine)
                agent.used_at = now
                self.send(agent, *mine)

    def carrier(self, call_id: str) -> Agent | None:
        """The agent that carries this call."""
        return next((agent for agent in self.agents if call_id in agent.calls), None)

    def send(self, agent: Agent, *messages: Any) -> None:
        """Sends to an agent. One that does not take it in time is ended; its end is told by `wait`."""
        try:
            wire.send(agent.sock, *messages)
        except TimeoutError as error:
            log.error("agent %d does not take messages (%s) and is ended", agent.pid, error)
            self._launcher.kill(agent.pid)
        except OSError as error:  # it is gone already, and its process id may be somebody else's by now
            log.error("agent %d is gone (%s)", agent.pid, error)

    # -- leaving -------------------------------------------------------------------------------------------------------

    def retire(self, gateway_id: str) -> None:
        """The gateway's agents take no new calls and stop when their calls have ended."""
        for agent in self.agents:
            if agent.gateway_id == gateway_id:
                agent.leaving = True
                agent.keep = False
                if not agent.calls:
                    self.stop(agent)

    def stop(self, agent: Agent) -> None:
        """Tells an agent to end its calls and exit."""
        if not agent.stopped:
            agent.leaving = agent.stopped = True
            self.send(agent, Stop())

    def close(self) -> None:
        """Frees everything. Agents that still run notice the closed socket, hang up and exit."""
        for agent in list(self.agents):
            self._forget(agent)
        self._launcher.close()
        self._selector.close()
        self._wake_in.close()
        self._wake_out.close()

    # -- pieces --------------------------------------------------------------------------------------------------------

    def _next_rtp_port(self) -> int:
        # Each agent has ports of its own: agents that look for a free one in the same range take them from each other.
        self._started += 1
        return RTP_FIRST_PORT + self._started % RTP_RANGES * RTP_PORTS

    def _make_room(self, gateway_id: str) -> bool:
        # An idle agent that holds a registration takes no place: a few of them must not keep the other gateways from calling.
        if sum(1 for agent in self.agents if agent.calls or not agent.keep) < self._max_agents:
            return True
        others = [agent for agent in self.agents if agent.gateway_id != gateway_id and agent.lines and not agent.keep]
        if any(agent.leaving for agent in others):
            return False  # a place is free when it is gone
        now = self.clock()
        resting = next((agent for agent in others if not agent.calls and now - agent.used_at >= REST_S), None)
        if resting is not None:
            self.stop(resting)
        elif not any(agent.gateway_id == gateway_id and not agent.leaving for agent in self.agents):
            self._end_a_turn([agent for agent in others if now - agent.since >= TURN_S])
        return False

    def _end_a_turn(self, agents: list[Agent]) -> None:
        """The one that has served longest takes no new calls: else gateways whose lines are never all free would keep the others out."""
        oldest = min(agents, key=lambda agent: agent.since, default=None)
        if oldest is not None:
            oldest.leaving = True
            if not oldest.calls:
                self.stop(oldest)

    def _read(self, agent: Agent) -> list[Event]:
        messages = self._receive(agent)
        if messages is None:
            self._forget(agent)
            return [(agent, None)]
        agent.heard_at = self.clock()
        events: list[Event] = []
        for message in messages:
            self._note(agent, message)
            if not isinstance(message, Alive):
                events.append((agent, message))
        return events

    def _receive(self, agent: Agent) -> list[Any] | None:
        try:
            return agent.receiver.receive()
        except Exception:  # whatever it sent: the others' messages are not lost for it
            log.exception("agent %d does not make sense and is ended", agent.pid)
            self._launcher.kill(agent.pid)
            return None

    def _note(self, agent: Agent, message: Any) -> None:
        if isinstance(message, Ready):
            agent.lines = message.lines
            agent.used_at = self.clock()
        elif isinstance(message, Broken):
            agent.leaving = True
        elif isinstance(message, CallEnd):
            agent.calls.discard(message.call_id)
            agent.used_at = self.clock()
            agent.ended.append(agent.used_at)
            if agent.leaving and not agent.calls:
                self.stop(agent)

    def _forget(self, agent: Agent) -> None:
        self._selector.unregister(agent.sock)
        agent.sock.close()
        self.agents.remove(agent)
