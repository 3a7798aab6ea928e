"""The workbook (数据附表) of a quarterly inspection: every figure of the bulletin and every finding behind it, to filter, sort and trace.

Nothing is worked out here but the order of rows: figures are the inspection's own, a rate stands beside its numerator and denominator.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.registry import CHECKS
from reports.grid import Cell, Column, Grid, Link, Workbook
from reports.hostile import line
from reports.inspection_model import Inspection, Rate, Repair, Tally
from reports.inspection_workbook_findings import FINDINGS, findings_grid, repaired_grid
from reports.inspection_workbook_sites import SITES, checks_grid, site_places, sites_grid
from reports.inspection_workbook_tables import availability_grid, columns_grid, ipv6_grid
from reports.words import BASES

OVERVIEW, UNITS, REPAIRS, RECHECK = "总体情况", "单位", "整改", "复查"
NOTHING = "无可比数据"
"""What stands for a rate of nothing."""


def inspection_workbook(inspection: Inspection) -> Workbook:
    """The workbook as data; `reports.workbook.workbook_bytes` writes it."""
    sites = {site.key: site for site in inspection.sites}
    grids = (
        _about(inspection),
        _overview(inspection),
        sites_grid(inspection),
        checks_grid(inspection, {check.id: check.title for check in CHECKS}),
        findings_grid(inspection),
        columns_grid(inspection),
        ipv6_grid(inspection),
        availability_grid(inspection),
        _units(inspection),
        _repairs(inspection),
        repaired_grid(inspection, sites),
        _recheck(inspection),
    )
    marks = {
        "kind": "inspection",
        "year": str(inspection.quarter.year),
        "quarter": str(inspection.quarter),
        "catalogue": inspection.catalogue,
        "program": inspection.program,
    }
    return Workbook(f"{inspection.quarter.chinese}政府网站检查数据附表", grids, marks)


def share(rate: Rate) -> Cell:
    """A rate's cell; its numerator and denominator stand in cells of their own."""
    return NOTHING if rate.share is None else rate.share


def _about(inspection: Inspection) -> Grid:
    return Grid("说明", (Column("项目", width=18), Column("内容", width=100)), tuple(_facts(inspection)), filters=False)


def _facts(inspection: Inspection) -> Iterator[tuple[Cell, ...]]:
    drawn = inspection.drawn
    yield "季度", inspection.quarter.chinese
    yield "监测时间点", inspection.cutoff.isoformat()
    yield "反馈截止", inspection.deadline.isoformat()
    yield (
        "状态",
        "草稿，尚未发布" if inspection.version == 0 else "正式发布" if inspection.version == 1 else f"第 {inspection.version} 版（更正）",
    )
    for change in inspection.changes:
        yield "更正内容", line(change)
    yield (
        "检查范围",
        "全部网站" if drawn.percent >= 100 else f"抽查 {drawn.percent}%，抽中 {len(drawn.keys)} 个；抽样种子 {line(drawn.seed)}",
    )
    yield "检查指标", f"{line(inspection.catalogue_title)}（{line(inspection.catalogue)}）"
    yield "程序版本", f"明镜 {line(inspection.program)}"
    if inspection.unreviewed:
        yield "注意", "本表列出了尚未经人工确认的问题，标为“待核”，不计入任何数字。"
    for note in inspection.notes:
        yield "说明", line(note)
    for word, explained in BASES.values():
        yield f"依据性质：{word}", explained
    yield "比率", f"比率为 0 个中的比率时写“{NOTHING}”；未能评估的网站不进入任何比率。"
    yield "工作表", Link(f"{SITES}：每个网站的结论和各项扣分", sheet=_top(SITES))
    yield "工作表", Link(f"{FINDINGS}：全部问题，包括待核和不计入的", sheet=_top(FINDINGS))


def _top(title: str) -> str:
    return f"'{title}'!A1"


_TALLY = (
    Column("类别"), Column("名称"), Column("运行网站", "integer"), Column("抽中", "integer"), Column("检查", "integer"), Column("检查率", "percent"),
    Column("合格", "integer"), Column("不合格", "integer"), Column("合格率", "percent"), Column("未能评估", "integer"), Column("结论可能变化", "integer"),
)  # fmt: skip
_TALLY_NOTE = "检查率 = 检查 ÷ 运行网站；合格率 = 合格 ÷ 检查。未能评估的网站不进入任何比率。"


