"""iframe lists: a column page frames its list; the foot is `.load()`ed from an include. Fragments, never pages of their own."""

from __future__ import annotations

from tests.portals.foot import Fact
from tests.portals.model import Model
from tests.portals.pages import Listing, Row, View
from tests.portals.server import Response
from tests.portals.style import POLICE, Style, neutral


class Frames(Style):
    """Lists in iframes, footer by jQuery-like load, dates with dots and before the title."""

    name = "frames"
    title = "iframe 列表"
    browser = True
    url_dated = False

    def items(self, listing: Listing) -> str:
        return f'<iframe src="/frame/{listing.name}_{listing.page}.html" width="100%" height="400" frameborder="0"></iframe>'

    def row(self, row: Row) -> str:
        day = f'<span class="rq">{row.day:%Y.%m.%d}</span>' if row.day else ""
        return f'<dd>{day}{"<b>置顶</b>" if row.pinned else ""}<a href="{row.href}" target="_parent">{row.title}</a></dd>'

    def pager(self, listing: Listing) -> str:
        links = "".join(f'<a href="{path}">第{number}页</a>' for number, path in enumerate(listing.pages, 1))
        return f'<div class="page">{links}</div>' if links else ""

    def head(self, model: Model, view: View) -> str:
        return '<script src="/js/mini.js"></script>\n'

    def footer(self, model: Model, view: View) -> str:
        return f"""<div id="foot"></div><script>$("#foot").load("/inc/footer-{neutral(view.foot)}.html");</script>"""

    def facts(self, model: Model) -> dict[Fact, str]:
        """ICP without 号, the contact as a link, the 公安 number as the alt of a picture that links to the register."""
        police = self.police(model)
        return super().facts(model) | {
            "contact": f'<a href="{self.column(model.column("jgzn"))}">联系我们</a>',
            "icp": '<a href="https://beian.miit.gov.cn/">陇ICP备20260001</a>',
            "police": f'<a href="{POLICE}{police}"><img src="/images/logo.png" alt="甘公网安备{police}号"></a>',
        }

    def extras(self, model: Model, views: list[View]) -> dict[str, Response]:
        files = super().extras(model, views) | {"/js/mini.js": Response(_MINI.encode(), type="application/javascript; charset=utf-8")}
        for view in views:
            files[f"/inc/footer-{neutral(view.foot)}.html"] = self.html(
                f'<div class="footer">{self.identity(model, view)}{self.entry(model, view)}</div>'
            )
            for block in view.blocks:
                if isinstance(block, Listing):
                    rows = "".join(self.row(row) for row in block.rows)
                    files[f"/frame/{block.name}_{block.page}.html"] = self.html(
                        f'<html><head><meta charset="utf-8"></head><body><dl>{rows}</dl></body></html>'
                    )
        return files


_MINI = """function $(selector) {
  return {
    load: function (url) {
      var request = new XMLHttpRequest();
      request.open('GET', url);
      request.onload = function () { document.querySelector(selector).innerHTML = request.responseText; };
      request.send();
    }
  };
}
"""
