"""Pages of a small portal in words: a frame with a menu and a foot, lists, articles. What a test doesn't name is harmless."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Item = tuple[str, str, str]
"""``(href, title, date as shown or "")``."""

MENU = (("/zwgk/", "政务公开"), ("/zwdt/", "政务动态"), ("/tzgg/", "通知公告"), ("/hdjl/", "互动交流"))


def frame(body: str, *, title: str = "蓝田县人民政府", menu: Sequence[tuple[str, str]] = MENU, head: str = "", script: str = "") -> str:
    """A whole page: head, menu, ``body``, foot."""
    links = "".join(f'<li><a href="{href}">{text}</a></li>' for href, text in menu)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f'<div class="header"><div class="logo">蓝田县人民政府</div></div>'
        f'<div class="nav"><ul><li><a href="/">首页</a></li>{links}</ul></div>'
        f'<div class="content">{body}</div>'
        f'<div class="footer"><p>主办单位：蓝田县人民政府办公室 网站标识码：6101220001</p></div>{script}</body></html>'
    )


def crumbs(*steps: tuple[str, str] | str) -> str:
    """当前位置: steps with an address are links, the others words."""
    words = [f'<a href="{step[0]}">{step[1]}</a>' if isinstance(step, tuple) else f"<span>{step}</span>" for step in steps]
    return f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; {" &gt; ".join(words)}</div>'


def items(
    days: Iterable[str], *, folder: str = "/zwdt/", title: str = "蓝田县召开第{n}次工作推进会议", name: str = "c{n}.html"
) -> list[Item]:
    """One entry per shown date ("" shows none)."""
    return [(folder + name.format(n=n), title.format(n=n), day) for n, day in enumerate(days, 1)]


def listing(entries: Iterable[Item], *, more: str = "", heading: str = "", pager: str = "") -> str:
    """A list block; ``more`` is the address of its 更多."""
    head = f"<h3>{heading}</h3>" if heading else ""
    rest = f'<a class="more" href="{more}">更多</a>' if more else ""
    rows = "".join(f'<li><a href="{href}">{title}</a>{f"<span>{day}</span>" if day else ""}</li>' for href, title, day in entries)
    return f'<div class="box">{head}{rest}<ul class="list">{rows}</ul></div>{f"<div class=page>{pager}</div>" if pager else ""}'


def article(title: str = "蓝田县召开工作推进会议", day: str = "2026-08-20", *, head: str = "", trail: str = "") -> str:
    """An article; without ``day`` a reader sees no date."""
    stamp = f"发布时间：{day}" if day else ""
    text = "<p>会议强调，要全面落实各项工作部署，扎实做好下一阶段重点任务，确保取得实效。</p>" * 6
    body = f'{trail}<h1>{title}</h1><div class="info">{stamp} 来源：县政府办</div><div class="article">{text}</div>'
    return frame(body, title=f"{title}-蓝田县人民政府", head=head)
