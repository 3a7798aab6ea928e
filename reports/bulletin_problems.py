"""Part 二 of the bulletin (主要问题): by indicator, how many findings on how many sites, who has most of them, typical cases with a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.hostile import line, safe_link
from reports.inspection_model import FindingLine, Inspection, Problem, SiteLine
from reports.paper import Block, Heading, Paragraph, Picture, Table, aligned
from reports.sentences import counted_names, ordinal, sentence
from reports.view import moment

HEADED = 6
"""Kinds of problem that get a paragraph of their own; the others stand in the table."""
CASES = 2
"""Typical cases of one kind."""


@dataclass(frozen=True, slots=True)
class Told:
    """What sentences need to look up: sites by key, findings by id, pictures by key."""

    sites: Mapping[str, SiteLine]
    findings: Mapping[str, FindingLine]
    pictures: Mapping[str, bytes]

    @classmethod
    def of(cls, inspection: Inspection) -> Told:
        """All sites and all counted findings of an inspection."""
        sites = {site.key: site for site in inspection.sites}
        findings = {each.id: each for site in inspection.sites for each in site.findings if each.counted}
        return cls(sites, findings, inspection.pictures)

    def name(self, key: str) -> str:
        """A site's name; its key where it has left the inspection."""
        site = self.sites.get(key)
        return line(site.name) if site is not None else line(key)


def main_problems(inspection: Inspection, charts: Sequence[Picture], place: str) -> Iterator[Block]:
    """``charts`` of the problems stand beside the table of all kinds. ``place``: the annex that lists what nobody has confirmed, "" for none."""
    yield Paragraph(summary(inspection))
    told = Told.of(inspection)
    kinds = [problem for problem in inspection.problems if problem.findings]
    for number, problem in enumerate(kinds[:HEADED], 1):
        yield Heading(f"（{ordinal(number)}）{line(problem.title)}", 2)
        yield Paragraph(paragraph(problem, inspection.total.checked, told))
        yield from cases(problem, told)
    if kinds:
        yield from charts
        yield _table(kinds)
    if place:
        yield Paragraph(f"另有部分疑似问题尚未经人工核实，列在{place}，不计入本通报的任何数字，不作为问题通报。")


def summary(inspection: Inspection) -> str:
    """How many findings of how many kinds on how many sites."""
    kinds = [problem for problem in inspection.problems if problem.findings]
    if not inspection.total.checked:
        return "本季度没有网站完成检查，不能说明问题情况。"
    if not kinds and inspection.total.failed:
        return "除人工评定的指标外，本季度检查没有发现需要通报的问题；不合格的原因见不合格网站名单。"
    if not kinds:
        return "本季度检查没有发现需要通报的问题。"
    count = sum(problem.findings for problem in kinds)
    sites = {key for problem in kinds for key, _ in problem.sites}
    told = f"本季度检查共发现问题{count}个，涉及{len(sites)}个网站"
    if len(kinds) == 1:
        return f"{told}，均属于“{line(kinds[0].title)}”。" if count > 1 else f"{told}，属于“{line(kinds[0].title)}”。"
    rest = f"；下面列出问题较多的{HEADED}类，全部见本部分末尾的表" if len(kinds) > HEADED else ""
    return f"{told}，分属{len(kinds)}类{rest}。"


def paragraph(problem: Problem, checked: int, told: Told) -> str:
    """``发现问题12个，涉及3个网站：甲（7个）、乙（3个）、丙（2个）。``; worst first, as the inspection orders them."""
    named = [(told.name(key), count) for key, count in problem.sites]
    if len(named) == 1:
        return f"{named[0][0]}发现问题{problem.findings}个。"
    who = f"检查的{checked}个网站均有" if len(named) == checked else f"涉及{len(named)}个网站"
    return f"发现问题{problem.findings}个，{who}：{counted_names(named)}。"


def cases(problem: Problem, told: Told) -> Iterator[Block]:
    """Typical cases, each with its address; below the first that has one its screenshot."""
    known = [told.findings[key] for key in problem.cases if key in told.findings][:CASES]
    pictured = next((each for each in known if each.picture in told.pictures), None)
    for each in known:
        site = told.name(each.site)
        yield Paragraph(f"{site}：{sentence(each.message)}", lead="典型案例：")
        if each.url:
            yield Paragraph(line(each.url), lead="页面：", quiet=True, link=safe_link(each.url))
        if each is pictured:
            shown = f"{site}　{line(each.title)}（{moment(each.seen_at)}）"
            yield Picture(told.pictures[each.picture], f"网页截图：{shown}", shown, 0.5)


def _table(kinds: Sequence[Problem]) -> Table:
    rows = tuple((str(at), line(kind.title), str(kind.findings), str(len(kind.sites))) for at, kind in enumerate(kinds, 1))
    return Table(("序号", "问题类别", "问题数", "涉及网站数"), rows, "各类问题数量和涉及网站数", (0.9, 4.0, 1.2, 1.4), aligned("clrr"))
