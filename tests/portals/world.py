"""The small internet the portals live in: one DNS server, one web server, the national platforms every footer leads to."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.portals.authority import TestAuthority
from tests.portals.dns import ADDRESS_V6, DnsServer
from tests.portals.server import Request, Response, WebServer

_PLATFORMS = {
    "zfwzgl.www.gov.cn": ("@",),
    "conac.cn": ("bszs", "dcs"),
    "miit.gov.cn": ("beian", "www"),
    "beian.gov.cn": ("www",),
}
"""Zone → labels of the national platforms: 找错, 党政机关标识, ICP and 公安 registers; a ministry that friend links lead to."""

_JIUCUO = """(function () {
  var script = document.getElementById('_jiucuo_'), span = document.getElementById('_span_jiucuo');
  var code = script ? script.getAttribute('sitecode') : '';
  if (!span && script) { span = document.createElement('span'); span.id = '_span_jiucuo'; script.parentNode.insertBefore(span, script); }
  if (span) span.innerHTML = '<a href="javascript:void(0)" onclick="Link(' + "'" + code + "'" + ')"><img alt="我为政府网站找错" src="https://zfwzgl.www.gov.cn/exposure/images/jiucuo.png?v=' + code + '"></a>';
})();
"""


class World:
    """A context manager: ``dns``, ``web``, ``authority``; ``address()`` gives each portal its own 127.0.1.0/24 address."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.platforms = False  # whether the national platforms answer
        self._numbers = itertools.count(10 + os.getpid() % 40)
        self.serial = itertools.count(1)

    def __enter__(self) -> World:
        self.dns = self._stack.enter_context(DnsServer())
        self.web = self._stack.enter_context(WebServer())
        self.authority = TestAuthority(Path(self._stack.enter_context(tempfile.TemporaryDirectory())))
        self._open_platforms()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def nameserver(self) -> tuple[str, int]:
        """What ``--nameserver`` is given."""
        return self.dns.nameserver

    def address(self) -> str:
        """The next free address of 127.0.1.0/24."""
        return f"127.0.1.{10 + next(self._numbers) % 230}"

    def _open_platforms(self) -> None:
        """Serve the platforms on ports 80 and 443 where this process may; elsewhere their names resolve and refuse."""
        hosts = [zone if label == "@" else f"{label}.{zone}" for zone, labels in _PLATFORMS.items() for label in labels]
        address, v6 = self.address(), False
        context = self.authority.context(hosts)
        for port, tls in ((80, None), (443, context)):
            try:
                self.web.listen((address,), port, tls=tls)
                self.platforms = port == 443 or self.platforms
                self.web.listen((ADDRESS_V6,), port, tls=tls)
                v6 = True
            except OSError:
                continue  # no right to this port, or another run on this machine has ::1: the platforms are not what is tested
        self._platform_addresses = (address, ADDRESS_V6) if v6 else (address,)
        self._announce_platforms(self._platform_addresses)
        for host in hosts:
            self.web.host(host, _platform)

    def _announce_platforms(self, addresses: tuple[str, ...]) -> None:
        for zone, labels in _PLATFORMS.items():
            self.dns.zone(zone, hosts=dict.fromkeys(labels, addresses))

    @contextmanager
    def platforms_without_v6(self) -> Iterator[None]:
        """The national platforms have no AAAA until the block ends: nothing then proves a machine's own IPv6."""
        self._announce_platforms(self._platform_addresses[:1])
        try:
            yield
        finally:
            self._announce_platforms(self._platform_addresses)


def _platform(request: Request) -> Response:
    if request.path.startswith("/exposure/jiucuo.js"):
        return Response(_JIUCUO.encode(), type="application/javascript; charset=utf-8")
    return Response(f"<!DOCTYPE html><html><head><title>{request.host}</title></head><body><p>全国统一平台</p></body></html>".encode())
