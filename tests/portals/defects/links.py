"""Defects of the links check: all perishable, so on the first night candidates."""

from __future__ import annotations

from collections.abc import Callable

from tests.portals.defects.base import Kinds, Places, one
from tests.portals.model import Model

KINDS = Kinds()
LINKS = "links"


def _own(markup: str, path: str, status: int) -> Callable[[Model, Places], None]:
    """An own address on the home page that answers ``status``."""

    def plant(model: Model, places: Places) -> None:
        model.astray.home += markup.format(path=path)
        model.astray.statuses[path] = status

    return plant


def _everywhere(model: Model, places: Places) -> None:
    model.astray.everywhere += '<p><img src="/images/lost-banner.png" alt="横幅图片"></p>'
    model.astray.statuses["/images/lost-banner.png"] = 404


def _closed(model: Model) -> str:
    return f"www.closed-{model.label}.cn"


def _nxdomain(model: Model, places: Places) -> None:
    model.astray.home += f'<p><a href="http://{_closed(model)}/index.html">已撤销的单位</a></p>'


def _bad(model: Model) -> str:
    return f"www.expired-{model.label}.cn"


def _gambling(model: Model, places: Places) -> None:
    model.astray.neighbours[_bad(model)] = "澳门葡京官网-真人娱乐-百家乐在线平台"
    model.astray.home += f'<p><a href="http://{_bad(model)}:{model.port}/">往届展会网站</a></p>'


def _inner(model: Model, places: Places) -> None:
    model.astray.home += '<p><a href="http://192.168.10.20/oa/">协同办公</a></p>'


_LINK = '<p><a href="{path}">专题网站</a></p>'
_BLIND = ("wall",)
"""Styles whose pages nobody reads."""
_REFUSED = ("wall", "walled")
"""Styles whose own addresses only a browser may ask: the links check leaves them alone."""

KINDS.add(
    "link-404-own",
    "首页链接打不开",
    _own(_LINK, "/zt/lost-2019.html", 404),
    cautions=one(LINKS, "broken-link", lambda p: "/zt/lost-2019.html"),
    not_in=_REFUSED,
)
KINDS.add("link-nxdomain", "链接的域名不存在", _nxdomain, cautions=one(LINKS, "dead-host", lambda p: _closed(p.model)), not_in=_BLIND)
KINDS.add(
    "image-broken-template",
    "模板图片不显示",
    _everywhere,
    cautions=one(LINKS, "broken-image", lambda p: "/images/lost-banner.png"),
    not_in=_REFUSED,
)
KINDS.add(
    "attachment-404",
    "附件不能下载",
    _own('<p><a href="{path}">申请表下载</a></p>', "/files/lost-form.docx", 404),
    cautions=one(LINKS, "broken-attachment", lambda p: "/files/lost-form.docx"),
    not_in=_REFUSED,
)
KINDS.add(
    "link-5xx",
    "链接应答服务器错误",
    _own(_LINK, "/service/query.jsp", 500),
    cautions=one(LINKS, "broken-link", lambda p: "/service/query.jsp"),
    not_in=_REFUSED,
)
KINDS.add(
    "link-gambling",
    "链接指向赌博网站",
    _gambling,
    cautions=one(LINKS, "hijacked", lambda p: f"{_bad(p.model)}:{p.model.port}/"),
    not_in=_BLIND,
)
KINDS.add(
    "link-inner-address",
    "链接指向内网地址",
    _inner,
    cautions=one(LINKS, "private-address", lambda p: "192.168.10.20/oa/"),
    not_in=_BLIND,
)
