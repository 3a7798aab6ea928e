"""The judgement on written probes and written history: nothing is asked here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from checks.catalogue import rules
from checks.links import CHECK
from checks.links_answers import bad_words, decide
from checks.links_facts import UNVERIFIED, WHY, Look, Problem, Result, Tally, Target
from checks.model import Judgement
from crawler.document import Document
from crawler.evidence import EvidenceWriter
from crawler.site import Site
from tests.checks.ipv6.portal import facts
from tests.checks.links.portal import AS_OF

HOME = "http://www.qinghe-test.gov.cn/"
LINK = Target("/t.html", f"{HOME}t.html", "link", True, "home", (HOME,), "一篇稿件", '<a href="/t.html">一篇稿件</a>', "/t.html", "main")
FAR = replace(LINK, key="www.gone.cn/a", url="http://www.gone.cn/a", inside=False)
GONE = Result("broken", "gone", 404, "", ("GET 404", "HEAD 404"))
DEAD = Result("broken", "no-such-domain", None, "域名不存在", ("GET 域名不存在", "再次解析"), host_dead=True)
TALLY = Tally(2, 0, {"broken": 1, "ok": 9}, {"link": 10}, {}, 5, 1, True, True, True, (), "2026-08-20T02:00:00+08:00")


def judged(folder: Path, problems: list[Problem], history: list[tuple[str, int, str]] | None = None, tally: Tally = TALLY) -> Judgement:
    writer = EvidenceWriter(folder / "evidence.sqlite", Site(HOME), AS_OF)
    writer.put_meta("site_state", {"state": "ok"})
    writer.add_page({**facts(HOME), "depth": 0})
    writer.put_probe(CHECK.id, "tally", tally)
    writer.put_probe(CHECK.id, "problems", problems)
    for key, ago, outcome in history or []:
        grade, _, times = outcome.partition("*")
        writer.put_history(
            CHECK.id, key, AS_OF - timedelta(days=ago), {"outcome": grade, "nights": int(times)} if times else {"outcome": grade}
        )
    return CHECK.judge(writer.read(), AS_OF)


NIGHTS: list[tuple[str, list[tuple[str, int, str]], str, int]] = [
    ("never seen before", [], "candidate", 1),
    ("broken the night before", [("/t.html", 1, "broken")], "deduction", 2),
    ("broken three nights", [("/t.html", 1, "broken"), ("/t.html", 2, "broken"), ("/t.html", 3, "danger")], "deduction", 4),
    ("broken once, then fine", [("/t.html", 2, "broken"), ("/t.html", 1, "ok")], "candidate", 1),
    ("broken, then nobody could look", [("/t.html", 2, "broken"), ("/t.html", 1, "unverifiable")], "deduction", 2),
    ("a caution is no broken night", [("/t.html", 1, "caution")], "candidate", 1),
    ("another target was broken", [("/other.html", 1, "broken")], "candidate", 1),
    ("written today already", [("/t.html", 0, "broken")], "candidate", 1),
    ("broken on three nights, kept as one memory", [("/t.html", 1, "broken*3")], "deduction", 4),
    ("well again after a memory of three nights", [("/t.html", 2, "broken*3"), ("/t.html", 1, "ok")], "candidate", 1),
    ("a value nobody understands", [("/t.html", 1, "")], "candidate", 1),
]


@pytest.mark.parametrize(("history", "severity", "seen"), [case[1:] for case in NIGHTS], ids=[case[0] for case in NIGHTS])
def test_a_dead_link_costs_points_once_two_nights_have_seen_it(
    tmp_path: Path, history: list[tuple[str, int, str]], severity: str, seen: int
) -> None:
    judgement = judged(tmp_path, [Problem(LINK, GONE)], history)
    (found,) = judgement.findings
    assert (found.severity, found.seen) == (severity, seen)
    assert judgement.verdict == ("fail" if severity == "deduction" else "pass")
    assert ("首次发现" in found.message) == (seen == 1) and "0.2 分" in found.message


def test_a_dead_host_is_known_again_by_host_or_by_any_of_its_links(tmp_path: Path) -> None:
    for number, key in enumerate(("www.gone.cn", "www.gone.cn/a")):
        judgement = judged(tmp_path / str(number), [Problem(FAR, DEAD)], [(key, 1, "broken")])
        assert [(found.code, found.subject, found.seen) for found in judgement.findings] == [("dead-host", "www.gone.cn", 2)]


def test_danger_is_for_a_person_to_confirm_on_every_night(tmp_path: Path) -> None:
    bad = Result("danger", "hijacked", 200, "", ("GET 200", "GET 200"), "澳门葡京官网")
    for number, history in enumerate(([], [("/t.html", 1, "danger")])):
        (found,) = judged(tmp_path / str(number), [Problem(LINK, bad)], history).findings
        assert found.confirm and "澳门葡京官网" in found.message
        assert found.severity == ("deduction" if history else "candidate")


def test_a_column_page_costs_less(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, [Problem(replace(LINK, position="column"), GONE)]).findings
    assert "每个扣 0.1 分，本项最多扣 1 分" in found.message


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"resolver": False}, "dns-failed"),
        ({"outside": False}, "no-outside-here"),
        ({"site": False}, "site-failing"),
        ({"walled": True}, "blocked"),
    ],
)
def test_what_could_not_be_relied_on_is_not_assessed(tmp_path: Path, change: dict[str, bool], reason: str) -> None:
    judgement = judged(tmp_path, [], tally=replace(TALLY, **change))  # type: ignore[arg-type]
    assert judgement.verdict == "not_assessed" and [unseen.reason for unseen in judgement.unseen] == [reason]


def test_the_figures_are_plain_and_count_everything(tmp_path: Path) -> None:
    tally = replace(TALLY, grades={"broken": 1, "left-out": 4, "ok": 9, "unverifiable": 1}, unverifiable={"forbidden": 1})
    untold = Problem(replace(LINK, key="/u"), Result("unverifiable", "forbidden", 403, "", ("GET 403",)))
    judgement = judged(tmp_path, [Problem(LINK, GONE), untold], tally=tally)
    figures = judgement.figures
    assert (figures["checked"], figures["ok"], figures["broken"], figures["left_out"]) == (10, 9, 1, 4)
    assert figures["unverifiable"] == {"forbidden": 1} and len(figures["targets"]) == len(figures["unverified"]) == 1
    assert "未核验 5 个" in judgement.summary and "1 个打不开" in judgement.summary


def test_every_reason_has_words() -> None:
    names = rules("links").names
    assert not set(WHY) & {"ok"} and all(WHY.values()) and all(UNVERIFIED.values()) and all(names.values())


TITLES: list[tuple[str, str, bool]] = [
    ("澳门葡京官网-真人娱乐", "", True),
    ("百家乐在线平台", "", True),
    ("成人视频在线观看", "", True),
    ("首页", "六合彩,时时彩,百家乐", True),
    ("百家乐的由来", "", False),
    ("警方打击跨境赌博，捣毁百家乐在线平台", "", False),
    ("关于开展网络博彩专项整治的通知", "博彩,棋牌游戏", False),
    ("西地那非（伟哥）说明书 在线查询", "", False),
    ("体育彩票管理中心官网", "中国体育彩票,投注站", False),
    ("无码头作业区管理平台", "", False),
    ("某县人民政府", "政务公开,办事服务", False),
    ("老年大学棋牌室开放时间", "", False),
    ("Socialism with Chinese Characteristics Online", "", False),
    ("Specialist hospital app", "", False),
    ("全县地图（jpg电子版）下载", "", False),
    ("UAV在线飞行管理平台", "", False),
    ("电子游艺设备内容审核-政务服务平台", "", False),
    ("博彩监察协调局首页", "", False),
    ("PG电子官网", "", True),
    ("Buy Viagra online", "", True),
    ("公开有码可查：政务公开平台上线", "", False),
]


@pytest.mark.parametrize(("title", "keywords", "bad"), TITLES)
def test_only_pages_that_advertise_are_dangerous(title: str, keywords: str, bad: bool) -> None:
    document = Document(f'<html><head><title>{title}</title><meta name="keywords" content="{keywords}"></head></html>', HOME, as_of=AS_OF)
    assert bool(bad_words(document)) == bad


def test_no_sequence_of_looks_goes_on_for_ever() -> None:
    import itertools

    kinds = [
        ("ok", ""),
        ("broken", "gone"),
        ("broken", "server-error"),
        ("broken", "no-answer"),
        ("unverifiable", "forbidden"),
        ("caution", "tls"),
        ("danger", "hijacked"),
    ]
    for kind in ("link", "image"):
        for answers in itertools.product(kinds, repeat=5):
            looks: list[Look] = []
            following: Result | str = "GET" if kind == "link" else "HEAD"
            for grade, reason in answers:
                if isinstance(following, Result):
                    break
                looks.append(Look(following, grade, reason))  # type: ignore[arg-type]
                following = decide(looks, kind)
            assert isinstance(following, Result), answers
            if following.grade in ("broken", "danger"):
                assert len(looks) > 1, "confirmed before accused"
