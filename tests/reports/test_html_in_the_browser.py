"""The HTML report opened in a real browser: it runs clean, asks nobody, is accessible, fits a phone and prints on A4."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

from crawler.browser_chromium import find_chromium
from reports.html_report import render_html
from reports.site_report import SiteReportView
from tests.reports import sample

OUTCOMES = ["sample", "hostile", "blocked", "large"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_chromium(playwright), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(autouse=True)
def closed(browser: Browser) -> Iterator[None]:
    """No page of one test stays open in the next."""
    yield
    for context in browser.contexts:
        context.close()


class Canary:
    """A server on loopback that shows one page and remembers what else it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.html = ""
        bird = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shown = self.path == "/report.html"
                if not shown:
                    bird.asked.append(self.path)
                self.send_response(200 if shown else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(bird.html.encode("utf-8", "replace") if shown else b"")

            def log_message(self, *arguments: object) -> None:
                """Silent: the test reads `asked`."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, browser: Browser, html: str) -> list[str]:
        """Open ``html`` from this server; what the console said."""
        self.html = html
        said: list[str] = []
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))

        def answer(dialog: Dialog) -> None:
            said.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", answer)
        page.goto(f"{self.address}/report.html", wait_until="networkidle")
        return said


@pytest.fixture
def canary() -> Iterator[Canary]:
    bird = Canary()
    yield bird
    bird.server.shutdown()
    bird.server.server_close()


def opened(browser: Browser, html: str, room: Path, *, width: int = 1280) -> tuple[Page, list[str], list[str]]:
    """The page, what its console said, and what it asked for besides itself."""
    file = room / "report.html"
    file.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    said: list[str] = []
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url != file.as_uri() and not request.url.startswith("data:"):
            asked.append(request.url)

    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", note)
    page.goto(file.as_uri(), wait_until="networkidle")
    return page, said, asked


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_page_runs_clean_and_asks_for_nothing(browser: Browser, views: dict[str, SiteReportView], outcome: str, tmp_path: Path) -> None:
    page, said, asked = opened(browser, render_html(views[outcome]), tmp_path)
    assert page.locator("h1").count() == 1
    assert said == []
    assert asked == []


def test_no_request_of_a_hostile_site_s_wish_leaves_the_page(browser: Browser, canary: Canary, tmp_path: Path) -> None:
    html = render_html(sample.hostile_view(tmp_path / "evidence.sqlite", canary.address))
    assert canary.address in html
    said = canary.show(browser, html)
    assert said == []
    assert set(canary.asked) <= {"/favicon.ico"}


def test_the_canary_would_have_sung(browser: Browser, canary: Canary) -> None:
    said = canary.show(browser, "<!DOCTYPE html>" + sample.ATTACK.format(canary=canary.address))
    assert set(canary.asked) >= {"/a.js", "/b.png"}
    assert "1" in said


def test_even_markup_that_slipped_through_could_ask_nobody(browser: Browser, canary: Canary, view: SiteReportView) -> None:
    html = render_html(view).replace("</main>", sample.ATTACK.format(canary=canary.address) + "</main>")
    said = canary.show(browser, html)
    assert len([line for line in said if "Content Security Policy" in line]) >= 2
    assert "1" not in said
    assert set(canary.asked) <= {"/favicon.ico"}


@pytest.mark.parametrize(("outcome", "width"), [("sample", 1280), ("sample", 390), ("hostile", 1280), ("blocked", 390), ("large", 1280)])
def test_axe_finds_nothing_serious(browser: Browser, views: dict[str, SiteReportView], outcome: str, width: int, tmp_path: Path) -> None:
    page, _, _ = opened(browser, render_html(views[outcome]), tmp_path, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    violations = Axe().run(page).response["violations"]
    serious = [(v["id"], v["nodes"][0]["target"]) for v in violations if v["impact"] in ("serious", "critical")]
    assert serious == []


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_phone_needs_no_sideways_scrolling(browser: Browser, views: dict[str, SiteReportView], outcome: str, tmp_path: Path) -> None:
    page, _, _ = opened(browser, render_html(views[outcome]), tmp_path, width=390)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_letters_are_large_enough_on_a_phone(browser: Browser, view: SiteReportView, tmp_path: Path) -> None:
    page, _, _ = opened(browser, render_html(view), tmp_path, width=390)
    drawn = page.evaluate("[...document.querySelectorAll('svg text')].map(text => text.getBoundingClientRect().height)")
    assert drawn and min(drawn) >= 11


def test_folded_parts_open_by_hand(browser: Browser, view: SiteReportView, tmp_path: Path) -> None:
    page, _, _ = opened(browser, render_html(view), tmp_path)
    last = page.locator(f"text={sample.NOTICES[-1]}").first
    assert not last.is_visible()
    page.locator(f"details.more:has-text('{sample.NOTICES[-1]}') > summary").first.click()
    assert last.is_visible()


def printed(page: Page, room: Path) -> tuple[bytes, str]:
    """The report as PDF, and its text."""
    pdf = room / "report.pdf"
    page.pdf(path=pdf, prefer_css_page_size=True)
    return pdf.read_bytes(), subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True, text=True).stdout


def test_the_report_prints_on_a4_with_what_the_screen_folds(browser: Browser, view: SiteReportView, tmp_path: Path) -> None:
    page, _, _ = opened(browser, render_html(view), tmp_path)
    shut = page.locator("details:not([open])").count()
    pdf, text = printed(page, tmp_path)
    boxes = {tuple(round(float(side)) for side in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", pdf)}
    assert boxes == {(0, 0, 595, 842)}
    assert "t20260911_4109.html" in text
    assert page.locator("details:not([open])").count() == shut > 0, "the screen is as it was"


def test_three_hundred_findings_print_on_few_sheets_that_say_where_the_rest_is(
    browser: Browser, views: dict[str, SiteReportView], tmp_path: Path
) -> None:
    page, _, _ = opened(browser, render_html(views["large"]), tmp_path)
    pdf, text = printed(page, tmp_path)
    assert len(re.findall(rb"/Type /Page\b", pdf)) <= 40
    assert "另有 24 处未打印" in text
    assert "另有 315 页未打印" in text
    assert "返回总表" not in text


def test_paper_shows_folded_parts_without_any_script(browser: Browser, view: SiteReportView, tmp_path: Path) -> None:
    page, _, _ = opened(browser, re.sub(r"<script>.*?</script>", "", render_html(view)), tmp_path)
    page.emulate_media(media="print")
    assert page.locator("details:not([open])").count() > 0
    assert page.locator(f"text={sample.NOTICES[-1]}").first.is_visible()


@pytest.mark.parametrize("outcome", ["hostile", "large"])
def test_nothing_sticks_out_of_the_paper(browser: Browser, views: dict[str, SiteReportView], outcome: str, tmp_path: Path) -> None:
    page, _, _ = opened(browser, render_html(views[outcome]), tmp_path, width=665)  # A4 less its margins, in CSS pixels
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 665


def test_the_contents_stay_in_sight_on_a_wide_screen(browser: Browser, views: dict[str, SiteReportView], tmp_path: Path) -> None:
    page, _, _ = opened(browser, render_html(views["large"]), tmp_path)
    page.evaluate("document.documentElement.style.scrollBehavior = 'auto'; window.scrollTo(0, 6000)")
    link = page.locator("nav .checks a", has_text="页面标签")
    assert link.is_visible()
    link.click()
    assert abs(page.locator("#check-page-tags").evaluate("node => node.getBoundingClientRect().top")) < 120
