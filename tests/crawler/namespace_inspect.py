"""Run inside a fresh network namespace: a whole inspection of a public site that leads inside in every way we know. Prints JSON."""

from __future__ import annotations

import asyncio
import json
import tempfile
from datetime import date
from pathlib import Path

from checks.inspect import Options, inspect
from crawler.evidence import Evidence
from crawler.settings import Limits
from crawler.site import Site
from tests.crawler.namespace_guard import INSIDE, ZONE, listen, prepare
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer

AS_OF = date(2026, 8, 20)


def _pages(targets: list[str]) -> dict[str, Response]:
    """The site: each page leads to every inside address by another kind of request."""
    first = targets[0]
    anchors = "".join(f"<a href='{target}'>链接</a><a href='/to/{number}'>跳转</a>" for number, target in enumerate(targets))
    loads = {
        "pictures": "".join(f"<img src='{t}.png'><div style=\"background:url('{t}.jpg')\"></div>" for t in targets),
        "scripts": "".join(f"<script src='{t}.js'></script><link rel=stylesheet href='{t}.css'>" for t in targets),
        "frames": "".join(f"<iframe src='{t}'></iframe>" for t in targets),
        "included": "".join(f"<div id=d{n}></div><script>$('#d{n}').load('{t}')</script>" for n, t in enumerate(targets)),
        "sockets": f"<script>new WebSocket('{first.replace('http', 'ws')}');fetch('{first}');navigator.sendBeacon('{first}');new Image().src='{first}'</script>",
        "refresh": f"<meta http-equiv=refresh content='0;url={first}'>",
        "stub": f"<script>location.href='{first}'</script>",
    }
    nav = "".join(f"<li><a href='/{name}/'>{name}</a></li>" for name in loads)
    nav += f"<li><a href='{first}'>互动交流</a></li><li><a href='{targets[-1]}'>政民互动</a></li>"
    head = "<html><head><title>{0}</title></head><body><div class=nav><ul>" + nav + "</ul></div><h1>{0}</h1>"
    pages = {f"/{name}/": Response((head.format(name) + body + "</body></html>").encode()) for name, body in loads.items()}
    pages["/"] = Response((head.format("某市人民政府") + anchors + loads["pictures"] + "</body></html>").encode())
    return pages


async def _visit(dns: DnsServer, port: int, reached: list[str], folder: Path) -> dict[str, object]:
    servers = await listen(port, reached)
    limits = Limits(delay=0, timeout=3, max_pages=60, max_renders=20, render="always")
    done = await inspect(
        Site(f"http://www.{ZONE}:{port}/"), as_of=AS_OF, options=Options(folder / "e.sqlite", limits=limits, nameserver=dns.nameserver)
    )
    await asyncio.sleep(0.2)
    for server in servers:
        server.close()
    evidence = Evidence(done.path)
    states = {page.state for page in evidence.pages}
    visit = evidence.meta("visit")
    evidence.close()
    return {"reached_inside": reached, "states": sorted(states), "visit": visit, "verdicts": {j.check: j.verdict for j in done.judgements}}


def main() -> None:
    prepare()
    with DnsServer() as dns, WebServer() as web, tempfile.TemporaryDirectory() as folder:
        port = web.listen(("11.0.0.1", "2400:3200::1"))
        dns.zone(ZONE, hosts={"www": ("11.0.0.1", "2400:3200::1"), "inner": ("10.9.9.9",), "six": ("fd00::9",)})
        hosts = [f"[{one}]" if ":" in one else one for one in INSIDE]
        hosts += [f"inner.{ZONE}", f"six.{ZONE}", "localhost", "2130706433", "127.1", "0x7f.1", "[::ffff:10.9.9.9]"]
        targets = [f"http://{host}:{port}/x" for host in hosts]
        pages = _pages(targets)

        def answer(request: Request) -> Response:
            if request.path.startswith("/to/"):
                return Response(status=302, headers=(("Location", targets[int(request.path[4:])]),))
            return pages.get(request.path, Response(b"<title>404</title>", 404))

        web.host(f"www.{ZONE}", answer)
        print(json.dumps(asyncio.run(_visit(dns, port, [], Path(folder)))))


if __name__ == "__main__":
    main()
