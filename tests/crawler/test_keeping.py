"""What stays of the bytes when an inspection ends."""

from __future__ import annotations

from pathlib import Path

from crawler.evidence import EvidenceWriter
from crawler.keeping import prune
from tests.crawler.test_evidence import AS_OF, SITE, facts


def test_home_two_per_template_and_every_wanted_page_stay(tmp_path: Path) -> None:
    writer = EvidenceWriter(tmp_path / "site.sqlite", SITE, AS_OF)
    home = "http://www.example.gov.cn/"
    for number in range(6):
        url = f"{home}a/{number}.html" if number else home
        page = writer.add_page(facts(url, depth=1 if number else 0))
        writer.keep_bytes(page, b"page %d" % number, f"s{number}")
    prune(writer, writer.read(), [f"{home}a/4.html", f"{home}never-asked.html"])
    evidence = writer.read()
    assert [evidence.body(page) is not None for page in evidence.pages] == [True, True, False, False, True, False]
