"""Pages whose scripts never end, multiply or rewrite themselves, in the real browser: bounded time, a clear answer, and the next page is shown."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crawler.browser import Rendered, Renderer
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.settings import Limits
from crawler.site import Site
from crawler.visit import VisitLedger
from tests.crawler.served import Asked, Reply, Route, Server

AS_OF = date(2026, 8, 20)
PAGE, HANG = 4.0, 1.0
HTML = "<!DOCTYPE html><html><head><title>专题专栏</title></head><body><div class=nav><a href=/a/>首页</a></div><p>{words}</p>{body}</body></html>"


def _script(code: str) -> str:
    return f"<script>{code}</script>"


async def _endless(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


def _reload(asked: Asked) -> Reply:
    return Reply(HTML.format(words="重载", body=_script("location.reload()")))


PAGES: dict[str, tuple[str, str]] = {
    # name: (body, what becomes of it: whole, part (something to read, nothing settled) or none)
    "endless-script": (_script("while(true){}"), "none"),
    "endless-script-later": (_script("setTimeout(() => {while(true){}}, 300)"), "none"),
    "endless-worker": (_script("new Worker(URL.createObjectURL(new Blob(['while(true){}'])))"), "any"),
    "endless-microtasks": (_script("const f = () => Promise.resolve().then(f); f()"), "none"),
    "dialogs-10000": (_script("for (let i = 0; i < 10000; i++) {alert(i); confirm(i); prompt(i)}"), "whole"),
    "dialogs-endless": (_script("setInterval(() => alert(1), 0)"), "whole"),
    "dialog-before-unload": (_script("onbeforeunload = (e) => {e.preventDefault(); return 'x'}; setTimeout(() => location = '/a/', 50)"), "any"),
    "windows-10000": (_script("for (let i = 0; i < 10000; i++) window.open('/a/?' + i)"), "any"),
    "windows-by-links": (
        "<a id=w target=_blank href=/a/>x</a>" + _script("for (let i = 0; i < 500; i++) document.getElementById('w').click()"),
        "any",
    ),
    "rewrites-itself": (_script("setInterval(() => {document.open(); document.write('<p>' + Math.random()); document.close()}, 0)"), "any"),
    "rewrites-its-body": (_script("setInterval(() => {document.body.innerHTML = '<p>' + Math.random() + '</p>'}, 0)"), "any"),
    "writes-for-ever": (_script("setInterval(() => {for (let i = 0; i < 2000; i++) document.body.append('长'.repeat(500))}, 0)"), "any"),
    "doubles-itself": (_script("setInterval(() => document.body.append(document.body.cloneNode(true)), 10)"), "any"),
    "history-storm": (_script("let n = 0; setInterval(() => history.pushState({}, '', '/h/' + n++), 0)"), "any"),
    "hash-storm": (_script("let n = 0; setInterval(() => location.hash = n++, 0)"), "any"),
    "leaves-for-ever": (_script("location = '?' + Math.random()"), "any"),
    "refreshes-itself": ("<meta http-equiv=refresh content='0'>", "any"),
    "downloads-for-ever": ("<iframe src=/endless></iframe>" + _script("fetch('/endless'); location = '/endless'"), "part"),
    "canvas-huge": (_script("for (let i = 0; i < 50; i++) {const c = document.createElement('canvas'); c.width = c.height = 16000; const d = c.getContext('2d'); d.fillRect(0, 0, 16000, 16000); document.body.append(c)}"), "any"),
    "strings-double": (_script("let s = 'x'; const all = []; while (true) {s += s; if (s.length > 1e8) s = 'x'; all.push(s + all.length)}"), "none"),
    "eats-memory": (_script("const all = []; for (;;) try {all.push(new Uint8Array(5e7).fill(1))} catch (full) {}"), "none"),
    "sockets": (_script("for (let i = 0; i < 200; i++) {new WebSocket('ws://' + location.host + '/ws'); try {new RTCPeerConnection()} catch (e) {}}"), "any"),
    "service-worker": (_script("navigator.serviceWorker && navigator.serviceWorker.register('/sw.js').catch(() => 0)"), "any"),
    "fetch-storm": (_script("for (let i = 0; i < 3000; i++) fetch('/a/?' + i).catch(() => 0)"), "any"),
    "errors-storm": (_script("setInterval(() => {for (let i = 0; i < 100; i++) setTimeout(() => nothing.here, 0)}, 0)"), "any"),
    "console-storm": (_script("for (let i = 0; i < 50000; i++) console.log(i, document.body)"), "any"),
    "surrogates": (_script("document.title = '\\ud800'; document.body.append('\\udfff\\ud800 坏字')"), "whole"),
    "nodes-300000": (_script("for (let i = 0; i < 300000; i++) document.body.append(document.createElement('i'))"), "any"),
    "deep-100000": (_script("let at = document.body; for (let i = 0; i < 100000; i++) {const d = document.createElement('div'); at.append(d); at = d}"), "any"),
    "deep-2000": (_script("let at = document.body; for (let i = 0; i < 2000; i++) {const d = document.createElement('div'); at.append(d); at = d}; at.append('深')"), "any"),
    "frames-of-itself": ("<iframe src='?a'></iframe><iframe src='?b'></iframe>", "any"),
    "frames-nested": (_script("let h = 'x'; for (let i = 0; i < 30; i++) {const f = document.createElement('iframe'); f.srcdoc = h; h = f.outerHTML} document.body.insertAdjacentHTML('beforeend', h)"), "any"),
    "closes-itself": (_script("setTimeout(() => window.close(), 100)"), "any"),
    "prints-for-ever": (_script("setInterval(() => window.print(), 0)"), "any"),
    "asks-for-everything": (_script("navigator.geolocation.getCurrentPosition(() => 0); try {Notification.requestPermission()} catch (e) {}; document.documentElement.requestFullscreen().catch(() => 0)"), "any"),
    "breaks-our-tools": (_script("for (const n of ['Set','Map','Promise','Object','Array','JSON','Node','NodeFilter','getComputedStyle','setTimeout','performance']) try {window[n] = null} catch (e) {}; document.querySelectorAll = null; Element.prototype.setAttribute = () => {throw 1}"), "any"),
}  # fmt: skip


class Lab:
    """One browser for all pages of this file, as one run of an inspection has one."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.runner.run(self._open())

    async def _open(self) -> None:
        network = Network(Site("http://127.0.1.9/"), nameserver=("127.0.0.1", 9))
        await network.start()
        ledger = VisitLedger()
        self.fetcher = Fetcher(network, ledger, Politeness(delay=0.0, timeout=3.0))
        self.renderer = Renderer(network, self.fetcher, ledger, limits=Limits(delay=0.0, timeout=3.0, max_renders=1000), as_of=AS_OF)
        await self.renderer.start()

    def close(self) -> None:
        self.runner.run(self.renderer.close())
        self.runner.run(self.fetcher.close())
        self.runner.close()

    def show(self, body: str) -> Rendered:
        """Render a page with this body; the site has a few other addresses."""
        shown = HTML.format(words="专题内容", body=body)
        routes: dict[str, Route] = {"/": shown, "/endless": Reply(headers={"Content-Type": "application/octet-stream"}, stream=_endless)}
        server = Server(
            routes, fallback=shown if "location" in body or "refresh" in body or "iframe" in body else HTML.format(words="另一页", body="")
        )

        async def work() -> Rendered:
            async with server.running():
                return await self.renderer.render(server.url)

        return self.runner.run(work())


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    made = Lab()
    made.show("")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.browser.PAGE_SECONDS", PAGE)
    monkeypatch.setattr("crawler.browser.HANG_SECONDS", HANG)


