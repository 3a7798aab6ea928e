"""Run inside a fresh network namespace: a site on a global address that leads inside. Prints what was reached, as JSON."""

from __future__ import annotations

import asyncio
import json
import subprocess

from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.site import Site
from crawler.visit import VisitLedger
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer

ZONE = "public-test.gov.cn"
INSIDE = ("10.9.9.9", "127.0.0.1", "169.254.7.7", "fd00::9")


def prepare() -> None:
    """The namespace's addresses, all on its loopback: public ones and inside ones."""
    commands = ["link set lo up", *(f"addr add {address}/32 dev lo" for address in ("11.0.0.1", "10.9.9.9", "169.254.7.7"))]
    for command in [*commands, "-6 addr add fd00::9/128 dev lo", "-6 addr add 2400:3200::1/128 dev lo"]:
        subprocess.run(["ip", *command.split()], check=True, capture_output=True)


async def listen(port: int, reached: list[str]) -> list[asyncio.Server]:
    """Listeners on every inside address; each connection is noted in ``reached``."""

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(writer.get_extra_info("sockname")[0])
        writer.close()

    return [await asyncio.start_server(accept, address, port) for address in INSIDE]


async def _visit(dns: DnsServer, port: int, targets: list[str], reached: list[str]) -> dict[str, object]:
    servers = await listen(port, reached)
    for address in INSIDE:
        _, writer = await asyncio.open_connection(address, port)
        writer.close()
    await asyncio.sleep(0.1)
    works = len(reached)
    reached.clear()
    network = Network(Site(f"http://www.{ZONE}:{port}/"), nameserver=dns.nameserver)
    fetcher = Fetcher(network, VisitLedger(), Politeness(delay=0, timeout=3))
    home = await fetcher.get(f"http://www.{ZONE}:{port}/", kind="page")
    outcomes = []
    for number, target in enumerate(targets):
        for url in (f"http://www.{ZONE}:{port}/to/{number}", target):
            got = await fetcher.get(url, kind="page")
            outcomes.append({"url": url, "error": got.error})
    for address in INSIDE:
        tried = await network.connect(address, port)
        outcomes.append({"url": address, "error": tried.error})
        outcomes.append({"url": address, "error": (await network.ask_server(address, ZONE, seconds=1)).error})
    await fetcher.close()
    await asyncio.sleep(0.1)
    for server in servers:
        server.close()
    return {"listeners_work": works, "reached_inside": reached, "site_answered": home.status == 200, "outcomes": outcomes}


def main() -> None:
    prepare()
    with DnsServer() as dns, WebServer() as web:
        port = web.listen(("11.0.0.1",))
        dns.zone(
            ZONE,
            hosts={
                "www": ("11.0.0.1",),
                "inner": ("10.9.9.9",),
                "mapped": ("::ffff:10.9.9.9",),
                "six": ("fd00::9",),
                "local": ("127.0.0.1",),
            },
        )
        hosts = ["10.9.9.9", "127.0.0.1", "169.254.7.7", "[fd00::9]", "[::ffff:127.0.0.1]", f"inner.{ZONE}", f"mapped.{ZONE}", f"six.{ZONE}",
                 f"local.{ZONE}", "localhost"]  # fmt: skip
        targets = [f"http://{host}:{port}/picture.png" for host in hosts]

        def answer(request: Request) -> Response:
            if request.path.startswith("/to/"):
                return Response(status=302, headers=(("Location", targets[int(request.path[4:])]),))
            return Response(b"<img src='http://10.9.9.9/x.png'>")

        web.host(f"www.{ZONE}", answer)
        print(json.dumps(asyncio.run(_visit(dns, port, targets, []))))


if __name__ == "__main__":
    main()
