"""The website-oversight (政府网站监管) terms of a unit: each a share of full points from its data. Pure; the formula is the catalogue's.

A share is exact. What is missing leaves everything open (0 to 1); what does not apply (nothing to take a rate of) says so and its points go to the
other terms. Sites that could not be assessed are in no rate and are told in the note.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from statistics import median

from checks.catalogue.assessment import AssessedTerm, Measure
from reports.assessment_model import NOT_DRAWN, Share, SiteQuarter, Source, UnitYear
from reports.quarters import Quarter

NOUGHT, WHOLE = Fraction(0), Fraction(1)


def share_of(term: AssessedTerm, year: UnitYear) -> Share:
    """What ``year`` attains of ``term``."""
    return _MEASURES[term.measure](term, year)


def missing(source: Source, why: str) -> Share:
    """No data: everything is open."""
    return Share(None, NOUGHT, WHOLE, source, "无数据", note=why)


def beside(source: Source, why: str) -> Share:
    """Does not apply: there is nothing to take a rate of."""
    return Share(None, NOUGHT, NOUGHT, source, "无可比数据", applies=False, note=why)


def of_rate(part: int, whole: int, unit: str, source: Source, *, sure: int | None = None, note: str = "") -> Share:
    """``part`` of ``whole`` (more than 0); ``sure``: of the part, those that nothing can change any more."""
    return Share(
        Fraction(part, whole),
        Fraction(part if sure is None else sure, whole),
        Fraction(part, whole),
        source,
        f"{part}/{whole}{unit}",
        part=part,
        whole=whole,
        note=note,
    )


def _pass_rate(term: AssessedTerm, year: UnitYear) -> Share:
    if not year.sites:
        return beside("machine", "本年没有在运行的网站")
    known = [site for site in year.sites if site.passed is not None]
    if not known:
        return missing("machine", "本年没有一个网站能够评估")
    good = [site for site in known if site.passed]
    sure = sum(1 for site in good if site.settled)
    open_note = f"{len(good) - sure}个站次有待人工核实的事项，核实后可能不合格" if sure < len(good) else ""
    waiting = sum(1 for site in year.sites if site.passed is None and site.veto_pending)
    wait_note = f"{waiting}个未能评估的站次有待人工核实的事项，核实后可能不合格" if waiting else ""
    told = of_rate(len(good), len(known), "站次", "machine", note=_joined(_unassessed(year.sites, known), open_note, wait_note))
    return replace(told, low=Fraction(sure, len(known) + waiting))


def _unassessed(sites: tuple[SiteQuarter, ...], known: list[SiteQuarter]) -> str:
    why = "未抽中或未能评估" if any(site.why == NOT_DRAWN for site in sites) else "未能评估"
    return f"另有{len(sites) - len(known)}个站次{why}，不计入" if len(known) < len(sites) else ""


def _joined(*notes: str) -> str:
    return "；".join(note for note in notes if note)


def _verdicts(check: str, title: str) -> Callable[[AssessedTerm, UnitYear], Share]:
    """The share of site-quarters that passed one check, of those it could judge."""

    def measured(term: AssessedTerm, year: UnitYear) -> Share:
        """The term's share in a unit's year."""
        if not year.sites:
            return beside("machine", "本年没有在运行的网站")
        told = [(site.verdicts or {}).get(check, "not_assessed") for site in year.sites]
        judged = [verdict for verdict in told if verdict in ("pass", "fail")]
        open_ones = sum(1 for verdict in told if verdict == "not_assessed")
        if not judged:
            if open_ones:
                return missing("machine", f"{title}：没有一个站次能够判定")
            return beside("machine", f"{title}：不适用于本单位的网站")
        note = f"另有{open_ones}个站次未能判定，不计入" if open_ones else ""
        return of_rate(judged.count("pass"), len(judged), "站次", "machine", note=note)

    return measured


def _ipv6(term: AssessedTerm, year: UnitYear) -> Share:
    if not year.sites:
        return beside("machine", "本年没有在运行的网站")
    works, tested = sum(site.ipv6[0] for site in year.sites), sum(site.ipv6[1] for site in year.sites)
    without = sum(1 for site in year.sites if not site.ipv6[1])
    if not tested:
        return missing("machine", "本年没有测得任何二、三级链接")
    return of_rate(works, tested, "条链接", "machine", note=f"另有{without}个站次没有测得，不计入" if without else "")


def _intensive(term: AssessedTerm, year: UnitYear) -> Share:
    told = [figures[term.figures[0]] for _, figures in sorted(year.figures.items()) if term.figures[0] in figures]
    if told:
        value = Fraction(str(told[-1].value)) / 100
        note = f"{told[-1].by}报送" if told[-1].by else ""
        return Share(value, value, value, "imported", f"{told[-1].value:g}%", part=told[-1].value, whole=100, note=note)
    part, whole = year.intensive
    if not whole:
        return beside("registry", "年末没有在运行的网站")
    return of_rate(part, whole, "个网站", "registry")


def _self_inspection(term: AssessedTerm, year: UnitYear) -> Share:
    told = _by_quarter(term.figures[0], year)
    if not told:
        return missing("imported", "没有报送季度自查情况")
    done, count = sum((min(value, WHOLE) for value in told.values()), NOUGHT), len(year.quarters)
    gaps = count - len(told)
    note = f"{'、'.join(quarter.chinese for quarter in year.quarters if quarter not in told)}没有报送" if gaps else ""
    return Share(
        done / len(told), done / count, (done + gaps) / count, "imported", f"{float(done):g}/{len(told)}个季度",
        part=float(done), whole=len(told), note=note,
    )  # fmt: skip


def _by_quarter(figure: str, year: UnitYear) -> dict[Quarter, Fraction]:
    return {
        quarter: Fraction(str(figures[figure].value))
        for quarter, figures in sorted(year.figures.items())
        if figure in figures and quarter in year.quarters
    }


def _error_handling(term: AssessedTerm, year: UnitYear) -> Share:
    reports, on_time = (_by_quarter(figure, year) for figure in term.figures)
    if not reports:
        return missing("imported", "没有报送找错留言数据")
    if wrong := [quarter for quarter, count in reports.items() if on_time.get(quarter, NOUGHT) > count]:
        return missing("imported", f"{wrong[0].chinese}的按期办结数多于留言数，请核对报送的数据")
    gaps = [quarter for quarter in year.quarters if quarter not in reports or (reports[quarter] and quarter not in on_time)]
    known = {quarter: count for quarter, count in reports.items() if quarter not in gaps}
    part, whole = sum((on_time.get(quarter, NOUGHT) for quarter in known), NOUGHT), sum(known.values(), NOUGHT)
    note = f"{'、'.join(quarter.chinese for quarter in gaps)}没有报送或不全" if gaps else ""
    if not whole:
        return missing("imported", _joined("已报送的季度没有找错留言", note)) if gaps else beside("imported", "全年没有找错留言")
    low, high = (NOUGHT, WHOLE) if gaps else (part / whole, part / whole)
    return Share(
        part / whole, low, high, "imported", f"{float(part):g}/{float(whole):g}件", part=float(part), whole=float(whole), note=note
    )


def _rectified(term: AssessedTerm, year: UnitYear) -> Share:
    if not year.sites:
        return beside("machine", "本年没有在运行的网站")
    if not year.repairs.due:
        return beside("machine", "全年没有应整改的问题")
    return of_rate(year.repairs.closed, year.repairs.due, "个问题", "machine")


def _time(term: AssessedTerm, year: UnitYear) -> Share:
    days = year.repairs.days
    if not days:
        return beside("machine", "全年没有整改完成的问题，无用时可计")
    middle = Fraction(str(median(days)))
    full, zero = Fraction(str(term.full_at)), Fraction(str(term.zero_at))
    share = max(NOUGHT, min(WHOLE, (zero - middle) / (zero - full)))
    data = f"中位数{float(middle):g}天（{len(days)}个问题）"
    return Share(share, share, share, "machine", data, part=float(middle), whole=len(days))


def _figure(term: AssessedTerm, year: UnitYear) -> Share:
    told = [figures[term.figures[0]] for _, figures in sorted(year.figures.items()) if term.figures[0] in figures]
    if not told:
        return missing("imported", "没有报送")
    value = Fraction(str(told[-1].value)) / 100
    note = _joined(f"{told[-1].by}评定" if told[-1].by else "", told[-1].note)
    return Share(value, value, value, "imported", f"{told[-1].value:g}%", part=told[-1].value, whole=100, note=note)


_MEASURES: Mapping[Measure, Callable[[AssessedTerm, UnitYear], Share]] = {
    "figure": _figure,
    "pass-rate": _pass_rate,
    "self-inspection": _self_inspection,
    "ipv6-levels": _ipv6,
    "intensive": _intensive,
    "interaction-statistics": _verdicts("interaction-statistics", "互动交流统计"),
    "error-entry": _verdicts("error-report-entry", "找错入口"),
    "error-handling": _error_handling,
    "rectification-rate": _rectified,
    "rectification-time": _time,
}
