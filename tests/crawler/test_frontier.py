"""The order of asking, and what is never asked."""

from __future__ import annotations

import pytest

from crawler.breaker import Breaker, outcome_of
from crawler.budget import Budget
from crawler.document import Link
from crawler.frontier import Frontier
from crawler.settings import Limits
from crawler.shape import day_in, group_of, identity, kind_of, pager_step
from crawler.site import Site
from crawler.traps import LEFT_OUT, Traps

HOME = "http://www.shili.gov.cn/"


def frontier(**limits: int) -> Frontier:
    made = Frontier(Site(HOME), Limits(**limits))  # type: ignore[arg-type]
    made.start(HOME)
    made.next()
    return made


def link(path: str, text: str = "栏目", place: str = "main") -> Link:
    return Link(path if "://" in path else f"http://www.shili.gov.cn{path}", text, place)  # type: ignore[arg-type]


def drain(made: Frontier) -> list[str]:
    paths = []
    while (address := made.next()) is not None:
        paths.append(address.url.removeprefix("http://www.shili.gov.cn"))
    return paths


SAME = [
    ("http://www.a.gov.cn/x/", "https://a.gov.cn/x/"),
    ("http://a.gov.cn/x/index.html", "http://a.gov.cn/x/"),
    ("http://a.gov.cn/l.jsp?b=2&a=1", "http://a.gov.cn/l.jsp?a=1&b=2"),
    ("http://a.gov.cn/l.jsp?a=1&_t=99&rnd=0.3", "http://a.gov.cn/l.jsp?a=1"),
    ("http://a.gov.cn/(S(abc123))/l.aspx", "http://a.gov.cn/l.aspx"),
    ("http://a.gov.cn:80/", "https://a.gov.cn:443/"),
]
DIFFERENT = [
    ("http://a.gov.cn/x", "http://a.gov.cn/y"),
    ("http://a.gov.cn/l.jsp?a=1", "http://a.gov.cn/l.jsp?a=2"),
    ("http://a.gov.cn/", "http://b.a.gov.cn/"),
    ("http://a.gov.cn:8080/", "http://a.gov.cn/"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_page_has_one_identity(one: str, other: str) -> None:
    assert identity(one) == identity(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_pages_have_two_identities(one: str, other: str) -> None:
    assert identity(one) != identity(other)


KINDS = [
    ("/zwgk/", "政务公开", "nav", "column"),
    ("/zwgk/tzgg/index.html", "通知公告", "main", "column"),
    ("/col/col1229/index.html", "政策文件", "main", "column"),
    ("/info/1001/", "部门动态", "nav", "column"),
    ("/list.jsp?id=17", "政策解读", "nav", "column"),
    ("/zwgk/more.html", "更多>>", "main", "column"),
    ("/zwgk/202401/t20240112_881.html", "关于开展春季植树活动的通知", "main", "article"),
    ("/art/2024/1/12/art_1229_5.html", "县长调研", "main", "article"),
    ("/zwgk/content_3347.html", "县政府召开第三次常务会议研究部署安全生产工作", "main", "article"),
    ("/info/1001/2345.htm", "我县召开经济运行分析会安排部署下一阶段工作", "main", "article"),
    ("/zwgk/20240112/881.shtml", "要闻", "nav", "article"),
]


@pytest.mark.parametrize(("path", "text", "place", "kind"), KINDS)
def test_columns_and_articles_are_told_apart_before_they_are_asked(path: str, text: str, place: str, kind: str) -> None:
    assert kind_of(f"http://a.gov.cn{path}", text, place) == kind


PAGERS = [
    ("/tzgg/index_3.html", "4", 4),
    ("/tzgg/index_1.html", "下一页", 2),
    ("/list.jsp?id=7&page=12", "12", 12),
    ("/list.aspx?PageIndex=2&c=1", "2", 2),
    ("/col/col12_5.html", "5", 5),
]
NO_PAGERS = [
    ("/zwgk/t20240112_881.html", "关于植树的通知"),
    ("/info/1001/2345.htm", "我县召开会议"),
    ("/zwgk/", "政务公开"),
    ("/show.jsp?id=33", "公告"),
]


@pytest.mark.parametrize(("path", "text", "number"), PAGERS)
def test_further_pages_of_a_list_are_recognised(path: str, text: str, number: int) -> None:
    step = pager_step(f"http://a.gov.cn{path}", text)
    assert step is not None
    assert step.number == number


@pytest.mark.parametrize(("path", "text"), NO_PAGERS)
def test_articles_are_no_pages_of_a_list(path: str, text: str) -> None:
    assert pager_step(f"http://a.gov.cn{path}", text) is None


def test_days_in_addresses_order_articles() -> None:
    days = [
        day_in(f"http://a.gov.cn{p}")
        for p in ("/202401/t20240112_8.html", "/art/2024/1/12/a.html", "/2023-12/05/c_1.html", "/202311/x.html", "/x/123456789.html")
    ]
    assert days == [20240112, 20240112, 20231205, 20231100, 0]
    assert group_of("http://a.gov.cn/c/202401/t20240112_8.html?id=3") == "/c/#/t#_#.html?id"


# traps

REFUSED = [
    ("/files/a.pdf", "附件", "file"),
    ("/files/%E9%99%84%E4%BB%B6.DOCX", "附件", "file"),
    ("/a/b/a/b/c.html", "相对链接", "trap"),
    ("/zwgk/zwgk/zwgk/index.html", "相对链接", "trap"),
    ("/" + "x" * 500, "长", "trap"),
    ("/zwgk/print.jsp?id=3", "打印", "print"),
    ("/zwgk/a.html", "【打印】", "print"),
    ("/search/index.jsp?q=1", "检索", "search"),
    ("/jsearch.do?keyword=a", "检索", "search"),
    ("/user/login.jsp", "登录", "action"),
    ("/l.jsp?a=1&b=2&c=3&d=4&e=5&f=6&g=7", "筛选", "query"),
]
LET_THROUGH = [
    ("/zwgk/", "政务公开"),
    ("/search/", "站内检索"),
    ("/blueprint/plan.html", "规划蓝图"),
    ("/zwgk/a/b/c/d/e.html", "深目录"),
    ("/list.jsp?id=3&page=2", "下一页"),
    ("/2024/01/", "2024年1月工作动态汇编"),
    ("/gkml/index.jsp?year=2024", "2024年信息公开年度报告"),
]


@pytest.mark.parametrize(("path", "text", "reason"), REFUSED)
def test_traps_are_refused_with_their_reason(path: str, text: str, reason: str) -> None:
    assert Traps().refusal(f"http://a.gov.cn{path}", text) == reason
    assert reason in LEFT_OUT


@pytest.mark.parametrize(("path", "text"), LET_THROUGH)
def test_what_only_looks_like_a_trap_is_asked(path: str, text: str) -> None:
    assert Traps().refusal(f"http://a.gov.cn{path}", text) is None


def test_a_calendar_is_left_after_a_few_pages() -> None:
    traps = Traps()
    reasons = [traps.refusal(f"http://a.gov.cn/rili/?year=20{y}&month={m}", "下月") for y in range(20, 25) for m in range(1, 13)]
    assert reasons.count(None) <= 3
    assert set(reasons) == {None, "calendar"}


def test_a_pager_is_read_to_the_second_page_only() -> None:
    traps = Traps()
    reasons = [traps.refusal(f"http://a.gov.cn/tzgg/index_{n}.html", str(n + 1)) for n in range(1, 40)]
    assert reasons[0] is None
    assert set(reasons[1:]) == {"pager"}


def test_every_list_has_its_own_second_page() -> None:
    traps = Traps()
    assert [traps.refusal(f"http://a.gov.cn/list.jsp?id={n}&page=2", "2") for n in range(5)] == [None] * 5


def test_combinable_filters_end() -> None:
    traps = Traps()
    reasons = [
        traps.refusal(f"http://a.gov.cn/l.jsp?area={a}&kind={k}&sort={s}", "筛选") for a in range(5) for k in range(5) for s in range(5)
    ]
    assert reasons.count(None) == 12


def test_queries_that_always_answer_the_same_end() -> None:
    traps = Traps()
    let = 0
    for n in range(50):
        url = f"http://a.gov.cn/home.jsp?visit={n}"
        if traps.refusal(url, "首页") is None:
            let += 1
            traps.learn(url, "same")
    assert let == 3


def test_a_portal_that_serves_all_columns_from_one_path_is_crawled() -> None:
    traps = Traps()
    assert all(traps.refusal(f"http://a.gov.cn/list.jsp?id={n}", f"栏目{n}") is None for n in range(100))


# order


def test_columns_come_before_articles_and_the_newest_article_first() -> None:
    made = frontier()
    made.offer(
        [
            link("/x/t20240101_1.html", "一月一日发布的关于元旦放假的通知"),
            link("/x/t20240301_2.html", "三月一日发布的关于植树造林的通知"),
            link("/tzgg/", "通知公告", "nav"),
            link("/zcwj/", "政策文件", "nav"),
        ],
        HOME,
        1,
    )
    assert drain(made) == ["/tzgg/", "/zcwj/", "/x/t20240301_2.html", "/x/t20240101_1.html"]


def test_every_list_gives_its_first_article_before_any_gives_its_second() -> None:
    made = frontier()
    for name in ("a", "b", "c"):
        made.offer([link(f"/{name}/{n}.html", f"{name}栏目第{n}篇文章的完整标题文字") for n in range(3)], f"{HOME}{name}/", 2)
    assert drain(made) == [f"/{name}/{n}.html" for n in range(3) for name in ("a", "b", "c")]


def test_shallow_columns_come_before_deep_ones() -> None:
    made = frontier()
    made.offer([link("/a/b/", "下级", "nav")], HOME, 2)
    made.offer([link("/c/", "上级", "main")], HOME, 1)
    assert drain(made) == ["/c/", "/a/b/"]


def test_an_address_is_asked_once_however_often_it_is_met() -> None:
    made = frontier()
    for _ in range(3):
        made.offer([link("/a/"), link("/a/index.html"), link("https://shili.gov.cn/a/"), link("/a/?_t=3")], HOME, 1)
    assert drain(made) == ["/a/"]


def test_addresses_that_turned_out_to_be_articles_wait_behind_columns() -> None:
    made = frontier()
    made.offer([link(f"/lm/{n}/", f"栏目{n}") for n in range(6)], HOME, 2)
    first = [made.next() for _ in range(3)]
    for address in first:
        assert address is not None
        made.learn(address, "article", address.url)
    made.offer([link("/real/", "真栏目")], HOME, 2)
    assert drain(made) == ["/real/", "/lm/3/", "/lm/4/", "/lm/5/"]


def test_left_out_addresses_are_counted_once_with_five_examples() -> None:
    made = frontier()
    for _ in range(2):
        made.offer([link(f"http://other{n}.gov.cn/", f"外站{n}") for n in range(9)], HOME, 1)
    left = made.coverage()["left_out"]["outside"]
    assert left["count"] == 9
    assert len(left["examples"]) == 5


def test_an_address_too_deep_here_is_asked_when_a_shallower_page_links_to_it() -> None:
    made = frontier(depth=2)
    made.offer([link("/deep/", "深")], HOME, 3)
    assert made.coverage()["left_out"]["depth"]["count"] == 1
    made.offer([link("/deep/", "深")], HOME, 1)
    assert drain(made) == ["/deep/"]
    assert "depth" not in made.coverage()["left_out"]


def test_links_follow_the_scheme_of_the_home_page() -> None:
    made = frontier()
    made.home_is("https://www.shili.gov.cn/")
    made.offer([link("/a/"), link("http://shili.gov.cn/b/")], HOME, 1)
    assert drain(made) == ["https://www.shili.gov.cn/a/", "http://shili.gov.cn/b/"]


def test_a_fragment_is_no_page_of_its_own() -> None:
    made = frontier()
    made.claim(f"{HOME}nav.html")
    made.offer([link("/nav.html", "导航"), link("/a/")], HOME, 1)
    assert drain(made) == ["/a/"]


# budget and breaker


def test_a_spent_budget_names_its_cap() -> None:
    budget = Budget(Limits(max_pages=2, max_total_bytes=100))
    assert budget.reached() == ""
    budget.take()
    budget.take()
    assert budget.reached() == "max-pages"
    budget.give_back()
    assert budget.reached() == ""
    budget.add_bytes(100)
    assert budget.reached() == "max-bytes"


OUTCOMES = [
    (200, {}, "good"),
    (404, {}, "good"),
    (410, {}, "good"),
    (403, {}, "refused"),
    (412, {}, "refused"),
    (429, {}, "refused"),
    (521, {}, "refused"),
    (200, {"challenged": True}, "refused"),
    (500, {}, "failing"),
    (503, {}, "failing"),
    (None, {"error": "timeout"}, "failing"),
    (None, {"error": "refused"}, "refused"),
    (None, {"error": "no-such-domain"}, "good"),
]


@pytest.mark.parametrize(("status", "extra", "outcome"), OUTCOMES)
def test_answers_count_for_or_against_the_breaker(status: int | None, extra: dict[str, object], outcome: str) -> None:
    assert outcome_of(status, **extra) == outcome  # type: ignore[arg-type]


def test_the_breaker_suspects_a_row_of_refusals_and_a_share_of_them() -> None:
    row = Breaker()
    for _ in range(8):
        assert not row.suspects
        row.note("refused")
    assert row.suspects
    share = Breaker()
    for _ in range(25):
        share.note("good")
    for n in range(40):
        share.note("good" if n % 5 == 0 else "refused")
    assert share.suspects


def test_the_breaker_forgives_twice_and_then_trips() -> None:
    breaker = Breaker()
    for _ in range(2):
        for _ in range(8):
            breaker.note("refused")
        assert breaker.suspects
        assert breaker.forgive()
    assert not breaker.forgive()
    assert breaker.tripped == "refused"


def test_a_failing_server_trips_the_breaker_as_failing() -> None:
    breaker = Breaker()
    for _ in range(8):
        breaker.note("failing")
    breaker.trip()
    assert breaker.tripped == "failing"
