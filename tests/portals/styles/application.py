"""A JavaScript application: every address answers the same empty shell; app.js asks for the view as JSON and builds it whole."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

from tests.portals.model import Article, Column, Letter, Model
from tests.portals.pages import View
from tests.portals.server import Request, Response
from tests.portals.style import Served, Style

_SHELL = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{name}</title>
<link rel="stylesheet" href="/css/main.css"></head>
<body><noscript>请启用 JavaScript 以浏览本网站。</noscript><div id="app"></div><script src="/static/app.js"></script></body></html>
"""


class Application(Style):
    """Routes without a hash (/list/bmdt, /detail/1001): no folder, no date, no .html."""

    name = "application"
    title = "JavaScript 应用"
    browser = True
    url_dated = False
    scale = 0.5

    def column(self, column: Column, page: int = 1) -> str:
        return f"/list/{column.key}" + (f"?page={page}" if page > 1 else "")

    def article(self, article: Article) -> str:
        return f"/detail/{article.number}"

    def letter(self, letter: Letter, column: Column) -> str:
        return f"/letter/{letter.number}"

    def page(self, model: Model, view: View) -> str:
        return _SHELL.format(name=model.name)

    def extras(self, model: Model, views: list[View]) -> dict[str, Response]:
        files = super().extras(model, views) | {"/static/app.js": Response(_APP.encode(), type="application/javascript; charset=utf-8")}
        menu = [
            {
                "name": column.name,
                "href": self.column(column),
                "children": [{"name": c.name, "href": self.column(c)} for c in column.children],
            }
            for column in model.columns
        ]
        for view in views:
            data = {
                "kind": view.kind,
                "title": view.title,
                "site": model.name,
                "meta": view.meta,
                "menu": menu,
                "crumbs": view.crumbs,
                "blocks": [{"type": type(block).__name__} | dataclasses.asdict(block) for block in view.blocks],
                "footer": self.identity(model, view),
                "entry": view.entry,
                "code": model.code,
            }
            files[f"/api/view?path={view.path.replace('?', '%3F').replace('=', '%3D')}"] = Response(
                json.dumps(data, ensure_ascii=False, default=date.isoformat).encode(), type="application/json; charset=utf-8"
            )
        return files

    def missing(self, served: Served, request: Request) -> Response:
        if request.path.startswith("/api/"):
            return Response(b'{"error":"not found"}', 404, "application/json")
        return self.html(_SHELL.format(name=served.model.name))


_APP = r"""(function () {
  var path = location.pathname + location.search;
  function esc(text) { var d = document.createElement('div'); d.textContent = text; return d.innerHTML; }
  function link(href, text) { return '<a href="' + href + '">' + esc(text) + '</a>'; }
  function list(b) {
    var html = '<div class="list"><div class="tit"><h3>' + esc(b.heading) + '</h3>' + (b.more ? link(b.more, '更多') : '') + '</div><ul>';
    b.rows.forEach(function (r) {
      html += '<li>' + (r.pinned ? '<em>[置顶]</em>' : '') + link(r.href, r.title) + (r.day ? '<span class="date">' + r.day + '</span>' : '') + '</li>';
    });
    html += '</ul>';
    b.pages.forEach(function (p, i) { html += link(p, String(i + 1)); });
    return html + '</div>';
  }
  function block(b) {
    if (b.type === 'Listing') return list(b);
    if (b.type === 'Prose') return '<div class="content">' + (b.heading ? '<h3>' + esc(b.heading) + '</h3>' : '') + b.paragraphs.map(function (p) { return '<p>' + esc(p) + '</p>'; }).join('') + '</div>';
    if (b.type === 'Byline') return '<div class="info">' + (b.day ? '<span>发布时间：' + b.day + ' 09:30</span>' : '') + ' <span>来源：' + esc(b.source) + '</span></div>';
    if (b.type === 'Links') return '<div class="links">' + (b.heading ? '<h3>' + esc(b.heading) + '</h3>' : '') + '<ul>' + b.items.map(function (i) { return '<li>' + link(i[1], i[0]) + '</li>'; }).join('') + '</ul></div>';
    if (b.type === 'Table') {
      var cell = function (c) { return typeof c === 'string' ? '<td>' + esc(c) + '</td>' : '<td>' + link(c[1], c[0]) + '</td>'; };
      return '<div class="tb"><h3>' + esc(b.caption) + '</h3><table>' + (b.head.length ? '<tr>' + b.head.map(function (h) { return '<th>' + esc(h) + '</th>'; }).join('') + '</tr>' : '') +
        b.rows.map(function (r) { return '<tr>' + r.map(cell).join('') + '</tr>'; }).join('') + '</table></div>';
    }
    return '<div class="write"><h3>' + esc(b.heading) + '</h3><form method="post" action="' + b.action + '">' + b.fields.map(function (f) {
      return '<p><label>' + f[1] + '</label>' + (f[0] === 'content' ? '<textarea name="content"></textarea>' : '<input type="text" name="' + f[0] + '">') + '</p>';
    }).join('') + '<input type="submit" value="提交"></form></div>';
  }
  function entry(d) {
    var holder = document.querySelector('.footer');
    if (d.entry === 'none') return;
    if (d.entry === 'legacy') {
      holder.insertAdjacentHTML('beforeend', '<a href="http://121.43.68.40/exposure/jiucuo.html?site_code=' + d.code + '">我为政府网站找错</a>');
      return;
    }
    var s = document.createElement('script');
    s.id = '_jiucuo_';
    s.setAttribute('sitecode', d.entry === 'foreign' ? '9909990001' : d.code);
    s.src = 'https://zfwzgl.www.gov.cn/exposure/jiucuo.js';
    holder.appendChild(s);
  }
  function show(d) {
    document.title = d.kind === 'home' ? d.site : d.title + '_' + d.site;
    Object.keys(d.meta).forEach(function (name) {
      var m = document.createElement('meta'); m.name = name; m.content = d.meta[name]; document.head.appendChild(m);
    });
    var menu = d.menu.map(function (m) {
      return '<li>' + link(m.href, m.name) + (m.children.length ? '<ul>' + m.children.map(function (c) { return '<li>' + link(c.href, c.name) + '</li>'; }).join('') + '</ul>' : '') + '</li>';
    }).join('');
    var crumbs = d.crumbs.length ? '<div class="position">当前位置：' + d.crumbs.map(function (c) { return link(c[1], c[0]); }).join(' &gt; ') + '</div>' : '';
    var heading = d.kind === 'article' || d.kind === 'letter' ? '<h1>' + esc(d.title) + '</h1>' : '';
    document.getElementById('app').innerHTML = '<div class="header"><h2>' + esc(d.site) + '</h2><div class="nav"><ul><li>' + link('/', '首页') + '</li>' + menu + '</ul></div></div>' +
      '<div class="main">' + crumbs + heading + d.blocks.map(block).join('') + '</div><div class="footer">' + d.footer + '</div>';
    entry(d);
  }
  fetch('/api/view?path=' + encodeURIComponent(path).replace(/%2F/g, '/')).then(function (r) {
    if (!r.ok) throw new Error('missing');
    return r.json();
  }).then(show).catch(function () {
    document.getElementById('app').innerHTML = '<div class="main"><p>页面不存在</p></div>';
  });
})();
"""
