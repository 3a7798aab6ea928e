"""Small inspections made by hand: `sample_inspection` holds every kind of content, with pictures; `inspection_of` sums up any sites given.

The sums are this module's own, not the program's, so that what lays an inspection out is tested against figures counted another way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from reports.inspection_model import (
    Drawn,
    FindingLine,
    Inspection,
    Past,
    Problem,
    Rate,
    Recheck,
    Repair,
    SiteLine,
    Tally,
    UnitLine,
)
from reports.quarters import Quarter
from reports.scorecard import ItemScore, RowScore, Scorecard, Stake, Veto

QUARTER = Quarter(2026, 3)
CUTOFF = date(2026, 9, 28)
DEADLINE = date(2026, 10, 16)

HOSTILE = "=HYPERLINK(\"http://evil.example\")<script>alert('x')</script>&amp;\x07\u202e尾"
"""A text as a hostile site would write it: a formula, markup, an entity, a control character, reversed reading order."""


def jpeg(text: str = "page", size: tuple[int, int] = (640, 400)) -> bytes:
    """A small picture with a frame and a word, as a screenshot would be."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, size[0] - 20, size[1] - 20), outline="red", width=4)
    draw.text((40, 40), text, fill="black")
    held = BytesIO()
    image.save(held, "JPEG", quality=70)
    return held.getvalue()


def finding(number: int = 1, **changes: Any) -> FindingLine:
    """A finding of its own id; every field may be given."""
    told: dict[str, Any] = {
        "id": f"f{number:09d}",
        "site": "6299000001",
        "check": "column-updates",
        "check_title": "栏目更新",
        "code": "overdue",
        "title": "栏目更新不及时",
        "severity": "deduction",
        "subject": f"/column{number}/",
        "url": f"http://www.one.gov.cn/column{number}/",
        "pages": (f"http://www.one.gov.cn/column{number}/",),
        "message": f"栏目“通知公告{number}”最近一次更新为2026年1月{number % 28 + 1}日，超过6个月未更新。",
        "advice": "及时更新栏目内容；确无内容可更新的，合并或者撤下栏目。",
        "indicator": "发布解读／栏目不更新",
        "source": "国办秘函〔2019〕19号《检查指标》扣分指标",
        "basis": "original",
        "snippet": f"通知公告{number}　2026-01-{number % 28 + 1:02d}",
        "seen_at": "2026-09-28T02:10:00+08:00",
        "points": 1.0,
        "counted": True,
        "first_seen": date(2026, 7, 20),
        "repeated": False,
        "evidence": "2026-09-28/6299000001.sqlite",
    }
    return FindingLine(**(told | changes))


def card(site: str = "6299000001", **changes: Any) -> Scorecard:
    """A portal's scorecard: 88.0 for certain, nothing open."""
    rows = (RowScore("columns-overdue", 5.0, findings=("f000000001",)),)
    told: dict[str, Any] = {
        "site": site,
        "as_of": CUTOFF,
        "catalogue": "sites_2019 2019.1",
        "kind": "portal",
        "scored": True,
        "vetoes": (),
        "items": (ItemScore("columns", "栏目不更新", "发布解读", 18.0, 5.0, 0.0, rows),),
        "bonus": (ItemScore("ipv6", "IPv6改造", "加分", 5.0, 0.0, 0.0, (RowScore("ipv6-links", 0.0),)),),
        "base_low": 88.0,
        "base_high": 88.0,
        "bonus_low": 0.0,
        "bonus_high": 0.0,
        "low": 88.0,
        "high": 88.0,
        "certain": 88.0,
        "grade": "pass",
        "settled": True,
        "at_stake": (),
    }
    return Scorecard(**(told | changes))


def site(number: int = 1, **changes: Any) -> SiteLine:
    """A portal of 青山市 that passes with nothing found; every field may be given."""
    key = f"62990000{number:02d}"
    told: dict[str, Any] = {
        "key": key,
        "code": key,
        "name": f"青山市第{number}网站",
        "url": f"http://www.s{number}.gov.cn/",
        "unit": "青山市",
        "group": "市州",
        "level": "市级",
        "kind": "portal",
        "intensive": True,
        "services": True,
        "state": "pass",
        "night": CUTOFF,
        "card": card(key),
        "reasons": (),
        "findings": (),
        "pending": (),
        "verdicts": {"column-updates": "pass", "ipv6": "pass"},
        "figures": {"ipv6": {"tried": 40, "reached": 38}},
        "before": "pass",
    }
    made = SiteLine(**(told | changes))
    own = {name: replace_site(made.key, getattr(made, name)) for name in ("findings", "pending", "excluded")}
    return replace(made, **own, card=made.card and replace(made.card, site=made.key))


def replace_site(key: str, findings: Iterable[FindingLine]) -> tuple[FindingLine, ...]:
    """The findings as of one site."""
    return tuple(replace(each, site=key) for each in findings)


