"""A simulated province over several quarters: what the nightly run would have left, written without crawling, and the plan it was written from.

fabric = Fabric(tmp_path, seed=7)      # registry, nights, evidence files with outcomes, the life of findings, people's decisions
fabric.database, fabric.evidence       # as `mingjing quarterly` takes them
fabric.plans                           # every planted fault with the nights it was there: the truth, to count anew from

Nothing here uses what `reports` computes from it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from checks import catalogue
from checks.fingerprint import of_check, of_program
from checks.model import Check, Fate, Finding, Judgement, Proof, Severity, Unseen
from checks.outcome import Outcome, keep_outcome
from checks.registry import CHECKS
from crawler.evidence import EvidenceWriter
from crawler.nights import Nights, SiteNight, evidence_path
from crawler.oversight import connect, writing
from crawler.registry import RegisteredSite, Registry, Unit
from crawler.settings import VERSION
from reports.decisions import Decision, Decisions
from reports.history import Life
from tests.quarters.figures import figures_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
BY_ID: Mapping[str, Check] = {check.id: check for check in CHECKS}

POOL: tuple[tuple[str, str, tuple[str, ...], Mapping[str, Any]], ...] = (
    ("column-updates", "overdue", ("/xwzx/", "/zwdt/"), {"kind": "dynamic"}),
    ("column-updates", "overdue", ("/tzgg/",), {"kind": "notice"}),
    ("column-updates", "overdue", ("/zcwj/",), {"kind": "policy"}),
    ("column-updates", "overdue", ("/zcjd/",), {"kind": "interpretation"}),
    ("column-updates", "overdue-other", ("/rsxx/", "/ghjh/", "/zdly/"), {"kind": "other"}),
    ("column-updates", "blank", ("/kblm1/", "/kblm2/"), {"kind": "other"}),
    ("error-report-entry", "missing", ("home", "/zwgk/", "/bsfw/", "/hdjl/"), {}),
    ("site-identity", "missing-icp", ("home", "/zwgk/"), {}),
    ("site-identity", "missing-police", ("home",), {}),
    ("site-identity", "missing-owner", ("home",), {}),
    ("page-tags", "site-missing", ("home",), {}),
    ("page-tags", "content-missing", ("/xwzx/", "/zwgk/"), {}),
    ("links", "broken-link", ("/a1.html", "/a2.html", "/a3.html"), {"position": "home"}),
    ("links", "broken-attachment", ("/f1.pdf", "/f2.doc"), {"position": "column"}),
    ("interaction-channel", "stale", ("site",), {}),
    ("interaction-channel", "no-letters", ("site",), {}),
    ("interaction-statistics", "missing", ("site",), {}),
    ("ipv6", "no-aaaa", ("site",), {}),
    ("ipv6", "link-rate-low", ("second",), {}),
    ("https", "expiring", ("site",), {}),
)
"""Check, code, subjects and figures of faults that may be planted anywhere."""

VETOES: tuple[tuple[str, str, str], ...] = (
    ("home-updates", "not-updated", "home"),
    ("interaction-channel", "no-channel", "site"),
    ("interaction-channel", "unanswered", "/hdjl/letter-9"),
    ("availability", "unreachable-week", "site"),
)


@dataclass(frozen=True)
class Plan:
    """A planted fault: on which nights (indices) it is told. ``confirmed``: a person confirmed it on that day."""

    site: str
    check: str
    code: str
    subject: str
    nights: frozenset[int]
    figures: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity | None = None
    decision: Decision | None = None

    @property
    def grave(self) -> str:
        """Its severity by the catalogue, or as planted."""
        return self.severity or catalogue.rules(self.check).codes[self.code].severity


class Fabric:
    """The province. ``units`` × ``per_unit`` sites, ``findings``: fewest and most faults of a site, ``quarters``: of ``year``; ``pictures`` a site;
    ``nights``: of each quarter, the last ones; ``always``: every fault is there on every night.

    Sites: the first of a unit is its portal, the others are departments'. Every seventh site is behind a firewall from the third quarter's last night on
    (nobody can assess it), every eleventh left the registry in the fourth quarter. Nights: three a quarter, the last of them in its last days.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 7,
        units: int = 6,
        per_unit: int = 4,
        findings: tuple[int, int] = (0, 6),
        quarters: Sequence[int] = (1, 2, 3, 4),
        year: int = 2026,
        pictures: int = 1,
        vetoes: bool = True,
        nights: int = 3,
        always: bool = False,
    ) -> None:
        self.folder, self.database, self.evidence = folder, folder / "oversight.db", folder / "evidence"
        self.random, self.pictures, self.vetoes, self.always = random.Random(seed), pictures, vetoes, always
        self.nights = tuple(day for number in quarters for day in _nights(year, number)[-nights:])
        self.units = tuple(self._unit(number) for number in range(units))
        self.sites = tuple(self._site(unit, number, at) for number, unit in enumerate(self.units) for at in range(per_unit))
        self.blocked = {site.key: set(range(8, len(self.nights))) for site in self.sites[6::7]}
        self.plans: tuple[Plan, ...] = tuple(plan for site in self.sites for plan in self._plans(site, *findings))
        self._picture = _screenshot()
        self._build()

    def cutoff(self, quarter: int) -> date:
        """The last night of a quarter."""
        return [night for night in self.nights if (night.month + 2) // 3 == quarter][-1]

    def told(self, site: str, night: int) -> list[Plan]:
        """The faults that a site shows on a night, if it can be seen."""
        return [plan for plan in self.plans if plan.site == site and night in plan.nights]

    def operating(self, day: date) -> list[RegisteredSite]:
        """Sites in the registry on a day."""
        return [site for site in self.sites if site.removed_on is None or site.removed_on > day]

    def finding(self, plan: Plan, night: int) -> Finding:
        """The finding that a plan is told as."""
        site = next(site for site in self.sites if site.key == plan.site)
        page = plan.subject if plan.subject.startswith("/") else "/"
        return catalogue.finding(
            BY_ID[plan.check],
            plan.code,
            site_key=plan.site,
            subject=plan.subject,
            message=f"“{site.name}”{catalogue.rules(plan.check).codes[plan.code].title}（{plan.subject}）。",
            evidence=Proof(
                (site.url.rstrip("/") + page,), f"{self.nights[night]}T02:00:00+08:00", "=1+1 <b>原文</b>", "", dict(plan.figures)
            ),
            severity=plan.severity,
        )

    # what the province is

    def _unit(self, number: int) -> Unit:
        group = "市州" if number % 3 else "省级部门"
        name = f"清{_NUMERALS[number // 10 % 10]}{_NUMERALS[number % 10]}{'市' if group == '市州' else '厅'}"
        return Unit(name, group, name if group == "市州" else "")

    def _site(self, unit: Unit, number: int, at: int) -> RegisteredSite:
        code = f"62{number // 100:02d}{number % 100:02d}{at:04d}"
        removed = date(int(self.nights[-1].year), 10, 15) if (number * 7 + at) % 11 == 10 else None
        return RegisteredSite(
            key=code,
            code=code,
            name=f"{unit.name}{'人民政府' if at == 0 and unit.group == '市州' else f'第{at + 1}局'}",
            url=f"http://www.q{number}s{at}.gov.cn/",
            unit=unit.name,
            kind="portal" if at == 0 else "department",
            intensive=at % 2 == 0,
            has_services=at % 3 != 2,
            removed_on=removed,
        )

    def _plans(self, site: RegisteredSite, fewest: int, most: int) -> Iterator[Plan]:
        chosen = [(check, code, subject, figures) for check, code, subjects, figures in POOL for subject in subjects]
        for number in range(max(0, self.random.randint(fewest, most) - len(chosen))):
            chosen.append(("links", "broken-link", f"/more/{number}.html", {"position": "column"}))
        count = self.random.randint(fewest, min(most, len(chosen))) if most <= len(chosen) else len(chosen)
        for check, code, subject, figures in self.random.sample(chosen, count):
            yield self._decided(Plan(site.key, check, code, subject, self._span(), dict(figures)))
        if self.vetoes and self.random.random() < 0.3:
            check, code, subject = self.random.choice(VETOES)
            plan = Plan(site.key, check, code, subject, self._span())
            yield plan if self.random.random() < 0.4 else replace(plan, decision=self._decision(plan, "confirm"))

    def _span(self) -> frozenset[int]:
        """The nights of a fault: from some night to some later one, now and then with a gap (rectified, then back)."""
        if self.always:
            return frozenset(range(len(self.nights)))
        first = self.random.randrange(len(self.nights))
        last = self.random.randrange(first, len(self.nights) + 3)
        nights = set(range(first, min(last, len(self.nights) - 1) + 1))
        if len(nights) > 3 and self.random.random() < 0.3:
            nights -= {first + 1, first + 2}
        return frozenset(nights)

    def _decided(self, plan: Plan) -> Plan:
        """A few faults were ruled out or disputed by people."""
        drawn = self.random.random()
        kind = "false-alarm" if drawn < 0.05 else "exempt" if drawn < 0.08 else "dispute" if drawn < 0.12 else ""
        return replace(plan, decision=self._decision(plan, kind)) if kind else plan

    def _decision(self, plan: Plan, kind: str) -> Decision:
        finding = self.finding(plan, min(plan.nights))
        return Decision(finding.id, kind, "经核实。", "王检查", None, self.nights[min(plan.nights)] + timedelta(days=1))  # type: ignore[arg-type]

    # what the nightly run leaves

    def _build(self) -> None:
        database = connect(self.database)
        Registry(database).put(self.units, self.sites)
        nights, life = Nights(database), Life(database)
        for number, day in enumerate(self.nights):
            moment = datetime(day.year, day.month, day.day, 1, tzinfo=SHANGHAI)
            nights.begin(
                day, moment, program=f"{VERSION} {of_program()}", catalogue=f"{catalogue.VERSION} {catalogue.digest()}", options={}
            )
            operating = self.operating(day)
            outcomes = [(site, self._outcome(site, number)) for site in operating]
            with writing(database):
                for site, outcome in outcomes:
                    path = self._file(site, number, outcome)
                    life.record(day, outcome, str(path))
                    nights.site_done(SiteNight(site.key, day, outcome.state, outcome.detail, day, str(path)))  # type: ignore[arg-type]
            nights.end(day, moment + timedelta(hours=4), "done", {"sites": len(operating)})
        decisions = Decisions(database)
        told = decisions.known(plan.decision.finding for plan in self.plans if plan.decision is not None)
        decisions.take([plan.decision for plan in self.plans if plan.decision is not None and plan.decision.finding in told])
        database.close()

    def _outcome(self, site: RegisteredSite, night: int) -> Outcome:
        hidden = night in self.blocked.get(site.key, ())
        told = [] if hidden else [self.finding(plan, night) for plan in self.told(site.key, night)]
        known = {} if hidden or night == 0 else {self.finding(plan, night - 1).id: plan for plan in self._ever(site.key, night)}
        fates: dict[str, Fate] = {key: "clean" for key in known if key not in {finding.id for finding in told}}
        return Outcome(
            site_key=site.key,
            as_of=self.nights[night],
            program=of_program(),
            version=VERSION,
            catalogue=catalogue.VERSION,
            rules={check.id: of_check(check) for check in CHECKS},
            judgements=tuple(self._judgement(site, night, check, told, hidden=hidden) for check in CHECKS),
            fates=fates,
            state="blocked" if hidden else "ok",
            detail="网站拒绝了检查程序的访问（防护设备拦截）" if hidden else "",
        )

    def _ever(self, site: str, night: int) -> list[Plan]:
        return [plan for plan in self.plans if plan.site == site and any(each < night for each in plan.nights)]

    def _judgement(self, site: RegisteredSite, night: int, check: Check, told: Sequence[Finding], *, hidden: bool) -> Judgement:
        own = [finding for finding in told if finding.check == check.id]
        unseen = [Unseen("blocked", "")] if hidden else []
        return Judgement.of(
            check,
            own,
            summary=f"{check.title}：发现问题 {len(own)} 个。",
            unseen=unseen,
            figures=figures_of(check.id, site, own, self.nights[night]),
        )

    def _file(self, site: RegisteredSite, night: int, outcome: Outcome) -> Path:
        path = evidence_path(self.evidence, self.nights[night], site.key)
        writer = EvidenceWriter(path, site.as_site(), self.nights[night])
        writer.put_meta("site_state", {"state": outcome.state, "detail": outcome.detail})
        keep_outcome(writer, outcome)
        found = [finding for judgement in outcome.judgements for finding in judgement.findings]
        for finding in found[: self.pictures]:
            writer.put_screenshot(finding.id, self._picture)
        return writer.finish()


_NUMERALS = "河川江湖泉溪源洲岸汀"


def _nights(year: int, quarter: int) -> tuple[date, ...]:
    first = 3 * quarter - 2
    return date(year, first, 18), date(year, first + 1, 20), date(year, first + 2, 28)


def _screenshot() -> bytes:
    """A PNG of the size a browser gives."""
    image = Image.new("RGB", (1280, 800), "white")
    draw = ImageDraw.Draw(image)
    for row in range(40):
        draw.rectangle((40, 20 * row, 40 + 29 * (row * 7 % 40), 20 * row + 12), fill=(30, 60 + row * 4, 160))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
