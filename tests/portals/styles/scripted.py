"""Script-built footer and lists: footer.js writes the foot with the entry, list.js fetches each list as JSON."""

from __future__ import annotations

import json

from tests.portals.model import Model
from tests.portals.pages import Listing, View
from tests.portals.server import Response
from tests.portals.style import Style, neutral

_JSON = "application/json; charset=utf-8"
_JAVASCRIPT = "application/javascript; charset=utf-8"


class Scripted(Style):
    """Static header and menu; everything that changes is written by script."""

    name = "scripted"
    title = "脚本页脚与列表"
    browser = True

    def items(self, listing: Listing) -> str:
        name = f"{listing.name}-{listing.page}"
        return f'<ul id="ul-{name}"></ul><script>loadList("ul-{name}", "/data/{name}.json");</script>'

    def head(self, model: Model, view: View) -> str:
        return '<script src="/js/list.js"></script>\n'

    def pager(self, listing: Listing) -> str:
        links = "".join(f'<a href="{path}">{number}</a>' for number, path in enumerate(listing.pages, 1))
        return f'<div class="page">{links}</div>' if links else ""

    def footer(self, model: Model, view: View) -> str:
        return f'<script src="/js/{self._script(view)}"></script>'

    @staticmethod
    def _script(view: View) -> str:
        return "footer.js" if view.foot == "official" else f"footer-{neutral(view.foot)}.js"

    def extras(self, model: Model, views: list[View]) -> dict[str, Response]:
        files = super().extras(model, views) | {"/js/list.js": Response(_LIST.encode(), type=_JAVASCRIPT)}
        for view in views:
            markup = f'<div class="footer">{self.identity(model, view)}{self.entry(model, view)}</div>'
            lines = [
                f"document.write({json.dumps(line + chr(10), ensure_ascii=False).replace('</', '<' + chr(92) + '/')});"
                for line in markup.split("\n")
            ]
            files[f"/js/{self._script(view)}"] = Response("\n".join(lines).encode(), type=_JAVASCRIPT)
            for block in view.blocks:
                if isinstance(block, Listing):
                    rows = [
                        {"url": row.href, "title": row.title, "time": row.day.isoformat() if row.day else "", "top": int(row.pinned)}
                        for row in block.rows
                    ]
                    body = json.dumps({"code": 200, "data": rows}, ensure_ascii=False).encode()
                    files[f"/data/{block.name}-{block.page}.json"] = Response(body, type=_JSON)
        return files


_LIST = """function loadList(id, url) {
  var request = new XMLHttpRequest();
  request.open('GET', url);
  request.onload = function () {
    var rows = JSON.parse(request.responseText).data, html = '';
    for (var i = 0; i < rows.length; i++) {
      html += '<li>' + (rows[i].top ? '<em>[置顶]</em>' : '') + '<a href="' + rows[i].url + '">' + rows[i].title + '</a>';
      html += rows[i].time ? '<span>' + rows[i].time + '</span></li>' : '</li>';
    }
    document.getElementById(id).innerHTML = html;
  };
  request.send();
}
"""
