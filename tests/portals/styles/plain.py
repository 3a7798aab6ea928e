"""Styles that differ by how the server behaves: a refresh stub as home, soft 404s, no IPv6 at all, slow answers."""

from __future__ import annotations

import zlib
from dataclasses import replace

from tests.portals.foot import Fact
from tests.portals.model import Model
from tests.portals.pages import Byline, Links, Listing, Row, View
from tests.portals.server import Request, Response
from tests.portals.style import POLICE, Served, Style, meta_tags


class MetaRefresh(Style):
    """The root is a stub that refreshes to the real home; lists are ``<dl>`` with day and month in separate elements."""

    name = "meta-refresh"
    title = "首页跳转"

    def home(self) -> str:
        return "/web/index.shtml"

    def serve(self, model: Model, views: list[View]) -> Served:
        served = super().serve(model, views)
        stub = '<html><head><meta http-equiv="Refresh" content="0;url=web/index.shtml"></head><body></body></html>'
        served.files["/"] = served.files["/index.html"] = self.html(stub)
        return served

    def items(self, listing: Listing) -> str:
        return f'<div class="news">{"".join(self.row(row) for row in listing.rows)}</div>'

    def row(self, row: Row) -> str:
        day = f"<dt><b>{row.day:%d}</b><i>{row.day:%Y-%m}</i></dt>" if row.day else ""
        return f'<dl>{day}<dd>{"[置顶]" if row.pinned else ""}<a href="{row.href}">{row.title}</a></dd></dl>'

    def tags(self, view: View) -> str:
        """Names in lower case."""
        return meta_tags({name.lower(): value for name, value in view.meta.items()})

    def facts(self, model: Model) -> dict[Fact, str]:
        """The 公安 number only as the picture's link; the contact as an e-mail address."""
        return super().facts(model) | {
            "contact": f'电子邮箱：<a href="mailto:xx@{model.domain}">xx@{model.domain}</a>',
            "police": f'<a href="{POLICE}{self.police(model)}"><img src="/images/logo.png"></a>',
        }

    def byline(self, byline: Byline) -> str:
        day = f"<span>发布日期：</span><span>{byline.day.isoformat()}</span>" if byline.day else ""
        return f'<div class="xx">{day}<span>信息来源：</span><span>{byline.source}</span></div>'


class SoftMissing(Style):
    """Unknown addresses answer 200 in the full shell, without an entry; two articles link to such pages."""

    name = "soft-404"
    title = "软 404"

    def serve(self, model: Model, views: list[View]) -> Served:
        linked = [view for view in views if view.kind == "article"][:2]
        for number, view in enumerate(linked):
            lost = (("原文链接", f"/zwdt/yw/201803/t20180301_{number}.html"),)
            views[views.index(view)] = replace(view, blocks=(*view.blocks, Links("相关链接", lost)))
        return super().serve(model, views)

    def missing(self, served: Served, request: Request) -> Response:
        model = served.model
        body = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>页面不存在_{model.name}</title></head><body>
<div class="header"><h2>{model.name}</h2>{self.navigation(model)}</div>
<div class="main"><p>抱歉，您访问的页面不存在或已被删除。</p><p><a href="/">返回首页</a></p></div>
<div class="footer">{self.identity(model)}</div></body></html>"""
        return self.html(body)


class V4Only(Style):
    """No AAAA, name servers with v4 addresses only, nothing listens on ::1: clean otherwise. Dates with slashes."""

    name = "v4-only"
    title = "仅支持 IPv4"

    def facts(self, model: Model) -> dict[Fact, str]:
        """版权所有 where others write 主办单位; everything in a table."""
        facts = super().facts(model) | {"owner": f"版权所有：{model.name}"}
        return {fact: f"<table><tr><td>{markup}</td></tr></table>" for fact, markup in facts.items()}

    def row(self, row: Row) -> str:
        day = f'<span class="date">{row.day:%Y/%m/%d}</span>' if row.day else ""
        return f'<li>{"[置顶]" if row.pinned else ""}<a href="{row.href}">{row.title}</a>{day}</li>'


class Slow(Style):
    """Every answer takes up to 0.4 seconds, the same for the same address: answers come in another order than they were asked for."""

    name = "slow"
    title = "响应缓慢"
    scale = 0.5

    def respond(self, served: Served, request: Request) -> Response:
        delay = zlib.crc32(request.path.encode()) % 10 / 25
        return replace(super().respond(served, request), delay=delay)
