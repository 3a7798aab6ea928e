"""Pages of an interaction section in small, for the tests of both interaction checks: a frame, lists, letters, forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from checks.interaction import OBSERVER
from tests.checks.build import Built

AS_OF = date(2026, 8, 25)
NAV = "<div class='nav'><a href='/'>首页</a><a href='/zwgk/'>政务公开</a>{links}</div>"
FOOT = "<div class='footer'>主办单位：蓝田县人民政府办公室 <a href='/wzdt/'>网站地图</a></div>"
STATISTICS = "<h3>来信受理反馈情况统计</h3><p>2026年7月，县长信箱共受理群众来信128件，已办结126件，办结率98.4%。</p>"
FORM = (
    "<form action='/send' method='post'>姓名<input type='text' name='n'>内容<textarea name='c'></textarea>"
    "<input type='submit' value='提交'></form>"
)


def page(title: str, body: str, *, nav: str = "<a href='/hdjl/'>互动交流</a>", crumbs: Sequence[tuple[str, str]] = ()) -> str:
    """A page in the site's frame; ``crumbs``: (address, name) after 首页."""
    path = "".join(f" &gt; <a href='{url}'>{name}</a>" for url, name in crumbs)
    place = f"<div class='position'>当前位置：<a href='/'>首页</a>{path} &gt; {title}</div>" if crumbs else ""
    head = f"<html><head><title>{title}-蓝田县人民政府</title></head>"
    return f"{head}<body>{NAV.format(links=nav)}{place}<div class='main'><h2>{title}</h2>{body}</div>{FOOT}</body></html>"


SECTION = (("/hdjl/", "互动交流"),)
BOX = (("/hdjl/", "互动交流"), ("/hdjl/xzxx/", "县长信箱"))
WORDS = "<p>欢迎您通过本栏目对全县政府工作提出意见和建议，我们将认真办理并及时答复。</p>"


def home(nav: str = "<a href='/hdjl/'>互动交流</a>", body: str = "") -> str:
    """A home page with news and the navigation ``nav``."""
    news = "".join(f"<li><a href='/zwyw/{i}.html'>全县重点工作推进会召开（{i}）</a><span>2026-08-2{i}</span></li>" for i in range(5))
    return page("首页", f"<ul>{news}</ul>{body}", nav=nav)


def section(body: str = "", *, channels: str = "<a href='/hdjl/xzxx/'>县长信箱</a>") -> str:
    """The section's entry page."""
    return page("互动交流", f"{WORDS}<div class='list'>{channels}</div>{body}", crumbs=SECTION)


def letters_table(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """A list of letters: (address, title, day, state) each."""
    cells = "".join(f"<tr><td><a href='{url}'>{title}</a></td><td>{day}</td><td>{state}</td></tr>" for url, title, day, state in rows)
    return f"<table><tr><th>来信标题</th><th>来信时间</th><th>办理状态</th></tr>{cells}</table>"


def letter(title: str, **fields: str) -> str:
    """A letter's own page; ``fields``: asked, unit, answered, reply, state; an empty one is left out."""
    labels = {"asked": "来信时间", "state": "办理状态", "unit": "答复单位", "answered": "答复时间", "reply": "答复内容"}
    rows = [("来信标题", title), ("来信内容", "请问这个问题什么时候可以解决？希望有关部门尽快答复。")]
    rows += [(labels[name], fields[name]) for name in labels if fields.get(name)]
    return page(title, "<table>" + "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in rows) + "</table>", crumbs=BOX)


WHOLE = {
    "asked": "2026-08-01",
    "state": "已答复",
    "unit": "县教育局",
    "answered": "2026-08-05",
    "reply": "您好，您反映的问题已收悉，经核实已安排工作人员现场处理，感谢支持。",
}


def site(folder: Path, *, host: str = "https://www.lantian.gov.cn", code: str = "6101220001") -> Built:
    """An empty site of 蓝田县 with the interaction observation."""
    return Built(folder, as_of=AS_OF, observers=(OBSERVER,), host=host, code=code)


def complete_site(folder: Path, *, statistics: str = STATISTICS, box: str = "", letters: int = 6) -> Built:
    """A site where nothing is to be found: form, letters with complete answers, fresh statistics; everything rendered."""
    built = site(folder)
    built.page("/", home(), rendered=True)
    channels = (
        "<a href='/hdjl/xzxx/'>县长信箱</a><a href='/hdjl/wyxx/'>我要写信</a><a href='/hdjl/lxtj/'>来信统计</a><a href='/xf/'>网上信访</a>"
    )
    built.page("/hdjl/", section(channels=channels), rendered=True)
    built.page("/hdjl/wyxx/", page("我要写信", FORM, crumbs=SECTION), rendered=True)
    rows = [(f"/hdjl/xzxx/{i}.html", f"咨询入学政策第{i}问", f"2026-08-0{i}", "已答复") for i in range(1, letters + 1)]
    built.page("/hdjl/xzxx/", page("县长信箱", WORDS + (box or letters_table(rows)), crumbs=SECTION), rendered=True)
    for url, title, day, _ in [] if box else rows:
        built.page(url, letter(title, **(WHOLE | {"asked": day})), rendered=True)
    built.page("/hdjl/lxtj/", page("来信统计", statistics or WORDS, crumbs=SECTION), rendered=True)
    return built
