"""A CMS style: how the views of a portal become files on a server. `Style` is the plain one; each module in ``styles/`` bends it.

A style names pages (`Addresses`), lays out blocks, frames them with header, navigation and footer, adds its own scripts and data
files, and answers requests.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from html import escape

from tests.portals.dark import TWINS
from tests.portals.foot import FACTS, Fact
from tests.portals.model import AS_OF, Article, Column, Letter, Model
from tests.portals.pages import Block, Byline, Form, Links, Listing, Prose, Row, Table, View, section
from tests.portals.server import Request, Response

PLATFORM = "https://zfwzgl.www.gov.cn/exposure/jiucuo.js"
FOREIGN_CODE = "9909990001"
POLICE = "http://www.beian.gov.cn/portal/registerSystemInfo?recordcode="
BADGE = """<a href="//bszs.conac.cn/sitename?method=show&amp;id=0AB1C2D3E4F5061728394A5B6C7D8E9F" target="_blank"><img id="imgConac" src="//dcs.conac.cn/image/red.png" alt="党政机关"></a>"""
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Served:
    """A portal ready to serve: its views by path and every file a client can ask for."""

    model: Model
    views: dict[str, View]
    files: dict[str, Response]


def neutral(name: str) -> str:
    """A file's name that does not tell what is in the file: words of markup count as evidence."""
    return f"{zlib.crc32(name.encode()):08x}"


def attribute(text: str) -> str:
    """Text for an HTML attribute."""
    return escape(text, quote=True)


def meta_tags(meta: dict[str, str]) -> str:
    """Page tags (网页标签)."""
    return "\n".join(f'<meta name="{name}" content="{attribute(value)}">' for name, value in meta.items())


class Style:
    """The plain style: static pages, ``<ul><li><span>date``, folders by month. ``browser``: its pages need scripts to be whole."""

    name = "static"
    title = "静态列表"
    charset = "utf-8"
    declared = "utf-8"
    browser = False
    url_dated = True
    scale = 1.0

    # names of pages

    def home(self) -> str:
        return "/"

    def column(self, column: Column, page: int = 1) -> str:
        folder = f"/{column.parent.key}/{column.key}/" if column.parent else f"/{column.key}/"
        return folder if page == 1 else f"{folder}index_{page - 1}.html"

    def article(self, article: Article) -> str:
        if self.url_dated and article.url_dated:
            filed = article.filed or article.day
            return f"{self.column(article.column)}{filed:%Y%m}/t{filed:%Y%m%d}_{article.number}.html"
        return f"{self.column(article.column)}content_{article.number}.html"

    def letter(self, letter: Letter, column: Column) -> str:
        return f"{self.column(column)}content_{letter.number}.html"

    # whole pages

    def serve(self, model: Model, views: list[View]) -> Served:
        """Every file of the portal."""
        files = {view.path: self.html(self.page(model, view)) for view in views}
        files |= {path.partition("?")[0] + "index.html": files[path] for path in list(files) if path.endswith("/")}
        files |= self.extras(model, views)
        files["/robots.txt"] = Response(b"User-agent: *\nDisallow: /admin/\n", type="text/plain")
        files["/admin/login.html"] = self.html("<title>后台管理</title><form><input name=user></form>")
        return Served(model, {view.path: view for view in views}, files)

    def respond(self, served: Served, request: Request) -> Response:
        """The answer to one request."""
        found = served.files.get(request.path)
        return found or self.missing(served, request)

    def missing(self, served: Served, request: Request) -> Response:
        """What an unknown path gets."""
        body = f"<!DOCTYPE html><html><head><title>404</title></head><body><h1>404 页面不存在</h1><p><a href='/'>返回{served.model.name}首页</a></p></body></html>"
        return self.html(body, 404)

    def html(self, text: str, status: int = 200) -> Response:
        """An HTML answer in the style's charset."""
        return Response(
            text.encode(self.charset, "xmlcharrefreplace"), status, f"text/html; charset={self.declared}" if self.declared else "text/html"
        )

    def extras(self, model: Model, views: list[View]) -> dict[str, Response]:
        """Scripts, data and pictures beside the pages."""
        return {
            "/images/logo.png": Response(_PIXEL, type="image/png"),
            "/css/main.css": Response(_CSS, type="text/css"),
            "/js/pager.js": Response(_PAGER.encode(), type="application/javascript; charset=utf-8"),
        }

    def page(self, model: Model, view: View) -> str:
        """One page whole."""
        title = view.title if view.kind == "home" else f"{view.title}_{model.name}"
        return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="{self.declared or self.charset}">
