"""Figures of judgements as the checks give them, for a site that nobody crawled: the tables of columns, IPv6 and visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from checks.model import Finding
from crawler.registry import RegisteredSite

COLUMNS: tuple[tuple[str, str, str, str], ...] = (
    ("新闻中心", "/xwzx/", "dynamic", "动态要闻"),
    ("政务动态", "/zwdt/", "dynamic", "动态要闻"),
    ("通知公告", "/tzgg/", "notice", "通知公告"),
    ("政策文件", "/zcwj/", "policy", "政策文件"),
    ("政策解读", "/zcjd/", "interpretation", "政策解读"),
    ("人事信息", "/rsxx/", "other", "其他栏目"),
)

_DAYS = {"dynamic": 14, "notice": 180, "policy": 180, "interpretation": 180, "other": 365}


def figures_of(check: str, site: RegisteredSite, findings: Sequence[Finding], day: date) -> dict[str, Any]:
    """The figures of one check's judgement; checks without a table of their own have none here."""
    match check:
        case "column-updates":
            return {"columns": [_column(site, found, row, day) for row in COLUMNS for found in [_of(findings, row[1])]]}
        case "ipv6":
            return _ipv6(site, findings)
        case "availability":
            return _availability(site, findings, day)
        case _:
            return {}


def _of(findings: Sequence[Finding], subject: str) -> Finding | None:
    return next((finding for finding in findings if finding.subject == subject), None)


def _column(site: RegisteredSite, found: Finding | None, row: tuple[str, str, str, str], day: date) -> dict[str, Any]:
    name, key, kind, kind_name = row
    days = _DAYS[kind] + 20 if found is not None else 3
    verdict, verdict_name = ("overdue", "超期未更新") if found is not None else ("ok", "更新及时")
    return {
        "name": name, "url": site.url.rstrip("/") + key, "key": key, "class": kind, "class_name": kind_name, "level": 1, "above": [],
        "found": ["导航"], "newest": (day - timedelta(days=days)).isoformat(), "days": days, "date_source": "列表日期", "entries": 20,
        "undated": 0, "window": f"{_DAYS[kind]} 天", "assumed": kind == "other", "verdict": verdict, "verdict_name": verdict_name,
        "severity": "deduction" if found is not None else None, "reason": "",
    }  # fmt: skip


def _ipv6(site: RegisteredSite, findings: Sequence[Finding]) -> dict[str, Any]:
    bare = any(finding.code == "no-aaaa" for finding in findings)
    low = any(finding.code == "link-rate-low" for finding in findings)
    own = {"second": ("二级链接", 0 if bare else 40 if low else 60, 60), "third": ("三级链接", 0 if bare else 90, 100)}
    levels = [
        {
            "level": level, "title": title, "group": "own", "group_title": "本站", "known": tested, "tested": tested, "ok": ok,
            "rate": f"{1000 * ok // tested / 10:.1f}%", "decides": True,
        }
        for level, (title, ok, tested) in own.items()
    ]  # fmt: skip
    return {
        "host": site.host,
        "aaaa": [] if bare else ["2001:db8::1"],
        "links": {"rule": "", "levels": levels, "failing": [], "untested": {}},
    }


def _availability(site: RegisteredSite, findings: Sequence[Finding], day: date) -> dict[str, Any]:
    failed = 21 if findings else 1
    first = (day - timedelta(days=6)).isoformat()
    week = {"first": first, "last": day.isoformat(), "visits": 200, "failed": failed, "rate": f"{failed / 2:.1f}%", "v6": None}
    return {"url": site.url, "week": week}
