"""`check-site` on one site that has everything hostile at once, and on sites whose home page itself is: exit codes, one clear report."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.hostile import server, site
from tests.hostile.running import NOISE, Case, Lab
from tests.hostile.server import Speak, answer, drip, page, raw
from tests.hostile.test_pages import _zeros_gzipped

COMMAND = str(Path(sys.executable).with_name("check-site"))
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
LINKS = {
    "bomb": answer(_zeros_gzipped()[:1_000_000], "Content-Encoding: gzip"),
    "loop": raw(b"HTTP/1.1 302 F\r\nLocation: /zt/loop/\r\nContent-Length: 0\r\n\r\n"),
    "headers": raw(OK + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n"),
    "private": raw(b"HTTP/1.1 302 F\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"),
    "deep": page("<title>深</title>" + "<div>" * 30_000 + "深"),
    "nul": page("<title>空\0</title>" + "内容\0" * 1_000),
    "sockets": page(site.frame("套接字", "<script>for (;;) {try {new WebSocket('ws://' + location.host)} catch (e) {}; if (Math.random() < .01) break}</script>")),
    "surrogates": page("<title>x</title><script>document.write('<p>\\ud800坏字\\udfff</p>'); document.title = '\\ud800'</script>"),
    "dialogs": page("<title>x</title><script>for (let i = 0; i < 10000; i++) {alert(i)} document.write('<p>完</p>')</script>"),
    "rewrites": page("<title>x</title><script>setInterval(() => {document.body.innerHTML = '<p>' + Math.random()}, 0)</script>"),
}  # fmt: skip
ENDLESS = {"endless": page("<title>x</title><script>while (true) {}</script>")}


def check(lab: Lab, url: str, *options: str) -> tuple[subprocess.CompletedProcess[str], dict[str, object]]:
    """Run the command and read its JSON."""
    host, port = lab.dns.nameserver
    fixed = ("--nameserver", f"{host}:{port}", "--delay", "0", "--as-of", site.AS_OF.isoformat(), "--format", "json", "--max-pages", "60")
    ran = subprocess.run([COMMAND, url, *fixed, *options], capture_output=True, text=True, timeout=400, check=False)
    return ran, json.loads(ran.stdout) if ran.stdout.startswith("{") else {}


def _inspect(lab: Lab, hostile: Mapping[str, Speak], folder: Path) -> None:
    links = "".join(f"<li><a href='/zt/{name}/'>{name}</a></li>" for name in hostile)
    home = site.frame("首页", f"<div class='nav'><ul>{links}</ul></div><ul>{site.items(*site.COLUMNS[0])}</ul>")
    case = Case("everything" + str(len(hostile)), ("", ""), {"/": page(home), **{f"/zt/{name}/": speak for name, speak in hostile.items()}})
    url, _ = lab.serve(case)
    ran, report = check(lab, url, "--evidence", str(folder))
    assert ran.returncode in (0, 1), ran.stderr
    assert not any(word in ran.stderr for word in NOISE), ran.stderr
    states = {row["url"].removeprefix(url.rstrip("/")): row["state"] for row in report["pages"]}  # type: ignore[attr-defined]
    assert sum(1 for path, state in states.items() if state == "page" and path in site.pages()) == site.HONEST
    assert set(states) >= {f"/zt/{name}/" for name in hostile}
    verdicts = {row["id"]: row["verdict"] for row in report["checks"]}  # type: ignore[attr-defined]
    assert verdicts["home-updates"] == "pass"
    assert verdicts["error-report-entry"] in ("pass", "not_assessed", "fail")


def test_a_site_with_everything_hostile_is_inspected_to_its_end(lab: Lab, tmp_path: Path) -> None:
    _inspect(lab, LINKS, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_an_endless_script_costs_its_page_and_no_other(lab: Lab, tmp_path: Path) -> None:
    _inspect(lab, {**LINKS, **ENDLESS}, tmp_path)


async def _loop(path: str, writer: asyncio.StreamWriter) -> None:
    await raw(b"HTTP/1.1 302 F\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (b"/b/" if path == "/" else b"/"))(path, writer)


HOST_CHECKS = ("availability", "ipv6", "https")
"""Checks that ask the host, not its pages."""

HOMES: dict[str, Speak] = {
    "home-bomb": answer(_zeros_gzipped()[:500_000], "Content-Encoding: gzip"),
    "home-ping-pong": _loop,
    "home-refresh-loop": page("<meta http-equiv=refresh content='0;url=/?again'>"),
    "home-silence": drip(b"", b""),
    "home-drip": drip(OK + b"Content-Length: 100000\r\n\r\n<p>", b"x"),
    "home-garbage": raw(b"\x00\xff" * 1_000),
    "home-nothing": raw(b""),
    "home-999": answer(b"<p>x", status=999),
}


def test_a_site_whose_home_page_is_hostile_is_unreachable_or_blocked_and_accused_of_nothing(lab: Lab) -> None:
    cases = [
        Case(name, ("", ""), {"*": speak}, bad="/", limits={"max_redirects": 4, "timeout": 3.0}, honest=False)
        for name, speak in HOMES.items()
    ]
    run = lab.run(cases, at_once=8)
    assert not any(word in run.stderr for word in NOISE), run.stderr
    for name, outcome in run.outcomes.items():
        assert outcome.found["state"] in ("unreachable", "blocked"), name
        pages = {check: verdict for check, verdict in outcome.found["verdicts"].items() if check not in HOST_CHECKS}
        assert set(pages.values()) <= {"not_assessed", "not_applicable"}, (name, pages)
        assert {check for check, *_ in outcome.accusations()} <= set(HOST_CHECKS), name


def test_a_home_page_behind_broken_tls_ends_with_code_3_and_one_line(lab: Lab) -> None:
    address = lab.web.address()
    lab.dns.zone("home-tls-test.gov.cn", hosts={"www": (address,)})
    port = lab.web.accept(address, server.garbage)
    ran, report = check(lab, f"https://www.home-tls-test.gov.cn:{port}/", "--render", "never")
    assert ran.returncode == 3, ran.stderr
    assert not any(word in ran.stderr for word in NOISE), ran.stderr
    assert report.get("checks")
