"""The report on one site (单站检查报告): one view-model, built once, laid out by text, JSON, JUnit and HTML; none of them computes.

Built from the evidence file, the judgements and the facts of the run; it reads no clock and no network, so the same evidence gives
the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from checks.catalogue import rules
from checks.catalogue.indicators import Catalogue, official
from checks.model import Judgement
from crawler.evidence import Evidence
from reports.availability_view import availability_sheet
from reports.column_table import ColumnTable, column_table, seen_of_known
from reports.crawl_view import CoverageView, PageView, VisitView, coverage_view, page_views, visit_view
from reports.finding_view import OPEN_REPORT, CheckView, Titles, check_view, tally_severities
from reports.forged_dates_view import forged_dates_sheet
from reports.hidden_links_view import hidden_links_sheet
from reports.hostile import line
from reports.https_view import https_sheet
from reports.identity_view import identity_sheet
from reports.interaction_view import InteractionView, interaction_view
from reports.ipv6_view import Ipv6View, ipv6_view
from reports.links_view import links_sheet
from reports.score_view import ScoreView, forecast
from reports.sheet import Sheet
from reports.tags_view import tags_sheet
from reports.view import Address, Fact, Tally, said, text_of
from reports.words import BASES, SITE_STATES, VERDICTS, word

_SHEETS = (availability_sheet, forged_dates_sheet, identity_sheet, tags_sheet, links_sheet, hidden_links_sheet, https_sheet)
"""The checks that show what they measured in the common shape, in the order of the report."""


@dataclass(frozen=True)
class RunFacts:
    """What the evidence file does not know: who judged it, by which rules, for which day.

    ``rejudged_with``: empty for a fresh inspection; else one Chinese sentence that says which rule version judged the kept file.
    """

    as_of: date
    tool_version: str
    catalogue_version: str
    catalogue_digest: str
    rejudged_with: str = ""


@dataclass(frozen=True, slots=True)
class TargetView:
    """Who was inspected."""

    kind: str = field(metadata=said("site or account", html=False))
    key: str = field(metadata=said("Identity in findings: site code when known, else host", html=False))
    name: str = field(metadata=said("Name of the site; its home page's title or its host when no name is known"))
    code: str = field(metadata=said("网站标识码, empty when unknown", html=False))
    address: Address = field(metadata=said("The home page"))


@dataclass(frozen=True, slots=True)
class BasisView:
    """One way a rule's source is known, for the legend."""

    word: str = field(metadata=said("Chinese word"))
    explanation: str = field(metadata=said("What it means for a reader"))


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One check in the table at the top."""

    check: CheckView = field(metadata=said("The check"))
    anchor: str = field(metadata=said("Where this report says more of it; empty when nowhere"))
    reason: str = field(metadata=said("Why it was not assessed, where its summary does not say so already"))


@dataclass(frozen=True, slots=True)
class SiteReportView:
    """All that a site report prints."""

    target: TargetView = field(metadata=said("Who was inspected"))
    as_of: str = field(metadata=said("Inspection day (监测时间点), ISO"))
    run: RunFacts = field(metadata=said("Who judged, by which rules", html=False))
    head: tuple[Fact, ...] = field(metadata=said("The labelled lines at the top: site code and where it was taken from, day, rules"))
    state: str = field(metadata=said("Code of what became of the home page: ok, blocked, unreachable; used as a style name"))
    alert: str = field(metadata=said("One sentence when the site could not be read; else empty"))
    headline: str = field(metadata=said("The result in a few words"))
    conclusion: str = field(metadata=said("The result in one sentence with the counts"))
    score: ScoreView | None = field(metadata=said("The forecast of the score; None for a site that could not be read"))
    verdicts: tuple[Tally, ...] = field(metadata=said("Checks per verdict, worst first, those that do not occur too"))
    checks: tuple[CheckView, ...] = field(metadata=said("The checks, worst first", html=False))
    overview: tuple[OverviewRow, ...] = field(metadata=said("The checks, worst first, and where to read more of each"))
    confirms: int = field(metadata=said("How many findings a person must confirm before they are used"))
    perishable: bool = field(metadata=said("Whether a finding counts on how many nights it was seen"))
    faulty: tuple[CheckView, ...] = field(metadata=said("The checks that have findings, worst first"))
    unassessed: tuple[CheckView, ...] = field(metadata=said("The checks that could not see something they needed"))
    sheets: tuple[Sheet, ...] = field(metadata=said("What the other checks measured"))
    measured: bool = field(metadata=said("Whether any check says what it measured"))
    columns: ColumnTable | None = field(metadata=said("The table of columns; None when the check brought none"))
    ipv6: Ipv6View | None = field(metadata=said("The IPv6 section; None when the check measured nothing"))
    interaction: InteractionView | None = field(metadata=said("The interaction section; None when nothing was seen"))
    bases: tuple[BasisView, ...] = field(metadata=said("The bases other than the original that occur in this report"))
    coverage: CoverageView = field(metadata=said("What was seen of what is known"))
    visit: VisitView = field(metadata=said("What we did to the site"))
    pages: tuple[PageView, ...] = field(metadata=said("Every asked address, bounded", html=False))


def catalogue_title(check: str, code: str) -> str:
    """The catalogue's Chinese title of a kind of fault. KeyError when the catalogue does not know the code."""
    return rules(check).codes[code].title


