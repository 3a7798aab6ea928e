"""Interaction on another host: the portal's 互动 columns lead to a shared platform whose pages name the unit."""

from __future__ import annotations

from tests.portals.model import Column, Letter, Model
from tests.portals.pages import View
from tests.portals.server import Request, Response
from tests.portals.style import Served, Style

_SHARED = ("hdjl", "xzxx", "wyxx", "lxtj")


class Elsewhere(Style):
    """Column addresses of the interaction section are absolute, on ``hd.<domain of the platform>``."""

    name = "elsewhere"
    title = "互动在其他主机"
    platform = ""  # "http://hd.sharedhall-test.gov.cn:port", set when the port is known

    def column(self, column: Column, page: int = 1) -> str:
        if column.key in _SHARED:
            return f"{self.platform}/unit/9903/{column.key}/"
        return super().column(column, page)

    def letter(self, letter: Letter, column: Column) -> str:
        return f"{self.platform}/unit/9903/{column.key}/{letter.number}.html"

    def serve(self, model: Model, views: list[View]) -> Served:
        served = super().serve(model, views)
        for view in views:
            if view.path.startswith("http"):
                served.files[view.path[len(self.platform) :]] = self.html(self.shared_page(model, view))
        return served

    def shared_page(self, model: Model, view: View) -> str:
        """A page of the platform: its own frame, the unit named in title, breadcrumbs and body; no 找错 entry of ours."""
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{view.title}_{model.name}_互动交流平台</title></head><body>
<div class="header"><h2>政民互动交流平台</h2><p>当前单位：{model.name}</p></div>
{self.main(model, view)}
<div class="footer"><p>互动交流平台　受理单位：{model.name}</p></div></body></html>"""

    def respond_platform(self, served: Served, request: Request) -> Response:
        """What the platform's own host answers."""
        if request.path.startswith("/unit/9903/") and request.path in served.files:
            return served.files[request.path]
        return self.html("<title>互动交流平台</title><p>政民互动交流平台首页</p>", 200 if request.path == "/" else 404)
