"""The body of ``mingjing watch`` over real sockets: its line, its exit code, its spacing."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from checks.availability import CHECK
from crawler.evidence import EvidenceWriter
from crawler.oversight import connect
from crawler.samples import Round, Sample, Samples
from crawler.site import Site
from reports.commands.options import SHANGHAI, UsageProblem
from reports.commands.watch import as_moment
from reports.watch import BROKEN, COUNTED, VOID, Rounds, WatchRequest, forever, line, longest_interval, run
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer

HOME = Response("<title>青禾县人民政府</title><h1>青禾县人民政府</h1><a href=/a.html>要闻</a>".encode())
DAY = date(2026, 8, 20)


@dataclass
class Listed:
    """A stand-in for a row of the registry, with what the watch reads of it."""

    key: str
    url: str
    removed_on: date | None = None
    options: Any = field(default_factory=lambda: type("Options", (), {"ignore_robots": False}))

    def as_site(self) -> Site:
        return Site(self.url, registered=self.key)


class Fixture:
    """Two sites, a database, and what was said."""

    def __init__(self, folder: Path, dns: DnsServer, web: WebServer) -> None:
        self.dns, self.web = dns, web
        self.down: set[str] = set()
        self.port = web.listen(("127.0.1.10", "127.0.1.11"))
        dns.zone("qinghe-test.gov.cn", hosts={"a": ("127.0.1.10",), "b": ("127.0.1.11",)})
        for name in "ab":
            web.host(f"{name}.qinghe-test.gov.cn", self.answer)
        self.listed = [Listed(name, f"http://{name}.qinghe-test.gov.cn:{self.port}/") for name in "ab"]
        self.request = WatchRequest(
            folder / "oversight.db", once=True, delay=0, nameserver=dns.nameserver, controls=(f"127.0.1.10:{self.port}",)
        )
        self.database = connect(self.request.db)
        self.samples = Samples(self.database)
        self.said: list[str] = []

    def answer(self, request: Request) -> Response:
        return Response(b"busy", 503) if request.host.split(".")[0] in self.down else HOME

    def sites(self) -> Sequence[Any]:
        return self.listed

    @property
    def rounds(self) -> Rounds:
        return Rounds(self.request, cast(Any, self), self.samples, self.said.append)

    def one(self, at: datetime) -> int:
        return asyncio.run(self.rounds.one(at))


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Fixture]:
    with DnsServer() as dns, WebServer() as web:
        made = Fixture(tmp_path, dns, web)
        yield made
        made.database.conn.close()


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def test_a_round_says_one_line_and_is_kept_under_its_moment(watch: Fixture) -> None:
    watch.down = {"b"}
    assert watch.one(at(DAY, 3)) == COUNTED
    assert len(watch.said) == 1
    assert watch.said[0].startswith(
        "2026-08-20 03:00:00　网站 2 个：IPv4 打开 1，打不开 1（初次 1，复核后确认 1）；IPv6 未计（没有证明本机 IPv6 可用），用时"
    )
    assert watch.samples.week("b", DAY)[0][2]["failed"] == 1


def test_a_round_whose_moment_is_recorded_already_is_harmless(watch: Fixture) -> None:
    watch.one(at(DAY, 3))
    asked = len(watch.web.log)
    assert watch.one(at(DAY, 3)) == COUNTED
    assert len(watch.web.log) == asked and "不再重复" in watch.said[-1]


def test_a_void_round_has_its_own_exit_code_and_its_reason(watch: Fixture) -> None:
    watch.request = replace(watch.request, controls=("127.0.1.10:9",))
    assert watch.one(at(DAY, 3)) == VOID
    assert "本轮不计（访问前对照主机都没有应答：本机网络不通）" in watch.said[0]
    assert watch.samples.week("a", DAY) == []


def test_a_removed_site_is_not_visited_and_an_empty_registry_is_said(watch: Fixture) -> None:
    watch.listed[1].removed_on = DAY
    watch.one(at(DAY, 3))
    assert {entry.host for entry in watch.web.log} == {"a.qinghe-test.gov.cn"}
    watch.listed = []
    with pytest.raises(UsageProblem, match="mingjing registry import"):
        watch.one(at(DAY, 4))


def test_robots_txt_is_read_once_in_a_day_of_rounds(watch: Fixture) -> None:
    for hour in range(3):
        watch.one(at(DAY, hour))
    assert sum(entry.path == "/robots.txt" for entry in watch.web.log) == 2
    assert sum(entry.path == "/" for entry in watch.web.log) == 6
    watch.one(at(DAY + timedelta(days=1), 3))
    assert sum(entry.path == "/robots.txt" for entry in watch.web.log) == 4


def test_a_database_that_takes_no_writing_is_a_broken_round_and_says_so(watch: Fixture, capsys: pytest.CaptureFixture[str]) -> None:
    watch.samples._sql.execute("PRAGMA query_only=ON")
    assert watch.one(at(DAY, 3)) == BROKEN
    assert "访问采样写不进监管库" in capsys.readouterr().err


def test_a_week_of_rounds_reaches_the_checks_verdict(watch: Fixture, tmp_path: Path) -> None:
    """Eight days of rounds as the watch keeps them: one site failing at 5 % and more, its twin just below, an outage of ours beside them."""
    for number in range(8):
        for hour in range(24):
            bad, worse = hour < 1, hour < 2  # 4.2 % and 8.3 %
            samples = (Sample("a", 4, "failed" if bad else "opened", "timeout"), Sample("b", 4, "failed" if worse else "opened", "refused"))
            watch.samples.record(Round(at(DAY + timedelta(days=number - 7), hour), 1.0, "", False, samples))
            ours = tuple(Sample(key, 4, "failed", "timeout") for key in "ab")
            watch.samples.record(
                Round(at(DAY + timedelta(days=number - 7), hour) + timedelta(minutes=30), 1.0, "本机网络不通", False, ours)
            )

    def verdict(key: str, as_of: date) -> str:
        writer = EvidenceWriter(tmp_path / f"{key}.sqlite", Site(f"http://{key}.qinghe-test.gov.cn/"), as_of)
        writer.put_meta("options", {"history": [CHECK.id]})
        for name, day, value in watch.samples.week(key, as_of):
            writer.put_history(CHECK.id, name, day, value)
        judgement = CHECK.judge(writer.read(), as_of)
        writer.abandon()
        return judgement.verdict if not judgement.findings else f"{judgement.verdict} {judgement.findings[0].code}"

    assert verdict("b", DAY) == "fail unreachable-week"
    assert verdict("a", DAY) == "not_assessed", "nobody visited the home page in this evidence, and the week is below 5 %"
    assert verdict("b", DAY - timedelta(days=1)) == "fail unreachable-week"
    assert verdict("b", DAY - timedelta(days=2)) == "not_assessed"


@pytest.mark.parametrize(("minutes", "fine"), [(60, True), (72, True), (73, False), (1440, False)])
def test_rounds_may_not_be_rarer_than_twenty_a_day(watch: Fixture, minutes: int, fine: bool) -> None:
    assert longest_interval() == timedelta(minutes=72)
    if not fine:
        with pytest.raises(UsageProblem, match="72 分钟"):
            run(replace(watch.request, once=False, interval=timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-08-20T03:00", at(DAY, 3)),
        ("2026-08-20 03:00:00", at(DAY, 3)),
        ("2026-08-19T19:00:00+00:00", at(DAY, 3)),
        ("2026-08-20", at(DAY, 0)),
    ],
)
def test_a_moment_is_shanghai_time_unless_it_says_otherwise(typed: str, moment: datetime) -> None:
    assert as_moment(typed) == moment


def test_the_daemon_makes_evenly_spaced_rounds_and_ends_cleanly_on_sigterm(watch: Fixture, capsys: pytest.CaptureFixture[str]) -> None:
    threading.Timer(2.6, os.kill, (os.getpid(), signal.SIGTERM)).start()
    assert asyncio.run(forever(watch.rounds, timedelta(seconds=1))) == COUNTED
    rounds = watch.samples.rounds(date.min, date.max)
    assert 2 <= len(rounds) <= 3 and len(watch.said) == len(rounds)
    assert "监测已停止" in capsys.readouterr().out


def test_a_daemon_that_starts_again_keeps_the_spacing(watch: Fixture) -> None:
    now = datetime.now(SHANGHAI)
    watch.samples.record(Round(now - timedelta(seconds=1), 1.0, "", False, ()))
    threading.Timer(2.6, os.kill, (os.getpid(), signal.SIGTERM)).start()
    asyncio.run(forever(watch.rounds, timedelta(seconds=3)))
    first, *others = watch.samples.rounds(date.min, date.max)
    assert len(others) == 1
    spaced = datetime.fromisoformat(others[0]["at"]) - datetime.fromisoformat(first["at"])
    assert timedelta(seconds=2) <= spaced <= timedelta(seconds=4)


def test_a_round_under_way_is_given_up_when_the_daemon_ends(watch: Fixture) -> None:
    watch.web.host("a.qinghe-test.gov.cn", lambda request: replace(HOME, delay=8.0))
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
    begun = time.monotonic()
    assert asyncio.run(forever(watch.rounds, timedelta(seconds=60))) == COUNTED
    assert time.monotonic() - begun < 4 and watch.samples.latest() is None


def test_a_round_that_cannot_be_made_does_not_stop_the_next(watch: Fixture, capsys: pytest.CaptureFixture[str]) -> None:
    kept, watch.listed = watch.listed, []

    def fill() -> None:
        watch.listed = kept

    threading.Timer(1.2, fill).start()
    threading.Timer(2.8, os.kill, (os.getpid(), signal.SIGTERM)).start()
    assert asyncio.run(forever(watch.rounds, timedelta(seconds=1))) == COUNTED
    assert "网站名录是空的" in capsys.readouterr().err
    assert watch.samples.rounds(date.min, date.max)


def test_a_line_tells_both_families_apart() -> None:
    samples = (Sample("a", 4, "opened", "open"), Sample("b", 4, "untold", "robots"), Sample("a", 6, "failed", "timeout", tries=2))
    said = line(Round(at(DAY, 3), 51.6, "", True, samples), 2)
    assert (
        said == "2026-08-20 03:00:00　网站 2 个：IPv4 打开 1，打不开 0，未知 1；IPv6 打开 0，打不开 1（初次 1，复核后确认 1），用时 52 秒"
    )
