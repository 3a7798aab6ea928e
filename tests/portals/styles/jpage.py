"""jpage: column pages whose lists are XML record sets inside a script, laid out in the browser by the CMS's own script."""

from __future__ import annotations

import zlib
from urllib.parse import quote

from tests.portals.foot import Fact
from tests.portals.model import Article, Column, Letter, Model
from tests.portals.pages import Listing, Row, View
from tests.portals.server import Response
from tests.portals.style import BADGE, POLICE, Style, attribute


class Jpage(Style):
    """Flat addresses (/col/col12/, /art/2026/8/12/art_12_1001.html); lists in ``<datastore>``; dates in brackets."""

    name = "jpage"
    title = "jpage 数据集"

    def number(self, column: Column) -> int:
        """The CMS's number of a column: stable, from its key."""
        return 1000 + zlib.crc32(column.key.encode()) % 9000

    def column(self, column: Column, page: int = 1) -> str:
        base = f"/col/col{self.number(column)}/"
        return base if page == 1 else f"{base}index.html?uid={self.number(column)}&pageNum={page}"

    def article(self, article: Article) -> str:
        day, number = article.day, self.number(article.column)
        if article.url_dated:
            return f"/art/{day.year}/{day.month}/{day.day}/art_{number}_{article.number}.html"
        return f"/art/art_{number}_{article.number}.html"

    def letter(self, letter: Letter, column: Column) -> str:
        return f"/col/col{self.number(column)}/letter_{letter.number}.html"

    def items(self, listing: Listing) -> str:
        records = "".join(f"<record><![CDATA[{self.row(row)}]]></record>" for row in listing.rows)
        group = ""
        if listing.pages:
            group = '<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&webid=1&columnid=1">]]></nextgroup>'
        return f"""<div id="js_{listing.name}"><script type="text/xml"><datastore>{group}<recordset>{records}</recordset></datastore></script></div>
<script src="/script/0/jpage.js"></script>"""

    def row(self, row: Row) -> str:
        day = f"<b>[{row.day.isoformat()}]</b>" if row.day else ""
        pinned = "<i>置顶</i>" if row.pinned else ""
        return f"<li>{pinned}<a href='{row.href}' target='_blank' title='{attribute(row.title)}'>{row.title}</a>{day}</li>"

    def pager(self, listing: Listing) -> str:
        if not listing.pages:
            return ""
        links = "".join(f'<a href="{attribute(path)}">{number}</a>' for number, path in enumerate(listing.pages, 1))
        return f'<div class="default_pgContainer">{links}</div>'

    def facts(self, model: Model) -> dict[Fact, str]:
        """The badge is written by the script that the register hands out; the 公安 number stands beside its link."""
        badge = quote(f"<span id='_ideConac'>{BADGE}</span>", safe="/:;=' ")
        return super().facts(model) | {
            "police": f'<a href="{POLICE}{self.police(model)}"><img src="/images/logo.png" alt=""></a> 甘公网安备{self.police(model)}',
            "conac": f'<script>document.write(decodeURIComponent("{badge}"));</script>',
        }

    def extras(self, model: Model, views: list[View]) -> dict[str, Response]:
        return super().extras(model, views) | {
            "/script/0/jpage.js": Response(_SCRIPT.encode(), type="application/javascript; charset=utf-8")
        }


_SCRIPT = """(function () {
  var stores = document.querySelectorAll('script[type="text/xml"]');
  for (var i = 0; i < stores.length; i++) {
    var store = stores[i], box = store.parentNode, html = '', found, pattern = /<record><!\\[CDATA\\[([\\s\\S]*?)\\]\\]><\\/record>/g;
    if (box.getAttribute('data-done')) continue;
    while ((found = pattern.exec(store.textContent)) !== null) html += found[1];
    box.setAttribute('data-done', '1');
    var list = document.createElement('ul');
    list.innerHTML = html;
    box.appendChild(list);
  }
})();
"""
