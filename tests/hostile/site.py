"""The honest site around a hostile page: home, two columns, articles, a footer with everything. What is said of it must never change."""

from __future__ import annotations

from datetime import date, timedelta

from tests.hostile.server import Speak, page

AS_OF = date(2026, 8, 20)
CODE = "6200000001"
FOOT = (
    f"<div class='footer'><p>主办单位：清河县人民政府 联系电话：0900-1234567</p><p>网站标识码：{CODE} 陇ICP备12345678号 陇公网安备62000002000001号</p>"
    f"<a href='https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code={CODE}'><img alt='我为政府网站找错' src='/jiucuo.png'></a>"
    "<a href='https://bszs.conac.cn/sitename?method=show&id=1'><img alt='党政机关' src='/conac.png'></a></div>"
)
COLUMNS = (("/tzgg/", "通知公告"), ("/zwdt/", "政务动态"))
ARTICLES = 3


def frame(title: str, body: str, bad: str = "") -> str:
    """A page of the site; ``bad``: the address of the hostile page, a column of the navigation."""
    columns = "".join(f"<li><a href='{path}'>{name}</a></li>" for path, name in COLUMNS)
    extra = f'<li><a href="{bad}">专题专栏</a></li>' if bad else ""
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}-清河县人民政府</title><meta name='SiteName' content='清河县人民政府'>"
        f"<meta name='ColumnName' content='{title}'></head><body><div class='nav'><ul><li><a href='/'>首页</a></li>{columns}{extra}</ul></div>"
        f"<div class='main'>{body}</div>{FOOT}</body></html>"
    )


def items(path: str, name: str) -> str:
    """A list of dated links, newest first."""
    rows = []
    for number in range(ARTICLES):
        day = AS_OF - timedelta(days=1 + 2 * number)
        rows.append(
            f"<li><a href='{path}{day:%Y%m}/t{day:%Y%m%d}_{number}.html'>清河县关于{name}工作的安排（{number}）</a><span>{day}</span></li>"
        )
    return f"<ul class='list'>{''.join(rows)}</ul>"


def pages(bad: str = "") -> dict[str, Speak]:
    """Path → what is said, of the whole honest site; every page leads to ``bad`` when it is given."""
    lists = "".join(f"<h2>{name}</h2>{items(path, name)}" for path, name in COLUMNS)
    found = {"/": page(frame("首页", lists, bad))}
    for path, name in COLUMNS:
        found[path] = page(frame(name, f"<h1>{name}</h1>{items(path, name)}", bad))
        for number in range(ARTICLES):
            day = AS_OF - timedelta(days=1 + 2 * number)
            title = f"清河县关于{name}工作的安排（{number}）"
            body = f"<h1>{title}</h1><p>发布时间：{day} 来源：县政府办公室</p><div>{title * 12}</div>"
            found[f"{path}{day:%Y%m}/t{day:%Y%m%d}_{number}.html"] = page(frame(title, body, bad))
    return found


HONEST = 1 + len(COLUMNS) * (1 + ARTICLES)
"""Pages of the honest site."""
