"""A paper as HTML: every word of it is there, nothing of a site becomes markup or a link that is none, it is accessible, and it prints on A4."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from unicodedata import normalize

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Request, sync_playwright
from pypdf import PdfReader

from crawler.browser_chromium import find_chromium
from reports.bulletin import bulletin
from reports.charts_quarter import quarter_charts
from reports.feedback import feedback
from reports.hostile import clean
from reports.office import Office
from reports.paper import Annex, Heading, PageBreak, Paper, Paragraph, Picture, Table, every_text
from reports.paper_html import paper_html
from tests.quarters.samples import HOSTILE, jpeg, sample_inspection

OFFICE = Office(
    name="清河省人民政府办公厅", red_heading="清河省人民政府办公厅文件", number="清政办函〔2026〕9号", signed="清河省人民政府办公厅"
)


def _plain(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def papers() -> dict[str, Paper]:
    inspection = sample_inspection()
    sheet = feedback(inspection, inspection.units[0].name, OFFICE)
    hostile = Paper(
        kind="bulletin",
        title=HOSTILE,
        banner=HOSTILE,
        blocks=(
            Heading(HOSTILE),
            Paragraph(HOSTILE, lead=HOSTILE, link="javascript:alert(1)"),
            Table((HOSTILE,), ((HOSTILE,),), HOSTILE, links={(0, 0): "data:text/html,x"}),
            Picture(jpeg(), '"><script>alert(1)</script>', HOSTILE),
            PageBreak(),
            Table(("空",), (), "没有行的表", empty="没有。"),
        ),
        annexes=(Annex(HOSTILE, (Paragraph("文", link="https://www.qinghe.gov.cn/"),)),),
    )
    return {"bulletin": bulletin(inspection, quarter_charts(inspection), OFFICE), "feedback": sheet, "hostile": hostile}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_chromium(playwright), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("name", ["bulletin", "feedback", "hostile"])
def test_every_text_of_the_paper_is_read_in_the_file(papers: dict[str, Paper], name: str) -> None:
    read = _plain(BeautifulSoup(paper_html(papers[name]), "lxml").get_text())
    missing = [text for text in every_text(papers[name]) if _plain(clean(text)) not in read]
    assert not missing


def test_nothing_of_a_site_becomes_markup_or_a_link_that_is_none(papers: dict[str, Paper]) -> None:
    soup = BeautifulSoup(paper_html(papers["hostile"]), "lxml")
    assert not soup.find_all("script") and not soup.find_all(style=True)
    assert {link["href"] for link in soup.find_all("a") if not str(link["href"]).startswith("#")} == {"https://www.qinghe.gov.cn/"}
    assert all(str(image["src"]).startswith("data:image/") for image in soup.find_all("img"))


def test_the_same_paper_gives_the_same_bytes(papers: dict[str, Paper]) -> None:
    assert paper_html(papers["bulletin"]) == paper_html(replace(papers["bulletin"]))


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["bulletin", "feedback", "hostile"])
def test_axe_finds_nothing_serious_and_nobody_is_asked(papers: dict[str, Paper], browser: Browser, name: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    def remember(request: Request) -> None:
        if not request.url.startswith(("about:", "data:")):
            asked.append(request.url)

    page.on("request", remember)
    page.set_content(paper_html(papers[name]), wait_until="load")
    found = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
    assert not found, [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found]
    assert not asked and not said
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_it_prints_on_a4_with_every_annex_on_a_page_of_its_own(papers: dict[str, Paper], browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(paper_html(papers["bulletin"]), wait_until="load")
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    page.close()
    assert {(round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) for sheet in printed.pages} == {(595, 842)}
    texts = [normalize("NFKC", _plain(sheet.extract_text())) for sheet in printed.pages]  # fonts name some characters by their radicals
    assert normalize("NFKC", papers["bulletin"].title) in texts[0]
    for number in range(1, len(papers["bulletin"].annexes) + 1):
        assert any(text.startswith(f"附件{number}") for text in texts)


def test_letters_of_a_chart_are_large_enough_on_a_phone_and_it_scrolls_by_itself(papers: dict[str, Paper], browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_content(paper_html(papers["bulletin"]), wait_until="load")
    scales = page.evaluate("[...document.querySelectorAll('.chart img')].map(img => img.clientWidth / img.naturalWidth)")
    assert scales and min(12 * scale for scale in scales) >= 8
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_every_table_names_its_columns_and_every_picture_says_what_it_shows(papers: dict[str, Paper]) -> None:
    soup = BeautifulSoup(paper_html(papers["bulletin"]), "lxml")
    assert soup.html is not None and soup.html["lang"] == "zh-CN"
    assert len(soup.find_all("h1")) == 1
    assert all(table.select("thead th[scope=col]") for table in soup.find_all("table"))
    assert all(image["alt"] for image in soup.find_all("img"))
    named = {str(each["id"]) for each in soup.find_all(id=True)}
    assert {str(link["href"])[1:] for link in soup.select("a[href^='#']")} <= named


def test_nothing_outside_the_file_may_be_asked(papers: dict[str, Paper]) -> None:
    soup = BeautifulSoup(paper_html(papers["bulletin"]), "lxml")
    policy = str(soup.select("meta[http-equiv=Content-Security-Policy]")[0]["content"])
    assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe-inline" not in policy
    assert not soup.select("script, iframe, object, embed, link, base, form")


def test_a_title_turns_before_a_word_and_stays_one_text(papers: dict[str, Paper]) -> None:
    title = replace(papers["bulletin"], title="关于2026年第三季度清河省政府网站检查情况的通报")
    html = paper_html(title)
    assert BeautifulSoup(html, "lxml").select("h1")[0].get_text() == title.title
    assert "清河省<wbr>政府网站<wbr>检查<wbr>情况的通报</h1>" in html
