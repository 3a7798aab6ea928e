"""The charts of the annual bulletin: full marks by item and group, and grades by group. They show what its table and sentences say; no points."""

from __future__ import annotations

from collections.abc import Iterator

from reports.assessment_model import RANKS, Assessment, Rank
from reports.assessment_words import group_name, percent
from reports.charts_drawing import Mark, Telling, bar_chart
from reports.paper import Picture

_GRADES: tuple[Rank, ...] = ("excellent", "good", "pass", "fail", "open")


def year_charts(assessment: Assessment) -> tuple[Picture, ...]:
    """A picture of each thing that there is something to draw for."""
    return (*_full_marks(assessment), *_grades(assessment))


def _full_marks(assessment: Assessment) -> Iterator[Picture]:
    """Share of units at full marks, item by item, group by group; the lowest stands out."""
    titles = {item.id: item.title for item in assessment.items}
    order = {item.id: place for place, item in enumerate(assessment.items)}
    told = [
        mark
        for group in assessment.groups
        for registered, _ in group.registered
        for mark in sorted(group.marks, key=lambda mark: order[mark.item])
        if mark.registered == registered and mark.whole
    ]
    if not told:
        return
    lowest = min(told, key=lambda mark: mark.part / mark.whole)
    marks = [
        Mark(
            f"{titles[mark.item]}·{mark.registered}",
            mark.part / mark.whole,
            f"{percent(mark.part, mark.whole)}（{mark.part}/{mark.whole}）",
            out=mark == lowest and lowest.part < lowest.whole,
        )
        for mark in told
    ]
    words = "；".join(f"{mark.name} {mark.label}" for mark in marks)
    if lowest.part == lowest.whole:
        title = "各考核项目全部得满分"
    else:
        title = f"{titles[lowest.item]}（{lowest.registered}）得满分的占比最低，{percent(lowest.part, lowest.whole)}"
    yield bar_chart(
        marks,
        Telling(title, "各考核项目得满分的占比", f"条形图：各考核项目得满分的占比。{words}。", "括号内为得满分个数/考核个数"),
        percent=True,
    )


def _grades(assessment: Assessment) -> Iterator[Picture]:
    """How many units of each group have each grade that anybody has."""
    marks = [
        Mark(f"{group.name}·{RANKS[grade]}", float(len(units)), f"{len(units)}个", out=grade == "fail")
        for group in assessment.groups
        for grade in _GRADES
        if (units := group.graded(grade))
    ]
    if not marks:
        return
    best = "，".join(f"{group_name(group)}优秀{len(group.graded('excellent'))}个" for group in assessment.groups)
    words = "；".join(f"{mark.name} {mark.label}" for mark in marks)
    yield bar_chart(marks, Telling(best, "各考核等次的单位数", f"条形图：各考核等次的单位数。{words}。"))
