"""The words of the annual assessment: counts, shares and lists as official Chinese writes them, also for none, one and all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.assessment_model import FullMarks, GroupResult, ItemResult, TermResult


def percent(part: int, whole: int) -> str:
    """``79%``: half up, but 100% only for all and 0% only for none; 无可比数据 of nothing."""
    if not whole:
        return "无可比数据"
    rounded = (200 * part + whole) // (2 * whole)
    if part < whole:
        rounded = min(rounded, 99)
    return f"{max(rounded, 1) if part else 0}%"


def joined(texts: Sequence[str], last: str = "和") -> str:
    """``甲、乙和丙``."""
    return texts[0] if len(texts) == 1 else f"{'、'.join(texts[:-1])}{last}{texts[-1]}" if texts else ""


def group_name(group: GroupResult) -> str:
    """``市州（含新区）``: the group, and what else is ranked with it."""
    others = [name for name, _ in group.registered if name != group.name]
    has_own = any(name == group.name for name, _ in group.registered)
    return f"{group.name}（含{'、'.join(others)}）" if others and has_own else group.name


def objects(groups: Iterable[GroupResult]) -> str:
    """``14个市州、1个新区和34个省级部门``."""
    return joined([f"{count}个{name}" for group in groups for name, count in group.registered])


def full_marks(mark: FullMarks, compared: bool) -> str:
    """How many reached full marks, with the denominator, against last year where that is known."""
    unknown = f"另有{mark.unknown}个尚不能确定" if mark.unknown else ""
    if not mark.whole:
        return f"{mark.registered}无可比数据" + (f"（{mark.unknown}个尚不能确定）" if unknown else "")
    whole = f"{mark.whole}个{mark.registered}"
    if mark.part == mark.whole:
        told = f"{whole}全部得满分" if mark.whole > 1 else f"{whole}得满分"
    elif not mark.part:
        told = f"{whole}均未得满分" if mark.whole > 1 else f"{whole}未得满分"
    else:
        told = f"{whole}中{mark.part}个得满分，占{percent(mark.part, mark.whole)}"
    extra = "，".join(text for text in (unknown, _against(mark) if compared else "") if text)
    return f"{told}，{extra}" if extra else told


def _against(mark: FullMarks) -> str:
    if mark.before is None:
        return ""
    part, whole = mark.before
    if whole != mark.whole:
        return f"上年为{whole}个中{part}个"
    if part == mark.part:
        return "与上年持平"
    return f"比上年{'增加' if mark.part > part else '减少'}{abs(mark.part - part)}个"


def points(part: float | None, low: float, high: float) -> str:
    """``12.5``, or ``12.5（9至13.5）`` where something is open, or only the range where nothing is known."""
    if part is None:
        return f"待定（{low:g}至{high:g}）"
    return f"{part:g}" if low == high else f"{part:g}（{low:g}至{high:g}）"


def term_points(term: TermResult) -> str:
    """A term's points as a sheet prints them."""
    return points(term.points, term.low, term.high) if term.applies else "不适用"


def item_points(item: ItemResult) -> str:
    """An item's points as a sheet prints them."""
    return points(item.points, item.low, item.high) if item.applies else "不适用"
