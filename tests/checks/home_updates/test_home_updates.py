"""首页更新 on built sites: one defect each, and its harmless twin beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from checks import home_updates
from tests.checks.build import HOST, Built
from tests.checks.markup import MENU, article, frame, items, listing

AS_OF = date(2026, 8, 25)
FRESH = ["2026-08-24", "2026-08-20", "2026-08-12"]
STALE = ["2026-08-10", "2026-08-01", "2026-07-20"]

Build = Callable[[Built], None]


def home(
    *days: str, rendered: bool | str = True, extra: str = "", name: str = "c{n}.html", folder: str = "/zwdt/", **articles: str
) -> Build:
    """A home page listing ``days``; ``c1="…"`` adds the article /zwdt/c1.html with that day ("" shows none)."""

    def build(site: Built) -> None:
        site.page("/", frame(listing(items(days, name=name, folder=folder), heading="要闻") + extra), rendered=rendered)
        for each, day in articles.items():
            site.page(f"/zwdt/{each}.html", article(day=day), rendered=True, depth=1)

    return build


def navigation(levels: dict[str, str], *, rendered: bool = True, levels_rendered: bool = True) -> Build:
    """A home page that only leads on; ``levels``: path → body of the second-level page (absent paths are never read)."""

    def build(site: Built) -> None:
        site.page("/", frame("<div class='enter'><img src='/a.jpg'></div>"), rendered=rendered)
        for path, body in levels.items():
            site.page(path, frame(body), rendered=levels_rendered)

    return build


def all_levels(days: list[str]) -> dict[str, str]:
    return {path: listing(items(days, folder=path)) for path, _ in MENU}


FRIENDS = (
    '<ul class="links">' + "".join(f'<li><a href="https://www.y{n}.gov.cn/">某某市第{n}区人民政府网站</a></li>' for n in range(9)) + "</ul>"
)
NINE = [*STALE, "2026-07-18", "2026-07-16", "2026-07-12", "2026-07-10", "2026-07-08", "2026-07-01"]

CASES: list[tuple[str, Build, str, str, str]] = [
    ("fresh", home(*FRESH), "pass", "", ""),
    ("14 days old", home("2026-08-11", "2026-08-01", "2026-07-01"), "pass", "", ""),
    ("15 days old", home(*STALE), "fail", "not-updated", "veto"),
    ("months and days beside addresses with a year", home("08-20", "08-10", "08-01", folder="/zwdt/202608/"), "pass", "", ""),
    ("months and days, no year anywhere, articles unread", home("08-20", "08-10", "08-01"), "not_assessed", "", ""),
    ("months and days, no year, articles tell", home("08-20", "08-10", "08-01", c1="2026-08-20"), "pass", "", ""),
    ("fresh, not rendered", home(*FRESH, rendered=False), "pass", "", ""),
    ("stale, not rendered", home(*STALE, rendered=False), "not_assessed", "", ""),
    ("stale, render shows a fresh entry", home(*STALE, rendered=frame(listing(items(FRESH)))), "pass", "", ""),
    ("future days are no updates", home("2026-09-30", *NINE), "fail", "not-updated", "veto"),
    ("a deadline in a title is no update", home(*NINE, extra="<p>报名截止时间：2026年8月24日</p>"), "fail", "not-updated", "veto"),
    ("links to other hosts are no unread articles", home(*NINE, extra=FRIENDS), "fail", "not-updated", "veto"),
    ("no days, articles fresh", home("", "", "", c1="2026-08-20", c2="2026-08-01", c3=""), "pass", "", ""),
    ("no days, articles stale", home("", "", "", c1="2026-08-01", c2="2026-07-01", c3="2026-06-01"), "fail", "not-updated", "veto"),
    ("no days anywhere", home("", "", "", c1="", c2="", c3=""), "fail", "undated", "veto"),
    ("no days, articles never read", home("", "", ""), "not_assessed", "", ""),
    ("no days, one of three articles read", home("", "", "", c1=""), "not_assessed", "", ""),
    ("stale days beside many unread articles", home("2026-08-01", "", "", ""), "not_assessed", "", ""),
    ("stale days beside one fresh article", home("2026-08-01", "", "", "", c2="2026-08-23"), "pass", "", ""),
    ("no days, addresses fresh", home("", "", "", name="t202608{n}0_12{n}.html", folder="/zwdt/202608/"), "not_assessed", "", ""),
    ("navigation only, second level fresh", navigation(all_levels(FRESH)), "pass", "", ""),
    ("navigation only, one second-level page fresh", navigation({**all_levels(STALE), "/tzgg/": listing(items(FRESH, folder="/tzgg/"))}), "pass", "", ""),
    ("navigation only, second level stale", navigation(all_levels(STALE)), "fail", "not-updated", "veto"),
    ("navigation only, stale, home not rendered", navigation(all_levels(STALE), rendered=False), "not_assessed", "", ""),
    ("navigation only, half of the second level read", navigation(dict(list(all_levels(STALE).items())[:2])), "not_assessed", "", ""),
    ("navigation only, bare second level not rendered", navigation({p: "<p>概况</p>" for p, _ in MENU}, levels_rendered=False), "not_assessed", "", ""),
    ("navigation only, bare second level", navigation({p: "<p>概况</p>" for p, _ in MENU}), "fail", "undated", "veto"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "verdict", "code", "severity"), [each[1:] for each in CASES], ids=[each[0] for each in CASES])
def test_what_is_said_of_a_home_page(tmp_path: Path, build: Build, verdict: str, code: str, severity: str) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    build(site)
    judgement = home_updates.judge(site.evidence(), AS_OF)
    assert judgement.verdict == verdict, judgement.summary
    assert [(finding.code, finding.severity) for finding in judgement.findings] == ([(code, severity)] if code else [])
    if verdict == "not_assessed":
        assert judgement.reason


def test_undated_articles_at_fresh_addresses_are_for_a_person_to_decide(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    entries = items(["", "", ""], folder="/zwdt/202608/", name="t202608{n}0_12{n}.html")
    site.page("/", frame(listing(entries, heading="要闻")), rendered=True)
    for href, _, _ in entries:
        site.page(href, article(day=""), rendered=True, depth=1)
    judgement = home_updates.judge(site.evidence(), AS_OF)
    assert judgement.verdict == "pass"
    assert [(finding.code, finding.severity) for finding in judgement.findings] == [("undated", "candidate")]
    assert "2026-08-20" in judgement.findings[0].message


def test_the_message_names_day_age_and_window(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    home(*STALE)(site)
    finding = home_updates.judge(site.evidence(), AS_OF).findings[0]
    assert finding.message == "首页最近更新于 2026-08-10，距监测时间点 15 天（标准：14 天）"
    assert (finding.subject, finding.url) == ("home", f"{HOST}/")
    assert finding.evidence.pages == (f"{HOST}/",)
    assert "2026-08-10" in finding.evidence.snippet


@pytest.mark.parametrize("state", ["blocked", "unreachable"])
def test_a_site_that_was_not_read_is_not_assessed(tmp_path: Path, state: str) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    site.failed("/", "network-error", None)
    site.writer.put_meta("site_state", {"state": state, "reason": "", "detail": ""})
    judgement = home_updates.judge(site.evidence(), AS_OF)
    assert (judgement.verdict, [unseen.reason for unseen in judgement.unseen]) == ("not_assessed", [state])


def test_a_home_page_that_failed_accuses_nobody(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    site.failed("/", "http-error", 500)
    judgement = home_updates.judge(site.evidence(), AS_OF)
    assert judgement.verdict == "not_assessed"
    assert not judgement.findings


def test_only_a_home_page_without_a_fresh_day_is_doubted(tmp_path: Path) -> None:
    fresh, stale = Built(tmp_path / "a", as_of=AS_OF), Built(tmp_path / "b", as_of=AS_OF)
    home(*FRESH, rendered=False)(fresh)
    home(*STALE, rendered=False)(stale)
    assert list(home_updates.doubts(fresh.evidence())) == []
    assert [(doubt.page.url, doubt.scope) for doubt in home_updates.doubts(stale.evidence())] == [(f"{HOST}/", "page")]


def test_judged_on_an_earlier_day_later_entries_do_not_exist(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    home("2026-08-24", "2026-07-01", "2026-06-30", "2026-06-29", "2026-06-20")(site)
    evidence = site.evidence()
    assert home_updates.judge(evidence, AS_OF).verdict == "pass"
    earlier = home_updates.judge(evidence, date(2026, 7, 20))
    assert earlier.figures["newest"] == "2026-07-01"
    assert earlier.verdict == "fail"
