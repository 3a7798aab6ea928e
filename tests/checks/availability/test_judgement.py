"""The judgement on written visits and written history: what opens, what does not, what nobody can tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.availability import CHECK, week_of
from checks.availability_facts import OUR_SIDE, OUTCOMES, UNTOLD, Outcome, Visit
from checks.model import Judgement
from crawler.evidence import EvidenceWriter
from crawler.site import Site
from tests.checks.ipv6.portal import facts

AS_OF = date(2026, 8, 20)
HOME = "https://www.qinghe-test.gov.cn/"
HTTP = "http://www.qinghe-test.gov.cn/"
ERRORS: tuple[Outcome, ...] = ("no-such-domain", "refused", "timeout", "tls", "status", "protocol", "redirect-loop", "parked", "empty")


def visit(moment: int, outcome: Outcome = "open", family: int = 4, url: str = HOME, status: int | None = None) -> Visit:
    status = status if status is not None else {"open": 200, "walled": 403, "status": 503}.get(outcome)
    at = f"2026-08-20T01:0{moment}:00+08:00"
    return Visit(moment, at, family, url, url, outcome, "" if outcome == "open" else OUTCOMES[outcome], status, "127.0.1.10", 40 + moment)


def both(outcomes: Sequence[Outcome], family: int = 4) -> list[Visit]:
    return [visit(moment, outcome, family) for moment, outcome in enumerate(outcomes)]


Judge = Callable[..., Judgement]


@pytest.fixture
def judged(tmp_path: Path) -> Judge:
    def run(
        visits: Sequence[Visit] = (),
        *,
        page: dict[str, object] | None = None,
        redirect: bool = False,
        proved: bool = True,
        history: Sequence[tuple[str, date, object]] = (),
        state: str = "ok",
        supplied: bool = False,
    ) -> Judgement:
        writer = EvidenceWriter(tmp_path / "evidence.sqlite", Site(HOME), AS_OF)
        writer.put_meta("site_state", {"state": state, "reason": "", "detail": "首页没有读到"})
        writer.put_meta("options", {"history": [CHECK.id] if supplied else []})
        if redirect:
            writer.add_page({**facts(HOME), "state": "redirect", "status": 302})
        if page is not None:
            writer.add_page({**facts(HOME), **page})
        for made in visits:
            writer.put_probe(CHECK.id, f"visit/{made.moment}/{made.family}", made)
            writer.put_probe(CHECK.id, f"v6-proved/{made.moment}", proved)
        for key, day, value in history:
            writer.put_history(CHECK.id, key, day, value)
        evidence = writer.read()
        judgement = CHECK.judge(evidence, AS_OF)
        assert CHECK.judge(writer.read(), AS_OF) == judgement
        return judgement

    return run


def codes(judgement: Judgement) -> list[str]:
    return [found.code for found in judgement.findings]


def test_a_home_page_that_always_opens_passes(judged: Judge) -> None:
    judgement = judged([*both(["open"] * 3), *both(["open"] * 3, 6)], page={})
    assert (judgement.verdict, codes(judgement)) == ("pass", [])
    assert judgement.figures["counted"] == {"attempts": 4, "ok": 4, "failed": 0}
    assert judgement.figures["families"]["4"]["state"] == judgement.figures["families"]["6"]["state"] == "all"


@pytest.mark.parametrize("outcome", ERRORS)
def test_one_failure_among_successes_is_a_caution_and_passes(judged: Judge, outcome: Outcome) -> None:
    judgement = judged(both(["open", outcome, "open"]), page={})
    assert (judgement.verdict, codes(judgement)) == ("pass", ["intermittent"])
    assert OUTCOMES[outcome] in judgement.findings[0].message
    assert judgement.findings[0].severity == "caution"


@pytest.mark.parametrize("outcome", ERRORS)
def test_a_home_page_that_never_opens_is_not_assessed(judged: Judge, outcome: Outcome) -> None:
    judgement = judged(both([outcome] * 3), page={"state": "network-error", "status": None, "reason": "连接被拒绝"}, state="unreachable")
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", ["unreachable-now"])
    assert judgement.findings[0].severity == "caution" and OUTCOMES[outcome] in judgement.findings[0].message


@pytest.mark.parametrize("outcome", sorted(UNTOLD))
def test_what_our_own_side_kept_from_us_accuses_nobody(judged: Judge, outcome: Outcome) -> None:
    state = "network-error" if outcome in OUR_SIDE else outcome
    judgement = judged(both([outcome] * 3), page={"state": state, "status": None}, state="unreachable")
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", [])


@pytest.mark.parametrize("page", [{"state": "challenge", "status": 412}, {"state": "http-error", "status": 403}])
def test_a_protection_device_is_an_answer_and_is_named(judged: Judge, page: dict[str, object]) -> None:
    judgement = judged(both(["walled"] * 3), page=page, state="blocked")
    assert (judgement.verdict, codes(judgement)) == ("pass", [])
    assert judgement.figures["walled"] and "防护设备" in judgement.summary


def test_ipv6_never_decides(judged: Judge) -> None:
    judgement = judged([*both(["open"] * 3), *both(["refused"] * 3, 6)], page={})
    assert (judgement.verdict, codes(judgement)) == ("pass", [])
    assert judgement.figures["families"]["6"]["state"] == "none"


def test_ipv6_that_failed_is_unknown_while_our_own_is_not_proved(judged: Judge) -> None:
    judgement = judged([*both(["open"] * 3), *both(["timeout"] * 3, 6)], page={}, proved=False)
    assert judgement.figures["families"]["6"]["state"] == "unknown"
    assert judgement.figures["families"]["6"]["failed"] == 0


def test_a_site_that_only_opens_over_ipv6_is_not_called_reachable(judged: Judge) -> None:
    judgement = judged([*both(["no-such-domain"] * 3), *both(["open"] * 3, 6)], page={})
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", ["unreachable-now"])
    assert "用 IPv6 能打开" in judgement.findings[0].message


def test_a_bare_ipv6_address_is_judged_by_its_own_family(judged: Judge) -> None:
    assert judged(both(["open"] * 3, 6), page={}).verdict == "pass"


def test_https_that_was_only_guessed_is_no_failure_of_the_site(judged: Judge) -> None:
    visits = [visit(0, "refused"), visit(1, url=HTTP), visit(2, url=HTTP)]
    judgement = judged(visits, page={"url": HTTP, "final_url": HTTP})
    assert (judgement.verdict, codes(judgement)) == ("pass", [])


def test_a_crawl_that_met_an_error_between_two_good_visits_is_a_caution(judged: Judge) -> None:
    judgement = judged(both(["open"] * 3), page={"state": "http-error", "status": 503, "reason": "服务器应答 503"}, state="unreachable")
    assert (judgement.verdict, codes(judgement)) == ("pass", ["intermittent"])
    assert judgement.findings[0].evidence.snippet.count("；") == 3


def test_an_address_that_opens_and_leads_to_a_dead_page_is_not_assessed(judged: Judge) -> None:
    page = {"url": f"{HOME}web/index.shtml", "state": "http-error", "status": 404}
    assert judged(both(["open"] * 3), page=page, redirect=True, state="unreachable").verdict == "not_assessed"


def test_the_crawls_own_reading_counts_in_evidence_without_visits(judged: Judge) -> None:
    assert judged(page={}).verdict == "pass"
    assert judged().verdict == "not_assessed"


def week(failed: int, *, visits: int = 20, days: int = 7, end: int = 1, key: str = "4") -> list[tuple[str, date, object]]:
    """``failed`` of each day's visits, for ``days`` days up to ``end`` days before the inspection day."""
    return [(key, AS_OF - timedelta(days=end + back), {"visits": visits, "failed": failed}) for back in range(days)]


