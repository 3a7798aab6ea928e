"""What became of a known finding's place: each passage beside a harmless twin. Real evidence files, no network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checks.model import Finding, Judgement, KnownFinding, Proof, Unseen
from checks.places import continues, fates
from tests.checks.build import HOST, Built

AS_OF = date(2026, 8, 25)
PAGE = "<html><head><title>公告</title></head><body><p>关于召开会议的通知</p><a href='/zwgk/b.html'>下一篇</a></body></html>"
ENTRY = "error-report-entry"


def known(*pages: str, check: str = ENTRY, code: str = "missing", subject: str = "/zwgk/", host: str = HOST) -> KnownFinding:
    urls = tuple(page if "://" in page else host + page for page in pages)
    return KnownFinding("a" * 10, check, code, subject, urls[0] if urls else "", urls, date(2026, 8, 1))


def judged(
    verdict: Any = "pass", unseen: Iterable[Unseen] = (), check: str = ENTRY, told: Iterable[Finding] = (), **figures: Any
) -> Judgement:
    return Judgement(check, check, verdict, "", "", tuple(told), tuple(unseen), figures)


def told(code: str, subject: str, *pages: str, check: str = ENTRY) -> Finding:
    urls = tuple(HOST + page for page in pages) or (f"{HOST}/",)
    return Finding("k", check, code, "deduction", subject, urls[0], "m", "a", "i", "s", "original", Proof(urls, ""))


def site(
    folder: Path,
    build: Callable[[Built], None] = lambda built: None,
    *,
    state: str = "ok",
    ended_by: str = "finished",
    left: tuple[str, ...] = (),
    **more: Any,
) -> Built:
    """A home page, ``build``'s pages, and a crawl that ended so."""
    built = Built(folder, as_of=AS_OF, **more)
    built.page("/", "<html><body><a href='/zwgk/'>公开</a></body></html>")
    build(built)
    built.writer.put_meta("coverage", {"ended_by": ended_by, "left_out": {reason: {"count": 1} for reason in left}})
    built.writer.put_meta("site_state", {"state": state})
    return built


def fate(built: Built, finding: KnownFinding, judgement: Judgement | None = None) -> str:
    return fates(built.evidence(), [judgement or judged()], [finding])[finding.id]


def page(path: str, **facts: Any) -> Callable[[Built], None]:
    return lambda built: _put(built, path, facts)


def _put(built: Built, path: str, facts: dict[str, Any]) -> None:
    built.page(path, PAGE, **facts)


def failed(path: str, state: str, status: int | None) -> Callable[[Built], None]:
    return lambda built: _fail(built, path, state, status)


def _fail(built: Built, path: str, state: str, status: int | None) -> None:
    built.failed(path, state, status)


def moved(path: str, final: str) -> Callable[[Built], None]:
    """``path`` redirects to ``final``, which was read when it is ours."""

    def build(built: Built) -> None:
        facts = built._facts(built.url(path), depth=1) | {"final_url": built.url(final), "state": "redirect", "status": 301}
        built.writer.add_page(facts)
        if built.url(final).startswith(built.host) and final != "/":
            built.page(final, PAGE)

    return build


A = "/zwgk/a.html"