def build_view(
    evidence: Evidence,
    judgements: Sequence[Judgement],
    run: RunFacts,
    *,
    titles: Titles = catalogue_title,
    indicators: Catalogue | None = None,
) -> SiteReportView:
    """The view-model of one site. ``titles`` names the kinds of fault; the catalogue does unless a caller knows better.

    ``indicators``: the table the score is forecast by; the national one unless given.
    """
    findings = [finding for judgement in judgements for finding in judgement.findings]
    unfolded = len(findings) <= OPEN_REPORT
    checks = _worst_first([check_view(judgement, evidence, titles, unfolded=unfolded) for judgement in judgements])
    columns, ipv6, interaction = column_table(judgements, evidence.site), ipv6_view(judgements), interaction_view(judgements)
    sheets = tuple(sheet for sheet in (build(judgements) for build in _SHEETS) if sheet is not None)
    severities = tally_severities(findings)
    verdicts = tuple(Tally(code, name, sum(c.verdict == code for c in checks)) for code, name in VERDICTS.items())
    used = {finding.basis for finding in findings}
    state, alert = _state(evidence)
    return SiteReportView(
        target=_target(evidence),
        as_of=run.as_of.isoformat(),
        run=run,
        head=_head(evidence, run),
        state=state,
        alert=alert,
        headline=_headline(verdicts, state),
        conclusion=_conclusion(verdicts, severities),
        score=forecast(evidence.site, judgements, indicators or official(), run.as_of, readable=state == "ok"),
        verdicts=verdicts,
        checks=checks,
        overview=tuple(_overview_row(check, _places(sheets, columns, ipv6, interaction)) for check in checks),
        confirms=sum(check.confirms for check in checks),
        perishable=any(finding.seen for finding in findings),
        faulty=tuple(check for check in checks if check.kinds),
        unassessed=tuple(check for check in checks if check.unseen),
        sheets=sheets,
        measured=any((sheets, columns, ipv6, interaction)),
        columns=columns,
        ipv6=ipv6,
        interaction=interaction,
        bases=tuple(BasisView(name, text) for code, (name, text) in BASES.items() if code in used and code != "original"),
        coverage=coverage_view(evidence, seen_of_known(columns)),
        visit=visit_view(evidence),
        pages=page_views(evidence),
    )