@pytest.mark.parametrize("history", [week(1), week(1, end=0), week(20), week(5, visits=96), [*week(1), *week(0, key="6")]])
def test_five_percent_of_a_weeks_visits_is_the_veto(judged: Judge, history: list[tuple[str, date, object]]) -> None:
    judgement = judged(both(["open"] * 3), page={}, history=history)
    assert (judgement.verdict, codes(judgement)) == ("fail", ["unreachable-week"])
    assert judgement.findings[0].severity == "veto" and "标准：低于 5%" in judgement.findings[0].message


@pytest.mark.parametrize(
    "history",
    [
        week(0),
        week(4, visits=96),
        week(20, days=6),
        week(19, visits=19),
        week(20, key="6"),
        week(20, end=2),
        [*week(1, days=6), *week(0, days=1, end=7)],
        [("4", AS_OF - timedelta(days=back), "nonsense") for back in range(1, 8)],
        [("4", AS_OF - timedelta(days=back), {"visits": 20, "failed": 21}) for back in range(1, 8)],
        [],
    ],
    ids=["none", "under", "six days", "19 visits", "v6", "old", "one day better", "nonsense", "more than all", "empty"],
)
def test_less_than_a_whole_week_or_than_five_percent_is_no_veto(judged: Judge, history: list[tuple[str, date, object]]) -> None:
    assert judged(both(["open"] * 3), page={}, history=history).verdict == "pass"


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        ([(20, 1)] * 7, "fail"),  # exactly 5 %
        ([(10000, 499)] * 7, "pass"),  # 4.99 %
        ([(10000, 500)] * 7, "fail"),
        ([(24, 0)] * 7, "pass"),
        ([(24, 1)] * 7, "pass"),
        ([(24, 8), *[(24, 0)] * 6], "pass"),  # 8 of 168: 4.8 %
        ([(24, 9), *[(24, 0)] * 6], "fail"),  # 9 of 168: 5.4 %
        ([(20, 20), (19, 0), *[(20, 0)] * 5], "not_assessed"),  # a day with 19 visits
        ([(20, 7), (20, 0), *[(20, 0)] * 5], "fail"),  # its twin with 20
        ([*[(20, 20)] * 6, (0, 0)], "not_assessed"),  # a day whose rounds were all void has no visit
        ([*[(20, 20)] * 3], "not_assessed"),
        ([], "not_assessed"),
    ],
)
def test_a_site_under_watch_is_judged_by_whole_weeks_only(judged: Judge, days: list[tuple[int, int]], verdict: str) -> None:
    history = [("4", AS_OF - timedelta(days=1 + back), {"visits": made, "failed": failed}) for back, (made, failed) in enumerate(days)]
    judgement = judged(both(["open"] * 3), page={}, history=history, supplied=True)
    assert judgement.verdict == verdict
    assert codes(judgement) == (["unreachable-week"] if verdict == "fail" else [])
    assert [one.reason for one in judgement.unseen] == (["too-little-history"] if verdict == "not_assessed" else [])


