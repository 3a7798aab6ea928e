"""The demo: serve a portal with some defects on loopback, run `check-site` on it, say where the report is.

python -m tests.portals.demo --out out/demo            # serve, inspect, report
python -m tests.portals.demo --serve                   # serve until Ctrl-C, print the command to run
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from tests.portals.build import AS_OF, Portal
from tests.portals.world import World

DEFECTS = (
    "entry-missing-section",
    "dynamic-overdue",
    "policy-overdue",
    "column-blank",
    "statistics-no-figures",
    "letter-unanswered",
    "ns-one-v6",
    "home-flaky",
    "icp-missing-section",
    "tags-empty-columns",
    "pubdate-day-only",
    "link-404-own",
    "link-gambling",
    "attachment-404",
    "dark-cloaked-referrer",
)
"""What is wrong with the demo portal."""


def main() -> int:
    """Run the demo; 0 when the inspection found what was planted (its exit code is then 1)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/demo"))
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--style", default="scripted")
    arguments = parser.parse_args()
    with World() as world:
        portal = Portal(world, arguments.style, DEFECTS)
        command = [
            str(Path(sys.executable).with_name("check-site")),
            portal.url,
            "--nameserver",
            f"{world.nameserver[0]}:{world.nameserver[1]}",
            "--as-of",
            AS_OF.isoformat(),
            "--delay",
            "0",
        ]
        print(f"演示网站：{portal.model.name} {portal.url}（植入问题 {len(DEFECTS)} 类）", flush=True)
        if arguments.serve:
            print(f"检查命令：{' '.join(command)}", flush=True)
            return _wait()
        return _inspect(command, arguments.out)


def _wait() -> int:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return 0


def _inspect(command: list[str], out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    report = out / "report.html"
    inspected = subprocess.run([*command, "--evidence", str(out), "--format", "html", "--output", str(report)], check=False)
    if inspected.returncode != 1 or not report.is_file():
        print(f"演示失败：check-site 退出码 {inspected.returncode}（应为 1：发现需整改的问题）。", file=sys.stderr)
        return 1
    (evidence,) = sorted(out.glob("*.sqlite"))[-1:]
    subprocess.run([command[0], "--from", str(evidence)], check=False)
    print(f"\n完整的检查报告（用浏览器打开）：{report.resolve()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
