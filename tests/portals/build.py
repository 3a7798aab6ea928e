"""`Portal(world, style, defects)`: a generated government site, served, with its ground truth.

with World() as world:
    portal = Portal(world, "jpage", {"entry-missing-home"})
    portal.site                  # crawler.site.Site to inspect
    portal.truth.findings        # {("error-report-entry", "missing", "home")}
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from crawler.links import page_key
from crawler.site import Site
from tests.portals.astray import neighbour
from tests.portals.defects import DEFECTS, IPV6, Expected
from tests.portals.dns import ADDRESS_V6
from tests.portals.model import AS_OF, Model, Portal6, clean_model
from tests.portals.pages import plan, section
from tests.portals.server import Entry, Request, Response
from tests.portals.style import Served, Style
from tests.portals.styles import STYLES
from tests.portals.styles.elsewhere import Elsewhere
from tests.portals.world import World

_PLACES = ("青禾县", "云泽县", "柳浪县", "松麓县", "金穗县", "白鹭县", "石梁县", "双桥县", "望川县", "南渡县", "清潭县", "东屏县", "溪山县")

_BLOCKED = {
    "wall": frozenset(
        {
            "site-identity",
            "page-tags",
            "hidden-links",
            "links",
            "home-updates",
            "column-updates",
            "error-report-entry",
            "interaction-channel",
            "interaction-statistics",
            "ipv6",
            "https",
        }
    ),
    "walled": frozenset({"hidden-links", "ipv6"}),
}


@dataclass(frozen=True)
class Truth:
    """What an inspection must say. ``findings``: vetoes and deductions; ``cautions``: milder ones that must be there too.

    ``newest``: column subject → newest day a reader sees, for the columns that are judged. ``blocked``: checks that a protection device keeps
    from being assessed: all behind a wall; behind one that a browser passes, the IPv6 probes, which are no browser. ``not_applicable``: https on a
    portal served over http at a port of its own, where nothing says at which port https would be; forged-dates
    where there are no earlier nights.
    """

    findings: frozenset[Expected]
    cautions: frozenset[Expected]
    newest: dict[str, date]
    blocked: frozenset[str]
    not_applicable: frozenset[str] = frozenset()

    def verdict(self, check: str) -> str:
        """The verdict of a check that this truth demands."""
        if any(expected[0] == check for expected in self.findings):
            return "fail"
        if check in self.not_applicable:
            return "not_applicable"
        return "not_assessed" if check in self.blocked else "pass"


class Places:
    """Subjects under one style."""

    def __init__(self, model: Model, style: Style) -> None:
        self.model, self.style = model, style

    def column(self, key: str) -> str:
        """Path and sorted query of a column."""
        return page_key(self.style.column(self.model.column(key)))

    def section(self, key: str) -> str:
        """The first folder of a column's address."""
        return section(self.style.column(self.model.column(key)))

    def sections(self) -> list[str]:
        """Every section of the portal's own pages, the home page apart."""
        paths = [view.path for view in plan(self.model, self.style) if view.kind != "home" and view.path.startswith("/")]
        return sorted({section(path) for path in paths})

    def articles(self, *keys: str) -> list[str]:
        """The sections that the articles of these columns lie in."""
        columns = [self.model.column(key) for key in keys]
        return sorted({section(self.style.article(article)) for column in columns for article in column.articles})

    def letter(self, number: int) -> str:
        """Path of a letter."""
        found = next(letter for letter in self.model.letters if letter.number == number)
        return page_key(self.style.letter(found, self.model.column("xzxx")))


