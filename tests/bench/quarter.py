"""How writing a quarter grows with the province: `mingjing quarterly` over 150, 600 and 1,500 simulated sites.

    python -m tests.bench.quarter                         150 and 1,500 sites, 40 findings each
    python -m tests.bench.quarter --sites 150 600 1500    other sizes

Each size is a process of its own: wall time, processor time, peak memory, files and bytes; the counts in the workbook are read back and must be those planted.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

from tests.bench.__main__ import machine
from tests.bench.province import load
from tests.quarters.fabric import Fabric

UNITS, FINDINGS, PICTURES = 60, 40, 3
GOALS = {"minutes for all": 13.0, "MB": 1024.0}
"""At most, at 1,500 sites: bulletin and workbook in 3 minutes, sheets and their ZIP in 10; peak memory."""

COMMAND = "import scheduler; scheduler.mingjing()"


@dataclass(frozen=True)
class Written:
    """One run: sites, findings read back, seconds, processor seconds, MB of memory at the peak, files and MB written."""

    sites: int
    findings: int
    seconds: float
    cpu: float
    memory: float
    files: int
    size: float


def write(sites: int, folder: Path) -> Written:
    """Simulate a province of ``sites`` and write its quarter. Ends the benchmark when a finding is missing from the workbook."""
    fabric = Fabric(
        folder,
        units=UNITS,
        per_unit=max(1, sites // UNITS),
        findings=(FINDINGS, FINDINGS),
        quarters=(3,),
        nights=1,
        always=True,
        pictures=PICTURES,
    )
    out = folder / "out"
    begun = time.monotonic()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = ("quarterly", "--quarter", "2026Q3", "--db", str(fabric.database), "--out", str(out))
    run = subprocess.run(
        ["/usr/bin/env", sys.executable, "-c", COMMAND, *words],
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise SystemExit(f"quarterly ended with {run.returncode}: {run.stderr}")
    seconds, spent = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    files = [path for path in out.rglob("*") if path.is_file()]
    findings = _read_back(fabric, out)
    return Written(
        len(fabric.sites),
        findings,
        seconds,
        spent.ru_utime + spent.ru_stime - used.ru_utime - used.ru_stime,
        spent.ru_maxrss / 1024,
        len(files),
        sum(path.stat().st_size for path in files) / 1e6,
    )


def _read_back(fabric: Fabric, out: Path) -> int:
    """Rows of the workbook's sheet of findings that count. Raises SystemExit when they are not those planted."""
    (book,) = out.glob("*检查结果*.xlsx")
    sheet = load_workbook(book, read_only=True)["问题清单"]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if "问题编号" in row)
    ids = {row[rows[head].index("问题编号")] for row in rows[head + 1 :]} - {None}
    planted = {fabric.finding(plan, 0).id for plan in fabric.plans}
    if ids != planted:
        raise SystemExit(
            f"the workbook holds {len(ids)} findings, {len(planted)} were planted ({len(planted - ids)} missing, {len(ids - planted)} extra)"
        )
    return len(ids)


def main() -> None:
    """Print a row a size, and the growth from the smallest to the largest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, nargs="+", default=[150, 1500])
    sizes = sorted(parser.parse_args().sites)
    print(f"{machine()}; {load()}\n{UNITS} units, {FINDINGS} findings and up to {PICTURES} pictures a site", flush=True)
    print(f"{'sites':>7}{'findings':>10}{'seconds':>9}{'cpu s':>8}{'ms a site':>11}{'MB peak':>9}{'files':>7}{'MB':>8}")
    done: list[Written] = []
    for sites in sizes:
        with tempfile.TemporaryDirectory() as name:
            one = write(sites, Path(name))
        done.append(one)
        print(
            f"{one.sites:>7}{one.findings:>10}{one.seconds:>9.1f}{one.cpu:>8.1f}{1000 * one.seconds / one.sites:>11.1f}{one.memory:>9.0f}{one.files:>7}{one.size:>8.1f}",
            flush=True,
        )
    if len(done) > 1:
        least, most = done[0], done[-1]
        print(
            f"{most.sites / least.sites:.1f} times the sites: {most.seconds / least.seconds:.1f} times the time, {most.memory / least.memory:.1f} times the memory"
        )
    print("to reach at 1,500 sites: " + ", ".join(f"{name} ≤ {limit:g}" for name, limit in GOALS.items()))


if __name__ == "__main__":
    main()
