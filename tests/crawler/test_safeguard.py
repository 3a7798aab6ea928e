"""The safeguard: outcomes over time → pauses, and when it gives up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crawler.breaker import Outcome
from crawler.safeguard import LEAST, PAUSES, Safeguard
from reports.crawl_view import coverage_view
from tests.crawler.served import Asked, Reply, Server, body, crawl_server

GOOD: Outcome = "good"
BAD: Outcome = "refused"


@pytest.mark.parametrize(
    ("outcomes", "seconds_apart", "pauses"),
    [
        ([GOOD, BAD] * 10, 1.0, 1),  # every other one, for which no row is ever long
        ([GOOD, GOOD, BAD] * 20, 1.0, 0),  # a third: a closed section, not a site in trouble
        ([BAD] * (LEAST - 1), 1.0, 0),  # too few to mean anything
        (["failing", GOOD] * 10, 1.0, 1),
        ([BAD] * 10 + [GOOD] * 60, 30.0, 0),  # long ago: never twenty in one window
        ([BAD, GOOD] * 40, 1.0, 4),
    ],
)
def test_the_rate_over_five_minutes_decides(outcomes: list[Outcome], seconds_apart: float, pauses: int) -> None:
    guard = Safeguard(pause=60)
    waits = [guard.note(outcome, number * seconds_apart) for number, outcome in enumerate(outcomes)]
    assert sum(wait > 0 for wait in waits) == pauses and set(waits) <= {0.0, 60.0}


def test_after_its_pauses_a_site_is_left_alone() -> None:
    guard = Safeguard(pause=1)
    for number in range(LEAST * PAUSES):
        guard.note(BAD, number)
    assert not guard.spent
    for number in range(LEAST):
        guard.note(BAD, 1000 + number)
    assert guard.spent


def test_a_site_that_answers_every_other_request_is_paused_then_left_and_the_report_says_so(tmp_path: Path) -> None:
    paths = [f"/l/{number}.html" for number in range(300)]
    counted = iter(range(10**6))

    def flaky(asked: Asked) -> Reply:
        return Reply("busy", 500) if next(counted) % 2 else Reply(body(title=f"第{asked.target}页"))

    server = Server({"/": body(*((path, path) for path in paths)), **dict.fromkeys(paths, flaky)})
    crawled = asyncio.run(crawl_server(server, tmp_path))
    assert crawled.coverage["ended_by"] == "safeguard"
    assert crawled.coverage["pauses"] == PAUSES + 1
    facts = {fact.label: fact.value for fact in coverage_view(crawled.evidence, None).facts}
    assert facts["结束原因"].startswith("五分钟内失败过多") and facts["暂停访问"].startswith(f"{PAUSES + 1} 次")
    assert LEAST * (PAUSES + 1) <= crawled.coverage["pages_asked"] < 150
