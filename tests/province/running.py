"""Nights over a province as the office runs them: `mingjing nightly` as a process of its own, and what the central database says afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crawler.oversight import connect
from reports.history_reading import LifeReader
from tests.province.world import Province, Told

ROOT = Path(__file__).parents[2]
GRAVE = ("veto", "deduction")


@dataclass(frozen=True)
class Run:
    """A command that has ended."""

    code: int
    out: str
    err: str


def mingjing(*arguments: str, timeout: float = 900, browser: bool = True) -> Run:
    """One ``mingjing`` command."""
    command = [sys.executable, "-c", "import scheduler; scheduler.mingjing()", *arguments]
    env = {**os.environ, "PYTHONPATH": str(ROOT)} | ({} if browser else {"MINGJING_CHROMIUM": "/nowhere/chromium"})
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout, check=False)
    return Run(done.returncode, done.stdout, done.stderr)


def asked(province: Province, day: date) -> tuple[str, ...]:
    """Options of a night in this province: its name server, its authority, no delay."""
    ca_file = str(province.world.authority.ca_file)
    return ("--nameserver", province.nameserver, "--ca-file", ca_file, "--delay", "0", "--as-of", day.isoformat())


def nightly(province: Province, database: Path, number: int, *more: str, timeout: float = 900, browser: bool = True) -> Run:
    """Put the province into a night and inspect it; options in ``more`` win. Without ``browser`` there is none to be found."""
    day = province.night(number)
    return mingjing("nightly", "--db", str(database), *asked(province, day), *more, timeout=timeout, browser=browser)


@dataclass(frozen=True)
class Book:
    """What the central database says of findings. ``grave``: open vetoes and deductions; ``milder``: other open ones; ``events``: of a night."""

    grave: set[Told]
    milder: set[Told]
    events: set[tuple[Told, str]]

    @classmethod
    def read(cls, database: Path, night: date) -> Book:
        """Read it after ``night``."""
        opened = connect(database)
        reader = LifeReader(opened)
        findings = reader.findings()
        told = {each.id: (each.site, each.check, each.code, each.subject) for each in findings}
        grave = {each.id for each in findings if each.severity in GRAVE}
        book = cls(
            {told[each.id] for each in findings if each.state == "open" and each.id in grave},
            {told[each.id] for each in findings if each.state == "open" and each.id not in grave},
            {(told[each.finding], each.event) for each in reader.events(since=night) if each.night == night and each.finding in grave},
        )
        opened.close()
        return book


def differences(province: Province, number: int, book: Book) -> list[str]:
    """Where the book and the truth of a night differ, one line each; empty when they agree."""
    truth, milder = province.truth(number), province.milder(number)
    lines = [f"night {number}: not found {told}" for told in sorted(truth - book.grave)]
    lines += [f"night {number}: accused wrongly {told}" for told in sorted(book.grave - truth)]
    lines += [f"night {number}: not mentioned {told}" for told in sorted(milder - book.milder)]
    if number > 1:
        events = province.events(number)
        lines += [f"night {number}: did not happen {event}" for event in sorted(events - book.events)]
        lines += [f"night {number}: happened to nobody's knowledge {event}" for event in sorted(book.events - events)]
    return lines