def tally(name: str, sites: Iterable[SiteLine]) -> Tally:
    """Sites counted by their state."""
    lines = tuple(sites)
    states = Counter(line.state for line in lines)
    return Tally(
        name,
        operating=len(lines),
        drawn=len(lines) - states["not-drawn"],
        checked=states["pass"] + states["fail"],
        passed=states["pass"],
        failed=states["fail"],
        unassessed=states["unassessed"],
        unsettled=sum(line.card is not None and not line.card.settled and line.state in ("pass", "fail") for line in lines),
    )


def no_repair(name: str = "全省") -> Repair:
    """Nothing opened, nothing closed."""
    return Repair(name, 0, 0, 0, 0, 0, 0, None)


def problems(sites: Sequence[SiteLine]) -> tuple[Problem, ...]:
    """What was counted, by indicator, the most findings first."""
    by_indicator: dict[str, list[FindingLine]] = defaultdict(list)
    for line in sites:
        for each in line.findings:
            if each.counted:
                by_indicator[each.indicator].append(each)
    made = []
    for indicator, found in by_indicator.items():
        counts = Counter(each.site for each in found)
        ordered = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
        cases = tuple(each.id for each in sorted(found, key=lambda one: (not one.picture, one.site, one.id)))[:2]
        made.append(Problem(indicator, indicator, len(found), ordered, cases, found[0].basis))
    return tuple(sorted(made, key=lambda problem: (-problem.findings, problem.indicator)))


def unit_line(name: str, sites: Sequence[SiteLine], repair: Repair | None = None, ipv6: Rate | None = None) -> UnitLine:
    """One unit, summed up from its sites."""
    counted = [each for line in sites for each in line.findings if each.counted]
    return UnitLine(
        name=name,
        group=sites[0].group,
        sites=tuple(line.key for line in sites),
        tally=tally(name, sites),
        findings=len(counted),
        vetoes=sum(each.severity == "veto" for each in counted),
        points=sum(each.points for each in counted),
        repair=repair or no_repair(name),
        ipv6=ipv6 or Rate(0, 0),
    )


def inspection_of(sites: Sequence[SiteLine], **changes: Any) -> Inspection:
    """An inspection of these sites; tallies, problems and units are counted from them; every field may be given."""
    units = tuple(dict.fromkeys(line.unit for line in sites))
    groups = tuple(dict.fromkeys(line.group for line in sites))
    levels = tuple(dict.fromkeys(line.level for line in sites))
    total = tally("全省", sites)
    told: dict[str, Any] = {
        "quarter": QUARTER,
        "cutoff": CUTOFF,
        "deadline": DEADLINE,
        "unreviewed": False,
        "program": "0.5.0",
        "catalogue": "sites_2019 2019.1（abcdef012345）",
        "catalogue_title": "政府网站与政务新媒体检查指标（2019年）",
        "sites": tuple(sites),
        "units": tuple(unit_line(unit, [line for line in sites if line.unit == unit]) for unit in units),
        "total": total,
        "by_level": tuple(tally(level, [line for line in sites if line.level == level]) for level in levels),
        "by_group": tuple(tally(group, [line for line in sites if line.group == group]) for group in groups),
        "problems": problems(sites),
        "repair": no_repair(),
        "repaired_within": (),
        "recheck": None,
        "last_quarter": None,
        "last_year": None,
        "series": (Past(QUARTER, total, published=False),),
        "drawn": Drawn(100, "", tuple(line.key for line in sites)),
        "notes": (),
        "pictures": {},
        "version": 1,
    }
    return Inspection(**(told | changes))


