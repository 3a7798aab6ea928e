"""The body of ``mingjing show``: one site's history. A strip of verdicts per check and night, its open findings, its latest evidence.

Everything is read from spans: a night without a sign was not inspected.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.cells import cell_len, set_cell_size

from crawler.oversight import OversightError
from reports.commands.options import open_database
from reports.decisions import Decisions
from reports.history_reading import LifeReader, Span
from reports.hostile import line
from reports.objections_text import site_objections
from reports.status_sites import one_site
from reports.status_text import finding_lines
from reports.status_view import KnownSite, StatusView, build_status
from reports.words import SITE_STATES, VERDICT_MARKS, VERDICTS, word
from reports.wrapping import wrap

ABSENT = "·"
"""The sign of a night on which there is no verdict."""

_SITE_MARKS = {"ok": "✓", "blocked": "?", "unreachable": "?"}
_COLOURS = {"✓": "\x1b[32m", "✗": "\x1b[1;31m", "?": "\x1b[33m", "–": "\x1b[2m", ABSENT: "\x1b[2m"}
_PLAIN = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """What the user typed, parsed. ``nights``: how many of the last nights the strip shows."""

    db: Path
    site: str
    nights: int = 30


@dataclass(frozen=True, slots=True)
class Strip:
    """One check's verdicts: a sign for each night shown, and the last answer in words."""

    title: str
    signs: str
    said: str


def run(request: HistoryRequest) -> int:
    """Print the history; the exit code is 0. Raises `OversightError` for a site that is not there or has no night yet."""
    database = open_database(request.db)
    site, reader = one_site(database, request.site), LifeReader(database)
    if site.key not in reader.sites():
        raise OversightError(f"网站 {line(site.name)} 还没有检查记录：请先运行 mingjing nightly。")
    nights = reader.nights()[-request.nights :]
    view = build_status(reader, Decisions(database), [site])
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((100, 24)).columns if terminal else 100
    strips = tuple(strips_of(reader.spans(site.key), nights))
    sys.stdout.write(history_text(site, view, strips, nights, width=width, colour=terminal))
    if said := site_objections(database, site.key):
        sys.stdout.write("\n".join(["", "申诉和裁定", *said]) + "\n")
    return 0


def strips_of(spans: Sequence[Span], nights: Sequence[date]) -> Iterator[Strip]:
    """One strip per check that has a verdict within ``nights``, the site itself first."""
    by_check: dict[str, list[Span]] = {}
    for span in spans:
        by_check.setdefault(span.check, []).append(span)
    for check, own in by_check.items():
        shown = [span for span in own if nights and span.last >= nights[0]]
        if not shown:
            continue
        last = shown[-1]
        words = word(VERDICTS if check else SITE_STATES, last.verdict)
        reason = f"：{line(last.reason)}" if last.reason else ""
        since = f"（{last.first} 起）" if last.last == nights[-1] else f"（{last.first} 至 {last.last}）"
        yield Strip(line(last.title) or "全站", "".join(_sign(shown, night) for night in nights), f"{words}{since}{reason}")


def _sign(spans: Sequence[Span], night: date) -> str:
    span = next((span for span in spans if span.first <= night <= span.last), None)
    if span is None:
        return ABSENT
    return (VERDICT_MARKS if span.check else _SITE_MARKS).get(span.verdict, "?")


def history_text(
    site: KnownSite, view: StatusView, strips: Sequence[Strip], nights: Sequence[date], *, width: int = 100, colour: bool = False
) -> str:
    """The history as text; ``colour`` adds ANSI colours, which change no word."""
    own = view.sites[0]
    rows = [f"{line(site.name)}  {line(site.url)}".rstrip()]
    rows += [f"  单位  {line(site.unit)}", f"  网站标识码  {line(site.code) or '未登记'}", f"  最近检查  {own.last_night}"]
    rows += [f"  最近证据  {line(own.evidence)}", ""]
    if nights:
        rows.append(
            f"逐夜结果（{nights[0]} 至 {nights[-1]}，{len(nights)} 夜，每夜一格；✓ 通过  ✗ 不通过  ? 未能评估  – 不适用  {ABSENT} 没有检查）"
        )
    first = max((cell_len(strip.title) for strip in strips), default=0) + 2
    for strip in strips:
        signs = "".join(f"{_COLOURS[sign]}{sign}{_PLAIN}" for sign in strip.signs) if colour else strip.signs
        head = f"  {set_cell_size(strip.title, first)}"
        room = max(width - cell_len(head) - len(strip.signs) - 2, 24)
        said = wrap(strip.said, room)
        rows.append(f"{head}{signs}  {said[0]}")
        rows += [" " * (cell_len(head) + len(strip.signs) + 2) + part for part in said[1:]]
    standing = [row for row in view.findings if row.state == "open"]
    rows += ["", f"未整改的问题 {len(standing)} 个，计入数字 {own.figures.open} 个"]
    for row in standing:
        rows += finding_lines(row, width)
    changed = [row for row in view.findings if row.state != "open"]
    if changed:
        rows += ["", f"{view.as_of} 不再列入的问题 {len(changed)} 个"]
        for row in changed:
            rows += finding_lines(row, width)
    return "\n".join(rows) + "\n"
