"""The status as text for a terminal (文本): the numbers, what changed, what is open, what could not be told, in that order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size

from reports.decisions import WORDS
from reports.status_rules import RuleChange
from reports.status_view import Figures, FindingStatus, NotAssessed, StatusView
from reports.words import SEVERITIES, word
from reports.wrapping import wrap

OPEN_LISTED = 200
"""Open findings that the text lists at most; more are counted, and stand in the other formats."""

ALIKE = 3
"""Sites that share a reason and are still named one by one."""

CHANGES: dict[str, str] = {
    "new": "新发现",
    "reopened": "再次出现",
    "rectified": "已整改",
    "withdrawn": "对象已不存在（页面、栏目已撤销或移走）",
    "rule-changed": "规则或程序变更后不再认定（不算整改）",
}
"""The words for what changed within the period, in the order of the report."""

DECIDED: dict[str, str] = {str(kind): text for kind, text in WORDS.items()}
"""The words for a decision, by the code that is kept of it."""

_COLUMNS = ("待整改", "否决", "扣分", "待核", "提醒", "新发现", "再现", "已整改", "不存在", "规则变更", "申诉", "不计", "未评估")


def status_text(view: StatusView, *, width: int = 100) -> str:
    """The report, at most ``width`` cells wide where words allow it."""
    if view.as_of is None:
        return "监管库中还没有记录任何一夜的检查：请先运行 mingjing nightly。\n"
    rows = [f"监管状态  截至 {view.as_of} 夜间检查，变化自 {view.since} 起", "", *_headline(view.figures, width), ""]
    rows += _table(view)
    for change, title in CHANGES.items():
        rows += _findings(title, [row for row in view.findings if row.change == change], width)
    left = [row for row in view.findings if row.state == "open" and row.change not in ("new", "reopened")]
    rows += _findings("此前发现，尚未整改", left[:OPEN_LISTED], width, len(left))
    rows += _not_assessed(view.not_assessed, width)
    rows += _rules(view.rule_changes, width)
    return "\n".join(rows).rstrip("\n") + "\n"


def _headline(sums: Figures, width: int) -> list[str]:
    said = (
        f"网站 {sums.sites} 个。待整改问题 {sums.open} 个：单项否决 {sums.veto}，扣分 {sums.deduction}，待核 {sums.candidate}，提醒 {sums.caution}。"
        f"期间新发现 {sums.new}，再次出现 {sums.reopened}，已整改 {sums.rectified}，对象已不存在 {sums.withdrawn}，"
        f"规则变更后不再认定 {sums.rule_changed}。"
    )
    more = (
        f"已确认 {sums.confirmed}，申诉中 {sums.disputed}；误报和豁免 {sums.excluded} 个，不计入以上各数。未能评估 {sums.not_assessed} 项。"
    )
    return [*wrap(said, width), *wrap(more, width)]


def _table(view: StatusView) -> list[str]:
    names = [*(unit.unit for unit in view.units), *(f"  {site.name}" for site in view.sites)]
    first = min(max((cell_len(name) for name in names), default=4) + 2, 40)
    rows = [set_cell_size("单位 / 网站", first) + "".join(_right(title) for title in _COLUMNS)]
    for unit in view.units:
        rows.append(set_cell_size(unit.unit, first) + _numbers(unit.figures))
        rows += [set_cell_size(f"  {s.name}", first) + _numbers(s.figures) for s in view.sites if s.unit == unit.unit]
    return [*rows, ""]


def _numbers(sums: Figures) -> str:
    values = (
        sums.open, sums.veto, sums.deduction, sums.candidate, sums.caution, sums.new, sums.reopened, sums.rectified, sums.withdrawn,
        sums.rule_changed, sums.disputed, sums.excluded, sums.not_assessed,
    )  # fmt: skip
    return "".join(_right(str(value), cell_len(title)) for value, title in zip(values, _COLUMNS, strict=True))


def _right(text: str, width: int = 0) -> str:
    cells = cell_len(text)
    return "  " + " " * max(0, width - cells) + text


def _findings(title: str, rows: Sequence[FindingStatus], width: int, count: int | None = None) -> list[str]:
    if not rows:
        return []
    total = len(rows) if count is None else count
    lines = [f"{title} {total} 个" + (f"（列出前 {len(rows)} 个，其余见 --site、--format csv）" if total > len(rows) else "")]
    for row in rows:
        lines += finding_lines(row, width)
    return [*lines, ""]


def finding_lines(row: FindingStatus, width: int) -> list[str]:
    """One finding in a few lines: id and title, message, address, life, decision."""
    lines = [f"  {row.id}  [{word(SEVERITIES, row.severity)}] {row.site_name}  {row.title}{_mark(row)}"]
    for text in (row.message, row.url, _life(row), *_said(row)):
        lines += [f"      {part}" for part in wrap(text, max(width - 6, 20))] if text else []
    return lines


def _mark(row: FindingStatus) -> str:
    decision = row.decision
    decided = f"（{word(DECIDED, decision.kind)}）" if decision is not None and decision.holds else ""
    return ("（需人工确认）" if row.confirm and not decided else "") + decided


def _life(row: FindingStatus) -> str:
    return f"首次发现 {row.first_seen}，最近 {row.last_seen}，共 {row.nights} 夜" + (
        f"；{row.since} 起" if row.since > row.last_seen else ""
    )


def _said(row: FindingStatus) -> Iterable[str]:
    """Lines about a finding that stands under a decision or a note."""
    decision = row.decision
    if decision is not None:
        kind = word(DECIDED, decision.kind)
        ends = f"，有效期至 {decision.until}" if decision.until else ""
        yield f"{decision.day} {decision.by}：{kind}，{decision.reason}{ends}" + ("" if decision.holds else "（已过期，照常计入）")
    if row.check_stopped:
        yield "这项检查已不再运行，问题仍按未整改列出。"
    if row.twin:
        yield f"与 {row.twin} 是同一问题，只计一次。"


def _not_assessed(rows: Sequence[NotAssessed], width: int) -> list[str]:
    """What could not be told: whole sites by name, then check by check; what holds for many sites alike is said once."""
    if not rows:
        return []
    alike: dict[tuple[str, str], list[NotAssessed]] = {}
    for row in rows:
        alike.setdefault((row.title, row.reason), []).append(row)
    lines = [f"未能评估 {len(rows)} 项（不算通过，也不算整改）"]
    for (title, reason), group in sorted(alike.items(), key=lambda item: (item[0][0] != "", -len(item[1]), item[0])):
        if title and len(group) > ALIKE:
            names = "、".join(row.site_name for row in group[:ALIKE])
            told = [f"{title}：{reason}（{len(group)} 个网站：{names}等，逐个见 --site、--format csv）"]
        else:
            told = [f"{row.site_name}  {title or '全站'}：{reason}" + (f"（{row.since} 起）" if row.since else "") for row in group]
        lines += [f"  {part}" for text in told for part in wrap(text, max(width - 2, 20))]
    return [*lines, ""]


def _rules(changes: Sequence[RuleChange], width: int) -> list[str]:
    if not changes:
        return []
    lines = ["规则和程序的变更"]
    for change in changes:
        parts = [f"程序 {change.program_before} → {change.program}"] if change.program_before != change.program else []
        if change.catalogue_before != change.catalogue:
            parts.append(f"指标目录 {change.catalogue_before} → {change.catalogue}")
        for title, checks in (
            ("指标目录有变的检查", change.catalogue_changed),
            ("程序有变的检查", change.code_changed),
            ("新增的检查", change.added),
            ("不再运行的检查", change.removed),
        ):
            parts += [f"{title}：{'、'.join(checks)}"] if checks else []
        lines += [f"  {part}" for part in wrap(f"{change.night} 起：{'；'.join(parts)}", max(width - 2, 20))]
    return [*lines, ""]
