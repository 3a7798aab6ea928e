"""One site with one finding told on two nights: hostile words and bytes, a picture on the first night only, and a database that knows its life."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from checks import catalogue
from checks.fingerprint import of_check, of_program
from checks.model import Finding, Judgement, Proof
from checks.outcome import Outcome, keep_outcome
from checks.registry import CHECKS
from crawler.evidence import EvidenceWriter
from crawler.nights import evidence_path
from crawler.oversight import connect, writing
from crawler.registry import RegisteredSite, Registry, Unit
from crawler.settings import VERSION
from reports.history import Life

FIRST, LAST = date(2026, 8, 20), date(2026, 8, 21)
KEY = "9920000001"
HOME = "http://www.hexian-test.gov.cn/"
EVIL = "<script>alert('标题')</script>\u202e\x07"
SERVED = b"<html><title>\xd6\xd0</title><script>location='http://evil-test.example/'</script>" + bytes(range(256))
SHOWN = "<html><body><script>alert(1)</script>显示结果</body></html>".encode()
SITE = RegisteredSite(key=KEY, name=f"河县{EVIL}", url=HOME, code=KEY, unit="河县")
_ENTRY = next(check for check in CHECKS if check.id == "error-report-entry")


def told(night: date) -> Finding:
    """The finding, as told on a night."""
    pages = (HOME, HOME + "never-asked.html")
    proof = Proof(pages, f"{night.isoformat()}T02:03:04+08:00", f"{EVIL}=1+1", "", {"pages": 2})
    return catalogue.finding(_ENTRY, "missing", site_key=KEY, subject="home", message=f"首页没有找错入口{EVIL}", evidence=proof)


def picture() -> bytes:
    """A small PNG."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


def page_facts(night: date, **changes: Any) -> Mapping[str, Any]:
    """The home page's row."""
    facts: dict[str, Any] = {
        "url": HOME, "final_url": HOME, "via": "", "depth": 0, "state": "page", "reason": "", "status": 200, "content_type": "text/html; charset=gb18030",
        "charset": "gb18030", "title": EVIL, "template": "", "sha256": hashlib.sha256(SERVED).hexdigest(), "size": len(SERVED),
        "fetched_at": f"{night.isoformat()}T02:03:04+08:00", "elapsed_ms": 12, "etag": '"abc"', "last_modified": "Thu, 20 Aug 2026 00:00:00 GMT",
        "script_built": False, "elsewhere": False, "render": "complete", "render_reason": "", "taken": "",
    }  # fmt: skip
    return facts | changes


def night_file(folder: Path, night: date, *, kept: bool = True, shot: bool = False, **changes: Any) -> Path:
    """The evidence file of one night; ``kept``: with the page's bytes; ``shot``: with a picture."""
    writer = EvidenceWriter(evidence_path(folder, night, KEY), SITE.as_site(), night)
    number = writer.add_page(page_facts(night, **changes))
    if kept:
        writer.keep_bytes(number, SERVED, hashlib.sha256(SERVED).hexdigest())
        writer.keep_bytes(number, SHOWN, hashlib.sha256(SHOWN).hexdigest(), phase="rendered")
    look = {"status": "ok", "addresses": ["192.0.2.7"], "detail": "", "dns_ms": 3}
    none = {"status": "no-data", "addresses": [], "detail": "没有 AAAA 记录", "dns_ms": 3}
    address = {
        "host": "www.hexian-test.gov.cn",
        "at": f"{night.isoformat()}T02:10:00+08:00",
        "v4": look,
        "v6": none,
        "valid": [],
        "invalid": [],
    }
    writer.put_probe("ipv6", "address", address)
    if shot:
        writer.put_screenshot(told(night).id, picture())
    keep_outcome(writer, outcome(night))
    return writer.finish()


def outcome(night: date) -> Outcome:
    """The night's outcome: the one finding."""
    judgement = Judgement.of(_ENTRY, [told(night)], summary="没有。")
    rules = {check.id: of_check(check) for check in CHECKS}
    return Outcome(KEY, night, of_program(), VERSION, catalogue.VERSION, rules, (judgement,), {}, "ok", "")


def province(folder: Path) -> Path:
    """The central database after both nights; the evidence lies in ``folder/evidence``."""
    database = connect(folder / "oversight.db")
    Registry(database).put([Unit("河县", "市州")], [SITE])
    life = Life(database)
    for night, shot in ((FIRST, True), (LAST, False)):
        path = night_file(folder / "evidence", night, shot=shot)
        with writing(database):
            life.record(night, outcome(night), str(path))
    database.close()
    return folder / "oversight.db"
