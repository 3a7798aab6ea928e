"""The evidence file: written once, read by judges, refused when it is not what it should be."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from crawler.evidence import Evidence, EvidenceError, EvidenceWriter, Observer, PageLink
from crawler.site import DeclaredColumn, Site

AS_OF = date(2026, 8, 20)
SITE = Site("http://www.example.gov.cn/", code="6200000001", columns=(DeclaredColumn("http://www.example.gov.cn/a/", "要闻"),))


@dataclass(frozen=True, slots=True)
class Fact:
    day: date
    words: tuple[str, ...]


OBSERVER = Observer("fact", Fact, lambda document: None)


def facts(url: str, **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "url": url, "final_url": url, "via": "", "depth": 1, "state": "page", "reason": "", "status": 200, "content_type": "text/html",
        "charset": "utf-8", "title": "", "template": "t", "sha256": "", "size": 1, "fetched_at": "2026-08-20T08:00:00+08:00", "elapsed_ms": 1,
        "etag": "", "last_modified": "", "script_built": 0, "elsewhere": 0, "render": "no", "render_reason": "",
    }  # fmt: skip
    return {**row, **more}


@pytest.fixture
def writer(tmp_path: Path) -> EvidenceWriter:
    return EvidenceWriter(tmp_path / "site.sqlite", SITE, AS_OF)


def test_what_is_written_is_read_back(writer: EvidenceWriter) -> None:
    fact = Fact(date(2026, 8, 1), ("一", "二"))
    page = writer.add_page(facts("http://www.example.gov.cn/", depth=0), [(OBSERVER, fact, "")], [PageLink("http://x/", "x", "main")])
    writer.keep_bytes(page, b"<p>", "s1")
    writer.put_probe("ipv6", "aaaa", ["::1"])
    writer.put_probe("ipv6", "ns", None, "dns-failed")
    writer.put_history("links", "k", date(2026, 8, 19), {"seen": 1})
    evidence = Evidence(writer.finish())
    assert evidence.site == SITE and evidence.as_of == AS_OF
    assert evidence.home is not None and evidence.seen(evidence.home, OBSERVER).value == fact
    assert evidence.links(evidence.home) == [PageLink("http://x/", "x", "main")]
    assert evidence.body(evidence.home) == b"<p>"
    assert evidence.probes("ipv6") == {"aaaa": (["::1"], ""), "ns": (None, "dns-failed")}
    assert evidence.history("links") == [("k", date(2026, 8, 19), {"seen": 1})]


def test_absent_and_unseen_are_never_the_same(writer: EvidenceWriter) -> None:
    fact = Fact(AS_OF, ())
    rendered = writer.add_page(facts("http://a/1", render="complete"), [(OBSERVER, None, "")])
    writer.add_observations(rendered, [(OBSERVER, None, "")], phase="rendered")
    member = writer.add_page(facts("http://a/2"), [(OBSERVER, None, "")])
    writer.settle(member, "fact", "group", source=rendered)
    doubtful = writer.add_page(facts("http://a/3"), [(OBSERVER, None, "")])
    writer.settle(doubtful, "fact", "unseen", reason="no-browser")
    raised = writer.add_page(facts("http://a/4"), [(OBSERVER, None, "ValueError: x")])
    static = writer.add_page(facts("http://a/5"), [(OBSERVER, fact, "")])
    half = writer.add_page(facts("http://a/6", render="incomplete", render_reason="incomplete-render"), [(OBSERVER, None, "")])
    writer.add_observations(half, [(OBSERVER, None, "")], phase="rendered")
    evidence = writer.read()
    answers = {page.id: evidence.seen(page, OBSERVER) for page in evidence.pages}
    assert (answers[rendered].value, answers[rendered].settled) == (None, True)
    assert (answers[member].value, answers[member].settled) == (None, True)
    assert (answers[doubtful].settled, answers[doubtful].reason) == (False, "no-browser")
    assert (answers[raised].settled, answers[raised].reason) == (False, "observer-error")
    assert answers[static].value == fact
    assert (answers[half].settled, answers[half].reason) == (False, "incomplete-render")


def test_a_fact_seen_in_an_incomplete_render_is_still_seen(writer: EvidenceWriter) -> None:
    page = writer.add_page(facts("http://a/1", render="incomplete", render_reason="incomplete-render"), [(OBSERVER, None, "")])
    writer.add_observations(page, [(OBSERVER, Fact(AS_OF, ()), "")], phase="rendered")
    evidence = writer.read()
    assert evidence.seen(evidence.pages[0], OBSERVER).value == Fact(AS_OF, ())


def test_the_file_has_its_name_only_when_whole(writer: EvidenceWriter) -> None:
    writer.add_page(facts("http://a/1"))
    assert not writer.path.exists()
    writer.finish()
    assert writer.path.exists() and not writer.partial.exists()


@pytest.mark.parametrize("damage", ["missing", "text", "version", "no-tables"])
def test_a_file_that_is_no_evidence_is_refused_in_one_line(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "x.sqlite"
    if damage == "text":
        path.write_text("not a database " * 100)
    elif damage == "version":
        writer = EvidenceWriter(path, SITE, AS_OF)
        writer.put_meta("schema_version", 999)
        writer.finish()
    elif damage == "no-tables":
        sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(EvidenceError) as refusal:
        Evidence(path)
    assert str(path) in str(refusal.value) and "\n" not in str(refusal.value)


def test_bytes_that_nothing_needs_are_dropped(writer: EvidenceWriter) -> None:
    pages = [writer.add_page(facts(f"http://a/{n}")) for n in range(2)]
    for page in pages:
        writer.keep_bytes(page, b"same", "s")
    writer.forget_bytes(pages[:1])
    evidence = writer.read()
    assert [evidence.body(page) for page in evidence.pages] == [None, b"same"]
