"""The judgement on written facts: sites on the standard ports, which loopback can't serve, and what is not assessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.https import CHECK, matches
from checks.https_facts import REDIRECTS, STATES, TRUSTS, Certificate, Handshake, Mixed, Part, Redirect
from checks.https_probe import doors
from checks.model import REASONS, Judgement
from crawler.evidence import EvidenceWriter
from crawler.site import Site
from tests.checks.ipv6.portal import facts

AS_OF = date(2026, 8, 20)
HOST = "www.qinghe-test.gov.cn"
HTTPS, HTTP = f"https://{HOST}/", f"http://{HOST}/"
CERTIFICATE = Certificate(HOST, "某证书机构", (HOST,), "2026-01-01T08:00:00+08:00", "2027-01-31T08:00:00+08:00", False)
GOOD = Handshake(
    HOST, 443, "2026-08-20T01:00:00+08:00", "ok", "", "11.0.0.1", "TLSv1.3", False, "TLS_AES_256_GCM_SHA384", CERTIFICATE, "ok", "", 2
)
TO_HTTPS = Redirect(HTTP, "redirects", HTTPS, 200, "")
CLEAN = Mixed(12, False, "", ())
Judge = Callable[..., Judgement]


@pytest.fixture
def judged(tmp_path: Path) -> Judge:
    def run(
        home: str = HTTPS,
        handshake: Handshake | None = GOOD,
        redirect: Redirect | None = TO_HTTPS,
        mixed: Mixed | None = CLEAN,
        *,
        state: str = "ok",
        as_of: date = AS_OF,
        site: str = "",
        page: dict[str, Any] | None = None,
    ) -> Judgement:
        writer = EvidenceWriter(tmp_path / "evidence.sqlite", Site(site or home), as_of)
        writer.put_meta("site_state", {"state": state, "reason": "", "detail": "首页没有读到" if state != "ok" else ""})
        unread = {"state": "challenge", "status": 412} if state == "blocked" else {"state": "network-error", "status": None}
        writer.add_page({**facts(home), **(unread if state != "ok" else {}), **(page or {})})
        for key, value in (("handshake", handshake), ("redirect", redirect), ("mixed", mixed)):
            if value is not None:
                writer.put_probe(CHECK.id, key, value)
        return CHECK.judge(writer.read(), as_of)

    return run


def codes(judgement: Judgement) -> list[str]:
    return [found.code for found in judgement.findings]


def test_a_site_with_everything_in_order_passes(judged: Judge) -> None:
    judgement = judged()
    assert (judgement.verdict, codes(judgement)) == ("pass", [])
    assert "还有 164 天" in judgement.summary


def test_an_http_site_whose_port_443_is_closed_offers_no_https(judged: Judge) -> None:
    judgement = judged(HTTP, replace(GOOD, state="refused", certificate=None, trust="unknown"), None, None)
    assert (judgement.verdict, codes(judgement)) == ("pass", ["no-https"])


@pytest.mark.parametrize(
    "faulty",
    [
        replace(GOOD, trust="self-signed"),
        replace(GOOD, trust="incomplete"),
        replace(GOOD, certificate=replace(CERTIFICATE, names=("hosting.example",))),
        replace(GOOD, certificate=replace(CERTIFICATE, not_after="2026-08-01T08:00:00+08:00")),
        replace(GOOD, state="tls", certificate=None, trust="unknown"),
    ],
    ids=["self-signed", "incomplete", "another's", "expired", "handshake"],
)
def test_an_http_site_with_a_faulty_port_443_is_one_finding(judged: Judge, faulty: Handshake) -> None:
    judgement = judged(HTTP, faulty, Redirect(HTTP, "stays", HTTP, 200, ""), None)
    assert (judgement.verdict, codes(judgement)) == ("pass", ["no-https"])


def test_a_certificate_without_names_says_so(judged: Judge) -> None:
    judgement = judged(HTTPS, replace(GOOD, certificate=replace(CERTIFICATE, names=())))
    assert codes(judgement) == ["wrong-name"] and "没有列出域名" in judgement.findings[0].message


def test_a_machine_without_roots_says_why_it_can_not_judge(judged: Judge) -> None:
    judgement = judged(HTTPS, replace(GOOD, trust="no-roots"))
    assert judgement.summary == f"HTTPS 未能判断：{REASONS['no-roots']}。"


def test_an_http_site_with_sound_https_that_does_not_lead_there(judged: Judge) -> None:
    judgement = judged(HTTP, GOOD, Redirect(HTTP, "stays", HTTP, 200, ""), None)
    assert (judgement.verdict, codes(judgement)) == ("pass", ["no-redirect"])
    assert judgement.findings[0].evidence.pages == (HTTP,)


@pytest.mark.parametrize("state", ["timeout", "dns-failed", "no-such-domain", "refused-address"])
@pytest.mark.parametrize("home", [HTTP, HTTPS])
def test_a_port_that_gives_no_answer_accuses_nobody(judged: Judge, home: str, state: Any) -> None:
    judgement = judged(home, replace(GOOD, state=state, certificate=None, trust="unknown"), None, CLEAN if home == HTTPS else None)
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", [])


@pytest.mark.parametrize("home", [HTTP, HTTPS])
def test_a_dead_site_is_not_said_to_lack_https(judged: Judge, home: str) -> None:
    dead = replace(GOOD, state="refused", certificate=None, trust="unknown")
    judgement = judged(home, dead, None, None, state="unreachable")
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", [])


def test_a_walled_site_is_judged_by_its_certificate_and_its_pages_stay_unseen(judged: Judge) -> None:
    expired = replace(GOOD, certificate=replace(CERTIFICATE, not_after="2026-08-10T08:00:00+08:00"))
    judgement = judged(HTTPS, expired, None, None, state="blocked")
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", ["expired"])
    assert judgement.reason == REASONS["blocked"]


@pytest.mark.parametrize("state", ["blocked", "no-answer"])
def test_http_that_could_not_be_seen_is_not_assessed(judged: Judge, state: Any) -> None:
    assert judged(redirect=Redirect(HTTP, state, HTTP, None, "")).verdict == "not_assessed"


@pytest.mark.parametrize("state", ["refused", "no-page", "redirects"])
def test_http_that_shows_no_page_is_fine(judged: Judge, state: Any) -> None:
    judgement = judged(redirect=Redirect(HTTP, state, HTTP, None, ""))
    assert (judgement.verdict, codes(judgement)) == ("pass", [])


@pytest.mark.parametrize(
    ("looked", "ends", "expected"),
    [
        ("2026-08-20T09:00:00+08:00", "2026-08-20T08:00:00+08:00", "expired"),
        ("2026-08-20T07:00:00+08:00", "2026-08-20T08:00:00+08:00", "expiring"),
        ("2026-11-24T09:00:00+08:00", "2026-08-20T08:00:00+08:00", "expiring"),
        ("2026-08-20T09:00:00+08:00", "2026-08-19T23:59:59+08:00", "expired"),
        ("2026-08-20T09:00:00+08:00", "2026-09-19T23:59:59+08:00", "expiring"),
        ("2026-08-20T09:00:00+08:00", "2026-09-20T00:00:00+08:00", ""),
    ],
)
def test_the_last_day_is_a_shanghai_day_and_ends_at_its_moment(judged: Judge, looked: str, ends: str, expected: str) -> None:
    judgement = judged(handshake=replace(GOOD, at=looked, certificate=replace(CERTIFICATE, not_after=ends)))
    assert codes(judgement) == ([expected] if expected else [])


def test_judging_again_on_another_day_counts_the_days_anew(judged: Judge) -> None:
    assert codes(judged(as_of=date(2027, 1, 10))) == ["expiring"]
    assert codes(judged(as_of=date(2027, 3, 1))) == ["expired"]


def test_mixed_content_is_left_alone_where_a_policy_upgrades_it(judged: Judge) -> None:
    part = Part("http://a.example/a.js", '<script src="http://a.example/a.js">', True, (HTTPS,))
    assert codes(judged(mixed=Mixed(3, False, "", (part,)))) == ["mixed-active"]
    assert codes(judged(mixed=Mixed(3, True, "", (part,)))) == []
    judgement = judged(mixed=Mixed(3, False, "blocked", (part,)))
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", [])


def test_a_certificate_that_cannot_be_parsed_is_not_assessed(judged: Judge) -> None:
    assert judged(handshake=replace(GOOD, certificate=None, detail="证书无法解析", trust="unknown")).verdict == "not_assessed"


def test_evidence_without_a_probe_is_not_assessed(judged: Judge) -> None:
    assert judged(handshake=None, redirect=None, mixed=None).verdict == "not_assessed"


@pytest.mark.parametrize("home", [f"http://{HOST}:8080/", "http://11.0.0.1/", "https://11.0.0.1/", "http://localhost:80/"])
def test_ports_of_its_own_and_bare_addresses_are_not_applicable(judged: Judge, home: str) -> None:
    judgement = judged(home, None, None, None)
    assert judgement.verdict == "not_applicable" and judgement.reason


@pytest.mark.parametrize(
    ("site", "final", "expected"),
    [
        (HTTPS, HTTPS, ("https", HOST, 443, HTTP)),
        (HTTP, HTTP, ("http", HOST, 443, HTTP)),
        (HTTP, HTTPS, ("https", HOST, 443, HTTP)),
        ("http://qinghe-test.gov.cn/", HTTPS, ("https", HOST, 443, HTTP)),
        (f"https://{HOST}:8443/", f"https://{HOST}:8443/", ("https", HOST, 8443, "")),
        (f"http://{HOST}:8080/", f"https://{HOST}:8443/", ("https", HOST, 8443, "")),
        (HTTP, "https://elsewhere.example/", ("http", HOST, 443, HTTP)),
        (f"http://{HOST}:80/", f"http://{HOST}:80/", ("http", HOST, 443, HTTP)),
    ],
)
def test_the_ports_follow_from_where_the_home_page_was_read(tmp_path: Path, site: str, final: str, expected: tuple[object, ...]) -> None:
    writer = EvidenceWriter(tmp_path / "evidence.sqlite", Site(site), AS_OF)
    writer.add_page({**facts(site), "final_url": final})
    door = doors(writer.read())
    assert (door.served, door.host, door.port, door.http_url) == expected


LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)


@given(st.lists(LABEL, min_size=3, max_size=5), LABEL)
def test_a_name_matches_itself_and_one_wildcard_label_and_nothing_else(labels: list[str], other: str) -> None:
    host = ".".join(labels)
    assert matches(host, [host]) and matches(host.upper() + ".", [host])
    assert matches(host, ["*." + ".".join(labels[1:])])
    assert not matches(f"{other}.{host}", ["*." + ".".join(labels[1:]), host])
    assert not matches(host, ["*." + ".".join(labels[2:])]) or len(labels) == 2
    assert not matches(host, ["*", "*.*", f"x{host}", ""])


def test_every_state_has_words() -> None:
    for table in (STATES, TRUSTS, REDIRECTS):
        assert len(set(table.values())) == len(table)