def test_without_history_a_single_check_is_what_it_was(judged: Judge) -> None:
    assert judged(both(["open"] * 3), page={}).verdict == "pass"
    assert judged(both(["open"] * 3), page={}, supplied=True).verdict == "not_assessed"


def test_an_inspection_day_that_is_not_over_does_not_hide_the_week_before_it(judged: Judge) -> None:
    today = ("4", AS_OF, {"visits": 3, "failed": 0})
    judgement = judged(both(["open"] * 3), page={}, history=[today, *week(1)], supplied=True)
    assert (judgement.verdict, judgement.figures["week"]["last"]) == ("fail", "2026-08-19")
    over = ("4", AS_OF, {"visits": 20, "failed": 0})
    judgement = judged(both(["open"] * 3), page={}, history=[over, *week(1)], supplied=True)
    assert (judgement.verdict, judgement.figures["week"]["last"]) == ("pass", "2026-08-20"), "six of 140 visits are 4.3 %"


def test_the_veto_shows_when_the_page_did_not_open_and_ipv6_stands_beside_it(judged: Judge) -> None:
    history = week(2)
    history[0] = ("4", history[0][1], {"visits": 20, "failed": 2, "when": [["2026-08-19T03:00:00+08:00", "timeout", ""], "nonsense"]})
    judgement = judged(both(["open"] * 3), page={}, history=[*history, *week(20, key="6")], supplied=True)
    assert judgement.findings[0].evidence.snippet == "2026-08-19 03:00 规定时间内没有打开"
    assert judgement.figures["week"]["v6"] == {"visits": 140, "failed": 140}
    assert judged(both(["open"] * 3), page={}, history=[*week(0), *week(20, key="6")], supplied=True).verdict == "pass"


def test_the_week_decides_even_where_nothing_opens_now(judged: Judge) -> None:
    judgement = judged(both(["refused"] * 3), state="unreachable", history=week(3))
    assert judgement.verdict == "fail" and set(codes(judgement)) == {"unreachable-week", "unreachable-now"}


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(20, 200), st.integers(0, 200)), min_size=7, max_size=7))
def test_the_veto_stands_exactly_when_five_in_a_hundred_visits_failed(counts: list[tuple[int, int]]) -> None:
    import tempfile

    counts = [(visits, min(failed, visits)) for visits, failed in counts]
    with tempfile.TemporaryDirectory() as folder:
        writer = EvidenceWriter(Path(folder) / "evidence.sqlite", Site(HOME), AS_OF)
        for back, (visits, failed) in enumerate(counts):
            writer.put_history(CHECK.id, "4", AS_OF - timedelta(days=back), {"visits": visits, "failed": failed})
        evidence = writer.read()
        found = week_of(evidence, AS_OF)
        assert found is not None and found.visits == sum(visits for visits, _ in counts)
        vetoed = "unreachable-week" in codes(CHECK.judge(evidence, AS_OF))
        assert vetoed == (20 * sum(failed for _, failed in counts) >= sum(visits for visits, _ in counts))
        writer.abandon()


def test_every_outcome_has_its_own_words() -> None:
    assert len(set(OUTCOMES.values())) == len(OUTCOMES)
    assert replace(visit(0, "timeout")).failed and not visit(0, "robots").failed