def sample_sites() -> tuple[SiteLine, ...]:
    """Six sites: one with everything, one failed by veto, one hostile, one not assessed, one clean, one failed by score."""
    findings = (
        finding(1, picture="f000000001", repeated=True),
        finding(2, objection="该栏目已于8月合并。", ruling="合并后的栏目同样没有更新，维持原结论。"),
        finding(3, check="links", check_title="链接可用性", code="broken-link", title="链接不可用", indicator="功能设计／链接可用性",
                basis="assumed", url="http://www.s1.gov.cn/a1.html", subject="/a1.html", message="首页链接不能打开（HTTP 404）。",
                advice="修正或者删除失效链接。", points=0.1, picture="f000000003",
                pages=tuple(f"http://www.s1.gov.cn/p{n}.html" for n in range(7)), snippet=HOSTILE),
        finding(4, severity="caution", check="https", check_title="HTTPS", code="expiring", title="证书即将到期",
                indicator="网络安全", basis="none", message="证书将在12天后到期。", advice="更换证书。", points=0.0, subject="site", counted=False),
    )  # fmt: skip
    pending = (
        finding(5, severity="veto", check="hidden-links", check_title="暗链", code="hidden", title="疑似暗链", counted=False, points=0.0,
                indicator="单项否决／严重错误", message="页面含有疑似暗链。", picture="f000000005"),
    )  # fmt: skip
    excluded = (
        finding(9, message="栏目“机构职能”为空白栏目。", counted=False, points=0.0, objection="该栏目内容由脚本载入，并非空白。",
                ruling="误报：经人工核实，栏目有内容（王检查，2026-09-25）"),
    )  # fmt: skip
    stakes = (
        Stake("services-usable", "服务事项可用", "person", 3.0, False, "只能由人工判断服务事项是否可用。"),
        Stake("hidden", "严重错误", "candidate", 0.0, True, "发现疑似暗链，尚待人工核实。", ("f000000005",)),
        Stake("https", "HTTPS", "not-assessed", 0.5, False, "服务器端口没有应答，未能判断。"),
    )
    open_card = card(
        settled=False, low=84.4, high=87.9, certain=87.9, base_low=84.4, base_high=87.9, at_stake=stakes,
        points_of={"f000000001": 1.0, "f000000002": 1.0, "f000000003": 0.1},
    )  # fmt: skip
    veto = finding(6, severity="veto", check="home-updates", check_title="首页更新", code="not-updated", title="首页超过2周未更新", subject="home",
                   indicator="单项否决／首页不更新", url="http://www.s2.gov.cn/", message="首页最近一次更新为2026年9月1日，距监测时间点27天。",
                   points=0.0, picture="f000000006", pages=("http://www.s2.gov.cn/",))  # fmt: skip
    reason = "首页不更新：首页最近一次更新距监测时间点27天（标准：少于14天）"
    return (
        site(1, name="青山市人民政府门户网站", findings=findings, pending=pending, excluded=excluded, card=open_card),
        site(2, name="白水市人民政府门户网站", unit="白水市", state="fail", findings=(veto, finding(7, repeated=True)), reasons=(reason,),
             before="fail", card=card(grade="fail", vetoes=(Veto("home-not-updated", "首页不更新", reason, ("f000000006",)),))),
        site(3, name=f"白水市{HOSTILE}局", unit="白水市", kind="department", findings=(finding(8, message=HOSTILE, snippet=HOSTILE),),
             card=card(scored=False, kind="department", low=None, high=None, certain=None, base_low=None, base_high=None)),
        site(4, name="清河省档案厅网站", unit="清河省档案厅", group="省级部门", level="省级", kind="department", state="unassessed", night=None, card=None,
             verdicts={}, figures={}, why="网站拒绝了检查程序的访问（防护设备拦截）", before="fail"),
        site(5, name="清河省水利厅网站", unit="清河省水利厅", group="省级部门", level="省级", kind="department",
             card=card(scored=False, kind="department", low=None, high=None, certain=None, base_low=None, base_high=None)),
        site(6, name="青山市东岭县人民政府门户网站", unit="青山市", level="县级", state="fail", reasons=("扣分后得分58.5分，低于60分",),
             findings=tuple(finding(number, points=4.15) for number in range(20, 30)), before="pass",
             card=card(grade="fail", low=58.5, high=58.5, certain=58.5, base_low=58.5, base_high=58.5)),
    )  # fmt: skip


def sample_inspection(**changes: Any) -> Inspection:
    """Every kind of content: grades open and settled, a veto, hostile names, repeated and disputed findings, pending ones, pictures, past quarters."""
    sites = sample_sites()
    by_unit = {name: [line for line in sites if line.unit == name] for name in dict.fromkeys(line.unit for line in sites)}
    repairs = {
        "青山市": Repair("青山市", 12, 3, 1, 15, 1, 2, 11.5),
        "白水市": Repair("白水市", 3, 0, 0, 3, 1, 1, None),
        "清河省档案厅": no_repair("清河省档案厅"),
        "清河省水利厅": Repair("清河省水利厅", 2, 2, 2, 2, 0, 0, 6.0),
    }
    ipv6 = {"青山市": Rate(76, 80), "白水市": Rate(80, 80), "清河省档案厅": Rate(0, 0), "清河省水利厅": Rate(0, 40)}
    pasts = tuple(
        Past(Quarter(year, number), Tally("全省", 6, 6, checked, passed, checked - passed, 6 - checked, 0), published=published)
        for year, number, checked, passed, published in ((2025, 3, 5, 3, False), (2025, 4, 6, 4, True), (2026, 1, 6, 4, True), (2026, 2, 6, 5, True))
    )  # fmt: skip
    told: dict[str, Any] = {
        "units": tuple(unit_line(name, lines, repairs[name], ipv6[name]) for name, lines in by_unit.items()),
        "repair": Repair("全省", 17, 5, 3, 20, 2, 3, 9.0),
        "repaired_within": (
            finding(
                40,
                site=sites[4].key,
                message="栏目“水利要闻”超过2周未更新。",
                first_seen=date(2026, 7, 8),
                points=0.0,
                closed=date(2026, 7, 14),
            ),
        ),
        "recheck": Recheck((), (sites[1].key,), (sites[3].key,), ("白水市旧站（6299000099）",)),
        "last_quarter": pasts[-1],
        "last_year": pasts[0],
        "series": (*pasts, Past(QUARTER, tally("全省", sites), published=True)),
        "notes": ("指标“功能设计／链接可用性”的依据为推定：官方文件没有写明界限，本程序按通行做法推定。",),
        "pictures": {f"f{number:09d}": jpeg(f"finding {number}") for number in (1, 3, 5, 6)},
    }
    return inspection_of(sites, **(told | changes))
