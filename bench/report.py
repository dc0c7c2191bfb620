"""How the figures are told: a table for a person, a JSON file for a program."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.figures import Figure


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), ""
    )
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_average_at_start": os.getloadavg()[0],
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def write(path: Path, figures: Sequence[Figure], facts: dict[str, Any]) -> None:
    """The JSON file; its folder is made when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": facts, "figures": [figure.as_json() for figure in figures]}, indent=1) + "\n")


def show(figures: Sequence[Figure], facts: dict[str, Any]) -> None:
    """The table on stdout, a section for each run's load. Rows in parentheses tell how quiet the machine was."""
    console = Console(width=170 if not os.isatty(1) else None)
    table = Table(title=f"{facts['processor']}, {facts['cores']} cores, Linux {facts['kernel']}, Python {facts['python']}")
    for heading in ("", "calls", "lines", "callee", "figure"):
        table.add_column(heading, no_wrap=True)
    for heading in ("service", "SIPp", "ratio", "aim", "Asterisk"):
        table.add_column(heading, justify="right")
    table.add_column("unit")
    last: tuple[Any, ...] = ()
    for figure in figures:
        run = (figure.load, figure.lines, figure.back)
        if run != last:
            table.add_section()
        place = (figure.load, str(figure.lines), "sound back" if figure.back else "silent") if run != last else ("", "", "")
        last = run
        values = (_short(figure.service), _short(figure.sipp), _short(figure.ratio), figure.aim, figure.asterisk)
        table.add_row(figure.letter, *place, figure.told, *values, figure.unit, style="dim" if figure.diagnosis else None)
    console.print(table)


def _short(value: float | None) -> str:
    if value is None:
        return "-"
    if value == int(value):
        return str(int(value))
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
