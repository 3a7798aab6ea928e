"""`check-site` as a user meets it: real processes, exit codes, one clear Chinese line for everything that goes wrong."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reports.json_report import schema
from tests.portals.build import AS_OF, Portal
from tests.portals.server import Request, Response
from tests.portals.world import World

ROOT = Path(__file__).parent.parent
COMMAND = str(Path(sys.executable).with_name("check-site"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def check_site(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, cwd=cwd, check=False, timeout=200)


def told(run: subprocess.CompletedProcess[str]) -> list[str]:
    """What the user reads on stderr, log lines apart."""
    return [line for line in run.stderr.splitlines() if line and not re.match(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ (INFO|WARNING)", line)]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("不是网址",),
        ("ftp://www.example.gov.cn/",),
        ("http://www.example.gov.cn:99999/",),
        ("http://a.gov.cn/", "--as-of", "2026-13-01"),
        ("http://a.gov.cn/", "--nameserver", "dns.example"),
        ("http://a.gov.cn/", "--nameserver", "127.0.0.1:0"),
        ("http://a.gov.cn/", "--render", "sometimes"),
        ("http://a.gov.cn/", "--format", "pdf"),
        ("http://a.gov.cn/", "--kind", "school"),
        ("http://a.gov.cn/", "--max-pages", "many"),
        ("http://a.gov.cn/", "--max-pages", "0"),
        ("http://a.gov.cn/", "--ca-file", "missing.pem"),
        ("http://a.gov.cn/", "--site", "missing.toml"),
        ("http://a.gov.cn/", "--colour"),
        ("http://a.gov.cn/", "--as-of"),
        ("http://a.gov.cn/", "http://b.gov.cn/"),
        ("--from", "missing.sqlite"),
        ("http://a.gov.cn/", "--from", "missing.sqlite"),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_bad_input_gets_one_chinese_line_and_exit_code_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    run = check_site(*arguments, cwd=tmp_path)
    assert run.returncode == 2, run.stderr
    assert len(told(run)) == 1 and CHINESE.search(told(run)[0]), run.stderr
    assert not run.stdout


def test_a_site_file_with_a_fault_names_file_field_and_fault(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('url = "http://a.gov.cn/"\nkind = "school"\n', encoding="utf-8")
    run = check_site("--site", "site.toml", cwd=tmp_path)
    assert run.returncode == 2 and "site.toml" in run.stderr and "kind" in run.stderr


def test_help_is_chinese(tmp_path: Path) -> None:
    run = check_site("--help", cwd=tmp_path)
    assert run.returncode == 0 and "用法" in run.stdout
    assert not re.search(r"Usage|Options:|Show this|default:", run.stdout)


def test_an_unknown_host_is_unreadable_not_guilty(world: World, tmp_path: Path) -> None:
    server, port = world.nameserver
    run = check_site("http://nosuch.test.gov.cn/", "--nameserver", f"{server}:{port}", "--format", "json", "--delay", "0", cwd=tmp_path)
    assert run.returncode == 3
    assert len(told(run)) == 1 and "首页未能读取" in told(run)[0]
    report = json.loads(run.stdout)
    assert {c["verdict"] for c in report["checks"] if c["id"] not in ("ipv6", "forged-dates")} == {"not_assessed"}
    assert {(f["code"], f["severity"]) for f in report["findings"] if f["check"] != "ipv6"} <= {("unreachable-now", "caution")}


def test_a_refused_port_is_told_in_one_line(tmp_path: Path) -> None:
    run = check_site("http://127.0.0.1:9/", "--delay", "0", cwd=tmp_path)
    assert run.returncode == 3 and len(told(run)) == 1
    assert "Traceback" not in run.stderr


def hostile(world: World, name: str, answer: Response) -> str:
    """A host whose every page gives one answer."""
    port = world.web.listen((world.address(),), 0)
    world.dns.zone(f"{name}-test.gov.cn", hosts={"www": (next(a for a, p, _ in world.web._servers if p == port),)})

    def handler(request: Request) -> Response:
        return Response(b"", 404) if request.path == "/robots.txt" else answer

    world.web.host(f"www.{name}-test.gov.cn", handler)
    return f"http://www.{name}-test.gov.cn:{port}/"


@pytest.mark.parametrize(
    ("name", "answer", "code"),
    [
        ("endless", Response(b"", 302, headers=(("Location", "/next"),)), 3),
        ("huge", Response(b"x" * 1000, declared=5 * 2**30), 3),
        ("nul", Response(b"<html><title>\x00\x00NUL</title><body>" + b"\x00" * 500 + "<p>正文</p>".encode() * 50), None),
        ("error", Response(b"oops", 500), 3),
    ],
)
def test_what_a_site_serves_never_ends_in_a_traceback(world: World, tmp_path: Path, name: str, answer: Response, code: int | None) -> None:
    server, port = world.nameserver
    run = check_site(hostile(world, name, answer), "--nameserver", f"{server}:{port}", "--delay", "0", "--render", "never", cwd=tmp_path)
    assert "Traceback" not in run.stderr, run.stderr
    if code is None:
        assert run.returncode in (0, 1, 3)
    else:
        assert run.returncode == code and len(told(run)) == 1, run.stderr


@pytest.fixture(scope="module")
def kept(world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The evidence file and JSON report of one real run."""
    folder = tmp_path_factory.mktemp("kept")
    portal = Portal(world, "static", ("dynamic-overdue", "entry-missing-section"))
    server, port = world.nameserver
    run = check_site(
        portal.url, "--nameserver", f"{server}:{port}", "--as-of", AS_OF.isoformat(), "--delay", "0", "--evidence", "evidence", "--format", "json",
        cwd=folder,
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    (file,) = (folder / "evidence").glob("*.sqlite")
    return file, run.stdout


def test_judging_the_file_again_is_byte_identical(kept: tuple[Path, str], tmp_path: Path) -> None:
    file, first = kept
    again = check_site("--from", str(file), "--format", "json", cwd=tmp_path)
    assert again.returncode == 1 and again.stdout == first


def test_another_day_may_give_another_answer_and_says_so(kept: tuple[Path, str], tmp_path: Path) -> None:
    file, first = kept
    later = json.loads(check_site("--from", str(file), "--as-of", "2027-06-01", "--format", "json", cwd=tmp_path).stdout)
    assert "2027-06-01" in later["catalogue"]["rejudged_with"]
    assert len(later["findings"]) > len(json.loads(first)["findings"])


@pytest.mark.parametrize("format", ["text", "html", "junit"])
def test_every_format_ends_with_coverage_and_the_visit_record(kept: tuple[Path, str], tmp_path: Path, format: str) -> None:
    run = check_site("--from", str(kept[0]), "--format", format, "--output", "report", cwd=tmp_path)
    text = (tmp_path / "report").read_text(encoding="utf-8")
    assert run.returncode == 1 and "采集范围" in text and "访问记录" in text


def test_the_json_report_keeps_its_published_schema(kept: tuple[Path, str]) -> None:
    Draft202012Validator(schema()).validate(json.loads(kept[1]))


def test_render_never_accuses_of_nothing_that_a_browser_must_confirm(world: World, tmp_path: Path) -> None:
    portal = Portal(world, "static", ("entry-missing-everywhere",))
    server, port = world.nameserver
    run = check_site(
        portal.url,
        "--nameserver",
        f"{server}:{port}",
        "--as-of",
        AS_OF.isoformat(),
        "--delay",
        "0",
        "--render",
        "never",
        "--format",
        "json",
        cwd=tmp_path,
    )
    report = json.loads(run.stdout)
    entry = next(c for c in report["checks"] if c["id"] == "error-report-entry")
    assert entry["verdict"] == "not_assessed" and "浏览器" in entry["reason"]
    assert not [f for f in report["findings"] if f["check"] == "error-report-entry"]


def test_an_evidence_folder_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = check_site("http://127.0.0.1:9/", "--delay", "0", "--evidence", "file/inside", cwd=tmp_path)
    assert run.returncode == 2 and len(told(run)) == 1 and "证据" in told(run)[0], run.stderr


def test_ctrl_c_keeps_what_was_collected_and_says_where(world: World, tmp_path: Path) -> None:
    portal = Portal(world, "slow")
    server, port = world.nameserver
    process = subprocess.Popen(
        [COMMAND, portal.url, "--nameserver", f"{server}:{port}", "--evidence", "evidence"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    for _ in range(200):
        if len(portal.log) >= 4:
            break
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert "已中断" in stderr and "Traceback" not in stderr
    (partial,) = (tmp_path / "evidence").glob("*.partial")
    again = check_site("--from", str(partial), cwd=tmp_path)
    assert "Traceback" not in again.stderr and again.returncode in (0, 1, 3)
