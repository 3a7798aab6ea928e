"""Run inside a fresh network namespace: a public site that leads inside by robots.txt, by every tag that loads something, by odd ways of
writing an address, and by a name that changes its address between two questions. Prints what was reached, as JSON."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

from checks.inspect import Options, inspect
from crawler.evidence import Evidence
from crawler.settings import Limits
from crawler.site import Site
from tests.crawler.namespace_guard import INSIDE, ZONE, listen, prepare
from tests.hostile import site
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer

WRITTEN = ("10.9.9.9", "169.254.7.7", "127.0.0.1", "[::ffff:10.9.9.9]", "[::ffff:a09:909]", "[64:ff9b::a09:909]", "168364297", "0x0a090909", "012.9.9.9", "10.592137", "localhost",
           "localhost.", "[fd00::9]", "[::1]", "10.9.9.9.", f"rebound.{ZONE}", f"inner.{ZONE}", f"mapped.{ZONE}", "１０.９.９.９", "10。9。9。9", "user@10.9.9.9")  # fmt: skip
"""Ways of writing where nothing may go."""

TAGS = (
    "<img src='{0}'>", "<img srcset='{0} 2x'>", "<iframe src='{0}'></iframe>", "<script src='{0}'></script>", "<link rel=stylesheet href='{0}'>", "<link rel=preload as=script href='{0}'>",
    "<link rel=prefetch href='{0}'>", "<link rel=dns-prefetch href='{0}'>", "<link rel=preconnect href='{0}'>", "<link rel=prerender href='{0}'>", "<link rel=manifest href='{0}'>",
    "<link rel=icon href='{0}'>", "<object data='{0}'></object>", "<embed src='{0}'>", "<video src='{0}' poster='{0}'></video>", "<a href='{0}' ping='{0}'>链接</a>", "<style>@import '{0}'; @font-face "
    "{{font-family: x; src: url('{0}')}} body {{font-family: x; background: url('{0}')}}</style>", "<svg><image href='{0}'/><use href='{0}'/></svg>", "<input type=image src='{0}'>",
    "<script>fetch('{0}', {{mode: 'no-cors'}}); new EventSource('{0}'); navigator.sendBeacon('{0}'); new Image().src = '{0}'; import('{0}').catch(() => 0)</script>",
    "<script>try {{new Worker('{0}')}} catch (e) {{}} try {{importScripts('{0}')}} catch (e) {{}} const x = new XMLHttpRequest(); x.open('GET', '{0}'); x.send()</script>",
    "<form id=f action='{0}'></form><script>setTimeout(() => f.submit(), 50)</script>", "<script type=speculationrules>{{\"prerender\": [{{\"source\": \"list\", \"urls\": [\"{0}\"]}}]}}</script>",
)  # fmt: skip
"""Everything that makes a browser ask for something."""


class Rebinding:
    """Every look-up of one name gives a public address first and an inside one from then on."""

    def __init__(self, dns: DnsServer) -> None:
        self._dns, self._answer, self._asked = dns, dns.answer, 0
        dns.answer = self._turn  # type: ignore[method-assign]

    def _turn(self, wire: bytes, family: int, transport: str) -> bytes | None:
        if b"\x07rebound" in wire:
            self._asked += 1
            inside = self._asked > 2  # A and AAAA of the first look-up are honest
            self._dns.zone(ZONE, hosts={**HOSTS, "rebound": ("10.9.9.9",) if inside else ("11.0.0.1",)})
        return self._answer(wire, family, transport)  # type: ignore[arg-type]


HOSTS = {"www": ("11.0.0.1",), "inner": ("10.9.9.9",), "mapped": ("::ffff:10.9.9.9",), "rebound": ("11.0.0.1",)}


def _pages(port: int) -> dict[str, Response]:
    """One page per group of tags, each with every way of writing the address."""
    targets = [f"http://{written}:{port}/x" for written in WRITTEN]
    found = {}
    for number in range(0, len(TAGS), 4):
        body = "".join(tag.format(target) for tag in TAGS[number : number + 4] for target in targets[::4])
        found[f"/t{number}/"] = Response(site.frame(f"专题{number}", body).encode())
    links = "".join(f"<a href='/t{number}/'>专题{number}</a>" for number in range(0, len(TAGS), 4))
    links += "".join(
        f"<a href='{target}'>互动交流</a><a href='/to/{number}'>跳转</a><a href='/meta/{number}'>刷新</a>"
        for number, target in enumerate(targets)
    )
    found["/"] = Response(site.frame("首页", f"<div class=nav>{links}</div>").encode())
    for number, target in enumerate(targets):
        found[f"/meta/{number}"] = Response(f"<meta http-equiv=refresh content='0;url={target}'>".encode())
        found[f"/to/{number}"] = Response(status=302, headers=(("Location", target.encode().decode("latin-1")),))
    found["/robots.txt"] = Response(status=302, headers=(("Location", f"http://10.9.9.9:{port}/robots.txt"),))
    return found


async def _visit(dns: DnsServer, port: int, folder: Path) -> dict[str, object]:
    reached: list[str] = []
    servers = await listen(port, reached)
    for address in INSIDE:
        _, writer = await asyncio.open_connection(address, port)
        writer.close()
    await asyncio.sleep(0.1)
    works = len(reached)
    reached.clear()
    limits = Limits(delay=0, timeout=3, max_pages=90, max_renders=8, render="auto")
    aliases = (
        f"rebound.{ZONE}",
        f"inner.{ZONE}",
        f"mapped.{ZONE}",
        "10.9.9.9",
        "169.254.7.7",
        "168364297",
        "0x0a090909",
        "012.9.9.9",
        "localhost",
    )
    done = await inspect(
        Site(f"http://www.{ZONE}:{port}/", aliases),
        as_of=site.AS_OF,
        options=Options(folder / "e.sqlite", limits=limits, nameserver=dns.nameserver),
    )
    await asyncio.sleep(0.2)
    for server in servers:
        server.close()
    evidence = Evidence(done.path)
    outcomes = {page.url: [page.state, page.reason] for page in evidence.pages}
    evidence.close()
    return {"listeners_work": works, "reached_inside": reached, "outcomes": outcomes, "port": port}


def main() -> None:
    prepare()
    with DnsServer() as dns, WebServer() as web, tempfile.TemporaryDirectory() as folder:
        port = web.listen(("11.0.0.1",))
        dns.zone(ZONE, hosts=HOSTS)
        Rebinding(dns)
        pages = _pages(port)

        def answer(request: Request) -> Response:
            return pages.get(request.path, Response(b"<title>404</title>", 404))

        web.host(f"www.{ZONE}", answer)
        web.host(f"rebound.{ZONE}", answer)
        print(json.dumps(asyncio.run(_visit(dns, port, Path(folder)))))


if __name__ == "__main__":
    main()
