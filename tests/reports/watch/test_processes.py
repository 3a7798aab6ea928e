"""The command as processes: exit codes, a daemon ended by SIGTERM, and a night, a watch and an import side by side on one database."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from datetime import date
from pathlib import Path

import pytest
import typer

import scheduler
from crawler.oversight import connect
from crawler.registry import RegisteredSite, Registry, Unit
from crawler.samples import Samples
from tests.portals.dns import DnsServer
from tests.portals.server import Response, WebServer

ROOT = Path(__file__).parents[3]
HOME = Response("<title>青禾县人民政府</title><h1>青禾县人民政府</h1><a href=/a.html>要闻</a>".encode())
MANY = tuple(f"n{number}" for number in range(40))
UNIT = Unit("青禾县", "市州")
MINGJING = [sys.executable, "-c", "import scheduler; scheduler.mingjing()"]
COMMAND = [*MINGJING, "watch"]

NIGHT = """
import sys, time
from pathlib import Path
from crawler.oversight import Room, connect, migrate, writing
database = connect(Path(sys.argv[1]))
migrate(database, Room("a-night", ("CREATE TABLE a_night (site TEXT, row INTEGER)",)))
for site in range(100):
    with writing(database):
        for row in range(20):
            database.conn.execute("INSERT INTO a_night VALUES (?,?)", (f"site{site}", row))
            time.sleep(0.0005)
    time.sleep(0.01)
"""


class Province:
    def __init__(self, folder: Path, dns: DnsServer, web: WebServer) -> None:
        self.db = folder / "oversight.db"
        self.port = web.listen(("127.0.1.10", "127.0.1.11"))
        dns.zone("qinghe-test.gov.cn", hosts={"a": ("127.0.1.10",), "b": ("127.0.1.11",), **dict.fromkeys(MANY, ("127.0.1.11",))})
        for name in ("a", "b", *MANY):
            web.host(f"{name}.qinghe-test.gov.cn", lambda request: HOME)
        self.web = web
        self.options = ["--db", str(self.db), "--delay", "0", "--nameserver", f"{dns.nameserver[0]}:{dns.nameserver[1]}"]
        self.options += ["--control", f"127.0.1.10:{self.port}"]

    def register(self, *names: str, db: Path | None = None) -> None:
        database = connect(db or self.db)
        sites = [RegisteredSite(name, f"网站{name}", f"http://{name}.qinghe-test.gov.cn:{self.port}/", unit=UNIT.name) for name in names]
        Registry(database).put([UNIT], sites)
        database.conn.close()

    def watch(self, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*COMMAND, *self.options, *more], capture_output=True, text=True, cwd=ROOT, timeout=120)


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Province]:
    with DnsServer() as dns, WebServer() as web:
        yield Province(tmp_path, dns, web)


def test_one_round_from_cron_says_one_line_and_how_it_went(province: Province) -> None:
    done = province.watch("--once")
    assert (done.returncode, done.stdout) == (2, "") and "mingjing registry import" in done.stderr
    province.register("a", "b")
    done = province.watch("--once", "--at", "2026-08-20T03:00")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2026-08-20 03:00:00　网站 2 个：IPv4 打开 2，打不开 0；") and done.stdout.count("\n") == 1
    province.web.close(province.port, "127.0.1.10")
    done = province.watch("--once", "--at", "2026-08-20T04:00")
    assert done.returncode == 1 and "本轮不计" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--at", "2026-08-20T03:00"], "--at 只能与 --once 同用"),
        (["--once", "--at", "昨天"], "“昨天”不是时间"),
        (["--interval", "90"], "72 分钟"),
        (["--once", "--db", "/dev/null/oversight.db"], "打不开"),
    ],
)
def test_wrong_usage_is_one_chinese_line(province: Province, arguments: list[str], words: str) -> None:
    done = province.watch(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr and done.stderr.count("\n") == 1


def test_the_daemon_makes_a_round_at_once_and_sigterm_ends_it(province: Province) -> None:
    province.register("a", "b")
    with subprocess.Popen([*COMMAND, *province.options, "--interval", "60"], stdout=subprocess.PIPE, text=True, cwd=ROOT) as daemon:
        assert daemon.stdout is not None
        assert daemon.stdout.readline().startswith("开始监测：每 60 分钟一轮")
        assert "网站 2 个：IPv4 打开 2" in daemon.stdout.readline()
        os.kill(daemon.pid, signal.SIGTERM)
        assert daemon.stdout.read() == "监测已停止；没有做完的一轮不记录。\n"
        assert daemon.wait(10) == 0


def test_a_night_a_watch_and_an_import_write_side_by_side(province: Province, tmp_path: Path) -> None:
    elsewhere, table = tmp_path / "elsewhere.db", tmp_path / "registry.xlsx"
    province.register("a", "b")
    province.register(*MANY, db=elsewhere)
    subprocess.run(
        [*MINGJING, "registry", "export", str(table), "--db", str(elsewhere)], check=True, capture_output=True, cwd=ROOT, timeout=60
    )
    commands = ([sys.executable, "-c", NIGHT, str(province.db)], [*MINGJING, "registry", "import", str(table), "--db", str(province.db)])
    children = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT) for command in commands]
    rounds = 0
    while rounds < 2 or any(child.poll() is None for child in children):
        done = province.watch("--once", "--at", f"2026-08-20T{rounds // 60:02d}:{rounds % 60:02d}")
        assert done.returncode == 0, done.stderr
        rounds += 1
    for child in children:
        _, errors = child.communicate()
        assert (child.returncode, errors) == (0, "")
    database = connect(province.db)
    assert database.conn.execute("SELECT COUNT(*) FROM a_night").fetchone()[0] == 100 * 20
    assert len(Registry(database).sites()) == 2 + len(MANY)
    samples = Samples(database)
    assert len(samples.rounds(date(2026, 8, 20), date(2026, 8, 20))) == rounds
    assert samples.days("a", date(2026, 8, 20), date(2026, 8, 20))[0].visits == rounds
    assert database.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    database.conn.close()


UNITS = ROOT / "docs" / "systemd"


def read_unit(name: str) -> RawConfigParser:
    """A unit file; systemd allows a key several times, which is read as the last one here."""
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys are case-sensitive
    parser.read(UNITS / name, encoding="utf-8")
    return parser


def test_the_systemd_units_start_commands_that_exist() -> None:
    commands = typer.main.get_command(scheduler._mingjing_app).commands  # type: ignore[attr-defined]
    for name in ("mingjing-watch.service", "mingjing-nightly.service"):
        program, command, *arguments = read_unit(name)["Service"]["ExecStart"].split()
        assert program.endswith("/mingjing")
        known = {option for parameter in commands[command].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z0-9-]+", " ".join(arguments))) <= known
    timer = read_unit("mingjing-nightly.timer")
    assert timer["Timer"]["Unit"] == "mingjing-nightly.service" and timer["Timer"]["OnCalendar"].endswith("Asia/Shanghai")


def test_systemd_itself_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8")
        (tmp_path / unit.name).write_text(text.replace("/opt/mingjing/.venv/bin/mingjing", "/bin/true"), encoding="utf-8")
        assert {"Unit"} <= set(read_unit(unit.name).sections())
    tool = shutil.which("systemd-analyze")
    if tool is None:  # a machine without systemd: read as far as Python reads them
        return
    found = subprocess.run([tool, "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, timeout=120)
    about_ours = [line for line in found.stderr.splitlines() if "mingjing" in line]
    assert (found.returncode, about_ours) == (0, [])