<title>{escape(title)}</title>
{self.tags(view)}
<link rel="stylesheet" href="/css/main.css">
{self.head(model, view)}</head>
<body>
{self.header(model, view)}
{self.main(model, view)}
{self.footer(model, view)}
</body>
</html>
"""

    def tags(self, view: View) -> str:
        """The page tags; names in the standard's case."""
        return meta_tags(view.meta)

    def head(self, model: Model, view: View) -> str:
        """More of the head: here a refresh that is none, every ten minutes on the home page."""
        pager = '<script src="/js/pager.js"></script>\n'
        return pager + '<meta http-equiv="refresh" content="600">\n' if view.kind == "home" else pager

    def header(self, model: Model, view: View) -> str:
        """Banner, today's date as a frozen clock, navigation."""
        clock = f"{AS_OF.year}年{AS_OF.month}月{AS_OF.day}日 星期{WEEKDAYS[AS_OF.weekday()]}"
        return f"""<div class="header"><div class="top"><span class="clock">今天是{clock}</span> <a href="/">设为首页</a></div>
<div class="logo"><a href="{self.home()}"><img src="/images/logo.png" alt="{model.name}"></a><h2>{model.name}</h2></div>
{self.navigation(model)}</div>"""

    def navigation(self, model: Model) -> str:
        """The menu: first-level columns with their children."""
        items = []
        for column in model.columns:
            children = "".join(f'<li><a href="{self.column(child)}">{child.name}</a></li>' for child in column.children)
            items.append(f'<li><a href="{self.column(column)}">{column.name}</a>{f"<ul>{children}</ul>" if children else ""}</li>')
        return f'<div class="nav"><ul><li><a href="{self.home()}">首页</a></li>{"".join(items)}</ul></div>'

    def main(self, model: Model, view: View) -> str:
        """Breadcrumbs and blocks."""
        inner = "\n".join(self.block(model, view, block) for block in view.blocks)
        heading = f"<h1>{escape(view.title)}</h1>\n" if view.kind in ("article", "letter") else ""
        fault = '<p class="jc"><a href="javascript:void(0)" onclick="openJiucuo()">【我要纠错】</a></p>' if view.kind == "article" else ""
        return f'<div class="main">{self.crumbs(view)}\n{heading}{inner}\n{fault}</div>'

    def crumbs(self, view: View) -> str:
        """当前位置."""
        if not view.crumbs:
            return ""
        links = " &gt; ".join(f'<a href="{href}">{escape(text)}</a>' for text, href in view.crumbs)
        return f'<div class="position">当前位置：{links}{" &gt; 正文" if view.kind in ("article", "letter") else ""}</div>'

    # blocks

    def block(self, model: Model, view: View, block: Block) -> str:
        """One block."""
        match block:
            case Listing():
                return self.listing(block)
            case Prose():
                heading = f"<h3>{escape(block.heading)}</h3>" if block.heading else ""
                return f'<div class="content">{heading}{"".join(f"<p>{escape(p)}</p>" for p in block.paragraphs)}</div>'
            case Byline():
                return self.byline(block)
            case Table():
                return self.table(block)
            case Form():
                return self.form(block)
            case Links():
                items = "".join(f'<li><a href="{href}">{escape(text)}</a></li>' for text, href in block.items)
                return f'<div class="links">{f"<h3>{escape(block.heading)}</h3>" if block.heading else ""}<ul>{items}</ul></div>'

    def listing(self, listing: Listing) -> str:
        """A list with heading, 更多 and pager."""
        more = f'<a class="more" href="{listing.more}">更多&gt;&gt;</a>' if listing.more else ""
        heading = f'<div class="tit"><h3>{escape(listing.heading)}</h3>{more}</div>'
        return f'<div class="list {listing.name}">{heading}{self.items(listing)}{self.pager(listing)}</div>'

    def items(self, listing: Listing) -> str:
        """The items of a list."""
        return f"<ul>{''.join(self.row(row) for row in listing.rows)}</ul>"

    def row(self, row: Row) -> str:
        """One item."""
        day = f"<span>{row.day.isoformat()}</span>" if row.day else ""
        return f'<li>{"<em>[置顶]</em>" if row.pinned else ""}<a href="{row.href}" title="{attribute(row.title)}">{escape(row.title)}</a>{day}</li>'

    def pager(self, listing: Listing) -> str:
        """Links to the other pages of a list."""
        if not listing.pages:
            return ""
        return f'<div class="page"><script>createPageHTML({len(listing.pages)}, {listing.page - 1}, "index", "html");</script></div>'

    def byline(self, byline: Byline) -> str:
        """Source and publish time."""
        day = f"<span>发布时间：{byline.day.isoformat()} 09:30</span>" if byline.day else ""
        return f'<div class="info">{day} <span>来源：{escape(byline.source)}</span> <span>字体：大 中 小</span></div>'

    def table(self, table: Table) -> str:
        """A table of letters or figures."""
        head = f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in table.head)}</tr>" if table.head else ""
        rows = "".join(f"<tr>{''.join(self.cell(cell) for cell in row)}</tr>" for row in table.rows)
        return f'<div class="tb"><h3>{escape(table.caption)}</h3><table>{head}{rows}</table></div>'

    def cell(self, cell: str | tuple[str, str]) -> str:
        """One cell."""
        return f"<td>{escape(cell)}</td>" if isinstance(cell, str) else f'<td><a href="{cell[1]}">{escape(cell[0])}</a></td>'

    def form(self, form: Form) -> str:
        """A form to write in."""
        fields = "".join(
            f"<p><label>{label}</label>{'<textarea name=content></textarea>' if name == 'content' else f'<input type=text name={name}>'}</p>"
            for name, label in form.fields
        )
        return f'<div class="write"><h3>{form.heading}</h3><form method="post" action="{form.action}">{fields}<input type="submit" value="提交"></form></div>'

    # footer

    def footer(self, model: Model, view: View) -> str:
        """The six facts, friends, and the official entry with a commented-out forerunner beside it."""
        return f'<div class="footer">{self.identity(model, view)}{TWINS if self.name == "static" else ""}{self.entry(model, view)}</div>'

    def identity(self, model: Model, view: View | None = None) -> str:
        """What every page must show at its foot; ``view``: the page, when it is one of the portal's own."""
        facts = self.facts(model)
        lacks = view.lacks if view is not None else frozenset()
        shown = {fact: "" if fact in lacks else facts[fact] for fact in FACTS}
        return f"""<p><a href="/admin/login.html" rel="nofollow">管理登录</a></p>
<p>{shown["owner"]}　承办单位：{model.place}人民政府办公室　{shown["contact"]}</p>
<p>{shown["site-code"]}　{shown["icp"]}　
{shown["police"]}</p>
{shown["conac"]}
"""

    def facts(self, model: Model) -> dict[Fact, str]:
        """The markup of each of the six facts."""
        police = self.police(model)
        return {
            "owner": f"主办单位：{model.name}",
            "contact": f"联系电话：0999-5550100　地址：{model.place}和平路1号",
            "site-code": f"网站标识码：{model.foot.code or model.code}",
            "icp": '<a href="https://beian.miit.gov.cn/" target="_blank">陇ICP备20260001号-1</a>',
            "police": f'<a href="{POLICE}{police}" target="_blank">甘公网安备 {police}号</a>',
            "conac": f'<span id="_ideConac">{BADGE}</span>',
        }

    def police(self, model: Model) -> str:
        """The portal's number at the 公安 register."""
        return f"{model.code[:6]}02000101"

    def entry(self, model: Model, view: View) -> str:
        """The 找错 entry this page carries, as markup."""
        old = f'<!-- <script id="_jiucuo_" sitecode="{FOREIGN_CODE}" src="{PLATFORM}"></script> -->\n'
        match view.entry:
            case "official":
                return f'{old}<span id="_span_jiucuo"></span><script id="_jiucuo_" sitecode="{model.code}" src="{PLATFORM}"></script>'
            case "foreign":
                return f'<span id="_span_jiucuo"></span><script id="_jiucuo_" sitecode="{FOREIGN_CODE}" src="{PLATFORM}"></script>'
            case "legacy":
                return f'<a href="http://121.43.68.40/exposure/jiucuo.html?site_code={model.code}" target="_blank"><img src="/images/logo.png" alt="我为政府网站找错"></a>'
            case "none":
                return old


