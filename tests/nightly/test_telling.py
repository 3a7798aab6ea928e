"""What a night says while it runs: log lines that carry their site, the line a minute, the live view, the summary."""

from __future__ import annotations

import io
import json
import logging
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from crawler.fleet_log import FromDesk, Lines, Objects, ToDesk, name_site
from reports.nightly_summary import Summary, Unassessed
from reports.nightly_view import Standing, drawn, duration


def test_a_worker_s_lines_come_out_at_the_run_with_their_site_and_fault(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    there = logging.getLogger("crawler.somewhere.in.a.worker")
    there.propagate, there.level = False, logging.INFO
    handler = ToDesk(tmp_path / "worker")
    there.addHandler(handler)
    name_site("6200000001")
    try:
        raise LookupError("nothing there")
    except LookupError:
        there.exception("读不出 %s", "首页")
    name_site("")
    there.removeHandler(handler)
    handler.close()
    with (tmp_path / "worker").open("ab") as file:
        file.write(b'{"name": "half a line')
    there.propagate, reader = True, FromDesk()
    reader.pass_on([tmp_path / "worker"])
    reader.pass_on([tmp_path / "worker"])
    (record,) = caplog.records
    line, *trace = Lines().format(record).splitlines()
    assert line.endswith("错误 [6200000001] 读不出 首页") and trace[-1] == "LookupError: nothing there"
    said = json.loads(Objects().format(record))
    assert (said["site"], said["level"], said["message"]) == ("6200000001", "error", "读不出 首页")


def _standing() -> Standing:
    running = [
        {"key": "6200000001", "host": "www.a-test.gov.cn", "phase": "settle", "pages": 40, "seconds": 75.0},
        {"key": "6200000002", "host": "www.b-test.gov.cn", "phase": "crawl", "pages": 2, "seconds": 3.0},
    ]
    return Standing(10, settled=4, errors=1, pages=100, running=running, last_error="6200000009：首页被防护设备拦截")


def test_the_line_and_the_live_view_say_how_the_night_stands() -> None:
    standing = _standing()
    assert standing.line().startswith("完成 4/10，进行中 2，未开始 4，")
    assert "未能评估 1" in standing.line() and "最久 6200000001（1:15，40 页）" in standing.line()
    screen = Console(file=io.StringIO(), width=120)
    screen.print(drawn(standing))
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert shown.index("www.a-test.gov.cn") < shown.index("www.b-test.gov.cn")
    assert "首页被防护设备拦截" in shown and "在浏览器中核实" in shown
    assert (duration(75), duration(3 * 3600 + 61)) == ("1:15", "3:01:01")


def test_the_summary_says_the_same_in_text_and_as_one_json_line() -> None:
    summary = Summary(
        as_of=date(2026, 8, 20),
        state="stopped",
        why="",
        sites=10,
        done=4,
        tonight=3,
        left=5,
        pages=1234,
        requests=2000,
        bytes=3 * 2**20,
        size=8 * 2**20,
        seconds=61.0,
        writing_seconds=0.1,
        changes={"new": 7, "rectified": 2},
        unassessed=[Unassessed("6200000009", "某县", "http://www.c-test.gov.cn/", "首页被防护设备拦截")],
        biggest=[("6200000001", 5 * 2**20)],
        evidence=Path("/e/2026-08-20"),
    )
    text = summary.as_text()
    for words in (
        "到时间停止",
        "网站 10 个：已查 4（本次 3），未能评估 1，未做 5",
        "1,234 页",
        "平均每站每晚 2.0 MB",
        "新增 7，已整改 2，重新出现 0",
    ):
        assert words in text
    assert "  6200000009 某县 http://www.c-test.gov.cn/：首页被防护设备拦截" in text
    said = json.loads(summary.as_json())
    assert "\n" not in summary.as_json()
    assert (said["event"], said["left"], said["unassessed"][0]["site"]) == ("summary", 5, "6200000009")
