"""The figures: what each is, what is aimed at, and what it has to beat. Percent of a core, ms, MB of 10^6 bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from bench.imports import imports
from bench.plan import Plan
from bench.runs import MakeCaller, Values, api, fill, long_calls, short_calls
from bench.service import ServiceCaller
from bench.sipp import SippCaller
from bench.size import size
from bench.window import TooLong


@dataclass(frozen=True)
class Kind:
    """A figure: its scenario's letter, its name in a run's values, how it is told. `diagnosis`: says whether the others can be trusted."""

    letter: str
    name: str
    told: str
    unit: str
    diagnosis: bool = False


LONG = (
    Kind("a", "cpu_a_line", "CPU a line", "% of a core"),
    Kind("a", "cpu_a_line_main", "  of it the main process", "% of a core"),
    Kind("a", "start", "from the order until all lines are up", "s"),
    Kind("b", "memory_long", "memory, long calls", "MB"),
    Kind("b", "memory_long_a_line", "memory a line, long calls", "MB"),
    Kind("b", "memory_idle", "memory, lines idle", "MB"),
    Kind("b", "memory_idle_a_line", "memory a line, idle", "MB"),
    Kind("d", "first_median", "200 OK to first packet, median", "ms"),
    Kind("d", "first_p95", "200 OK to first packet, p95", "ms"),
    Kind("e", "gap_median", "gap between packets, median", "ms"),
    Kind("e", "gap_p99", "gap between packets, p99", "ms"),
    Kind("e", "gap_max", "gap between packets, longest", "ms"),
    Kind("e", "lost", "packets lost", ""),
    Kind("e", "silent_calls", "answered calls without a packet", ""),
    Kind("a", "lines_up", "(lines up, mean)", "", True),
)
SHORT = (
    Kind("b", "memory_short", "memory, short calls", "MB"),
    Kind("b", "memory_short_a_line", "memory a line, short calls", "MB"),
    Kind("c", "calls_a_second", "calls a second", "1/s"),
    Kind("c", "cpu_a_call", "CPU a call", "ms"),
    Kind("c", "cpu_a_call_main", "  of it the main process", "ms"),
    Kind("c", "not_delivered", "calls not delivered and written", ""),
    Kind("d", "first_median", "200 OK to first packet, short calls, median", "ms"),
    Kind("d", "first_p95", "200 OK to first packet, short calls, p95", "ms"),
    Kind("c", "silent_calls", "answered calls without a packet", ""),
)
FILL = (
    Kind("f", "line_use", "line use against the ideal", "%"),
    Kind("f", "not_delivered", "calls not delivered and written", ""),
)
API = (
    Kind("g", "api_p50", "API, median", "ms"),
    Kind("g", "api_p99", "API, p99", "ms"),
    Kind("g", "api_max", "API, longest", "ms"),
)
SIZE = (
    Kind("h", "begin_s", "start of the campaign", "s"),
    Kind("h", "begin_memory", "  memory that it adds", "MB"),
    Kind("h", "begin_wait", "  longest wait of another writer", "ms"),
    Kind("h", "progress_max", "progress of the campaign, longest of 100", "ms"),
    Kind("h", "pages_first", "a page of 1000 targets, the first ones", "ms"),
    Kind("h", "pages_last", "a page of 1000 targets, the last ones", "ms"),
    Kind("h", "state_pages_first", "the same by ?state=, the first ones", "ms"),
    Kind("h", "state_pages_last", "the same by ?state=, the last ones", "ms"),
    Kind("h", "import_s", "upload of the list", "s"),
    Kind("h", "import_memory", "  memory that it adds", "MB"),
    Kind("h", "import_wait", "  longest wait of another writer", "ms"),
    Kind("h", "cancel_s", "cancel of the campaign", "s"),
    Kind("h", "cancel_wait", "  longest wait of another writer", "ms"),
)
IMPORTS = (
    Kind("i", "import_s", "upload of a list, CSV", "s"),
    Kind("i", "import_memory", "  memory that it adds", "MB"),
    Kind("i", "import_wait", "  longest wait of another writer", "ms"),
    Kind("i", "workbook_s", "upload of the same as XLSX", "s"),
    Kind("i", "workbook_memory", "  memory that it adds", "MB"),
    Kind("i", "workbook_wait", "  longest wait of another writer", "ms"),
    Kind("i", "export_csv_s", "download of the list, CSV", "s"),
    Kind("i", "export_csv_wait", "  longest wait of another writer", "ms"),
    Kind("i", "export_xlsx_s", "download of the same as XLSX", "s"),
    Kind("i", "export_xlsx_memory", "  memory that it adds", "MB"),
    Kind("i", "export_xlsx_wait", "  longest wait of another writer", "ms"),
    Kind("i", "calls_import_s", "upload of a list, CSV, beside 20 calls", "s"),
    Kind("i", "gap_p99", "  gap between packets, p99", "ms"),
    Kind("i", "gap_max", "  gap between packets, longest", "ms"),
    Kind("i", "lost", "  packets lost", ""),
    Kind("i", "silent_calls", "  answered calls without a packet", ""),
)
DISTURBED = (
    Kind("", "callee_cpu", "(the callee's CPU)", "% of a core", True),
    Kind("", "others_cpu", "(all other programs' CPU)", "% of a core", True),
    Kind("", "repeated", "(SIP messages sent again)", "", True),
    Kind("", "dropped", "(datagrams that the callee lost)", "", True),
)

# (aim, Asterisk 22 with Playback on such a machine, callee silent); by figure and, where it matters, by lines and sound back.
Condition = tuple[str, int | None, bool | None]
GOALS: dict[Condition, tuple[str, str]] = {
    ("cpu_a_line", 200, False): ("0.10", "0.227"),
    ("cpu_a_line", None, False): ("0.10", ""),
    ("cpu_a_line", None, True): ("0.18", ""),
    ("calls_a_second", 200, None): ("350", "320-380"),
    ("calls_a_second", 600, None): ("700", ""),
    ("cpu_a_call", None, None): ("2", "3.9"),
    ("memory_long", 200, None): ("300", "110"),
    ("memory_short", 200, None): ("300", "650"),
    ("memory_long_a_line", None, None): ("1.5", ""),
    ("memory_short_a_line", None, None): ("1.5", ""),
    ("memory_idle_a_line", None, None): ("1.5", ""),
    ("start", 200, None): ("2", ""),
    ("first_median", None, None): ("", "2-6"),
    ("first_p95", None, None): ("20", "7-24"),
    ("gap_p99", None, None): ("23", "20.5"),
    ("gap_max", None, None): ("", "30-37"),
    ("lost", None, None): ("0", "0"),
    ("silent_calls", None, None): ("0", "0"),
    ("not_delivered", None, None): ("0", ""),
    ("line_use", None, None): ("97", ""),
    ("api_p99", None, None): ("50", ""),
    ("begin_s", None, None): ("5", ""),
    ("begin_memory", None, None): ("300", ""),
    ("begin_wait", None, None): ("100", ""),
    ("progress_max", None, None): ("50", ""),
    ("import_s", None, None): ("20", ""),
    ("import_memory", None, None): ("150", ""),
    ("import_wait", None, None): ("100", ""),
    ("calls_import_s", None, None): ("20", ""),
}


@dataclass(frozen=True)
class Figure:
    """One row of the table. `ratio` is the service's value by SIPp's; `load` tells of the calls."""

    letter: str
    name: str
    told: str
    unit: str
    load: str
    lines: int
    back: bool
    diagnosis: bool
    service: float | None
    sipp: float | None
    ratio: float | None
    aim: str
    asterisk: str

    def as_json(self) -> dict[str, Any]:
        """For the file."""
        return asdict(self)


@dataclass(frozen=True)
class Scenario:
    """One run of each caller, and the figures that come of it. `run` is None for a caller that has no such figure."""

    load: str
    lines: int
    back: bool
    kinds: tuple[Kind, ...]
    run: Callable[[MakeCaller], Values]
    with_sipp: bool = True

    def figures(self, letters: set[str], with_sipp: bool, tell: Callable[[str], None]) -> list[Figure]:
        """Runs it. A run that does not come to its end in time is told and leaves its figures out."""
        ours = self._values(ServiceCaller, tell)
        floor = self._values(SippCaller, tell) if with_sipp and self.with_sipp else {}
        letter = self.kinds[0].letter
        wanted = [kind for kind in self.kinds if kind.letter in letters or kind.diagnosis]
        extra = DISTURBED if "callee_cpu" in ours else ()
        return [self._figure(kind, kind.letter or letter, ours.get(kind.name), floor.get(kind.name)) for kind in (*wanted, *extra)]

    def _values(self, make: MakeCaller, tell: Callable[[str], None]) -> Values:
        name = make().name
        tell(f"{self.load}, {self.lines} lines, {'sound back' if self.back else 'callee silent'}: {name}")
        try:
            return self.run(make)
        except TooLong as error:
            tell(f"  no figures: {error}")
            return {}

    def _figure(self, kind: Kind, letter: str, ours: float | None, floor: float | None) -> Figure:
        ratio = ours / floor if ours is not None and floor and not kind.diagnosis else None
        aim, asterisk = self._goal(kind.name)
        return Figure(
            letter,
            kind.name,
            kind.told,
            kind.unit,
            self.load,
            self.lines,
            self.back,
            kind.diagnosis,
            ours,
            floor,
            ratio,
            aim,
            asterisk if not self.back else "",
        )

    def _goal(self, name: str) -> tuple[str, str]:
        for condition in ((name, self.lines, self.back), (name, self.lines, None), (name, None, self.back), (name, None, None)):
            if condition in GOALS:
                return GOALS[condition]
        return "", ""


def scenarios(plan: Plan, letters: Iterable[str]) -> list[Scenario]:
    """The runs that give the figures of these letters."""
    wanted = set(letters)
    found = []
    for back in plan.backs:
        if wanted & {"a", "b", "d", "e"}:
            found += [Scenario(f"{plan.message_s:g} s message", n, back, LONG, _long(plan, n, back)) for n in plan.lines]
        if wanted & {"b", "c"}:
            found += [Scenario("0.5 s message", n, back, SHORT, _short(plan, n, back)) for n in plan.rate_lines]
    if "f" in wanted:
        found.append(Scenario(f"{plan.fill[1]} calls of mixed length", plan.fill[0], False, FILL, lambda make: fill(make, plan)))
    if "g" in wanted:
        for short, load in ((False, f"{plan.message_s:g} s message"), (True, "0.5 s message")):
            found.append(Scenario(load, plan.api[0], False, API, _api(plan, short), with_sipp=False))
    if "h" in wanted:
        found.append(Scenario(f"{plan.size} targets", 4, False, SIZE, lambda _make: size(plan), with_sipp=False))
    if "i" in wanted:
        found.append(Scenario(f"{plan.size} subscribers", 20, False, IMPORTS, lambda _make: imports(plan), with_sipp=False))
    return found


def _long(plan: Plan, lines: int, back: bool) -> Callable[[MakeCaller], Values]:
    return lambda make: long_calls(make, plan, lines, back)


def _short(plan: Plan, lines: int, back: bool) -> Callable[[MakeCaller], Values]:
    return lambda make: short_calls(make, plan, lines, back)


def _api(plan: Plan, short: bool) -> Callable[[MakeCaller], Values]:
    return lambda _make: api(plan, short)
