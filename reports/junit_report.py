"""The report as JUnit XML, for a webmaster's own continuous integration.

One suite per check. A veto or deduction is a failed case; a check that could not be assessed, or does not apply, is skipped; what
needs a person or costs nothing is a passed case with its text. The last suite's output is coverage and visit record; its properties are the forecast
of the score.
"""

from __future__ import annotations

import json
from xml.etree import ElementTree as etree

from reports.finding_view import CheckView, FindingView, KindView
from reports.site_report import SiteReportView
from reports.view import Fact


def render_junit(view: SiteReportView) -> str:
    """The report as an XML document with a final line end."""
    root = etree.Element("testsuites", name=f"明镜 {view.target.name}")
    for check in view.checks:
        root.append(_suite(check))
    root.append(_record(view))
    for key in ("tests", "failures", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    root.set("errors", "0")
    etree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="unicode") + "\n"


def _suite(check: CheckView) -> etree.Element:
    suite = etree.Element("testsuite", name=check.title)
    for kind in check.kinds:
        for finding in kind.findings:
            suite.append(_case(check, kind, finding))
    if check.verdict in ("not_assessed", "not_applicable"):
        case = etree.SubElement(suite, "testcase", classname=check.id, name=f"{check.title}：{check.verdict_word}")
        etree.SubElement(case, "skipped", message=check.reason or check.summary)
    elif not check.kinds:
        etree.SubElement(suite, "testcase", classname=check.id, name=check.summary)
    _count(suite)
    return suite


def _case(check: CheckView, kind: KindView, finding: FindingView) -> etree.Element:
    case = etree.Element("testcase", classname=check.id, name=f"{kind.title}：{finding.subject_word}（{finding.id}）")
    text = "\n".join(_lines(kind, finding))
    if finding.severity in ("veto", "deduction"):
        failure = etree.SubElement(case, "failure", type=finding.code, message=f"{kind.severity_word}：{finding.message}")
        failure.text = text
    else:
        etree.SubElement(case, "system-out").text = f"{kind.severity_word}：{finding.message}\n{text}"
    return case


def _lines(kind: KindView, finding: FindingView) -> list[str]:
    basis = f"（{kind.rule.basis_word}）" if kind.rule.basis_word else ""
    marks = "，".join(mark for mark in (finding.confirm_word, finding.seen_word) if mark)
    return [
        *([f"注意：{marks}。{kind.note}".rstrip("。") + "。"] if marks else []),
        f"网址：{finding.address.url}",
        f"建议：{kind.advice}",
        f"指标：{kind.rule.indicator}",
        f"依据：{kind.rule.source}{basis}",
        f"看到的时间：{finding.seen_at}",
        *([f"页面内容：{finding.snippet}"] if finding.snippet else []),
        *([f"涉及页面 {finding.pages.count} 个："] if finding.pages.count > 1 else []),
        *([f"  {url}" for url in finding.pages.every] if finding.pages.count > 1 else []),
    ]


def _record(view: SiteReportView) -> etree.Element:
    suite = etree.Element("testsuite", name="采集范围与访问记录")
    if view.score is not None:
        known = etree.SubElement(suite, "properties")
        for name in ("low", "certain", "high", "grade", "settled"):
            etree.SubElement(known, "property", name=f"score.{name}", value=json.dumps(view.score.data[name]).strip('"'))
    case = etree.SubElement(suite, "testcase", classname="coverage", name=view.headline)
    facts = [Fact("网址", view.target.address.url), *view.head, *_forecast(view), *view.coverage.facts, *view.visit.facts]
    etree.SubElement(case, "system-out").text = "\n".join(f"{fact.label}：{fact.value}" for fact in facts)
    _count(suite)
    return suite


def _forecast(view: SiteReportView) -> list[Fact]:
    if view.score is None:
        return []
    promise = [Fact("整改测算", view.score.promise)] if view.score.promise else []
    return [Fact("得分", view.score.headline), *view.score.facts, *promise, *view.score.open, Fact("说明", view.score.note)]


def _count(suite: etree.Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    suite.set("errors", "0")
