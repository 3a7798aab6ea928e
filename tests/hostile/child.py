"""Inspects sites in a process of its own, so that its memory, its time and what it says on stderr can be measured. JSON in, JSON out.

python -m tests.hostile.child < order.json > outcome.json
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from checks.inspect import Options, inspect
from crawler import browser
from crawler.evidence import Evidence
from crawler.settings import Limits
from crawler.site import Site


async def _one(order: dict[str, Any], case: dict[str, Any], gate: asyncio.Semaphore) -> dict[str, Any]:
    async with gate:
        begun = time.monotonic()
        options = Options(
            Path(order["folder"]) / f"{case['name']}.sqlite",
            limits=Limits(**{"delay": 0.0, "timeout": 4.0, "max_pages": 60, **case.get("limits", {})}),
            nameserver=tuple(order["nameserver"]) if order["nameserver"] else None,
        )
        done = await inspect(Site(case["url"], tuple(case.get("aliases", ()))), as_of=date.fromisoformat(order["as_of"]), options=options)
        evidence = Evidence(done.path)
        fields = ("url", "final_url", "state", "reason", "status", "charset", "title", "render", "render_reason", "depth")
        outcome = {
            "pages": [{name: getattr(page, name) for name in fields} for page in evidence.pages],
            "links": {page.url: len(evidence.links(page)) for page in evidence.pages},
            "coverage": evidence.meta("coverage"),
            "state": evidence.meta("site_state")["state"],
            "visit": evidence.meta("visit"),
            "verdicts": {judgement.check: judgement.verdict for judgement in done.judgements},
            "findings": [(f.check, f.code, f.subject, f.severity) for judgement in done.judgements for f in judgement.findings],
            "seconds": time.monotonic() - begun,
        }
        evidence.close()
        return outcome


async def _all(order: dict[str, Any]) -> dict[str, Any]:
    gate = asyncio.Semaphore(order["at_once"])
    outcomes = await asyncio.gather(*(_one(order, case, gate) for case in order["cases"]))
    return dict(zip((case["name"] for case in order["cases"]), outcomes, strict=True))


def main() -> None:
    order = json.load(sys.stdin)
    if order["page_seconds"]:
        browser.PAGE_SECONDS, browser.HANG_SECONDS = order["page_seconds"], 2.0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes = asyncio.run(_all(order))
    gc.collect()  # a task whose fault nobody fetched says so now
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    json.dump({"outcomes": outcomes, "grown_mb": grown}, sys.stdout)


if __name__ == "__main__":
    main()
