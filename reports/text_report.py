"""The report as text for a terminal (文本摘要): what a person reads in twenty seconds, worst first.

Site text is printed through `rich.text.Text`, never as markup; control characters are gone before (see `reports.hostile`).
"""

from __future__ import annotations

import io

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from reports.finding_view import CheckView, KindView
from reports.score_view import ScoreView
from reports.site_report import SiteReportView
from reports.view import Fact
from reports.wrapping import wrap

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
    if view.score is not None:
        _score(console, view.score)
    _section(console, "采集范围", view.coverage.facts)
    _section(console, "访问记录", view.visit.facts)
    return "\n".join(row.rstrip() for row in out.getvalue().splitlines()) + "\n"


def _say(console: Console, text: str, indent: int = 0, style: str = "", hang: int = 0) -> None:
    """Print ``text`` behind ``indent`` cells; its further lines ``hang`` cells deeper."""
    for number, row in enumerate(wrap(text, max(console.width - indent - hang, 10))):
        _row(console, Text(" " * (indent + (hang if number else 0))) + Text(row, style=style))


def _row(console: Console, row: Text) -> None:
    console.print(row, no_wrap=True, overflow="ignore", crop=False)


def _head(console: Console, view: SiteReportView) -> None:
    _say(console, f"{view.target.name}  {view.target.address.url}", style="bold")
    _facts(console, view.head)
    console.print()
    worst = next((tally.key for tally in view.verdicts if tally.count), "not_applicable")
    _say(console, f"结论：{view.headline}", style=_VERDICT_STYLES[worst])
    _say(console, view.conclusion)
    if view.alert:
        _say(console, view.alert, style="bold yellow")
    if view.score is not None:
        _say(console, view.score.headline, style=_VERDICT_STYLES[view.score.style])
        if view.score.promise:
            _say(console, f"整改测算：{view.score.promise}")
    console.print()


def _check(console: Console, check: CheckView) -> None:
    counts = "，".join(f"{tally.word} {tally.count}" for tally in check.severities)
    _say(
        console,
        f"{check.mark} {check.verdict_word}  {check.title}{f'（{counts}）' if counts else ''}",
        style=_VERDICT_STYLES[check.verdict],
    )
    if check.lead:
        _say(console, check.lead, 4)
    if check.reason and check.reason.rstrip("。") not in check.summary:
        _say(console, f"原因：{check.reason}", 4)
    for kind in check.kinds:
        _kind(console, kind)


def _kind(console: Console, kind: KindView) -> None:
    marks = "，".join(mark for mark in (kind.rule.basis_word, kind.confirm_word) if mark)
    head = f"[{kind.severity_word}] {kind.title} {kind.count} 处{f'（{marks}）' if marks else ''}"
    _say(console, head, 4, _SEVERITY_STYLES[kind.severity])
    shown = kind.findings[: SHOWN_FINDINGS[kind.severity]]
    for finding in shown:
        more = f"（共 {finding.pages.count} 页）" if finding.pages.count > 1 else ""
        seen = f"（{finding.seen_word}）" if finding.seen_word else ""
        _say(console, f"· {finding.message}{seen}", 8, hang=2)
        if finding.address.url:
            _say(console, f"{finding.address.url}{more}", 10, "blue")
    rest = kind.count - len(shown)
    if rest > 0:
        _say(console, f"……另有 {rest} 处，见 HTML 或 JSON 报告", 8)
    if kind.heed:
        _say(console, f"注意：{kind.heed}", 8, hang=6)
    _say(console, f"建议：{kind.advice_words}", 8, hang=6)


def _score(console: Console, score: ScoreView) -> None:
    """What the forecast is made of: what costs points, which repairs pay most, what is open."""
    _section(console, score.headline, score.facts)
    for title, rows in (
        ("扣分", [f"[{row.points}] {row.item}：{row.rule}，{row.findings}" for row in score.losses]),
        ("整改", [f"{number}. {row.item}：{row.gain}，整改后：{row.after}" for number, row in enumerate(score.repairs, 1)]),
        ("待定", [f"{fact.label}：{fact.value}" for fact in score.open]),
    ):
        if rows:
            _say(console, f"{title}：", 2)
        for row in rows:
            _say(console, row, 4, hang=2)
    _say(console, score.note, 2)
    if score.basis:
        _say(console, score.basis, 2)


def _section(console: Console, title: str, facts: tuple[Fact, ...]) -> None:
    console.print()
    _say(console, title, style="bold")
    _facts(console, facts)


def _facts(console: Console, facts: tuple[Fact, ...]) -> None:
    room = max((cell_len(fact.label) for fact in facts), default=0) + 4
    for fact in facts:
        first, *others = wrap(fact.value, max(console.width - room, 10))
        _row(console, Text(f"  {fact.label}{' ' * (room - 2 - cell_len(fact.label))}{first}"))
        for row in others:
            _row(console, Text(f"{' ' * room}{row}"))
