"""The province benchmark's own promises: it measures the whole night with all its processes, and prints what it must."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench.province import figures, table
from tests.bench.province_runs import Measured, Watcher, bare, night, whole
from tests.bench.province_world import COLUMNS, serving


def test_processor_time_of_children_that_have_ended_is_counted() -> None:
    burn = "import time; end = time.process_time() + 0.6\nwhile time.process_time() < end: pass"
    process = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {burn!r}]); time.sleep(1)"]
    )
    watcher = Watcher(process.pid)
    process.wait()
    seconds, peaks = watcher.stop()
    assert 0.3 <= seconds["worker"] <= 1.5 and peaks["worker"] > 3


def test_a_night_and_bare_scrapy_read_the_same_pages_and_their_figures_are_printed(tmp_path: Path) -> None:
    with serving(2, 24, tmp_path / "web") as served:
        served.register(tmp_path / "run" / "oversight.db")
        ours = whole(served, night(served, tmp_path / "run" / "oversight.db", workers=1, browser=False))
        theirs = whole(served, bare(served))
    assert ours.pages == theirs.pages == 2 * (24 + COLUMNS)
    assert ours.cpu > 0.5 and ours.stored > 0 and {"parent", "worker"} <= set(ours.peaks)
    printed = table({"bare": [theirs], "one": [ours], "two": [ours]})
    assert "two workers / one, pages per processor-second = 1.00" in printed and "the night / bare Scrapy" in printed


def test_computed_figures_are_plain_arithmetic() -> None:
    printed = figures(0.036, 0.5, 2**20, 1024)
    assert "computed" in printed
    assert "a province, 387 sites: 4 processor hours a full night, 2 a second one; 0.2 machines" in printed
    assert "378 GiB received, 0.4 GiB stored" in printed


def test_medians_are_of_runs_not_of_sums() -> None:
    runs = [Measured(pages=100, wall=1, cpu=cpu, stored=1) for cpu in (1.0, 2.0, 50.0)]
    assert "50.0" in table({"bare": runs, "one": runs, "two": runs})
