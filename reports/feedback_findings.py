"""The findings of one site in a feedback sheet: grouped by kind, what holds for a kind said once, then one line each with place, proof and points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reports.hostile import line, safe_link
from reports.inspection_model import FindingLine
from reports.paper import Block, Heading, Paragraph, Picture, Table, aligned
from reports.sentences import NOTHING, number, sentence
from reports.view import moment
from reports.words import BASES, SEVERITIES, SUBJECTS, word

PICTURES = 3
"""Screenshots of one site at most."""
_NAMED_PAGES = 3
_LISTED_PAGES = 10
"""So many accused pages an inspection lists of a finding: with as many there may be more."""

Kind = tuple[str, str, str, str, str, str, str]
"""Check, code, severity, indicator, source, basis, advice: what findings of one group share."""


def kinds(findings: Sequence[FindingLine]) -> dict[Kind, list[FindingLine]]:
    """Findings by kind, kinds of one check together; both in the order in which the findings come, worst first."""
    checks: dict[str, dict[Kind, list[FindingLine]]] = {}
    for each in findings:
        kind = (each.check, each.code, each.severity, each.indicator, each.source, each.basis, each.advice)
        checks.setdefault(each.check, {}).setdefault(kind, []).append(each)
    return {kind: found for of_check in checks.values() for kind, found in of_check.items()}


def problems(findings: Sequence[FindingLine]) -> Iterator[Block]:
    """Counted findings: a heading a kind, its rule and advice, a table."""
    for place, found in enumerate(kinds(findings).values(), 1):
        first = found[0]
        yield Heading(f"{place}.{_name(first)}（{len(found)}个）", 3)
        yield Paragraph(rule(found), quiet=True)
        if first.advice:
            yield Paragraph(sentence(first.advice), lead="整改建议：")
        yield table(found)


def _name(finding: FindingLine) -> str:
    """Check and kind; once where one says the other."""
    check, title = line(finding.check_title), line(finding.title)
    return title if check in title else f"{check}：{title}"


def rule(found: Sequence[FindingLine]) -> str:
    """What kind of fault it is by the rules: severity, points, indicator, source, and how well the source is known."""
    first, points = found[0], sum(each.points for each in found)
    nature = word(SEVERITIES, first.severity)
    if first.severity != "veto":
        nature = f"扣分，共扣{number(points)}分" if points else "扣分项（本次未扣分）" if first.severity == "deduction" else nature
    basis = f"（{BASES[first.basis][0]}）" if first.basis in BASES and first.basis != "original" else ""
    return f"性质：{nature}。指标：{line(first.indicator)}。依据：{line(first.source)}{basis}。"


def table(found: Sequence[FindingLine], *, mark: str = "") -> Table:
    """One line a finding: its number, place (a link where it is a plain web address), what is wrong, what stood there, when it was seen, points.

    ``mark``: put before every message (【待核实】).
    """
    rows = tuple(
        (line(each.id), place(each), f"{mark}{told(each)}", line(each.snippet), moment(each.seen_at), _cost(each)) for each in found
    )
    links = {(at, 1): link for at, each in enumerate(found) if (link := safe_link(each.url))}
    head = ("问题编号", "页面", "问题", "页面内容", "检查时间", "扣分")
    return Table(head, rows, widths=(1.6, 2.4, 3.0, 1.9, 1.6, 0.8), align=aligned("lllllr"), links=links)


def _cost(finding: FindingLine) -> str:
    if not finding.counted:
        return NOTHING
    return "否决" if finding.severity == "veto" else number(finding.points)


def told(finding: FindingLine) -> str:
    """What is wrong; that it was there before; what the unit objected and what was decided."""
    text = ("【重复出现】" if finding.repeated else "") + sentence(finding.message)
    if finding.objection:
        text += f"申诉意见：{sentence(finding.objection)}"
    if finding.ruling:
        text += f"处理意见：{sentence(finding.ruling)}"
    return text


def place(finding: FindingLine) -> str:
    """The page, by name where it is the home page or the whole site, and the others that are accused with it."""
    named = SUBJECTS.get(finding.subject, "")
    shown = f"{named}：{line(finding.url)}" if named and finding.url else named or line(finding.url) or line(finding.subject)
    others = [line(page) for page in finding.pages if page != finding.url]
    if not others:
        return shown
    more = len(others) > _NAMED_PAGES
    count = "等多个页面" if len(finding.pages) >= _LISTED_PAGES else f"等{len(others)}个页面"
    named_pages = "、".join(_short(page, finding.url) for page in others[:_NAMED_PAGES])
    return f"{shown}；另见{named_pages}{count if more else ''}"


def _short(page: str, beside: str) -> str:
    """A page as its path where it is of the same host as the one ``beside`` it."""
    host = "/".join(beside.split("/", 3)[:3])
    path = page.removeprefix(host)
    return path if host and path.startswith("/") else page


def pictures(findings: Sequence[FindingLine], held: Mapping[str, bytes]) -> Iterator[Picture]:
    """At most `PICTURES` screenshots, of the worst findings; a picture that several findings share is shown once."""
    shown: dict[str, FindingLine] = {}
    for each in findings:
        if each.picture in held and len(shown) < PICTURES:
            shown.setdefault(each.picture, each)
    for key, each in shown.items():
        caption = f"问题{line(each.id)}：{line(each.title)}（{moment(each.seen_at)}）"
        yield Picture(held[key], f"网页截图，{caption}", caption, 0.75)


def cautions(findings: Sequence[FindingLine]) -> Iterator[Block]:
    """Hints that cost nothing, one line each."""
    if findings:
        rows = tuple((place(each), sentence(each.message), sentence(each.advice)) for each in findings)
        links = {(at, 0): link for at, each in enumerate(findings) if (link := safe_link(each.url))}
        caption = "提示事项（不扣分，不需要填报台账）"
        yield Table(("页面", "情况", "建议"), rows, caption, (2.4, 3.2, 3.2), aligned("lll"), links)


def excluded(findings: Sequence[FindingLine]) -> Iterator[Block]:
    """What people took out of every number, with the reason, so that a unit sees what became of its objection."""
    if findings:
        rows = tuple(
            (line(each.id), place(each), sentence(each.message), sentence(each.objection), sentence(each.ruling)) for each in findings
        )
        caption = "已经核减的事项（不计入任何数字）"
        head = ("编号", "页面", "原检查情况", "申诉意见", "处理意见")
        yield Table(head, rows, caption, (1.7, 2.0, 2.3, 2.0, 2.4), aligned("lllll"))