ONE_PAGE: list[tuple[str, Callable[[Built], None], dict[str, Any], str]] = [
    ("read again", page(A), {}, "clean"),
    ("read over https now, http before", page(A), {"known": known(A, host=HOST.replace("https", "http"))}, "clean"),
    ("read on another host now", page(A), {"known": known(A, host="http://www.old-lantian.gov.cn")}, "clean"),
    ("404", failed(A, "http-error", 404), {}, "gone"),
    ("410", failed(A, "http-error", 410), {}, "gone"),
    ("says itself that it is not there", failed(A, "soft-404", 200), {}, "gone"),
    ("server error", failed(A, "http-error", 500), {}, "unseen"),
    ("forbidden", failed(A, "http-error", 403), {}, "unseen"),
    ("no answer", failed(A, "network-error", None), {}, "unseen"),
    ("a firewall's page", failed(A, "challenge", 200), {}, "unseen"),
    ("empty", failed(A, "empty", 200), {}, "unseen"),
    ("robots.txt forbids it now", failed(A, "robots", None), {}, "unseen"),
    ("404 while the site turned us away", failed(A, "http-error", 404), {"state": "blocked"}, "unseen"),
    ("leads to the home page", moved(A, "/"), {}, "gone"),
    ("leads to another page", moved(A, "/new/c.html"), {}, "gone"),
    ("leads to another site", moved(A, "http://www.other.gov.cn/x.html"), {}, "gone"),
    ("leads to the same page of a host we don't know", moved(A, f"http://www.new-lantian.gov.cn{A}"), {}, "unseen"),
    ("never met in a complete crawl", page("/other.html"), {}, "gone"),
    ("never met, depth ended the crawl", page("/other.html"), {"ended_by": "depth"}, "gone"),
    ("never met, the budget was spent", page("/other.html"), {"left": ("budget",)}, "unseen"),
    ("never met, the page limit ended the crawl", page("/other.html"), {"ended_by": "max-pages"}, "unseen"),
    ("never met, the site broke off", page("/other.html"), {"ended_by": "breaker"}, "unseen"),
    ("linked, but not asked", page(A), {"known": known("/zwgk/b.html")}, "unseen"),
    ("read, the check could not look there", page(A), {"unseen": Unseen("not-rendered", pages=(HOST + A,))}, "unseen"),
    ("read, the check could not look elsewhere", page(A), {"unseen": Unseen("not-rendered", pages=(f"{HOST}/x.html",))}, "clean"),
    ("read, the check could not look, nobody knows where", page(A), {"unseen": Unseen("dns-failed")}, "unseen"),
    ("read, the check reached no verdict", page(A), {"verdict": "not_assessed"}, "unseen"),
    ("read, the check does not apply", page(A), {"verdict": "not_applicable"}, "unseen"),
    ("404, the check reached no verdict", failed(A, "http-error", 404), {"verdict": "not_assessed"}, "gone"),
    ("read, another fault elsewhere", page(A), {"verdict": "fail"}, "clean"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "more", "expected"), [case[1:] for case in ONE_PAGE], ids=[case[0] for case in ONE_PAGE])
def test_one_page(tmp_path: Path, build: Callable[[Built], None], more: dict[str, Any], expected: str) -> None:
    more = dict(more)
    finding, verdict = more.pop("known", known(A)), more.pop("verdict", "fail" if "unseen" in more else "pass")
    unseen = [more.pop("unseen")] if "unseen" in more else []
    assert fate(site(tmp_path, build, **more), finding, judged(verdict, unseen)) == expected


def test_a_page_that_was_not_asked_tonight_was_not_assessed(tmp_path: Path) -> None:
    built = site(tmp_path, page(A))
    built.writer.database.conn.execute("UPDATE pages SET taken='kept' WHERE url=?", (HOST + A,))
    assert fate(built, known(A)) == "unseen"
    built.writer.database.conn.execute("UPDATE pages SET taken='unchanged' WHERE url=?", (HOST + A,))
    assert fate(built, known(A)) == "clean"


@pytest.mark.parametrize(
    ("b", "c", "expected"),
    [
        (page("/zwgk/b.html"), page("/zwgk/c.html"), "clean"),
        (page("/zwgk/b.html"), failed("/zwgk/c.html", "http-error", 404), "clean"),
        (page("/zwgk/b.html"), failed("/zwgk/c.html", "network-error", None), "unseen"),
        (failed("/zwgk/b.html", "soft-404", 200), failed("/zwgk/c.html", "http-error", 404), "gone"),
        (failed("/zwgk/b.html", "http-error", 404), failed("/zwgk/c.html", "http-error", 503), "unseen"),
    ],
)
def test_many_pages_are_clean_only_when_none_that_still_exists_is_unseen(
    tmp_path: Path, b: Callable[[Built], None], c: Callable[[Built], None], expected: str
) -> None:
    def both(built: Built) -> None:
        b(built)
        c(built)

    assert fate(site(tmp_path, both), known("/zwgk/b.html", "/zwgk/c.html")) == expected


def test_what_is_about_the_home_page_follows_it_wherever_it_moves(tmp_path: Path) -> None:
    assert fate(site(tmp_path), known("/old/index.html", subject="home")) == "clean"


