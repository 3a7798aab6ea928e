"""Whether "done" is so: only a night on which the check looked verifies it, and only one after the day it was said to be done says that it is still there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from crawler.oversight import connect
from crawler.registry import RegisteredSite
from reports.decisions import Decision, Decisions
from reports.ledger import Claim
from reports.ledger_review import Reviews
from tests.quarters.fabric import Fabric, Plan

NIGHTS = (date(2026, 1, 18), date(2026, 2, 20), date(2026, 3, 28), date(2026, 4, 18), date(2026, 5, 20), date(2026, 6, 28))


class Told(Fabric):
    """Two sites, the second of which can't be seen on the fourth and fifth night; faults on the nights given."""

    def __init__(self, folder: Path, faults: dict[str, tuple[int, frozenset[int]]]) -> None:
        self.faults = faults
        super().__init__(folder, units=1, per_unit=2, quarters=(1, 2), pictures=0, vetoes=False)

    def _plans(self, site: RegisteredSite, fewest: int, most: int) -> Iterator[Plan]:
        for subject, (at, nights) in self.faults.items():
            if site.key.endswith(str(at)):
                yield Plan(site.key, "links", "broken-link", subject, nights, {"position": "home"})

    def _build(self) -> None:
        self.blocked = {self.sites[1].key: {3, 4}}
        super()._build()


# name: site, nights it is told on, done (None: no claim), day asked, result, night of the result
CASES: dict[str, tuple[int, set[int], date | None, date, str, date | None]] = {
    "clean-after": (0, {0, 1, 2}, date(2026, 4, 2), date(2026, 4, 20), "verified", NIGHTS[3]),
    "clean-before-it-was-said": (0, {0, 1}, date(2026, 4, 2), date(2026, 4, 3), "verified", NIGHTS[2]),
    "told-after": (0, {0, 1, 2, 3, 4, 5}, date(2026, 4, 2), date(2026, 4, 20), "still-there", NIGHTS[3]),
    "told-after-twice": (0, {0, 1, 2, 3, 4, 5}, date(2026, 4, 2), date(2026, 6, 30), "still-there", NIGHTS[5]),
    "no-night-since": (0, {0, 1, 2, 3, 4, 5}, date(2026, 4, 2), date(2026, 4, 17), "unchecked", None),
    "the-night-of-the-day-itself": (0, {0, 1, 2, 3, 4, 5}, NIGHTS[3], date(2026, 4, 20), "unchecked", None),
    "nobody-could-look": (1, {0, 1, 2, 3, 4, 5}, date(2026, 4, 2), date(2026, 5, 30), "unchecked", None),
    "seen-again-at-last": (1, {0, 1, 2, 3, 4, 5}, date(2026, 4, 2), date(2026, 6, 30), "still-there", NIGHTS[5]),
    "unseen-and-then-clean": (1, {0, 1, 2}, date(2026, 4, 2), date(2026, 6, 30), "verified", NIGHTS[5]),
    "unseen-never-verifies": (1, {0, 1, 2}, date(2026, 4, 2), date(2026, 5, 30), "unchecked", None),
    "clean-and-back": (0, {0, 1, 2, 4}, date(2026, 4, 2), date(2026, 5, 30), "still-there", NIGHTS[4]),
    "clean-back-and-clean": (0, {0, 1, 2, 4}, date(2026, 4, 2), date(2026, 6, 30), "verified", NIGHTS[5]),
    "nothing-claimed": (0, {0, 1, 2, 3, 4, 5}, None, date(2026, 6, 30), "", None),
    "nothing-claimed-and-clean": (0, {0, 1, 2}, None, date(2026, 6, 30), "verified", NIGHTS[3]),
    "last-told-later-than-asked": (0, {0, 1, 2, 3, 4, 5}, date(2026, 5, 1), date(2026, 5, 21), "still-there", NIGHTS[4]),
}


@pytest.fixture(scope="module")
def fabric(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(tmp_path_factory.mktemp("review"), {f"/{name}/": (case[0], frozenset(case[1])) for name, case in CASES.items()})


def finding_of(fabric: Told, name: str) -> str:
    plan = next(plan for plan in fabric.plans if plan.subject == f"/{name}/")
    return fabric.finding(plan, min(plan.nights)).id


def reviews(fabric: Told, as_of: date) -> Reviews:
    return Reviews(connect(fabric.database), fabric.evidence, [site.key for site in fabric.sites], as_of)


@pytest.mark.parametrize("name", CASES)
def test_a_claim_is_reviewed_by_what_was_seen_after_it(fabric: Told, name: str) -> None:
    _, _, done, as_of, result, night = CASES[name]
    finding = finding_of(fabric, name)
    claim = Claim(finding, status="已整改", done=done) if done else None
    review = reviews(fabric, as_of).of(finding, claim)
    assert (review.result, review.day) == (result, night)
    assert (str(night) in review.evidence and Path(review.evidence).is_file()) if result == "still-there" else not review.evidence


def test_what_was_ruled_out_is_neither_done_nor_undone(fabric: Told) -> None:
    finding = finding_of(fabric, "told-after-twice")
    ruled = date(2026, 5, 1)
    decisions = Decisions(connect(fabric.database))
    decisions.take([Decision(finding, "false-alarm", "核实。", "李裁定", None, ruled)])
    claim = Claim(finding, status="已整改", done=date(2026, 4, 2))
    assert reviews(fabric, ruled).of(finding, claim).result == "excluded"
    assert reviews(fabric, ruled - timedelta(days=1)).of(finding, claim).result == "still-there"
    decisions.take([Decision(finding, "revoke", "重新核实。", "李裁定", None, ruled + timedelta(days=9))])
    assert reviews(fabric, date(2026, 6, 30)).of(finding, claim).result == "still-there"


def test_a_finding_nobody_knows_is_not_checked(fabric: Told) -> None:
    assert (
        reviews(fabric, date(2026, 6, 30)).of("0000000000", Claim("0000000000", status="已整改", done=date(2026, 4, 2))).result
        == "unchecked"
    )


def test_without_the_evidence_of_the_nights_between_nothing_is_said(fabric: Told, tmp_path: Path) -> None:
    """The table knows only the last night of all; the files of earlier ones may have been cleared away."""
    finding = finding_of(fabric, "last-told-later-than-asked")
    asked = Reviews(connect(fabric.database), tmp_path, [site.key for site in fabric.sites], date(2026, 5, 21))
    assert asked.of(finding, Claim(finding, status="已整改", done=date(2026, 5, 1))).result == "unchecked"
