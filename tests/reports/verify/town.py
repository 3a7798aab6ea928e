"""A town's small site, served on loopback, whose faults come and go between two looks, and one recorded night of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from checks.inspect import Options, inspect
from checks.outcome import read_outcome
from crawler.evidence import Evidence
from crawler.oversight import connect, writing
from crawler.registry import RegisteredSite, Registry, Unit
from crawler.settings import Limits
from reports.history import Life
from reports.history_reading import LifeFinding, LifeReader
from tests.portals.server import Request, Response
from tests.portals.world import World

AS_OF = date(2026, 8, 20)
KEY = "9910000001"
ARTICLES = 12

_ENTRY = (
    "<script id='_jiucuo_' sitecode='9910000001' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script>"
    "<a href='https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=9910000001'>我为政府网站找错</a>"
)


@dataclass
class Town:
    """``faults``: of broken-link, no-entry, stale, gone (the column answers 404), moved (it leads to the home page), wall."""

    world: World
    faults: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        serial = next(self.world.serial)
        self.host = f"www.zhen{serial}-test.gov.cn"
        address = self.world.address()
        self.port = self.world.web.listen((address,))
        self.world.dns.zone(self.host.removeprefix("www."), hosts={"www": (address,), "@": (address,)})
        self.world.web.host(self.host, self._answer)

    @property
    def url(self) -> str:
        """The home page."""
        return f"http://{self.host}:{self.port}/"

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        if "wall" in self.faults:
            return Response("<html><body>您的访问被安全防护系统拦截</body></html>".encode(), 403)
        if request.path == "/":
            lost = "<a href='/zc/gone.html'>政策文件</a>" if "broken-link" in self.faults else ""
            items = "".join(
                f"<li><a href='/xw/{number}.html'>镇里开展第{number}项工作的情况</a> 2026-08-1{number % 9}</li>" for number in range(6)
            )
            return self._page(
                "某镇人民政府", f"<ul class='nav'><li><a href='/xw/'>工作动态</a></li></ul><ul>{items}</ul>{lost}", entry=True
            )
        if request.path == "/xw/":
            if "gone" in self.faults:
                return Response(b"gone", 404)
            if "moved" in self.faults:
                return Response(b"", 301, headers=(("Location", "/"),))
            month = "2026-03-1" if "stale" in self.faults else "2026-08-1"
            items = "".join(
                f"<li><a href='/xw/{number}.html'>镇里开展第{number}项工作的情况</a><span>{month}{number % 9}</span></li>"
                for number in range(ARTICLES)
            )
            trail = "<div class='crumb'>当前位置：<a href='/'>首页</a> &gt; <a href='/xw/'>工作动态</a></div>"
            return self._page("工作动态", f"{trail}<ul>{items}</ul>", entry="no-entry" not in self.faults)
        if request.path.startswith("/xw/"):
            day = "2026-03-12" if "stale" in self.faults else "2026-08-12"
            text = f"<h1>镇里开展工作的情况</h1><p>发布时间：{day}</p><p>{'今天召开会议，研究部署下一步工作。' * 8}</p>"
            return self._page("镇里开展工作的情况", text, entry="no-entry" not in self.faults)
        return Response(b"gone", 404)

    @staticmethod
    def _page(title: str, body: str, *, entry: bool) -> Response:
        foot = f"<div id='footer'>主办单位：某镇人民政府 网站标识码：{KEY} {_ENTRY if entry else ''}</div>"
        return Response(
            f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}{foot}</body></html>".encode()
        )

    def night(self, folder: Path, night: date = AS_OF) -> Path:
        """Inspect and record one night; the database."""
        database = connect(folder / "oversight.db")
        site = RegisteredSite(key=KEY, name="某镇", url=self.url, code=KEY, unit="青禾县")
        Registry(database).put([Unit("青禾县", "市州")], [site])
        options = Options(
            evidence=folder / "evidence" / night.isoformat() / f"{KEY}.sqlite",
            limits=Limits(delay=0.0, max_pages=100),
            nameserver=self.world.nameserver,
            ca_file=self.world.authority.ca_file,
            cloak_test=False,
            screenshots=3,
        )
        done = asyncio.run(inspect(site.as_site(), as_of=night, options=options))
        evidence = Evidence(done.path)
        outcome = read_outcome(evidence)
        evidence.close()
        assert outcome is not None
        life = Life(database)
        with writing(database):
            life.record(night, outcome, str(done.path))
        database.close()
        self.asked.clear()
        return folder / "oversight.db"


def finding(database: Path, check: str, code: str) -> LifeFinding:
    """The one finding of this kind."""
    opened = connect(database)
    found = [each for each in LifeReader(opened).findings() if (each.check, each.code) == (check, code)]
    opened.close()
    assert len(found) == 1, [(each.check, each.code, each.subject) for each in found]
    return found[0]
