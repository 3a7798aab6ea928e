"""A few very small sites with known faults, registered, and `mingjing nightly` run over them as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from crawler.oversight import connect
from crawler.registry import CrawlOptions, RegisteredSite, Registry, Unit
from tests.portals.server import Request, Response
from tests.portals.world import World

AS_OF = "2026-08-20"
ROOT = Path(__file__).parents[2]
_PAGE = "<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>"


@dataclass
class Finished:
    """A run that has ended."""

    code: int
    out: str
    err: str

    def objects(self) -> list[dict[str, object]]:
        """Every line of stderr as a JSON object."""
        return [json.loads(line) for line in self.err.splitlines()]


class Village:
    """``count`` sites, each with an address of its own; every third one links to a page that is gone. ``delay``: seconds before each answer."""

    def __init__(self, world: World, count: int, *, delay: float = 0.0, pages: int = 3) -> None:
        self.world, self.delay, self.pages = world, delay, pages
        self.keys = [f"991{number:03}0001" for number in range(count)]
        serial = next(world.serial)
        self.hosts = {key: f"www.cun{serial}-{number}-test.gov.cn" for number, key in enumerate(self.keys)}
        self.ports: dict[str, int] = {}
        for key, host in self.hosts.items():
            address = world.address()
            self.ports[key] = world.web.listen((address,))
            world.dns.zone(host.removeprefix("www."), hosts={"www": (address,), "@": (address,)})
            gone = self.keys.index(key) % 3 == 0
            world.web.host(host, lambda request, key=key, gone=gone: self._answer(request, key, gone))

    def _answer(self, request: Request, key: str, gone: bool) -> Response:
        if request.path == "/":
            links = "".join(
                f"<li><a href='/xw/{number}.html'>工作动态{number}</a> 2026-08-1{number}</li>" for number in range(self.pages - 1)
            )
            lost = "<a href='/zc/gone.html'>政策文件</a>" if gone else ""
            return self._page(f"{key}村人民政府", f"<ul>{links}</ul>{lost}<p>网站标识码：{key}</p>")
        if request.path.startswith("/xw/"):
            return self._page("工作动态", "<h1>工作动态</h1><p>发布时间：2026-08-11</p><p>今天召开会议。</p>")
        return Response(b"gone", 404)

    def _page(self, title: str, body: str) -> Response:
        return Response(_PAGE.format(title=title, body=body).encode(), delay=self.delay)

    def url(self, key: str) -> str:
        """A site's home page."""
        return f"http://{self.hosts[key]}:{self.ports[key]}/"

    def register(self, database: Path, options: dict[str, CrawlOptions] | None = None) -> Path:
        """Put the sites into a central database."""
        db = connect(database)
        sites = [
            RegisteredSite(
                key=key,
                name=f"{key}村",
                url=self.url(key),
                aliases=(),
                code=key,
                unit="青禾县",
                kind="portal",
                intensive=False,
                has_services=True,
                columns=(),
                options=(options or {}).get(key, CrawlOptions()),
                removed_on=None,
            )
            for key in self.keys
        ]
        Registry(db).put([Unit("青禾县", "市州", "", "")], sites)
        db.close()
        return database

    def start(self, database: Path, *more: str, as_of: str = AS_OF, browser: bool = False, first: str = "pass") -> subprocess.Popen[str]:
        """Start `mingjing nightly`; without ``browser`` there is none to be found. ``first``: a statement run before it."""
        server, port = self.world.nameserver
        command = [sys.executable, "-c", f"{first}; import scheduler; scheduler.mingjing()", "nightly", "--db", str(database)]
        command += ["--nameserver", f"{server}:{port}", "--delay", "0", *more]
        command += ["--as-of", as_of] if as_of else []
        command += [] if "--workers" in more else ["--workers", "1"]
        env = {**os.environ, "PYTHONPATH": str(ROOT)} | ({} if browser else {"MINGJING_CHROMIUM": "/nowhere/chromium"})
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, database: Path, *more: str, as_of: str = AS_OF, browser: bool = False) -> Finished:
        """Run it to its end."""
        return finished(self.start(database, *more, as_of=as_of, browser=browser))


def finished(process: subprocess.Popen[str], seconds: float = 120) -> Finished:
    """Wait for a run."""
    out, err = process.communicate(timeout=seconds)
    return Finished(process.returncode, out, err)


def kill(process: subprocess.Popen[str]) -> None:
    """kill -9, and wait until nobody holds its pipes any more: the workers are gone too."""
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


def wait_for_landed(process: subprocess.Popen[str], database: Path, count: int, as_of: str = AS_OF, seconds: float = 60) -> None:
    """Until so many files of evidence lie there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and len(landed(database, as_of)) < count:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    assert len(landed(database, as_of)) >= count


def landed(database: Path, as_of: str = AS_OF) -> list[Path]:
    """The evidence of a night."""
    return sorted((database.parent / "evidence" / as_of).glob("*.sqlite"))


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of the central database."""
    connection = sqlite3.connect(database)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def findings(database: Path) -> list[tuple[object, ...]]:
    """All findings with their lives, and every check's verdicts over the nights."""
    told = "SELECT id,site,check_id,code,subject,severity,url,message,state,first_seen,last_seen,nights FROM life_findings ORDER BY id"
    spans = "SELECT site,check_id,verdict,first,last FROM life_spans ORDER BY site,check_id,first"
    return rows(database, told) + rows(database, spans)


def states(database: Path) -> dict[str, str]:
    """Site → state of its last night."""
    return {str(key): str(state) for key, state in rows(database, "SELECT site_key,state FROM site_nights")}


def descendants(pid: int) -> dict[int, str]:
    """Processes below this one: id → name."""
    parents, names = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue
        number = int(stat.parent.name)
        parents[number], names[number] = int(rest.split()[1]), name
    found, grown = {pid}, True
    while grown:
        grown = False
        for child, parent in parents.items():
            if parent in found and child not in found:
                found.add(child)
                grown = True
    return {number: names[number] for number in found - {pid}}


def lives(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
