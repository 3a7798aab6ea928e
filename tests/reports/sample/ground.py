"""What every sample stands on: the site, the day, a finding by the sample's own rules, a page's facts, a picture."""

from __future__ import annotations

import struct
import zlib
from datetime import date

from checks.model import Check, Finding, Judgement, Proof, Severity
from crawler.site import Site
from reports.site_report import RunFacts
from tests.reports.sample.rules import RULES

AS_OF = date(2026, 9, 30)
HOME = "https://www.qingshan.example.cn/"
SITE = Site(url=HOME, code="6299990001", name="青山县人民政府门户网站")
RUN = RunFacts(as_of=AS_OF, tool_version="1.0.0", catalogue_version="2019.1", catalogue_digest="0a1b2c3d4e5f")
SEEN_AT = "2026-09-30T02:15:08+08:00"


def title_of(check: str, code: str) -> str:
    """The sample's own titles: its snapshots must not move when the catalogue is reworded."""
    return RULES[check, code].title


def png(width: int = 640, height: int = 260) -> bytes:
    """A small picture of a page: red head, grey lines, one framed place."""
    rows = []
    for y in range(height):
        row = bytearray(b"\xff\xff\xff" * width)
        if y < 48:
            row = bytearray(b"\xa3\x16\x1b" * width)
        elif y % 24 < 8 and y < height - 40:
            row[3 * 24 : 3 * (width - 24 - (y * 37 % 160))] = b"\xd5\xd9\xde" * (width - 48 - (y * 37 % 160))
        if y > height - 40:
            row = bytearray(b"\xf2\xf2\xf2" * width)
        rows.append(b"\x00" + bytes(row))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    ]
    body = b"".join(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def check(id: str, title: str) -> Check:
    """A check that is only named: the sample brings its judgements itself."""
    return Check(id, title, (), (), lambda evidence, as_of: Judgement(id, title, "pass", "", ""))


def finding(
    check_id: str,
    code: str,
    subject: str,
    message: str,
    pages: tuple[str, ...],
    snippet: str = "",
    site: Site = SITE,
    *,
    severity: Severity | None = None,
    seen: int = 0,
    confirm: bool = False,
) -> Finding:
    """A finding by the sample's rules."""
    rule = RULES[check_id, code]
    return Finding(
        site_key=site.key,
        check=check_id,
        code=code,
        severity=severity or rule.severity,
        subject=subject,
        url=pages[0] if pages else "",
        message=message,
        advice=rule.advice,
        indicator=rule.indicator,
        source=rule.source,
        basis=rule.basis,
        evidence=Proof(pages=pages, seen_at=SEEN_AT, snippet=snippet, selector="footer", figures={"pages": len(pages)}),
        seen=seen,
        confirm=confirm,
    )


def page_facts(url: str, **changes: object) -> dict[str, object]:
    """A page's facts as the crawl writes them."""
    facts: dict[str, object] = {
        "url": url,
        "final_url": url,
        "via": HOME,
        "depth": 1,
        "state": "page",
        "reason": "",
        "status": 200,
        "content_type": "text/html",
        "charset": "utf-8",
        "title": "青山县人民政府门户网站",
        "template": "t1",
        "sha256": "0" * 64,
        "size": 20480,
        "fetched_at": SEEN_AT,
        "elapsed_ms": 120,
        "etag": "",
        "last_modified": "",
        "script_built": False,
        "elsewhere": False,
        "render": "no",
        "render_reason": "",
    }
    return facts | changes
