"""What `mingjing quarterly` prints: the figures in short, what is left out and why, what was written and what to open first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reports.hostile import line
from reports.inspection_model import Inspection
from reports.published import Publication, shown
from reports.sentences import percent_of

MOST = 20
"""Names that are printed of one list; the files have all."""


def told(inspection: Inspection) -> str:
    """An inspection in short."""
    return "\n".join(_told(inspection))


def _told(inspection: Inspection) -> Iterator[str]:
    total = inspection.total
    kind = "草稿，没有发布" if not inspection.version else "第1版" if inspection.version == 1 else f"第{inspection.version}版，更正"
    yield f"{inspection.quarter.chinese}政府网站检查（{kind}），监测时间点 {inspection.cutoff}，回复期限 {inspection.deadline}"
    yield (
        f"在运行的网站 {total.operating} 个，检查 {total.checked} 个：合格 {total.passed} 个，不合格 {total.failed} 个，"
        f"合格率 {percent_of(total.pass_rate)}；未能评估 {total.unassessed} 个。"
    )
    if inspection.drawn.percent < 100:
        rest = total.operating - total.drawn
        yield f"抽查 {inspection.drawn.percent}%，种子“{inspection.drawn.seed}”，抽中 {total.drawn} 个，未抽中 {rest} 个（不计入任何比率）。"
    else:
        yield f"检查全部网站，没有抽样（种子“{inspection.drawn.seed}”未使用）。"
    yield from _listed("未能评估", [f"{shown(site)}：{site.why}" for site in inspection.sites if site.state == "unassessed"])
    pending = [(site, finding) for site in inspection.sites for finding in site.pending]
    yield from _listed("待人工确认，暂不计入", [f"{finding.id} {shown(site)}：{finding.title}" for site, finding in pending])
    many = list(by_number(inspection))
    yield from _listed("数量达到单项否决限值、待人工确认，暂不判不合格", many)
    if pending or many:
        yield "  请核实后用 mingjing finding confirm 或 mingjing finding false-alarm 作出决定，再重新运行。"
    yield from (f"说明：{note}" for note in inspection.notes)
    yield from inspection.changes


def by_number(inspection: Inspection) -> Iterator[str]:
    """Vetoes that so many findings make together: each of them counts already, but the veto waits until a person confirmed that many.

    Those whose findings all wait by themselves are listed with these.
    """
    for site in inspection.sites:
        waiting = {each.id for each in site.pending}
        for stake in site.card.at_stake if site.card is not None else ():
            if stake.veto and stake.kind == "candidate" and not waiting.issuperset(stake.findings):
                yield f"{shown(site)}：{stake.name}，{stake.why.rstrip('。')}（问题 {'、'.join(stake.findings)}）"


def _listed(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"{title} {len(items)} 个："
        yield from (f"  {line(item)}" for item in items[:MOST])
        if len(items) > MOST:
            yield f"  ……其余 {len(items) - MOST} 个见检查结果表"


def reproduced(publication: Publication) -> str:
    """What is said of a quarter that was published: its files are written as they were."""
    erratum = f"，更正理由：{line(publication.erratum)}" if publication.erratum else ""
    return (
        f"{publication.quarter.chinese}已于 {publication.day} 发布（第{publication.version}版{erratum}），监测时间点 {publication.cutoff}，"
        f"回复期限 {publication.deadline}。\n以下按发布时保存的内容原样写出，与之后的检查和决定无关；要按现在的数据重算，请加 --redraft，"
        "要更正已发布的内容，请用 --publish --erratum。"
    )


def written(out: Path, names: Sequence[str], first: str, others: int) -> str:
    """What was written; sheets of units in one line. ``others``: files in the folder that this run did not write."""
    single = [name for name in names if "/" not in name]
    folders: dict[str, int] = {}
    for name in names:
        if "/" in name:
            folders[name.split("/")[0]] = folders.get(name.split("/")[0], 0) + 1
    lines = [f"已写入 {out}：", *(f"  {name}" for name in single), *(f"  {folder}/（{count} 个文件）" for folder, count in folders.items())]
    if others:
        lines.append(f"注意：该目录中另有 {others} 个文件不是本次写出的，可能是以前的草稿，请勿误用。")
    if first in names:
        lines.append(f"请先打开 {out / first}。")
    return "\n".join(lines)