class Portal:
    """One served portal, over TLS by the world's authority if asked. ``stop_after``: the server drops every connection once it has answered so many requests."""

    def __init__(self, world: World, style: str, defects: Iterable[str] = (), *, tls: bool = False) -> None:
        self.world, self.defects = world, tuple(sorted(defects))
        self.style = STYLES[style]()
        place = _PLACES[list(STYLES).index(style) % len(_PLACES)]
        serial = next(world.serial)
        self.model = clean_model(
            place, f"{style.replace('-', '')}{serial}", f"99{list(STYLES).index(style) + 10:02d}000001", scale=self.style.scale
        )
        self.model.v6 = _of_style(style, self.model)
        self.address, self.tls = world.address(), tls or any(DEFECTS[name].tls for name in self.defects)
        self.stop_after: int | None = None
        self._answered = 0
        listens = self.model.v6.listens and not any(name == "v6-refused" for name in self.defects)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if self.tls else None
        self.model.port = world.web.listen((self.address, ADDRESS_V6) if listens else (self.address,), tls=context)
        if isinstance(self.style, Elsewhere):
            self.style.platform = f"http://hd.sharedhall{serial}-test.gov.cn:{self.model.port}"
        places = Places(self.model, self.style)
        for name in self.defects:
            DEFECTS[name].plant(self.model, places)
        if context is not None:  # it listens already: a port is needed to lay out the portal, the certificate only once somebody asks
            self._certify(context)
        self.served: Served = self.style.serve(self.model, plan(self.model, self.style))
        self.truth = self._truth(places)
        self._busy = self.model.home_busy
        self._announce(serial)

    @property
    def url(self) -> str:
        """The home page's address as a user types it."""
        return f"http{'s' if self.tls else ''}://{self.model.host}:{self.model.port}/"

    @property
    def site(self) -> Site:
        """What is inspected; the second name is an alias where the portal uses it."""
        uses = self.model.v6.v4_only_link or self.model.v6.redirect_to_v4_only
        return Site(self.url, aliases=(f"v4.{self.model.domain}",) if uses else ())

    @property
    def log(self) -> list[Entry]:
        """Requests to this portal's own hosts, oldest first."""
        return [entry for entry in self.world.web.log if entry.host.endswith(self.model.domain)]

    def _truth(self, places: Places) -> Truth:
        chosen = [DEFECTS[name] for name in self.defects]
        findings = {expected for defect in chosen for expected in defect.findings(places)}
        cautions = {expected for defect in chosen for expected in defect.cautions(places)}
        if self.style.name == "v4-only":
            findings |= {(IPV6, "no-aaaa", "site"), (IPV6, "ns-not-over-v6", "site")}
        judged = ("dynamic", "notice", "policy", "interpretation", "other")
        own = [column for column in self.model.all_columns() if column.kind in judged and column.key != "yjzj"]
        newest = {places.column(column.key): column.newest for column in own if column.newest}
        blocked = _BLOCKED.get(self.style.name, frozenset()) | (frozenset() if self.world.platforms else {"links"})
        return Truth(
            frozenset(findings),
            frozenset(cautions),
            newest,
            blocked,
            frozenset({"forged-dates"} if self.tls else {"forged-dates", "https"}),
        )

    def _certify(self, context: ssl.SSLContext) -> None:
        model = self.model
        names = [f"www.other-{model.domain}"] if model.tls.foreign_name else [model.host, model.domain, f"v4.{model.domain}"]
        until = datetime.combine(AS_OF + timedelta(days=model.tls.days), time(12), tzinfo=UTC)
        self.world.authority.certify(context, names, until=until)

    def _announce(self, serial: int) -> None:
        """Put the portal into DNS and onto the web server."""
        model = self.model
        both = (self.address, ADDRESS_V6) if model.v6.aaaa else (self.address,)
        self.world.dns.zone(model.domain, hosts={"www": both, "@": both, "v4": (self.address,)}, servers=model.v6.servers)
        for host in (model.host, model.domain, f"v4.{model.domain}"):
            self.world.web.host(host, self.respond)
        for host, title in model.astray.neighbours.items():
            self.world.dns.zone(host.removeprefix("www."), hosts={"www": (self.address, ADDRESS_V6)})
            self.world.web.host(host, lambda request, title=title: neighbour(title))  # type: ignore[misc]
        if isinstance(self.style, Elsewhere):
            platform = f"sharedhall{serial}-test.gov.cn"
            self.world.dns.zone(platform, hosts={"hd": (self.address, ADDRESS_V6)})
            style = self.style
            self.world.web.host(f"hd.{platform}", lambda request: style.respond_platform(self.served, request))

    def respond(self, request: Request) -> Response:
        """One answer, with the portal's IPv6 defects and its end of life."""
        self._answered += 1
        if self.stop_after is not None and self._answered > self.stop_after:
            return Response(fault="drop")
        v6 = self.model.v6
        if v6.redirect_to_v4_only and not request.host.startswith("v4."):
            return Response(status=302, headers=(("Location", f"{self.model.v4_origin}{request.path}"),))
        home = request.path in ("/", "/index.html", self.style.home())
        if home and request.family == 4 and self._busy:
            self._busy -= 1
            return Response("服务暂不可用".encode(), 503, "text/html; charset=utf-8")
        if request.family == 6 and home and v6.status != 200:
            return Response("服务暂不可用".encode(), v6.status, "text/html; charset=utf-8")
        if request.family == 6 and home and not v6.same_content:
            return self.style.html(_OTHER.format(name=self.model.name))
        if request.path in self.model.astray.statuses:
            return Response("<title>出错</title><h1>出错</h1>".encode(), self.model.astray.statuses[request.path])
        response = self.model.dark.answer(self.style.respond(self.served, request), request, home=home, port=self.model.port)
        response = self.model.astray.added(response, home=home)
        return _with_mixed(response, self.model) if self.model.tls.mixed and response.type.startswith("text/html") else response


def _with_mixed(response: Response, model: Model) -> Response:
    """The page with a picture and a style sheet fetched over plain http, in whatever charset it is."""
    there = f"http://{model.host}:{model.port}"
    parts = f'<link rel="stylesheet" href="{there}/css/main.css"><img src="{there}/images/logo.png" alt="">'.encode("ascii")
    return replace(response, body=re.sub(rb"(?i)(?=</body>)", lambda _: parts, response.body, count=1))


def _of_style(style: str, model: Model) -> Portal6:
    v6 = model.v6
    return replace(v6, aaaa=False, servers="v4-only", listens=False) if style == "v4-only" else v6


_OTHER = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>网站建设中</title></head><body><h1>{name}</h1><p>网站正在升级改造，敬请期待。</p></body></html>"""

__all__ = ["AS_OF", "Portal", "Truth"]
