"""The demo: serve a province on loopback, import its registry, inspect two nights, show the status and one report, write the quarter's inspection.

python -m tests.province.demo --out out/demo                  # 40 portals, two nights
python -m tests.province.demo --out out/demo --portals 6      # a quick look
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from crawler.oversight import connect
from reports.history_reading import LifeReader
from reports.quarters import Quarter
from tests.portals.model import AS_OF
from tests.province.bulletin import told_wrongly
from tests.province.running import GRAVE, Book, asked, differences
from tests.province.world import SHARED, Province

NIGHTS = 2
QUARTER = Quarter.of(AS_OF)
FAILED = 1


class DemoError(Exception):
    """A step did not do what it should; ``str()`` is one Chinese line."""


def main() -> int:
    """Run the demo; 0 only when what was planted was found on its night, and nothing else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/demo"))
    parser.add_argument("--portals", type=int, default=40)
    arguments = parser.parse_args()
    begun = time.monotonic()
    try:
        with Province(portals=arguments.portals) as province:
            lines = _Demo(province, _fresh(arguments.out)).run()
    except DemoError as error:
        print(f"演示失败：{error}", file=sys.stderr)
        return FAILED
    minutes, seconds = divmod(int(time.monotonic() - begun), 60)
    if lines:
        print("演示失败：查出的问题与植入的不一致：", *lines, sep="\n  ", file=sys.stderr)
        return FAILED
    print(f"\n植入的问题都在应当发现的那一晚查出，没有误报。用时 {minutes} 分 {seconds} 秒。")
    return 0


def _fresh(folder: Path) -> Path:
    """The folder for what the demo leaves, without what an earlier demo left there."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in (*folder.glob("oversight.db*"), folder / "evidence", folder / str(QUARTER)):
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    return folder.resolve()


class _Demo:
    """One demo in one folder."""

    def __init__(self, province: Province, folder: Path) -> None:
        self.province, self.folder, self.database = province, folder, folder / "oversight.db"

    def run(self) -> list[str]:
        """All steps; where truth and findings differ, one line each."""
        shared = sum(resident.portal.address == SHARED for resident in self.province.residents)
        print(f"演示省：{len(self.province.residents)} 个网站，其中 {shared} 个在同一集约化平台地址 {SHARED}", flush=True)
        registry = self.province.registry_file(self.folder / "registry.xlsx")
        self._mingjing("registry", "import", str(registry), "--db", str(self.database))
        lines: list[str] = []
        for number in range(1, NIGHTS + 1):
            day = self.province.night(number)
            print(f"\n—— 第 {number} 晚 {day} ——", flush=True)
            unassessed = self.province.unassessed()
            self._mingjing("nightly", "--db", str(self.database), *asked(self.province, day), expected=1 if unassessed else 0)
            lines += differences(self.province, number, Book.read(self.database, day))
        print("\n—— 监管状态 ——", flush=True)
        self._mingjing("status", "--db", str(self.database))
        self._report()
        return lines + self._quarter()

    def _quarter(self) -> list[str]:
        """The quarter's inspection: an inspector confirms what must be confirmed, then one command writes all; where it differs from the truth."""
        print(f"\n—— {QUARTER.chinese}检查 ——", flush=True)
        waiting = self._waiting()
        if waiting:
            words = ("--reason", "演示：经人工核实，问题存在", "--by", "演示检查员", "--db", str(self.database))
            self._mingjing("finding", "confirm", *waiting, *words)
        cutoff, out = self.province.day(NIGHTS), self.folder / str(QUARTER)
        self._mingjing(
            "quarterly", "--quarter", str(QUARTER), "--cutoff", cutoff.isoformat(), "--db", str(self.database), "--out", str(out)
        )
        return told_wrongly(out, self.province, NIGHTS)

    def _waiting(self) -> list[str]:
        """Ids of open findings that a bulletin names only when a person has confirmed them: vetoes, and what may turn out one."""
        opened = connect(self.database)
        found = [each for each in LifeReader(opened).findings() if each.state == "open" and each.severity in GRAVE]
        opened.close()
        return [each.id for each in found if each.severity == "veto" or each.confirm]

    def _report(self) -> None:
        """One site's report from its evidence: the site whose home page was hijacked on the last night."""
        resident = next((each for each in self.province.residents if "dark-title" in each.portal.defects), self.province.residents[0])
        evidence = self.folder / "evidence" / self.province.day(NIGHTS).isoformat() / f"{resident.key}.sqlite"
        report = self.folder / "report.html"
        self._run("check-site", "--from", str(evidence), "--format", "html", "--output", str(report), expected=None)
        if not report.is_file():
            raise DemoError(f"没有写出检查报告 {report}")
        print(f"\n{resident.portal.model.name}的检查报告（用浏览器打开）：{report}")
        print(f"监管库：{self.database}；再看：mingjing show {resident.key} --db {self.database}", flush=True)

    def _mingjing(self, *arguments: str, expected: int = 0) -> None:
        self._run("mingjing", *arguments, expected=expected)

    def _run(self, program: str, *arguments: str, expected: int | None) -> None:
        """One command of the product, its output on the screen. Raises `DemoError` for another exit code than ``expected``."""
        code = subprocess.run([str(Path(sys.executable).with_name(program)), *arguments], check=False).returncode
        if expected is not None and code != expected:
            raise DemoError(f"{program} {arguments[0]} 的退出码是 {code}，应为 {expected}")


if __name__ == "__main__":
    raise SystemExit(main())
