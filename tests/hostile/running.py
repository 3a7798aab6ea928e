"""Order an inspection of hostile sites from a child process, and what is asserted of every one of them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.hostile import site
from tests.hostile.server import HostileServer, Speak
from tests.portals.dns import DnsServer

ROOT = Path(__file__).parents[2]
NOISE = (
    "Traceback",
    "never retrieved",
    "Task was destroyed",
    "was never awaited",
    "Exception ignored",
    "Exception in callback",
    "Unhandled",
)
"""What must not stand on stderr, whatever a site does."""


@dataclass
class Case:
    """One site with one hostile page. ``bad``: its path or whole address; ``pages``: what the server says beside the honest pages.

    ``expected``: state and reason words of the page at ``bad``; a reason need only begin with it. ``limits``: of this inspection.
    """

    name: str
    expected: tuple[str, str]
    pages: Mapping[str, Speak] = field(default_factory=dict)
    bad: str = "/bad/"
    limits: dict[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    honest: bool = True

    @property
    def host(self) -> str:
        """The name of the site."""
        return f"www.{self.name}-test.gov.cn"


@dataclass
class Outcome:
    """What came of one case."""

    case: Case
    url: str
    bad: str
    found: dict[str, Any]

    def page(self, path: str = "") -> dict[str, Any]:
        """The row of one address."""
        wanted = (path if "://" in path else self.url.rstrip("/") + path) if path else self.bad
        return next((row for row in self.found["pages"] if row["url"] == wanted), {"state": "not asked", "reason": ""})

    def states(self) -> dict[str, str]:
        """Path (or whole address elsewhere) → state."""
        return {row["url"].removeprefix(self.url.rstrip("/")): row["state"] for row in self.found["pages"]}

    def honest_pages(self) -> int:
        """How many of the honest site's pages were read."""
        mine = set(site.pages())
        return sum(1 for path, state in self.states().items() if path in mine and state == "page")

    def accusations(self) -> set[tuple[str, str, str]]:
        """Vetoes and deductions as (check, code, subject)."""
        return {(c, code, subject) for c, code, subject, severity in self.found["findings"] if severity in ("veto", "deduction")}


@dataclass
class Run:
    """A child process that ended: its outcomes by case, its memory beyond its start (MB), its wall time (s), its stderr."""

    outcomes: dict[str, Outcome]
    grown_mb: float
    seconds: float
    stderr: str


class Lab:
    """Hostile sites under names of their own, and the children that inspect them."""

    def __init__(self, web: HostileServer, dns: DnsServer) -> None:
        self.web, self.dns = web, dns

    def serve(self, case: Case) -> tuple[str, str]:
        """Serve a case's site; its home address and the address of the hostile page."""
        address = self.web.address()
        self.dns.zone(case.host.removeprefix("www."), hosts={"www": (address,)})
        pages: dict[str, Speak] = {}
        port = self.web.listen(address, pages)
        home = f"http://{case.host}:{port}/"
        bad = case.bad.replace("{home}", home).replace("{host}", case.host)
        pages |= {**site.pages(bad), **case.pages} if case.honest else dict(case.pages)
        return home, bad if "://" in bad else home.rstrip("/") + bad

    def run(self, cases: Sequence[Case], *, at_once: int = 4, render: bool = False, page_seconds: float = 0, most: float = 240) -> Run:
        """Inspect all ``cases`` in one child. ``page_seconds``: the browser's time for one page, where it is used."""
        served = {case.name: self.serve(case) for case in cases}
        with tempfile.TemporaryDirectory() as folder:
            order = {
                "folder": folder,
                "as_of": site.AS_OF.isoformat(),
                "nameserver": self.dns.nameserver,
                "at_once": at_once,
                "page_seconds": page_seconds,
                "cases": [
                    {
                        "name": case.name,
                        "url": served[case.name][0],
                        "aliases": case.aliases,
                        "limits": {"render": "auto" if render else "never", **case.limits},
                    }
                    for case in cases
                ],
            }
            begun = time.monotonic()
            child = subprocess.run(
                [sys.executable, "-m", "tests.hostile.child"],
                input=json.dumps(order),
                capture_output=True,
                text=True,
                cwd=ROOT,
                timeout=most,
                check=False,
            )
        assert child.returncode == 0, child.stderr[-6000:]
        found = json.loads(child.stdout)
        outcomes = {case.name: Outcome(case, *served[case.name], found["outcomes"][case.name]) for case in cases}
        return Run(outcomes, found["grown_mb"], time.monotonic() - begun, child.stderr)


def quiet(run: Run) -> bool:
    """Whether nothing on stderr speaks of a fault of ours."""
    return not any(word in run.stderr for word in NOISE)


def host_of_case(outcome: Outcome) -> str:
    """Host and port of the case's site."""
    return urlsplit(outcome.url).netloc
