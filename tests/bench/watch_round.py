"""One round of the availability watch over many sites: seconds, processor seconds, what was written.

    python -m tests.bench.watch_round --sites 1500 --platform 300

The sites are served by another process on addresses of 127.0.0.0/8, ``--platform`` of them behind one address; names are answered there too.
The platform's sites have an IPv6 address too, one and the same: loopback has no other. Two rounds are made: the first reads every robots.txt, the second (as most rounds of a day) need not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from crawler.oversight import connect
from crawler.samples import Samples
from crawler.site import Site
from crawler.watch_round import make_round
from crawler.watch_visit import Watched
from reports.watch import WatchRequest, line, watching
from tests.bench.site import build
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer

ZONE = "watch-test.gov.cn"
AT = datetime(2026, 8, 20, 3, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def address(number: int, platform: int) -> str:
    """The address of one site: the first ``platform`` of them share one."""
    return "127.9.9.9" if number < platform else f"127.10.{number // 250}.{1 + number % 250}"


def serve(sites: int, platform: int, dead: int, delay: float) -> None:
    """Serve until killed; prints the ports of the name server and the web server. The last ``dead`` sites answer 503."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), 40)
        home = Response((Path(folder) / "index.html").read_bytes(), delay=delay)
    down, robots = Response(b"busy", 503), Response(b"User-agent: *\nDisallow: /admin/\n", type="text/plain")
    with DnsServer() as dns, WebServer() as web:
        port = web.listen(("0.0.0.0",))
        web.listen(("::1",), port)
        dns.zone(ZONE, hosts={f"s{n}": (address(n, platform), *(["::1"] if n < platform else [])) for n in range(sites)})
        for number in range(sites):

            def answer(request: Request, number: int = number) -> Response:
                return robots if request.path == "/robots.txt" else (down if number >= sites - dead else home)

            web.host(f"s{number}.{ZONE}", answer)
        print(dns.port, port, flush=True)
        time.sleep(3600)


def measure(options: argparse.Namespace, dns_port: int, port: int) -> None:
    request = WatchRequest(
        db=Path("unused"),
        delay=options.delay,
        nameserver=("127.0.1.53", dns_port),
        controls=(f"127.0.0.1:{port}",),
        v6_controls=(f"[::1]:{port}",) if options.v6 else (),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "oversight.db"
        database = connect(path)
        samples = Samples(database)
        for number in range(2):
            at = AT + timedelta(hours=number)
            permits = samples.permitted(at)
            sites = [Site(f"http://s{n}.{ZONE}:{port}/") for n in range(options.sites)]
            watched = [Watched(f"s{n}", site, permit=f"s{n}" in permits) for n, site in enumerate(sites)]
            begun, used = time.monotonic(), time.process_time()
            done = asyncio.run(make_round(watched, at, watching(request)))
            made, written = time.monotonic(), time.process_time()
            samples.record(done)
            print(line(done, len(sites)))
            print(
                f"  round {number + 1}: {made - begun:.1f} s, {written - used:.1f} processor seconds; recording "
                f"{time.monotonic() - made:.2f} s; database {sum(p.stat().st_size for p in path.parent.iterdir()) // 1024} KB"
            )
        begun = time.monotonic()
        for n in range(options.sites):
            samples.week(f"s{n}", AT.date())
        print(f"  the week of every site: {time.monotonic() - begun:.2f} s")
        database.conn.close()
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB; {os.cpu_count()} processors")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=1500)
    parser.add_argument("--platform", type=int, default=300, help="sites behind one address")
    parser.add_argument("--dead", type=int, default=15, help="sites that answer 503")
    parser.add_argument("--latency", type=float, default=0.3, help="seconds a home page takes")
    parser.add_argument("--delay", type=float, default=0.15)
    parser.add_argument("--no-v6", dest="v6", action="store_false")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(options.sites, options.platform, options.dead, options.latency)
    command = [sys.executable, "-m", "tests.bench.watch_round", "--serve", *sys.argv[1:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            dns_port, port = (int(part) for part in server.stdout.readline().split())
            measure(options, dns_port, port)
        finally:
            server.kill()


if __name__ == "__main__":
    main()
