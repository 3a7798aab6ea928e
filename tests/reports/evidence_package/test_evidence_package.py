"""What goes into an evidence package, what nothing in it may do, and what is said where something is not kept."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer

import scheduler
from checks.catalogue.indicators import official
from crawler.evidence import EvidenceWriter
from crawler.nights import evidence_path
from crawler.oversight import connect
from reports.commands.options import UsageProblem
from reports.decisions import Decision, Decisions
from reports.evidence_package import package
from reports.objections import Objections
from tests.reports.evidence_package.case import FIRST, HOME, KEY, LAST, SERVED, SHOWN, SITE, night_file, picture, province, told

ID = told(LAST).id


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two nights and what people said of the finding."""
    path = province(tmp_path)
    opened = connect(path)
    Decisions(opened).take([Decision(ID, "confirm", "已看过<b>原页", "王检查", None, date(2026, 8, 22))])
    attached = tmp_path / "说明<img>.html"
    attached.write_bytes(b"<script>alert(2)</script>")
    Objections(opened).file(ID, "我们有入口<script>", "李主任", date(2026, 8, 23), attached)
    opened.close()
    return path


def opened_package(database: Path) -> dict[str, bytes]:
    opened = connect(database)
    data = package(opened, ID, database.parent / "evidence", official())
    assert data == package(opened, ID, database.parent / "evidence", official()), "the same bytes every time"
    opened.close()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class Seen(HTMLParser):
    """Tags, links and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.sources += [value or "" for name, value in attrs if name == "src"]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_package_holds_bytes_answers_dns_picture_times_rule_life_and_decisions(database: Path) -> None:
    files = opened_package(database)
    assert files["last/page-01-as-received.txt"] == files["first/page-01-as-received.txt"] == SERVED
    assert files["last/page-01-as-shown.txt"] == SHOWN
    assert files["first/screenshot.png"] == picture()
    answer = files["last/page-01-answer.txt"].decode()
    assert all(
        word in answer
        for word in ("HTTP 状态码：200", "Content-Type：text/html", 'ETag："abc"', "Last-Modified：Thu", "2026-08-21 02:03:04（北京时间）")
    )
    assert json.loads(files["last/network.json"])["ipv6"]["address"]["value"]["v4"]["addresses"] == ["192.0.2.7"]
    kept = json.loads(files["finding.json"])
    assert kept["finding"]["id"] == ID and [each["event"] for each in kept["events"]] == ["new"]
    assert [each["label"] for each in kept["nights"]] == ["最近一次发现", "首次发现"]
    words = Seen(files["index.html"].decode()).words
    row = official().row("error-entry.home")[1]
    for wanted in (
        ID, KEY, "河县", "192.0.2.7", "没有 AAAA 记录", "2026-08-20 02:03:04（北京时间）", "国办秘函〔2019〕19号", "转引", row.text, "（1 分）", "首次发现", "确认",
        "王检查", "已看过<b>原页", "我们有入口<script>", "尚未裁定",
    ):  # fmt: skip
        assert wanted in words, wanted


def test_nothing_in_it_runs_and_hostile_words_are_words(database: Path) -> None:
    files = opened_package(database)
    assert {Path(name).suffix for name in files} <= {".html", ".json", ".txt", ".bin", ".png", ""}
    assert [name for name in files if name.endswith(".html")] == ["index.html"]
    text = files["index.html"].decode()
    page = Seen(text)
    assert not {"script", "iframe", "object", "embed", "form", "b", "svg"} & set(page.tags)
    assert all(link in files for link in page.links), "every link leads to a file of the package"
    assert all(source.startswith("data:image/png;base64,") for source in page.sources) and len(page.sources) == 1
    assert "\u202e" not in text and "\x07" not in text
    assert files["objections/01.bin"] == b"<script>alert(2)</script>"
    assert str(database.parent) not in "".join(files[name].decode(errors="replace") for name in files)


def test_the_manifest_is_checked_by_sha256sum(database: Path, tmp_path: Path) -> None:
    files = opened_package(database)
    folder = tmp_path / "unpacked"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == len(files) - 1
    (folder / "last/page-01-as-received.txt").write_bytes(b"altered")
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False).returncode == 1


def said(database: Path) -> tuple[dict[str, bytes], str]:
    files = opened_package(database)
    return files, Seen(files["index.html"].decode()).words.split("没有保存的内容")[1].split("经过")[0]


def test_what_is_not_kept_is_said(database: Path) -> None:
    files, gaps = said(database)
    assert "最近一次发现（2026-08-21）：当晚没有为这个问题截图" in gaps
    assert f"页面 {HOME}never-asked.html 当晚没有访问" in gaps
    assert "last/screenshot.png" not in files


def test_a_pruned_night_is_said_and_the_other_stays(database: Path) -> None:
    evidence_path(database.parent / "evidence", FIRST, KEY).unlink()
    files, gaps = said(database)
    assert "2026-08-20 的证据文件已不在证据目录中" in gaps
    assert "last/page-01-as-received.txt" in files and not any(name.startswith("first/") for name in files)


def test_without_any_evidence_the_life_and_the_rule_are_still_told(database: Path) -> None:
    shutil.rmtree(database.parent / "evidence")
    files, gaps = said(database)
    assert gaps.count("证据文件已不在证据目录中") == 2
    assert set(files) == {"index.html", "finding.json", "SHA256SUMS", "objections/01.bin"}
    assert "国办秘函〔2019〕19号" in Seen(files["index.html"].decode()).words


def test_evidence_that_was_moved_is_found_in_the_folder_given(database: Path, tmp_path: Path) -> None:
    shutil.move(database.parent / "evidence", tmp_path / "elsewhere")
    opened = connect(database)
    with zipfile.ZipFile(io.BytesIO(package(opened, ID, tmp_path / "elsewhere", official()))) as archive:
        assert archive.read("last/page-01-as-received.txt") == SERVED


@pytest.mark.parametrize(
    ("changes", "kept", "word"),
    [
        ({}, False, "收到的原始字节没有保存"),
        ({"sha256": "0" * 64}, True, "保存的字节与收到时的摘要不符"),
        ({"state": "http-error", "status": 404, "render": "no"}, False, "页面没有读到"),
    ],
    ids=["bytes not kept", "bytes that are not those received", "page not read"],
)
def test_gaps_of_a_page_are_said(database: Path, changes: dict[str, Any], kept: bool, word: str) -> None:
    night_file(database.parent / "evidence", LAST, kept=kept, **changes)
    assert word in said(database)[1]


def test_a_file_without_an_outcome_or_of_another_format_is_said(database: Path) -> None:
    path = evidence_path(database.parent / "evidence", LAST, KEY)
    path.unlink()
    EvidenceWriter(path, SITE.as_site(), LAST).finish()
    assert "没有这个问题的原始记录" in said(database)[1]
    path.write_bytes(b"no database at all")
    assert "打不开或已损坏" in said(database)[1]


def command(*words: str) -> object:
    return typer.main.get_command(scheduler._mingjing_app).main(args=["evidence", *words], prog_name="mingjing", standalone_mode=False)


def test_the_command_writes_the_zip_and_refuses_an_unknown_id(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "包" / "p.zip"
    command(ID, "--out", str(out), "--db", str(database))
    assert zipfile.is_zipfile(out)
    with pytest.raises(UsageProblem, match="没有编号为“nothing”的问题"):
        command("nothing", "--out", str(tmp_path / "q.zip"), "--db", str(database))
    assert not (tmp_path / "q.zip").exists()