def test_a_check_that_did_not_run_says_nothing_of_its_findings(tmp_path: Path) -> None:
    assert fate(site(tmp_path, page(A)), known(A), judged(check="ipv6")) == "unseen"


def test_what_is_told_again_has_no_fate(tmp_path: Path) -> None:
    again = told("missing", "/zwgk/", A)
    finding = KnownFinding(again.id, ENTRY, "missing", "/zwgk/", HOST + A, (HOST + A,), AS_OF)
    assert fates(site(tmp_path, page(A)).evidence(), [judged("fail", told=[again])], [finding]) == {}


# facts of the whole site

V6 = known("/", check="ipv6", code="content-differs", subject="home")
SITE_CASES: list[tuple[str, KnownFinding, Judgement, str]] = [
    ("passed", V6, judged(check="ipv6"), "clean"),
    ("something unseen", V6, judged("not_assessed", [Unseen("no-ipv6-here", pages=(HOST,))], check="ipv6"), "unseen"),
    ("hidden by a graver fault", V6, judged("fail", check="ipv6", told=[told("unreachable-v6", "site", check="ipv6")]), "unseen"),
    (
        "a fault that is looked for later is told: this one was looked for",
        known("/", check="ipv6", code="unreachable-v6", subject="site"),
        judged("fail", check="ipv6", told=[told("content-differs", "home", check="ipv6")]),
        "clean",
    ),
    (
        "certificate behind a closed door",
        known("/", check="https", code="expired", subject="site"),
        judged("pass", check="https", told=[told("no-https", "site", check="https")]),
        "unseen",
    ),
    ("certificate renewed", known("/", check="https", code="expired", subject="site"), judged(check="https"), "clean"),
    ("a missing channel was opened", known("/hd/", check="interaction-channel", code="no-channel", subject="site"), judged(check="interaction-channel"), "clean"),
    ("no pages named", known(check="availability", code="unreachable-now", subject="home"), judged(check="availability"), "clean"),
    (
        "one run's visits do not wait for a week's history",
        known("/", check="availability", code="unreachable-now", subject="home"),
        judged("not_assessed", [Unseen("too-little-history")], check="availability"),
        "clean",
    ),
    (
        "the week's rule does",
        known("/", check="availability", code="unreachable-week", subject="home"),
        judged("not_assessed", [Unseen("too-little-history")], check="availability"),
        "unseen",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "judgement", "expected"), [case[1:] for case in SITE_CASES], ids=[case[0] for case in SITE_CASES])
def test_facts_of_the_whole_site(tmp_path: Path, finding: KnownFinding, judgement: Judgement, expected: str) -> None:
    assert fate(site(tmp_path), finding, judgement) == expected


def test_a_site_whose_home_page_was_not_read_is_not_put_right(tmp_path: Path) -> None:
    built = Built(tmp_path, as_of=AS_OF)
    built.failed("/", "network-error", None)
    assert fate(built, V6, judged(check="ipv6")) == "unseen"


# columns, links, hidden links

COLUMN = known("/tzgg/", "/tzgg/index_1.html", check="column-updates", code="overdue", subject="/tzgg/")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"key": "/tzgg/", "verdict": "ok"}, "clean"),
        ({"key": "/tzgg/", "verdict": "not_assessed"}, "unseen"),
        ({"key": "/tzgg/", "verdict": "blank"}, "unseen"),
        ({"key": "/tzgg/", "verdict": "not_applicable"}, "gone"),
        ({"key": "/other/", "verdict": "ok"}, "unseen"),
    ],
)
def test_a_column_must_have_been_recognised_and_judged(tmp_path: Path, row: dict[str, str], expected: str) -> None:
    assert fate(site(tmp_path, page("/tzgg/")), COLUMN, judged(check="column-updates", columns=[row])) == expected


def test_a_column_that_is_blank_now_was_overdue_and_is_not_put_right(tmp_path: Path) -> None:
    blank = told("blank", "/tzgg/", "/tzgg/", check="column-updates")
    judgement = judged("fail", check="column-updates", told=[blank], columns=[{"key": "/tzgg/", "verdict": "ok"}])
    assert fate(site(tmp_path, page("/tzgg/")), COLUMN, judgement) == "unseen"
    assert continues(COLUMN, blank)