def _worst_first(checks: Sequence[CheckView]) -> tuple[CheckView, ...]:
    """By verdict, then by how many grave findings; checks that are alike keep the order of the registry."""
    order = list(VERDICTS)
    return tuple(sorted(checks, key=lambda check: (order.index(check.verdict), tuple(-count for count in check.gravity))))


def _places(
    sheets: Sequence[Sheet], columns: ColumnTable | None, ipv6: Ipv6View | None, interaction: InteractionView | None
) -> dict[str, str]:
    """Check id → anchor of what it measured."""
    places = {sheet.check: f"m-{sheet.check}" for sheet in sheets}
    if columns is not None:
        places["column-updates"] = "columns"
    if ipv6 is not None:
        places["ipv6"] = "ipv6-table"
    if interaction is not None:
        places |= {"interaction-channel": "interaction", "interaction-statistics": "interaction"}
    return places


def _overview_row(check: CheckView, places: Mapping[str, str]) -> OverviewRow:
    anchor = f"check-{check.id}" if check.kinds else places.get(check.id, "")
    return OverviewRow(check, anchor, check.reason if check.reason.rstrip("。") not in check.summary else "")


def _code(evidence: Evidence) -> str:
    identity = evidence.meta("identity") or {}
    return text_of(identity.get("code")) or line(evidence.site.code)


def _target(evidence: Evidence) -> TargetView:
    site, home = evidence.site, evidence.home
    title = home.title if home is not None and home.readable else ""
    return TargetView(
        kind="site",
        key=line(site.key),
        name=line(site.name) or line(title) or site.host,
        code=_code(evidence),
        address=Address.of(site.url),
    )


def _head(evidence: Evidence, run: RunFacts) -> tuple[Fact, ...]:
    note = text_of((evidence.meta("identity") or {}).get("note"))
    facts = [Fact("网站标识码", _code(evidence) or "没有找到")]
    if note:
        facts.append(Fact("标识码出处", note))
    facts += [
        Fact("监测时间点", run.as_of.isoformat()),
        Fact("检查规则", f"指标目录 {run.catalogue_version}（{run.catalogue_digest}）"),
        Fact("检查程序", f"明镜 {run.tool_version}"),
    ]
    if run.rejudged_with:
        facts.append(Fact("重新判定", line(run.rejudged_with)))
    return tuple(facts)


def _state(evidence: Evidence) -> tuple[str, str]:
    """``(state, alert sentence)``; a file without a recorded state is ok when its home page was read."""
    kept = evidence.meta("site_state") or {}
    home = evidence.home
    state = text_of(kept.get("state")) or ("ok" if home is not None and home.readable else "unreachable")
    if state == "ok":
        return state, ""
    why = "：".join(part for part in (text_of(kept.get("reason")), text_of(kept.get("detail"))) if part)
    return state, f"{word(SITE_STATES, state)}{f'：{why}' if why else ''}。需要读取页面的检查未能评估，不代表网站合格或不合格。"


def _headline(verdicts: Sequence[Tally], state: str) -> str:
    counts = {tally.key: tally.count for tally in verdicts}
    if counts["fail"]:
        return "发现需要整改的问题"
    if state != "ok":
        return "网站未能检查"
    return "部分检查未能评估，其余未发现问题" if counts["not_assessed"] else "未发现需要整改的问题"


def _conclusion(verdicts: Sequence[Tally], severities: Sequence[Tally]) -> str:
    checks = "，".join(f"{tally.word} {tally.count} 项" for tally in verdicts if tally.count)
    total = sum(tally.count for tally in verdicts)
    if not severities:
        unseen = sum(tally.count for tally in verdicts if tally.key == "not_assessed")
        rest = "没有一项检查得出结论" if unseen == total else "已评估的项目没有发现问题" if unseen else "没有发现问题"
        return f"共检查 {total} 项：{checks}。{rest}。"
    found = "，".join(f"{tally.word} {tally.count} 个" for tally in severities)
    return f"共检查 {total} 项：{checks}。发现的问题：{found}。"
