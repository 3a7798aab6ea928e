"""The view-model says what is known, and says of what is unknown that it is unknown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checks.model import Judgement, Unseen
from crawler.evidence import Evidence, EvidenceWriter
from crawler.site import Site
from reports.charts import latency_chart, rate_chart
from reports.ipv6_view import LatencyRow, RateRow
from reports.site_report import SiteReportView, build_view
from reports.text_report import render_text
from reports.view import amount_of_bytes, duration, moment
from tests.reports import sample
from tests.reports.score.ground import NATIONAL

PASSED = Judgement.of(sample.check("home-updates", "首页更新"), [], summary="正常。")
UNSEEN = Judgement.of(sample.check("ipv6", "IPv6 支持"), [], summary="没有看到。", unseen=[Unseen("dns-failed")])
BESIDE = Judgement.not_applicable(sample.check("interaction-channel", "互动渠道"), "不适用。")
CAUTION, FAILED, *_ = sample.judgements()

HEADLINES = [
    ([PASSED], "未发现需要整改的问题", "没有发现问题。"),
    ([PASSED, BESIDE], "未发现需要整改的问题", "没有发现问题。"),
    ([CAUTION], "未发现需要整改的问题", "提醒 1 个。"),
    ([PASSED, UNSEEN], "部分检查未能评估，其余未发现问题", "已评估的项目没有发现问题。"),
    ([UNSEEN], "部分检查未能评估，其余未发现问题", "没有一项检查得出结论。"),
    ([PASSED, UNSEEN, FAILED], "发现需要整改的问题", "扣分 1 个，提醒 1 个。"),
]


@pytest.mark.parametrize(("judgements", "headline", "end"), HEADLINES)
def test_the_conclusion_says_no_more_than_was_found(judgements: list[Judgement], headline: str, end: str, tmp_path: Path) -> None:
    evidence = Evidence(sample.write(tmp_path / "evidence.sqlite"))
    view = build_view(evidence, judgements, sample.RUN, titles=sample.title_of, indicators=NATIONAL)
    assert view.headline == headline
    assert view.conclusion.endswith(end)


def test_an_interrupted_run_says_so_and_invents_nothing(tmp_path: Path) -> None:
    writer = EvidenceWriter(tmp_path / "evidence.sqlite", Site(url=sample.HOME), sample.AS_OF)
    writer.add_page(sample.page_facts(sample.HOME, depth=0))
    writer.put_meta("interrupted", True)
    view = build_view(Evidence(writer.finish()), [UNSEEN], sample.RUN, titles=sample.title_of, indicators=NATIONAL)
    text = render_text(view)
    assert "被人工中断，只有部分结果" in text
    assert "请求          未记录" in text
    assert (view.coverage.pages_asked, view.coverage.pages_read, view.coverage.pages_known) == (1, 1, None)


def test_kept_evidence_that_is_judged_again_says_by_which_rules(tmp_path: Path) -> None:
    evidence = Evidence(sample.write(tmp_path / "evidence.sqlite"))
    note = "本报告按指标目录 2019.2 重新判定。"
    view = build_view(evidence, [PASSED], replace(sample.RUN, rejudged_with=note), titles=sample.title_of, indicators=NATIONAL)
    assert note in render_text(view)


def test_a_site_without_a_name_goes_by_its_title_then_its_host(views: dict[str, SiteReportView], tmp_path: Path) -> None:
    assert views["blocked"].target.name == "www.qingshan.example.cn"
    writer = EvidenceWriter(tmp_path / "evidence.sqlite", Site(url=sample.HOME), sample.AS_OF)
    writer.add_page(sample.page_facts(sample.HOME, depth=0, title=" 青山县\n人民政府 "))
    view = build_view(Evidence(writer.finish()), [PASSED], sample.RUN, titles=sample.title_of, indicators=NATIONAL)
    assert view.target.name == "青山县 人民政府"


def test_the_ipv6_section_is_absent_without_figures_and_draws_none_without_measurements(view: SiteReportView, tmp_path: Path) -> None:
    evidence = Evidence(sample.write(tmp_path / "evidence.sqlite"))
    assert build_view(evidence, [UNSEEN], sample.RUN, titles=sample.title_of, indicators=NATIONAL).ipv6 is None
    bare = replace(UNSEEN, figures={"aaaa": [], "latency": {"v4": {"dns_ms": 3.0}, "v6": {"dns_ms": 4.0}}})
    section = build_view(evidence, [bare], sample.RUN, titles=sample.title_of, indicators=NATIONAL).ipv6
    assert section is not None
    assert (section.rates, section.latencies, section.failing) == ((), (), 0)
    assert view.ipv6 is not None
    assert [row.rate for row in view.ipv6.rates] == ["100.0%", "75.0%", "40.0%", "100.0%", "75.0%"]


def test_a_chart_draws_what_was_measured_and_escapes_its_words() -> None:
    rate = RateRow("<二级>", 1, 4, "4", "25.0%", 0.25, True)
    drawn = rate_chart([rate])
    assert 'class="own" x="0.0" y="20.0" width="85.0"' in drawn
    assert "&lt;二级&gt;" in drawn
    times = latency_chart([LatencyRow("首字节", "100 毫秒", "—", 100.0, None)])
    assert 'class="ipv4" x="46.0" y="20.0" width="210.0"' in times
    assert 'class="ipv6" x="46.0" y="38.0" width="0.0"' in times
    assert rate_chart([]) == latency_chart([]) == ""
    assert latency_chart([LatencyRow("首字节", "—", "—", None, None)]) == ""


def test_amounts_are_printed_in_units_a_reader_knows() -> None:
    assert [amount_of_bytes(n) for n in (0, 1023, 1024, 9_812_331, 5 * 2**30)] == ["0 字节", "1023 字节", "1.0 KB", "9.4 MB", "5.0 GB"]
    assert [duration(s) for s in (0.04, 9.94, 42, 312.4, 3600)] == ["0.0 秒", "9.9 秒", "42 秒", "5 分 12 秒", "60 分 0 秒"]
    assert moment("2026-09-29T18:15:02+00:00") == "2026-09-30 02:15:02"
    assert moment("昨天\x1b") == "昨天\ufffd"