LINK = known("/", check="links", code="broken-link", subject="/zwgk/b.html")
LINK_ROW = {"key": "/zwgk/b.html", "reference": "b.html"}


@pytest.mark.parametrize(
    ("problems", "figures", "expected"),
    [
        ([], {}, "clean"),
        ([{"target": LINK_ROW}], {}, "unseen"),  # it could not be verified tonight
        ([{"target": {"key": "/zwgk/c.html", "reference": ""}}], {}, "clean"),
        ([], {"left_out": 3, "recovered": ["/zwgk/b.html"]}, "clean"),
        ([], {"left_out": 3}, "clean"),  # nothing leads there any more
    ],
)
def test_a_link_is_put_right_when_its_target_answers_or_nothing_leads_there(
    tmp_path: Path, problems: list[Any], figures: dict[str, Any], expected: str
) -> None:
    built = site(tmp_path)
    built.writer.put_probe("links", "problems", problems)
    assert fate(built, LINK, judged(check="links", **figures)) == expected


def test_a_link_that_still_stands_and_was_left_out_was_not_assessed(tmp_path: Path) -> None:
    built = Built(tmp_path, as_of=AS_OF)
    built.page("/", "<html><body><a href='/zwgk/b.html'>下载</a></body></html>")
    built.writer.put_probe("links", "problems", [])
    assert fate(built, LINK, judged(check="links", left_out=3)) == "unseen"


def test_a_link_on_a_page_that_the_check_did_not_look_at_was_not_assessed(tmp_path: Path) -> None:
    built = site(tmp_path, page(A))
    built.writer.put_probe("links", "problems", [])
    assert fate(built, known(A, check="links", code="broken-link", subject="/x"), judged(check="links")) == "unseen"


def test_a_hidden_link_that_spreads_or_shrinks_goes_on(tmp_path: Path) -> None:
    one = known(A, check="hidden-links", code="hidden-bad-links", subject=A)
    spread = told("hidden-bad-links", "/zwgk/", A, "/zwgk/b.html", check="hidden-links")
    assert fate(site(tmp_path / "1", page(A)), one, judged("fail", check="hidden-links", told=[spread])) == "unseen"
    elsewhere = told("hidden-bad-links", "/x/", "/x/b.html", check="hidden-links")
    assert fate(site(tmp_path / "2", page(A)), one, judged("fail", check="hidden-links", told=[elsewhere])) == "clean"


def test_a_page_whose_kind_cannot_be_told_has_no_tags_to_show(tmp_path: Path) -> None:
    tags = known(A, check="page-tags", code="content-missing", subject="/zwgk/")
    assert fate(site(tmp_path, page(A)), tags, judged(check="page-tags")) == "unseen"


def test_a_letter_that_left_the_list_is_not_answered(tmp_path: Path) -> None:
    letter = known("/hd/1.html", check="interaction-channel", code="unanswered", subject="/hd/1.html")
    assert fate(site(tmp_path, page("/hd/1.html")), letter, judged(check="interaction-channel")) == "unseen"


def test_forged_dates_stand_until_a_person_decides(tmp_path: Path) -> None:
    forged = known("/tzgg/", check="forged-dates", code="redated", subject="/tzgg/")
    assert fate(site(tmp_path / "1", page("/tzgg/")), forged, judged(check="forged-dates")) == "unseen"
    assert fate(site(tmp_path / "2", failed("/tzgg/", "http-error", 404)), forged, judged(check="forged-dates")) == "gone"


def test_a_page_of_a_shared_platform_is_not_taken_for_ours_of_the_same_path(tmp_path: Path) -> None:
    there = known("http://hd.platform.gov.cn/list/", check="interaction-channel", code="stale", subject="/list/")
    assert fate(site(tmp_path / "1", page("/list/")), there, judged(check="interaction-channel")) == "unseen"
    read = site(tmp_path / "2", lambda built: _put(built, "http://hd.platform.gov.cn/list/", {"elsewhere": True}))
    assert fate(read, there, judged(check="interaction-channel")) == "clean"
    assert fate(site(tmp_path / "3"), there, judged(check="interaction-channel")) == "unseen", "nobody asked there: it is not gone"
