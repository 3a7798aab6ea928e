"""The score (评分) of one site by the official indicators: pure arithmetic over findings and people's judgements.

国办秘函〔2019〕19号: any row of part 1 hit → 不合格; part 2 out of 100, below 60 → 不合格; above 80 part 3 counts; 60 and 80 themselves are 合格 without
bonus. Items of a block that does not apply (办事服务 for a site without services) are left out and part 2 is stretched: × full / what applies, that
is × 4/3. Parts 2 and 3 apply to the kinds of site that the catalogue says (nationally: portals); other sites are 合格 or 不合格 without points.

What was not assessed, awaits a person's judgement or a person's confirmation is open: it widens the range and is never lost or won silently.
All figures are exact fractions until they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from checks.catalogue.indicators import Catalogue, Gates, Indicator, IndicatorRow, Part, exact
from reports.score_feeds import Reader
from reports.score_rows import NOUGHT, Item, by_person, evaluate, shown, worded
from reports.scorecard import Assessed, Grade, ItemScore, ManualJudgement, Scorecard, Stake, Veto


def score(assessed: Assessed, manual: Sequence[ManualJudgement], catalogue: Catalogue, as_of: date) -> Scorecard:
    """The scorecard of one site on ``as_of``.

    ``manual``: people's judgements (those of other sites are passed over; of several about one row the last day's counts, then the last given).
    """
    reader, people = Reader(assessed), _last(manual, assessed.site)
    vetoes, veto_stakes = _vetoes(assessed, reader, people, catalogue)
    items, bonus = (_items(assessed, reader, people, catalogue, part) for part in ("deduction", "bonus"))
    gates, scored = catalogue.gates, bool(items)
    full = sum((item.cap for item in items), NOUGHT)
    stretch = exact(gates.full) / full if full else Fraction(1)
    base_high = (full - sum((item.points for item in items), NOUGHT)) * stretch
    base_low = base_high - sum((item.open for item in items), NOUGHT) * stretch
    earned = sum((item.points for item in bonus), NOUGHT)
    bonus_low = earned if _counts(base_low, gates) else NOUGHT
    certain = base_high + (earned if _counts(base_high, gates) else NOUGHT)
    bonus_high = earned + sum((item.open for item in bonus), NOUGHT) if _counts(base_high, gates) else NOUGHT
    failed = bool(vetoes) or (scored and base_high < exact(gates.fail))
    grade: Grade = "fail" if failed else "pass"
    counted = [*items, *bonus] if _counts(base_high, gates) else items
    return Scorecard(
        site=assessed.site,
        as_of=as_of,
        catalogue=f"{catalogue.id} {catalogue.version}（{catalogue.digest}）"
        if catalogue.digest
        else f"{catalogue.id} {catalogue.version}",
        kind=assessed.kind,
        scored=scored,
        vetoes=tuple(vetoes),
        items=_told(items, catalogue, "deduction"),
        bonus=_told(bonus, catalogue, "bonus"),
        base_low=shown(base_low) if scored else None,
        base_high=shown(base_high) if scored else None,
        bonus_low=shown(bonus_low) if scored else 0.0,
        bonus_high=shown(bonus_high) if scored else 0.0,
        low=shown(base_low + bonus_low) if scored else None,
        high=shown(base_high + bonus_high) if scored else None,
        grade=grade,
        settled=failed or not (veto_stakes or (scored and base_low < exact(gates.fail))),
        at_stake=(*veto_stakes, *(stake for item in counted for stake in item.stakes())),
        points_of={finding: points for item in items for finding, points in item.shares().items()},
        certain=shown(certain) if scored else None,
        stretch=float(stretch),
    )


def applies(indicator: Indicator, assessed: Assessed) -> bool:
    """Whether an item is judged on this site: by its kind, and by whether it has services to offer."""
    return assessed.kind in indicator.kinds and (assessed.services or not indicator.services)


def _counts(base: Fraction, gates: Gates) -> bool:
    """Whether part 3 counts with so much in part 2."""
    return base > exact(gates.bonus)


def _last(manual: Sequence[ManualJudgement], site: str) -> dict[str, ManualJudgement]:
    ours = [each for each in manual if each.site == site]
    return {each.row: each for each in sorted(ours, key=lambda each: each.day)}


def _items(assessed: Assessed, reader: Reader, people: Mapping[str, ManualJudgement], catalogue: Catalogue, part: Part) -> list[Item]:
    """The items of a part that apply; part 3 only where part 2 does."""
    if part == "bonus" and not any(applies(each, assessed) for each in catalogue.part("deduction")):
        return []
    items = []
    for indicator in catalogue.part(part):
        if applies(indicator, assessed):
            cap = exact(indicator.cap)
            items.append(Item.of(indicator, [evaluate(row, cap, reader.points(row), people.get(row.id)) for row in indicator.rows]))
    return items


def _told(items: Sequence[Item], catalogue: Catalogue, part: Part) -> tuple[ItemScore, ...]:
    """The items of a part in the order of the table; those that do not apply to this site say so. None at all where no points are given."""
    by_id = {item.indicator.id: item.told() for item in items}
    left_out = {each.id: ItemScore(each.id, each.name, each.block, each.cap, 0.0, 0.0, (), applies=False) for each in catalogue.part(part)}
    return tuple((left_out | by_id).values()) if items else ()


def _vetoes(
    assessed: Assessed, reader: Reader, people: Mapping[str, ManualJudgement], catalogue: Catalogue
) -> tuple[list[Veto], list[Stake]]:
    """The rows of part 1 that are hit, and those that may still be."""
    hit: list[Veto] = []
    open_rows: list[Stake] = []
    for indicator in catalogue.part("veto"):
        if not applies(indicator, assessed):
            continue
        for row in indicator.rows:
            found, stakes = _veto(indicator, row, reader, people.get(row.id))
            hit += [found] if found else []
            open_rows += stakes
    return hit, open_rows


def _veto(indicator: Indicator, row: IndicatorRow, reader: Reader, manual: ManualJudgement | None) -> tuple[Veto | None, list[Stake]]:
    if manual is not None:
        reason = f"{worded(row)}（人工认定{f'：{manual.note}' if manual.note else ''}）。"
        return (Veto(row.id, indicator.name, reason, manual=manual) if manual.points > 0 else None), []
    seen = reader.veto(row)
    needed = max(row.at_least, 1)
    if len(seen.certain) >= needed:
        more = f"等 {len(seen.certain)} 处" if len(seen.certain) > 1 else ""
        reason = f"{worded(row)}：{seen.certain[0].message.rstrip('。')}{more}。"
        return Veto(row.id, indicator.name, reason, tuple(each.id for each in seen.certain)), []
    stakes: list[Stake] = []
    count = len(seen.certain) + len(seen.pending)
    if count >= needed:
        why = f"{worded(row)}：查出 {count} 处，其中 {len(seen.pending)} 处待人工确认。"
        stakes.append(Stake(row.id, indicator.name, "candidate", 0.0, True, why, tuple(each.id for each in seen.pending)))
    if seen.unseen:
        stakes.append(Stake(row.id, indicator.name, "not-assessed", 0.0, True, f"{worded(row)}：{'；'.join(seen.unseen)}。"))
    if by_person(row):
        stakes.append(Stake(row.id, indicator.name, "person", 0.0, True, f"{worded(row)}：只能由人判断，还没有人工评分。"))
    return None, stakes
