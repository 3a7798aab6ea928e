"""`mingjing registry check` over real sockets and a real name server: who is silent, who moved, who shares an address; and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from crawler.nights import SiteNight
from crawler.oversight import connect
from crawler.registry import CrawlOptions, RegisteredSite, Registry, Unit
from reports.commands.options import UsageProblem
from reports.registry_check import Asking, look, with_history
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer, peak_at_once
from tests.reports.registry.commands import mingjing

HOME = Response("<title>青禾县人民政府</title><h1>青禾县人民政府</h1>".encode())
Answer = Response | Callable[[Request], Response]


class Towns:
    """Sites of one zone, each on an address of its own unless told otherwise."""

    def __init__(self, dns: DnsServer, web: WebServer) -> None:
        self.dns, self.web = dns, web
        self.port = web.listen(tuple(f"127.0.1.{number}" for number in range(30, 42)))
        self.names: dict[str, tuple[str, ...]] = {}

    def site(self, name: str, answer: Answer | None = HOME, address: str = "", **more: object) -> RegisteredSite:
        """A site; ``answer`` None: its address refuses connections."""
        host = f"{name}.ck-test.gov.cn"
        self.names[name] = (address or (f"127.0.1.{30 + len(self.names)}" if answer else "127.0.1.99"),)
        self.dns.zone("ck-test.gov.cn", hosts=self.names)
        if answer:
            self.web.host(
                host, answer if callable(answer) else lambda request: Response(b"", 404) if request.path == "/robots.txt" else answer
            )
        return RegisteredSite(name, f"{name}站", self.url(name), unit="青禾县", **more)  # type: ignore[arg-type]

    def url(self, name: str) -> str:
        return f"http://{name}.ck-test.gov.cn:{self.port}/"

    def moved(self, name: str, to: str, status: int) -> RegisteredSite:
        return self.site(name, Response(b"", status, headers=(("Location", to),)))

    def look(self, *sites: RegisteredSite) -> list[tuple[str, str, str]]:
        found = look(sites, Asking(self.dns.nameserver, delay=0, pause=0.1))
        return [(remark.kind, remark.site.key, remark.text) for remark in found]


@pytest.fixture
def towns() -> Iterator[Towns]:
    with DnsServer() as dns, WebServer() as web:
        yield Towns(dns, web)


def test_a_site_that_answers_is_not_named_whatever_its_status(towns: Towns) -> None:
    sites = [towns.site("ok"), towns.site("down", Response(b"", 500)), towns.site("wall", Response(b"", 403))]
    assert towns.look(*sites) == []


def test_a_site_that_refuses_and_one_without_a_name_are_silent_after_two_looks(towns: Towns) -> None:
    nameless = RegisteredSite("gone", "没有的站", f"http://gone.ck-test.gov.cn:{towns.port}/")
    found = towns.look(towns.site("refusing", None), nameless, towns.site("ok"))
    assert [(kind, key) for kind, key, _ in found] == [("silent", "refusing"), ("silent", "gone")]
    assert all(text for _, _, text in found)


def test_a_failure_that_passes_is_not_named(towns: Towns) -> None:
    asked: list[str] = []

    def flaky(request: Request) -> Response:
        if request.path == "/robots.txt":
            return Response(b"", 404)
        asked.append(request.path)
        return Response(fault="drop") if len(asked) < 3 else HOME  # a dropped connection is asked again within one look

    assert towns.look(towns.site("flaky", flaky)) == []
    assert len(asked) == 3


@pytest.mark.parametrize(("status", "named"), [(301, True), (308, True), (302, False), (303, False), (307, False)])
def test_only_a_permanent_redirect_to_another_host_is_a_move(towns: Towns, status: int, named: bool) -> None:
    towns.site("new")
    found = towns.look(towns.moved("old", towns.url("new"), status))
    assert found == ([("moved", "old", f"永久重定向到 {towns.url('new')}")] if named else [])


def test_a_redirect_within_the_site_is_no_move_and_a_temporary_step_makes_it_none(towns: Towns) -> None:
    towns.site("new")

    def stepping(first: int) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            if request.path == "/":
                return Response(b"", first, headers=(("Location", "/step"),))
            return Response(b"", 301, headers=(("Location", towns.url("new")),)) if request.path == "/step" else Response(b"", 404)

        return answer

    inside = Response(b"", 301, headers=(("Location", "http://www.inside.ck-test.gov.cn/"),))
    sites = [towns.site("permanent", stepping(301)), towns.site("temporary", stepping(302)), towns.site("inside", inside)]
    towns.names["www.inside"] = ("127.0.1.99",)
    towns.dns.zone("ck-test.gov.cn", hosts=towns.names)
    assert [(kind, key) for kind, key, _ in towns.look(*sites)] == [("silent", "inside"), ("moved", "permanent")]


def test_sites_that_share_an_address_are_named_with_the_other_one(towns: Towns) -> None:
    first = towns.site("a")
    second = RegisteredSite("b", "乙站", first.url.replace("http://", "http://www."), unit="青禾县")
    towns.names["www.a"] = towns.names["a"]
    towns.dns.zone("ck-test.gov.cn", hosts=towns.names)
    towns.web.host("www.a.ck-test.gov.cn", lambda request: HOME)
    moving = towns.moved("c", first.url, 301)
    shared = [(key, text) for kind, key, text in towns.look(first, second, moving) if kind == "shared"]
    assert shared == [("b", f"与“a站”（a）登记了同一网址 {second.url}"), ("c", f"已迁移到“a站”（a）的网址 {first.url}")]


def test_robots_txt_is_obeyed_unless_the_registry_says_otherwise(towns: Towns) -> None:
    def forbidding(request: Request) -> Response:
        return Response(b"User-agent: *\nDisallow: /\n", type="text/plain") if request.path == "/robots.txt" else HOME

    sites = [towns.site("strict", forbidding), towns.site("agreed", forbidding, options=CrawlOptions(ignore_robots=True))]
    assert [(kind, key) for kind, key, _ in towns.look(*sites)] == [("forbidden", "strict")]
    assert [entry.host for entry in towns.web.log if entry.path == "/"] == ["agreed.ck-test.gov.cn"]


def test_an_address_that_many_sites_share_gets_four_requests_at_once_at_most(towns: Towns) -> None:
    slow = Response(HOME.body, delay=0.05)
    sites = [towns.site(f"s{number}", slow, "127.0.1.35") for number in range(16)]
    assert towns.look(*sites) == []
    assert 1 <= peak_at_once(towns.web.log) <= 4


def test_a_silent_site_is_told_with_what_the_nights_know_of_it(towns: Towns) -> None:
    (silent,) = look([towns.site("refusing", None)], Asking(towns.dns.nameserver, delay=0, pause=0))
    day = date(2026, 8, 19)
    assert with_history(silent, None).text.endswith("；还没有夜间检查记录")
    assert with_history(silent, SiteNight("refusing", day, "ok")).text.endswith("；2026-08-19 的夜间检查有应答")
    assert with_history(silent, SiteNight("refusing", day, "unreachable")).text.endswith("；2026-08-19 的夜间检查也没有应答")


def test_the_command_names_them_and_leaves_one_when_there_is_something_to_look_at(
    towns: Towns, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = tmp_path / "oversight.db"
    registry = Registry(connect(db))
    server, port = towns.dns.nameserver
    command = ("registry", "check", "--db", db, "--nameserver", f"{server}:{port}", "--delay", "0")
    with pytest.raises(UsageProblem, match="mingjing registry import"):
        mingjing(*command)
    towns.site("new")
    registry.put([Unit("青禾县")], [towns.site("ok")])
    assert mingjing(*command) == 0
    assert capsys.readouterr().out == "共查看 1 个网站：没有需要核对的。\n"
    registry.put((), [towns.moved("old", towns.url("new"), 301)])
    assert mingjing(*command) == 1
    said = capsys.readouterr().out
    assert f"已迁移  old  old站  {towns.url('old')}  永久重定向到 {towns.url('new')}" in said
    assert said.endswith("共查看 2 个网站：已迁移 1。\n")
