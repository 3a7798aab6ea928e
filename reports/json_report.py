"""The report as JSON (机器可读报告), of the shape published in ``schema/site-report.schema.json``."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, cast

from checks.model import SEVERITY_ORDER
from reports.crawl_view import CoverageView, Group, VisitView
from reports.finding_view import CheckView, FindingView
from reports.site_report import SiteReportView
from reports.view import Tally

SCHEMA_VERSION = 3
"""Raised whenever the shape changes. The published schema is closed: a reader that validates must also hear of a field that was added."""


def render_json(view: SiteReportView) -> str:
    """The report as indented UTF-8 JSON with a final line end; checks by id, findings by check, severity, code, subject."""
    return json.dumps(report(view), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def schema() -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12)."""
    text = (resources.files("reports.schema") / "site-report.schema.json").read_text(encoding="utf-8")
    return cast(dict[str, Any], json.loads(text))


def report(view: SiteReportView) -> dict[str, Any]:
    """The report as plain data, keys in the order of the schema."""
    checks = sorted(view.checks, key=lambda check: check.id)
    findings = [finding for check in checks for kind in check.kinds for finding in kind.findings]
    target, run = view.target, view.run
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "mingjing", "version": run.tool_version},
        "catalogue": {"version": run.catalogue_version, "digest": run.catalogue_digest, "rejudged_with": run.rejudged_with},
        "target": {"kind": target.kind, "key": target.key, "name": target.name, "code": target.code, "url": target.address.url},
        "as_of": view.as_of,
        "coverage": _coverage(view.coverage),
        "visit": _visit(view.visit),
        "pages": [
            {"url": p.url, "status": p.status, "state": p.state, "depth": p.depth, "title": p.title, "render": p.render} for p in view.pages
        ],
        "checks": [_check(check) for check in checks],
        "findings": [_finding(finding) for finding in sorted(findings, key=_place)],
        "score": view.score.data if view.score is not None else None,
    }


def _place(finding: FindingView) -> tuple[str, int, str, str, str]:
    rank = next(rank for severity, rank in SEVERITY_ORDER.items() if severity == finding.severity)
    return (finding.check, rank, finding.code, finding.subject, finding.id)


def _check(check: CheckView) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "verdict": check.verdict,
        "reason": check.reason,
        "summary": check.summary,
        "figures": check.figures,
        "unseen": [{"reason": u.reason, "detail": u.detail, "pages": list(u.pages.every)} for u in check.unseen],
    }


def _finding(finding: FindingView) -> dict[str, Any]:
    return {
        "id": finding.id,
        "check": finding.check,
        "code": finding.code,
        "severity": finding.severity,
        "subject": finding.subject,
        "url": finding.address.url,
        "message": finding.message,
        "advice": finding.advice,
        "indicator": finding.indicator,
        "source": finding.source,
        "basis": finding.basis,
        "confirm": finding.confirm,
        "seen": finding.seen,
        "evidence": {
            "pages": list(finding.pages.every),
            "seen_at": finding.seen_at_iso,
            "snippet": finding.snippet,
            "selector": finding.selector,
            "figures": finding.figures,
            "screenshot": bool(finding.screenshot),
        },
    }


def _coverage(coverage: CoverageView) -> dict[str, Any]:
    return {
        "columns_read": coverage.columns_read,
        "columns_known": coverage.columns_known,
        "pages_asked": coverage.pages_asked,
        "pages_read": coverage.pages_read,
        "pages_known": coverage.pages_known,
        "ended_by": coverage.ended_by,
        "rendered": coverage.rendered,
        "render_reasons": _counts(coverage.render_reasons),
        "left_out": [_group(group) for group in coverage.left_out],
        "unread": [_group(group) for group in coverage.unread],
    }


def _visit(visit: VisitView) -> dict[str, Any]:
    return {
        "requests": visit.requests,
        "bytes": visit.bytes,
        "peak_per_second": visit.peak_per_second,
        "seconds": visit.seconds,
        "started": visit.started,
        "ended": visit.ended,
        "by_kind": _counts(visit.by_kind),
        "by_host": _counts(visit.by_host),
        "errors": _counts(visit.errors),
    }


def _group(group: Group) -> dict[str, Any]:
    return {"reason": group.key, "count": group.count, "examples": [address.url for address in group.examples]}


def _counts(tallies: tuple[Tally, ...]) -> dict[str, int]:
    return {tally.key: tally.count for tally in tallies}
