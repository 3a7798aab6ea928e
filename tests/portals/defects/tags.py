"""Defects of page-tags: groups missing, empty, never filled in, copied from another site; PubDate's form and day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from tests.portals.defects.base import Expected, Kinds, Places, one
from tests.portals.defects.identity import IDENTITY, OTHER_CODE
from tests.portals.model import Model

KINDS = Kinds()
TAGS = "page-tags"
FOREIGN = {"SiteName": "远山市人民政府", "SiteDomain": "www.yuanshan-other.gov.cn", "SiteIDCode": OTHER_CODE}


def _drop(place: str, *tags: str) -> Callable[[Model, Places], None]:
    return lambda m, p: m.tagging.dropped.update({place: tags})


def _change(place: str, tags: dict[str, str]) -> Callable[[Model, Places], None]:
    return lambda m, p: m.tagging.changed.setdefault(place, {}).update(tags)


def _empty_columns(m: Model, p: Places) -> None:
    for key in ("tzgg", "zcwj"):
        _change(f"column:{key}", {"ColumnDescription": "", "ColumnKeywords": " "})(m, p)


def _articles(code: str, *keys: str) -> Callable[[Places], Iterable[Expected]]:
    return lambda p: [(TAGS, code, section) for section in p.articles(*keys)]


KINDS.add(
    "tags-missing-articles",
    "内容页没有内容标签",
    _drop("article", "ArticleTitle", "PubDate", "ContentSource"),
    findings=lambda p: _articles("content-missing", *(column.key for column in p.model.all_columns() if column.kind != "services"))(p),
)
KINDS.add(
    "tags-missing-home",
    "首页没有网站标签",
    _drop("home", "SiteName", "SiteDomain", "SiteIDCode"),
    findings=one(TAGS, "site-missing", lambda p: "home"),
)
KINDS.add(
    "tags-empty-columns",
    "栏目页的栏目标签为空",
    _empty_columns,
    findings=lambda p: [(TAGS, "column-empty", p.section(key)) for key in ("tzgg", "zcwj")],
)
KINDS.add(
    "tags-placeholder",
    "首页的网站标签是占位内容",
    _change("home", {"SiteName": "网站名称", "SiteDomain": "{{site.domain}}"}),
    findings=one(TAGS, "site-placeholder", lambda p: "home"),
)
KINDS.add(
    "tags-foreign-site",
    "网站标签是其他网站的",
    _change("*", FOREIGN),
    findings=one(TAGS, "site-foreign", lambda p: "site"),
    cautions=one(IDENTITY, "code-disagrees", lambda p: "site"),
)
KINDS.add(
    "pubdate-invalid",
    "通知公告的 PubDate 不是时间",
    _change("article:tzgg", {"PubDate": "发布于上周五"}),
    findings=_articles("pubdate-invalid", "tzgg"),
)
KINDS.add(
    "pubdate-day-only",
    "规划计划的 PubDate 只有日期",
    _change("article:ghjh", {"PubDate": "2026-05-22"}),
    cautions=lambda p: [(TAGS, "pubdate-form", "site"), *_articles("pubdate-disagrees", "ghjh")(p)],
)
KINDS.add(
    "pubdate-disagrees",
    "政策文件的 PubDate 与显示的时间不同",
    lambda m, p: m.tagging.shifted.update({"zcwj": timedelta(days=40)}),
    cautions=_articles("pubdate-disagrees", "zcwj"),
)
