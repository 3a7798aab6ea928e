"""伪造发稿日期 over several nights: each offence, and beside it what looks like one and is harmless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from checks.model import Judgement
from tests.checks.forged_dates.nights import FIRST, Nights, Rows, column
from tests.checks.markup import article, crumbs, frame, listing

TITLES = (
    "全县经济工作会议召开",
    "县长调研重点项目建设",
    "我县举办春季运动会开幕式",
    "乡村振兴现场推进会举行",
    "县医院新门诊楼投入使用",
    "城区道路改造工程开工",
)


def rows(*days: str, name: str = "c{n}.html", titles: tuple[str, ...] = TITLES) -> dict[str, tuple[str, str]]:
    return {name.format(n=n): (titles[n % len(titles)] + ("" if n < len(titles) else str(n)), day) for n, day in enumerate(days)}


def day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


@dataclass(frozen=True)
class Night:
    number: int
    pages: Mapping[str, str]
    articles: tuple[tuple[str, str], ...] = field(default=())


def news(changed: Rows | None = None, **more: str) -> dict[str, str]:
    listed = {**rows(day(-3), day(-5), day(-9), day(-20)), **(changed or {})}
    return {"/zwdt/": column("/zwdt/", listed), **{f"/{name}/": html for name, html in more.items()}}


def forged(title: str = TITLES[1], shown: str = day(28)) -> Rows:
    return {"c1.html": (title, shown)}


def clock(number: int) -> dict[str, str]:
    return {"/zwdt/": column("/zwdt/", rows(*[day(number)] * 4))}


BIG = {"/a/": rows(*[day(-n) for n in range(8)]), "/b/": rows(*[day(-n) for n in range(8)], name="d{n}.html")}


def big(days: Callable[[int], str] | None = None) -> dict[str, str]:
    shown = {
        folder: {name: (title, days(n) if days else old) for n, (name, (title, old)) in enumerate(listed.items())}
        for folder, listed in BIG.items()
    }
    return {folder: column(folder, listed) for folder, listed in shown.items()}


def yearly(year: int, changed: str = "05-27") -> dict[str, str]:
    return {
        "/zwdt/": frame(
            f"<h4>{year}年</h4>" + listing([(f"/zwdt/c{n}.html", TITLES[n], d) for n, d in enumerate(("05-29", changed, "05-20"))])
        )
    }


OLD = {f"/zwdt/202403/t2024031{n}_10{n}.html": (TITLES[n], day(20 + n)) for n in range(4)}
FRESH = {f"/zwdt/202606/t2026062{n}_10{n}.html": (TITLES[n], day(20 + n)) for n in range(4)}
PINNED = {"c1.html": ("[置顶]" + TITLES[1], day(28))}
LETTERS = frame(
    crumbs(("/hdjl/", "互动交流"), "县长信箱")
    + listing([(f"/hdjl/x{n}.html", f"反映某某村第{n}组道路损坏问题", day(-n)) for n in range(4)])
)
ANSWERED = LETTERS.replace(day(-1), day(28))

CASES: list[tuple[str, list[Night], set[str]]] = [
    ("an item known for weeks is shown as new", [Night(0, news()), Night(30, news(forged()))], {"redated"}),
    ("nothing changes", [Night(0, news()), Night(30, news())], set()),
    ("a correction by two days", [Night(0, news()), Night(30, news(forged(shown=day(-3))))], set()),
    ("a year that was mistyped", [Night(0, news(forged(shown="2025-05-27"))), Night(30, news(forged(shown="2026-05-27")))], set()),
    ("an older date than before", [Night(0, news()), Night(30, news(forged(shown="2026-01-05")))], set()),
    ("changed a week after it was first seen", [Night(0, news()), Night(8, news(forged(shown=day(7))))], set()),
    ("the date is said to be an update", [Night(0, news()), Night(30, news(forged(shown=f"更新时间：{day(28)}")))], set()),
    ("a pinned item", [Night(0, news()), Night(30, news(PINNED))], set()),
    ("another article at the address", [Night(0, news()), Night(30, news(forged("关于做好防汛抗旱工作的通知")))], set()),
    ("a title that is cut short", [Night(0, news()), Night(30, news(forged("县长调研重点项目…")))], {"redated"}),
    ("a living page", [Night(0, news(forged("县政府信息公开指南", day(-5)))), Night(30, news(forged("县政府信息公开指南")))], set()),
    ("the article still shows its old date", [Night(0, news()), Night(30, news(forged()), (("/zwdt/c1.html", article(TITLES[1], day(-5))),))], set()),
    ("the article shows the new date too", [Night(0, news()), Night(30, news(forged()), (("/zwdt/c1.html", article(TITLES[1], day(28))),))], {"redated"}),
    (
        "the article says that it was updated",
        [Night(0, news()), Night(30, news(forged()), (("/zwdt/c1.html", article(TITLES[1], day(28)).replace("发布时间", "更新时间")),))],
        set(),
    ),
    ("a list that shows today beside everything", [Night(0, clock(0)), Night(1, clock(1)), Night(30, clock(30))], set()),
    (
        "the same article in a second column under a later date",
        [Night(0, news()), Night(30, news(zt=column("/zt/", {"/zwdt/c1.html": (TITLES[1], day(28))})))],
        set(),
    ),
    (
        "the second column alone is left",
        [Night(0, news()), Night(30, {"/zt/": column("/zt/", {"/zwdt/c1.html": (TITLES[1], day(28)), "x.html": ("另一条信息的标题", day(27))})})],
        set(),
    ),
    ("most of the site changes in one night", [Night(0, big()), Night(30, big(lambda n: day(30 - n)))], {"all-redated"}),
    (
        "the night after a migration",
        [Night(0, big()), Night(30, big(lambda n: day(30 - n))), Night(31, big(lambda n: day(30 - n)))],
        {"all-redated"},
    ),
    (
        "long after a migration",
        [Night(0, big()), Night(30, big(lambda n: day(30 - n))), Night(70, big(lambda n: day(30 - n)))],
        set(),
    ),
    ("a whole list changes, the others do not", [Night(0, big()), Night(30, {**big(), "/a/": big(lambda n: day(29 - n))["/a/"]})], {"redated"}),
    ("new items at addresses of years ago", [Night(0, news()), Night(30, {"/zwdt/": column("/zwdt/", OLD)})], {"old-addresses"}),
    ("new items at new addresses", [Night(0, news()), Night(30, {"/zwdt/": column("/zwdt/", FRESH)})], set()),
    ("two old addresses are no rule", [Night(0, news()), Night(30, {"/zwdt/": column("/zwdt/", dict(list(OLD.items())[:2]))})], set()),
    (
        "old news come back in another column",
        [Night(0, news()), Night(30, {"/zt/": column("/zt/", {f"/zwdt/c{n}.html": (TITLES[n], day(25)) for n in range(3)})})],
        {"old-addresses"},
    ),
    (
        "every list has new dates at old addresses",
        [
            Night(0, news()),
            Night(30, {f"/{c}/": column(f"/{c}/", {url.replace("zwdt", c): row for url, row in OLD.items()}) for c in "abc"}),
        ],
        {"all-redated"},
    ),
    ("a letter that was answered", [Night(0, {"/hdjl/xx/": LETTERS}), Night(30, {"/hdjl/xx/": ANSWERED})], set()),
    ("months and days below a year that rolls over", [Night(0, yearly(2026)), Night(380, yearly(2027))], set()),
    ("months and days that change", [Night(0, yearly(2026)), Night(30, yearly(2026, "06-28"))], {"redated"}),
    ("an item that changes again and again", [Night(n, news(forged(shown=day(n - 1)))) for n in range(0, 160, 20)], set()),
]  # fmt: skip


def last_of(tmp_path: Path, nights: list[Night]) -> Judgement:
    site = Nights(tmp_path)
    return [site.night(each.number, each.pages, articles=each.articles) for each in nights][-1]


@pytest.mark.parametrize(("nights", "codes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_said_of_the_last_night(tmp_path: Path, nights: list[Night], codes: set[str]) -> None:
    judgement = last_of(tmp_path, nights)
    assert {found.code for found in judgement.findings} == codes, judgement.summary
    assert all(
        found.confirm and found.severity == ("caution" if found.code == "all-redated" else "candidate") for found in judgement.findings
    )
    assert judgement.verdict in ("pass", "not_assessed", "not_applicable"), "a candidate never fails a site"


def test_the_finding_tells_the_history_of_the_item_and_goes_on(tmp_path: Path) -> None:
    site = Nights(tmp_path)
    site.night(0, news())
    found = [site.night(number, news(forged())).findings for number in (30, 31, 40)]
    assert len({each[0].id for each in found}) == 1 and [len(each) for each in found] == [1, 1, 1]
    (told,) = found[-1]
    assert told.subject == "/zwdt/" and TITLES[1] in told.message and all(text in told.message for text in (day(0), day(-5), day(28)))
    (item,) = told.evidence.figures["items"]
    assert (item["since"], item["first_date"], item["date"]) == (day(0), day(-5), day(28))
    assert item["changes"] == [{"seen": day(30), "date": day(28)}]
    assert not site.night(140, news(forged())).findings, "a quarter later it is no news any more"


def test_lists_without_dates_have_nothing_to_compare(tmp_path: Path) -> None:
    site = Nights(tmp_path)
    for number in (0, 30):
        judgement = site.night(number, {"/zwdt/": column("/zwdt/", rows("", "", ""))})
    assert judgement.verdict == "not_applicable" and "没有标日期" in judgement.reason


def test_memory_grows_with_changes_only(tmp_path: Path) -> None:
    site = Nights(tmp_path)
    for number in range(3):
        site.night(number, {**news(), **clock(number)} if number < 0 else news())
    before = site.rows()
    told = [site.night(number, news()).figures["items"] for number in range(3, 29)]
    assert not any(told) and site.rows() == before == 4
    assert len(site.night(33, news()).figures["items"]) == 4, "renewed, so that what is still listed is not forgotten"
    assert site.rows() == 4
    site.night(34, news(forged()))
    assert site.rows() == 5


def test_a_night_judged_again_is_judged_the_same(tmp_path: Path) -> None:
    site = Nights(tmp_path)
    site.night(0, news())
    first = site.night(30, news(forged()))
    again = site.night(30, news(forged()))
    assert again.findings == first.findings and again.figures == first.figures
    site.night(30, news())
    assert site.night(31, news()).findings == ()


def test_a_single_check_has_nothing_to_compare(tmp_path: Path) -> None:
    from checks.forged_dates import CHECK
    from tests.checks.build import Built

    site = Built(tmp_path, as_of=FIRST)
    site.page("/", frame("<p>欢迎访问</p>"), rendered=True)
    site.page("/zwdt/", column("/zwdt/", OLD))
    judgement = CHECK.judge(site.evidence(), FIRST)
    assert judgement.verdict == "not_applicable" and "没有以往各晚的记录" in judgement.reason and not judgement.findings


def test_the_first_weeks_are_too_short_to_pass(tmp_path: Path) -> None:
    site = Nights(tmp_path)
    verdicts = [site.night(number, news()).verdict for number in (0, 1, 13, 14)]
    assert verdicts == ["not_assessed", "not_assessed", "not_assessed", "pass"]


@pytest.mark.parametrize("state", ["blocked", "unreachable"])
def test_a_site_that_was_not_read_is_not_assessed_and_nothing_is_forgotten(tmp_path: Path, state: str) -> None:
    from checks.forged_dates import CHECK
    from tests.checks.build import Built

    site = Built(tmp_path, as_of=date(2026, 7, 1))
    site.failed("/", "network-error", None)
    site.writer.put_meta("site_state", {"state": state, "reason": "", "detail": ""})
    site.writer.put_meta("options", {"history": ["forged-dates"]})
    judgement = CHECK.judge(site.evidence(), date(2026, 7, 1))
    assert (judgement.verdict, [unseen.reason for unseen in judgement.unseen]) == ("not_assessed", [state])
    assert "items" not in judgement.figures


def test_an_old_address_is_told_with_what_earlier_nights_saw_there(tmp_path: Path) -> None:
    site = Nights(tmp_path)
    site.night(19, {"/zwdt/": column("/zwdt/", {url: (title, "2024-03-15") for url, (title, _) in OLD.items()})})
    (told,) = site.night(25, {"/zwdt/": column("/zwdt/", OLD)}).findings
    assert told.code == "old-addresses" and "网址中的日期是 2024-03-1" in told.message
    for item in told.evidence.figures["items"]:
        assert item["by"] == "address" and item["changes"] == [{"seen": day(19), "date": "2024-03-15"}]
