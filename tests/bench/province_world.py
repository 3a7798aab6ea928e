"""Many sites for `make bench-province`: each a host and an address of its own, all with the same pages, served by nginx on loopback; their names, too."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from crawler.oversight import connect
from crawler.registry import CrawlOptions, RegisteredSite, Registry, Unit
from tests.bench.site import _free_port, _wait, build
from tests.portals.dns import DnsServer

ZONE = "bench-test.gov.cn"
COLUMNS = 20
"""Pages that `tests.bench.site.build` writes besides."""

Kind = Literal["validators", "bare", "old"]
"""With ETag and Last-Modified; without; with, and nine articles of ten older than any check looks back."""


@dataclass(frozen=True, slots=True)
class Served:
    """``sites`` sites of ``pages`` pages, up and answering."""

    sites: int
    pages: int
    port: int
    nameserver: str
    server: str

    def addresses(self) -> list[str]:
        """Where bare Scrapy asks: addresses, since it has no resolver of ours."""
        return [f"http://{_address(number)}:{self.port}/" for number in range(self.sites)]

    def register(self, database: Path) -> None:
        """Put the sites into a central database."""
        opened = connect(database)
        sites = [
            RegisteredSite(
                key=f"s{number}.{ZONE}",
                name="青禾县人民政府",
                url=f"http://s{number}.{ZONE}:{self.port}/",
                unit="青禾县",
                options=CrawlOptions(max_pages=self.pages + COLUMNS + 50, depth=50),
            )
            for number in range(self.sites)
        ]
        Registry(opened).put([Unit("青禾县", "市州")], sites)
        opened.close()


def _address(number: int) -> str:
    return f"127.20.{number // 250}.{1 + number % 250}"


def _age(folder: Path, pages: int) -> None:
    """Nine articles of ten were published long ago; links to them say so."""
    for number in range(pages // 10, pages):
        page = folder / "p" / f"{number}.html"
        if page.exists():
            page.write_text(re.sub(r"2026-08-\d\d", "2019-03-05", page.read_text(encoding="utf-8")), encoding="utf-8")


@contextmanager
def serving(sites: int, pages: int, folder: Path, kind: Kind = "validators") -> Iterator[Served]:
    """Build the pages, serve them under every site's address, answer for the names. Needs nginx: nothing slower could keep up."""
    nginx = shutil.which("nginx")
    if nginx is None:
        raise SystemExit("make bench-province needs nginx (apt-get install nginx-light)")
    root = folder / "site"
    root.mkdir(parents=True)
    build(root, pages)
    if kind == "old":
        _age(root, pages)
    for each in (folder, root):
        each.chmod(0o755)
    port = _free_port()
    listens = "".join(f"listen {_address(number)}:{port}; " for number in range(sites))
    silent = "etag off; if_modified_since off; add_header Last-Modified ''; " if kind == "bare" else ""
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; worker_processes 1; user root; pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{ worker_connections 4096; }}\n"
        f"http {{ access_log off; types {{ text/html html; text/plain txt; application/javascript js; }} charset utf-8; keepalive_requests 100000;\n"
        f"server {{ {listens}{silent}root {root}; }} }}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen([nginx, "-c", str(config), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        with DnsServer() as dns:
            dns.zone(ZONE, hosts={f"s{number}": (_address(number),) for number in range(sites)})
            _wait(port, process, _address(0))
            host, asked = dns.nameserver
            yield Served(sites, pages, port, f"{host}:{asked}", "nginx")
    finally:
        process.terminate()
        process.wait(10)
