"""Inspect a served portal as `check-site` would, without delay, and read the outcome in the words of its truth."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from checks.inspect import Inspection, Options, inspect
from checks.model import Finding, Judgement
from crawler.browser_chromium import Chromium
from crawler.evidence import Evidence
from crawler.settings import Limits
from tests.portals.build import Portal
from tests.portals.defects import Expected
from tests.portals.model import AS_OF
from tests.portals.world import World

LIMITS = Limits(max_pages=150, max_renders=100, delay=0.0)
"""Fast: no delay; the politeness test sets its own."""

PICTURES = 1
"""Screenshots of one inspection: that they are taken and what they show is tested once, not at every portal."""


@dataclass(frozen=True)
class Outcome:
    """One inspection of one portal."""

    portal: Portal
    inspection: Inspection

    @property
    def findings(self) -> list[Finding]:
        """All findings of all checks."""
        return [finding for judgement in self.inspection.judgements for finding in judgement.findings]

    def accusations(self, check: str = "") -> set[Expected]:
        """Vetoes and deductions as (check, code, subject)."""
        return {(f.check, f.code, f.subject) for f in self.findings if f.severity in ("veto", "deduction") and check in ("", f.check)}

    def milder(self) -> set[Expected]:
        """Cautions and candidates as (check, code, subject)."""
        return {(f.check, f.code, f.subject) for f in self.findings if f.severity in ("caution", "candidate")}

    def judgement(self, check: str) -> Judgement:
        """One check's judgement."""
        return next(judgement for judgement in self.inspection.judgements if judgement.check == check)

    def verdicts(self) -> dict[str, str]:
        """Check → verdict."""
        return {judgement.check: judgement.verdict for judgement in self.inspection.judgements}

    def explain(self) -> str:
        """Every judgement in words, for a failing assertion."""
        lines = [f"{self.portal.style.name} {self.portal.url} planted: {', '.join(self.portal.defects) or 'nothing'}"]
        for judgement in self.inspection.judgements:
            lines.append(f"  {judgement.check}: {judgement.verdict} {judgement.reason} | {judgement.summary}")
            lines += [f"    {f.severity} {f.code} {f.subject}: {f.message} [{f.evidence.snippet[:80]}]" for f in judgement.findings]
            lines += [f"    unseen {u.reason} {u.detail} {' '.join(u.pages[:3])}" for u in judgement.unseen[:6]]
        return "\n".join(lines)

    def evidence(self) -> Evidence:
        """The evidence file, opened; the caller closes it."""
        return Evidence(self.inspection.path)


class Inspector:
    """Runs inspections into ``folder``, one event loop and one browser for all, and keeps those of the same (style, defects)."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world, self._folder = world, folder
        self._kept: dict[tuple[str, tuple[str, ...]], Outcome] = {}
        self._runner = asyncio.Runner()
        self._chromium = Chromium()
        self._count = 0

    def __enter__(self) -> Inspector:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._chromium.close())
        self._runner.close()

    def __call__(self, style: str, defects: Iterable[str] = ()) -> Outcome:
        """The outcome for a portal of this style with these defects; made once."""
        key = style, tuple(sorted(defects))
        if key not in self._kept:
            self._kept[key] = self.once(style, key[1])
        return self._kept[key]

    def once(self, style: str, defects: Iterable[str] = ()) -> Outcome:
        """The outcome for a new portal of this style with these defects; not kept."""
        return self.run(Portal(self._world, style, defects), screenshots=0)

    def run(self, portal: Portal, limits: Limits = LIMITS, **more: Any) -> Outcome:
        """Inspect a portal now; ``more``: other values of `Options`."""
        self._count += 1
        path = self._folder / f"{portal.model.label}-{self._count}.sqlite"
        common = Options(
            path, limits, self._world.nameserver, ca_file=self._world.authority.ca_file, chromium=self._chromium, screenshots=PICTURES
        )
        options = replace(common, **more)
        return Outcome(portal, self._runner.run(inspect(portal.site, as_of=AS_OF, options=options)))