def _tally(kind: str, tally: Tally) -> tuple[Cell, ...]:
    return (
        kind, line(tally.name) or "全部", tally.operating, tally.drawn, tally.checked, share(tally.checked_rate),
        tally.passed, tally.failed, share(tally.pass_rate), tally.unassessed, tally.unsettled,
    )  # fmt: skip


def _overview(inspection: Inspection) -> Grid:
    rows = [_tally("全部", inspection.total)]
    rows += [_tally("层级", each) for each in inspection.by_level]
    rows += [_tally("分组", each) for each in inspection.by_group]
    for past in inspection.series:
        name, kind = past.quarter.chinese, "历季（已发布）" if past.published else "历季"
        rows.append((kind, name, *_tally(kind, past.tally)[2:]))
    return Grid(OVERVIEW, _TALLY, tuple(rows), notes=(_TALLY_NOTE,), frozen=2)


def _units(inspection: Inspection) -> Grid:
    columns = (
        Column("单位"), Column("分组"), *_TALLY[2:], Column("问题", "integer"), Column("单项否决", "integer"), Column("扣分", "number"),
        Column("IPv6 可用链接", "integer"), Column("IPv6 测试链接", "integer"), Column("IPv6 可用率", "percent"),
        Column("应整改", "integer"), Column("已整改", "integer"), Column("整改率", "percent"), Column("整改天数（中位数）", "number"),
    )  # fmt: skip
    rows = tuple(
        (
            line(unit.name), line(unit.group), *_tally("", unit.tally)[2:], unit.findings, unit.vetoes, unit.points,
            unit.ipv6.part, unit.ipv6.whole, share(unit.ipv6), unit.repair.due, unit.repair.closed, share(unit.repair.rate), _days(unit.repair),
        )
        for unit in inspection.units
    )  # fmt: skip
    return Grid(UNITS, columns, rows, notes=(_TALLY_NOTE, "IPv6 可用率 = 可用链接 ÷ 测试链接；整改率 = 已整改 ÷ 应整改。"), frozen=1)


def _repairs(inspection: Inspection) -> Grid:
    columns = (
        Column("单位"), Column("本季新发现", "integer"), Column("应整改", "integer"), Column("已整改", "integer"), Column("整改率", "percent"),
        Column("其中季内发现并整改", "integer"), Column("反复出现", "integer"), Column("逾期未整改", "integer"), Column("整改天数（中位数）", "number"),
    )  # fmt: skip
    rows = tuple(_repair(each) for each in (inspection.repair, *(unit.repair for unit in inspection.units)))
    note = "应整改：季初未整改的和本季新发现的；整改率 = 已整改 ÷ 应整改。误报、豁免、规则变更和页面已撤下的不在其中。"
    return Grid(REPAIRS, columns, rows, notes=(note,), frozen=1)


def _repair(repair: Repair) -> tuple[Cell, ...]:
    return (
        line(repair.name) or "全部", repair.opened, repair.due, repair.closed, share(repair.rate), repair.within, repair.reopened, repair.overdue, _days(repair),
    )  # fmt: skip


def _days(repair: Repair) -> Cell:
    return NOTHING if repair.median_days is None else repair.median_days


def _recheck(inspection: Inspection) -> Grid:
    """上季度不合格网站的复查."""
    recheck = inspection.recheck
    places = site_places(inspection)
    names: dict[str, Cell] = {site.key: Link(line(site.name), sheet=places[site.key]) for site in inspection.sites}
    told = (
        (("合格", recheck.passed), ("仍不合格", recheck.failed), ("未能评估", recheck.unassessed), ("不再运行", recheck.closed))
        if recheck
        else ()
    )
    rows = tuple((names.get(key, line(key)), word) for word, keys in told for key in keys)
    note = "上季度不合格网站本季度的结果。" if recheck else "没有上季度的检查结果可以复查。"
    return Grid(RECHECK, (Column("网站"), Column("本季结果")), rows, notes=(note,))