def resident() -> int:
    """Resident memory of this process, MB."""
    return int(Path(f"/proc/{os.getpid()}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20


LONG = frozenset({
    "endless-worker", "endless-microtasks", "dialogs-endless", "rewrites-its-body", "writes-for-ever", "doubles-itself", "hash-storm", "refreshes-itself", "canvas-huge",
    "strings-double", "eats-memory", "errors-storm", "console-storm", "nodes-300000", "frames-of-itself", "prints-for-ever", "asks-for-everything", "windows-by-links", "dialog-before-unload",
})  # fmt: skip
"""Run by make soak: each is a cousin of one that make test runs."""


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.soak) if name in LONG else name for name in PAGES])
def test_a_page_that_never_behaves_costs_one_bounded_render_and_the_next_page_is_shown(lab: Lab, name: str) -> None:
    body, expected = PAGES[name]
    begun, before = time.monotonic(), resident()
    shown = lab.show(body)
    took = time.monotonic() - begun
    answer = "none" if shown.document is None else "whole" if shown.complete else "part"
    assert expected in ("any", answer), shown.failed
    assert shown.reason == ("" if answer == "whole" else "incomplete-render")
    assert took < 2 * (PAGE + HANG) + 25
    assert resident() - before < 120
    assert any(lab.show("").complete for _ in range(2))  # on a busy machine the browser may still be clearing away


def test_a_page_that_eats_memory_is_ended_before_the_machine_is(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("crawler.browser_memory.MAX_RESIDENT", 450 * 2**20)
    monkeypatch.setattr("crawler.browser.PAGE_SECONDS", 20.0)
    begun = time.monotonic()
    shown = lab.show(PAGES["eats-memory"][0])
    assert (shown.document, shown.reason) == (None, "incomplete-render")
    assert "was ended" in caplog.text
    assert time.monotonic() - begun < 90
    assert lab.show("").complete