def section_of_column(style: Style, column: Column) -> str:
    """The section (版块) a column's pages lie in under this style."""
    return section(style.column(column))


_PAGER = """function createPageHTML(count, current, name, suffix) {
  for (var i = 0; i < count; i++) {
    document.write('<a href="' + (i ? name + '_' + i + '.' + suffix : './') + '">' + (i + 1) + '</a> ');
  }
}
"""
_CSS = (
    b"body{font:15px/1.9 'Noto Sans CJK SC',sans-serif;margin:0 auto;width:1000px;color:#222}a{color:#1a4480;text-decoration:none}"
    b".header{border-bottom:3px solid #b3121d}.logo h2{color:#b3121d;font-size:30px;margin:12px 0}"
    b".nav{background:#b3121d}.nav>ul{display:flex;margin:0;padding:0;list-style:none}.nav>ul>li>a{color:#fff;padding:8px 18px;display:block}"
    b".nav ul ul{display:none}ul{padding-left:20px}.list span,li span{float:right;color:#888}h1{font-size:24px}h3{border-bottom:1px solid #ddd}"
    b".footer{border-top:1px solid #ccc;margin-top:30px;color:#666;font-size:13px;text-align:center}"
)
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63f8cfc0f01f000500"
    "01ff89993d1d0000000049454e44ae426082"
)
