"""How the rectification of a quarter stands: every finding handed out with what its unit says and what was seen since; as lines and as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from reports.commands.options import UsageProblem
from reports.history_reading import LifeReader
from reports.hostile import line
from reports.inspection_model import Rate
from reports.ledger import Claim, Ledger
from reports.ledger_figures import LedgerLine, LedgerTally, by_unit, tally_of
from reports.ledger_review import Reviews
from reports.quarters import Quarter
from reports.sentences import percent_of
from reports.status_sites import chosen_sites, site_names


def handed_out(database: Database, quarter: Quarter | None) -> Quarter:
    """``quarter``, or the last one of which a ledger was handed out. Raises `UsageProblem` when there is none."""
    known = Ledger(database).quarters()
    if quarter is None and known:
        return known[-1]
    if quarter is None or quarter not in known:
        raise UsageProblem(
            f"{f'{quarter.chinese}的' if quarter else '还没有'}台账{'还没有下发' if quarter else ''}：请先用 mingjing ledger export 下发。"
        )
    return quarter


def ledger_status(database: Database, folder: Path, quarter: Quarter, as_of: date, *, unit: str = "") -> tuple[LedgerLine, ...]:
    """Every fault of the quarter's ledger, by unit, site and id; one that was handed out under several ids stands once, as it was told last.

    ``unit``: of this one and those under it. Raises `OversightError` for an unknown one.
    """
    ledger = Ledger(database)
    issued = sorted(ledger.issued(quarter).values(), key=lambda each: (each.unit, each.site, each.finding))
    if unit:
        keys = {site.key for site in chosen_sites(database, unit=unit)}
        issued = [each for each in issued if each.site in keys or each.unit == unit]
    claims, names = ledger.claims(quarter, as_of=as_of), site_names(database)
    reviews = Reviews(database, folder, sorted({each.site for each in issued}), as_of)
    handed = {each.finding for each in issued}
    issued = [each for each in issued if each.finding == next(one for one in reviews.same(each.finding) if one in handed)]
    claims = {each.finding: claim for each in issued for claim in [_claimed(claims, reviews.same(each.finding))] if claim is not None}
    told = {each.id: each for each in LifeReader(database).findings(ids=[each.finding for each in issued])}
    return tuple(
        LedgerLine(
            issued=each,
            site_name=names.get(each.site, each.site),
            message=told[each.finding].message if each.finding in told else "",
            url=told[each.finding].url if each.finding in told else "",
            found=reviews.found(each.finding) or each.day,
            claim=claims.get(each.finding),
            review=reviews.of(each.finding, claims.get(each.finding)),
        )
        for each in issued
    )


def _claimed(claims: Mapping[str, Claim], same: Sequence[str]) -> Claim | None:
    """What a unit says of a fault: of the finding it was told as last, else of one before."""
    return next((claims[finding] for finding in same if finding in claims), None)


def status_text(quarter: Quarter, lines: Sequence[LedgerLine], as_of: date) -> str:
    """Figures per unit, then what is overdue, still there, not yet looked at again, and what units hold to need no repair."""
    rows = [f"{quarter.chinese}整改台账，截至 {as_of}", ""]
    rows += [_figures(each) for each in by_unit(lines, as_of)]
    rows += [_figures(tally_of("合计", lines, as_of)), ""]
    for title, chosen in _lists(lines, as_of):
        rows.append(f"{title} {len(chosen)} 个" + ("：" if chosen else ""))
        rows += [part for each in chosen for part in _told(each)]
    return "\n".join(rows) + "\n"


def _lists(lines: Sequence[LedgerLine], as_of: date) -> Iterator[tuple[str, list[LedgerLine]]]:
    yield "逾期未整改", [each for each in lines if each.overdue(as_of)]
    yield "报已整改、仍然存在", [each for each in lines if each.review.result == "still-there"]
    yield "报已整改、尚未复核", [each for each in lines if each.review.result == "unchecked"]
    yield (
        "单位认为无需整改、待核",
        [each for each in lines if each.claim and each.claim.status == "无需整改" and each.review.result == ""],
    )


def _figures(tally: LedgerTally) -> str:
    days = "" if tally.median_days is None else f"，整改天数中位数 {tally.median_days:g} 天"
    parts = (
        ("复核通过", tally.verified), ("仍然存在", tally.still), ("尚未复核", tally.unchecked), ("无需整改待核", tally.waived), ("待整改", tally.working),
        ("未反馈", tally.silent),
    )  # fmt: skip
    told = "，".join(f"{word} {count}" for word, count in parts)
    out = f"（另有 {tally.out} 个已裁定、撤下或不再认定，不计入）" if tally.out else ""
    return f"{line(tally.name) or '未登记单位'}：应整改 {tally.asked}{out}，其中{told}；逾期 {tally.overdue}；整改率 {rate_text(tally.rate)}{days}。"


def rate_text(rate: Rate) -> str:
    """``20.00%（3/15）``, as bulletins print it; words where there is nothing to take a rate of."""
    return percent_of(rate) if rate.whole else "无可比数据"


def _told(each: LedgerLine) -> Iterator[str]:
    claim = each.claim
    yield f"  {each.issued.finding}  {line(each.issued.unit)}  {line(each.site_name)}  {line(each.message)}"
    said = f"{claim.status}{f'（{claim.done}）' if claim.done else ''}" if claim else "未反馈"
    who = " ".join(part for part in (claim.department, claim.person, claim.phone) if part) if claim else ""
    yield f"      期限 {each.issued.due}，单位填报：{said}{f'，{line(who)}' if who else ''}{f'，备注：{line(claim.note)}' if claim and claim.note else ''}"
    if each.review.result:
        yield f"      复核：{each.review.text}（{each.review.day or '—'}）" + (
            f"，证据 {each.review.evidence}" if each.review.evidence else ""
        )
