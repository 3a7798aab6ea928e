"""The report as text for a terminal (文本摘要): what a person reads in twenty seconds, worst first.

Site text is printed through `rich.text.Text`, never as markup; control characters are gone before (see `reports.hostile`).
"""

from __future__ import annotations

import io

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reports.finding_view import CheckView, KindView
from reports.site_report import SiteReportView
from reports.view import Fact

SHOWN_FINDINGS = {"veto": 5, "deduction": 3, "candidate": 2, "caution": 2}
"""Findings of one kind that the summary prints, by severity; the others are counted and stand in the other formats."""

_VERDICT_STYLES = {"fail": "bold red", "not_assessed": "yellow", "pass": "green", "not_applicable": "dim"}
_SEVERITY_STYLES = {"veto": "bold red", "deduction": "red", "candidate": "magenta", "caution": "yellow"}


def render_text(view: SiteReportView, *, width: int = 100, colour: bool = False) -> str:
    """The summary, at most ``width`` terminal cells wide; ``colour`` adds ANSI colours, which change no word."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    _head(console, view)
    for check in view.checks:
        _check(console, check)
    _section(console, "采集范围", view.coverage.facts)
    _section(console, "访问记录", view.visit.facts)
    return "\n".join(row.rstrip() for row in out.getvalue().splitlines()) + "\n"


def _head(console: Console, view: SiteReportView) -> None:
    console.print(Text(f"{view.target.name}  {view.target.address.url}", style="bold"))
    console.print(_facts(view.head))
    console.print()
    worst = next((tally.key for tally in view.verdicts if tally.count), "not_applicable")
    console.print(Text(f"结论：{view.headline}", style=_VERDICT_STYLES[worst]))
    console.print(Text(view.conclusion))
    if view.alert:
        console.print(Text(view.alert, style="bold yellow"))
    console.print()


def _check(console: Console, check: CheckView) -> None:
    counts = "，".join(f"{tally.word} {tally.count}" for tally in check.severities)
    title = Text.assemble((check.title, "bold"), f"（{counts}）" if counts else "")
    console.print(Text.assemble((f"{check.mark} {check.verdict_word}", _VERDICT_STYLES[check.verdict]), "  ", title))
    if check.lead:
        console.print(Padding(Text(check.lead), (0, 0, 0, 4)))
    if check.reason and check.reason.rstrip("。") not in check.summary:
        console.print(Padding(Text(f"原因：{check.reason}"), (0, 0, 0, 4)))
    for kind in check.kinds:
        _kind(console, kind)


def _kind(console: Console, kind: KindView) -> None:
    marks = "，".join(mark for mark in (kind.rule.basis_word, kind.confirm_word) if mark)
    title = Text.assemble(
        (f"[{kind.severity_word}]", _SEVERITY_STYLES[kind.severity]), f" {kind.title} {kind.count} 处{f'（{marks}）' if marks else ''}"
    )
    console.print(Padding(title, (0, 0, 0, 4)))
    shown = kind.findings[: SHOWN_FINDINGS[kind.severity]]
    for finding in shown:
        more = f"（共 {finding.pages.count} 页）" if finding.pages.count > 1 else ""
        seen = f"（{finding.seen_word}）" if finding.seen_word else ""
        console.print(Padding(Text(f"· {finding.message}{seen}"), (0, 0, 0, 8)))
        if finding.address.url:
            console.print(Padding(Text(f"{finding.address.url}{more}", style="blue", overflow="fold"), (0, 0, 0, 10)))
    rest = kind.count - len(shown)
    if rest > 0:
        console.print(Padding(Text(f"……另有 {rest} 处，见 HTML 或 JSON 报告"), (0, 0, 0, 8)))
    if kind.note:
        console.print(Padding(Text(f"注意：{kind.note}"), (0, 0, 0, 8)))
    console.print(Padding(Text(f"建议：{kind.advice_words}"), (0, 0, 0, 8)))


def _section(console: Console, title: str, facts: tuple[Fact, ...]) -> None:
    console.print()
    console.print(Text(title, style="bold"))
    console.print(_facts(facts))


def _facts(facts: tuple[Fact, ...]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for fact in facts:
        table.add_row(Text(f"  {fact.label}"), Text(fact.value))
    return table
