"""`make bench-province`: the whole night over many sites against bare Scrapy over the same pages.

    python -m tests.bench.province --sites 60 --pages 100 --rounds 3     one worker, two workers and bare Scrapy in turn; medians
    python -m tests.bench.province --memory 60 600 --pages 40            peak memory of each process from few sites to many
    python -m tests.bench.province --second-night                        what a second night costs beside the first, by kind of site
    python -m tests.bench.province --figures 0.020 0.05 20000 2500       what figures mean for a province and for the country

``--no-browser`` leaves out the browser, so that the program alone is measured. Everything runs on loopback, without delay.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from crawler.fleet_batches import PER_GROUP, WINDOW
from crawler.settings import ADDRESS_SHARE, Limits
from tests.bench.__main__ import machine
from tests.bench.province_runs import Measured, bare, night, whole
from tests.bench.province_world import COLUMNS, Kind, serving

GOALS = {"two workers to one": 0.9, "the night to bare Scrapy": 0.55, "writing": 0.03}
"""Pages per processor-second: at least, at least; share of processor time: at most."""

SECOND = {"bytes": 0.25, "processor time to bare conditional": 1.15, "requests": 0.40}
"""What a second night may cost: bytes where the site sends validators, processor time per request, requests where nine of ten articles are old."""

SIZES = (("a province", 387), ("the country", 14260))
"""Sites: Gansu in 2023; the whole country in 2020."""

NIGHT_PAGES = 1000
"""Pages a site and night, for the computed figures."""


def load() -> str:
    """How busy the machine is with other things, in words."""
    cores, waiting = os.cpu_count() or 1, os.getloadavg()[0]
    return f"load {waiting:.1f} on {cores} cores at the start" + (
        "" if waiting < 0.3 * cores else ": OTHER WORK IS RUNNING, figures are too low"
    )


def compare(sites: int, pages: int, rounds: int, browser: bool) -> dict[str, list[Measured]]:
    """Every run by name; the three take turns."""
    runs: dict[str, list[Measured]] = {"bare": [], "one": [], "two": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with serving(sites, pages, folder / "web") as served:
            for number in range(rounds):
                for kind, done in runs.items():
                    if kind == "bare":
                        done.append(whole(served, bare(served)))
                        continue
                    database = folder / f"{kind}-{number}" / "oversight.db"
                    served.register(database)
                    done.append(whole(served, night(served, database, workers=1 if kind == "one" else 2, browser=browser)))
    return runs


def table(runs: dict[str, list[Measured]]) -> str:
    """Medians per way, the processes' memory, and the figures that are to be reached."""
    names = {"bare": "bare Scrapy, one process", "one": "the night, 1 worker", "two": "the night, 2 workers"}
    lines = [f"{'':<26} {'pages':>7} {'pages/s':>8} {'cpu s/page':>11} {'pages/cpu-s':>12} {'stored B/page':>14} {'rendered':>9}"]
    for name, done in runs.items():
        one = done[0]
        each = _median(done, lambda run: run.stored / run.pages)
        lines.append(
            f"{names[name]:<26} {one.pages:>7} {_median(done, lambda run: run.pages / run.wall):>8.1f} {1 / _rate(done):>11.4f} {_rate(done):>12.1f} "
            f"{each:>14.0f} {one.rendered:>9}"
        )
    for name, done in runs.items():
        peaks = ", ".join(
            f"{kind} {max(run.peaks.get(kind, 0.0) for run in done):.0f}" for kind in sorted({k for run in done for k in run.peaks})
        )
        lines.append(f"peak MB, {names[name]}: {peaks}")
    for name in ("one", "two"):
        spent = ", ".join(
            f"{kind} {_median(runs[name], lambda run, kind=kind: run.cpu_by.get(kind, 0.0)):.1f}" for kind in sorted(runs[name][0].cpu_by)
        )
        lines.append(f"processor seconds, {names[name]}: {spent}")
    return "\n".join([*lines, *_goals(runs)])


def _goals(runs: dict[str, list[Measured]]) -> list[str]:
    pair, whole_night = _rate(runs["two"]) / _rate(runs["one"]), _rate(runs["one"]) / _rate(runs["bare"])
    wall = _median(runs["one"], lambda run: run.wall) / _median(runs["two"], lambda run: run.wall)
    writing = _median(runs["two"], lambda run: run.writing / run.cpu)
    return [
        f"two workers / one, pages per processor-second = {pair:.2f} (to reach: {GOALS['two workers to one']}); wall-clock {wall:.2f} times as fast",
        f"the night / bare Scrapy, pages per processor-second = {whole_night:.2f} (to reach: {GOALS['the night to bare Scrapy']})",
        f"writing to the central database = {writing:.2%} of the run's processor time (at most {GOALS['writing']:.0%})",
    ]


def _rate(done: Sequence[Measured]) -> float:
    return _median(done, lambda run: run.rate)


def _median(done: Sequence[Measured], figure: Callable[[Measured], float]) -> float:
    return statistics.median(figure(run) for run in done)


def memory(counts: Sequence[int], pages: int, browser: bool) -> str:
    """Peak memory of each process, from few sites to many; two workers."""
    lines = []
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folder.chmod(0o755)
            with serving(count, pages, folder / "web") as served:
                served.register(folder / "run" / "oversight.db")
                run = whole(served, night(served, folder / "run" / "oversight.db", workers=2, browser=browser))
        lines.append(
            f"{count} sites, {pages} pages each, peak MB: " + ", ".join(f"{kind} {peak:.0f}" for kind, peak in sorted(run.peaks.items()))
        )
    return "\n".join(lines)


def second_night(pages: int, old_pages: int, browser: bool) -> str:
    """Night two beside night one, the pages unchanged: bytes, requests and processor time, by kind of site."""
    lines = [f"{'':<44} {'bytes':>7} {'requests':>9} {'cpu':>6}   {'requests 1 → 2':>16} {'cpu s/request, night 2':>23}"]
    kinds: list[tuple[Kind, int, str]] = [
        ("validators", pages, f"ETag and Last-Modified, {pages} pages"),
        ("bare", pages, f"no validators, {pages} pages"),
        ("old", old_pages, f"{old_pages} pages, 90 % beyond the horizon"),
    ]
    for kind, count, words in kinds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folder.chmod(0o755)
            with serving(1, count, folder / "web", kind) as served:
                database = folder / "run" / "oversight.db"
                served.register(database)
                first = whole(served, night(served, database, workers=1, browser=browser))
                second = night(served, database, workers=1, as_of="2026-08-21", browser=browser)
                asked = bare(served, "conditional")
        lines.append(
            f"{words:<44} {second.bytes / first.bytes:>7.0%} {second.requests / first.requests:>9.0%} {second.cpu / first.cpu:>6.0%}   "
            f"{first.requests:>7} → {second.requests:<6} {second.cpu / second.requests:>23.4f}"
        )
        lines.append(
            f"    bare Scrapy, conditional: {asked.cpu / asked.pages:.4f} s a request; the night's is {(second.cpu / second.requests) / (asked.cpu / asked.pages):.1f} times that"
        )
    goals = f"to reach: bytes {SECOND['bytes']:.0%} (validators), requests {SECOND['requests']:.0%} (old), processor time {SECOND['processor time to bare conditional']} × bare conditional"
    return "\n".join([*lines, goals])


def figures(cpu: float, again: float, received: float, stored: float) -> str:
    """What figures of one page mean for a province and the country. ``cpu``: processor seconds a page; ``again``: of a second night, as a share;
    ``received``, ``stored``: bytes a page. Computed, not measured.
    """
    limits = Limits()
    own, address = NIGHT_PAGES * limits.delay / 3600, NIGHT_PAGES * limits.delay * ADDRESS_SHARE / 3600
    lines = [
        f"computed from {cpu:g} processor seconds, {received:g} bytes received and {stored:g} bytes stored a page; {NIGHT_PAGES} pages a site and night"
    ]
    for words, sites in SIZES:
        pages = sites * NIGHT_PAGES
        hours = pages * cpu / 3600
        lines.append(
            f"{words}, {sites} sites: {hours:,.0f} processor hours a full night, {hours * again:,.0f} a second one; "
            f"{hours / (2 * 8):,.1f} machines of two cores in 8 hours; {pages * received / 2**30:,.0f} GiB received, {pages * stored / 2**30:,.1f} GiB stored; "
            f"politeness: {own:.2f} h a site, {sites / WINDOW * own:,.0f} h for one worker that keeps {WINDOW} sites in hand"
        )
    lines.append(
        f"a platform of 100 sites behind one address: {100 * address:,.1f} h (4 requests a delay of {limits.delay:g} s, {PER_GROUP} of its sites at once)"
    )
    return "\n".join(lines)


def main() -> None:
    """Do what is asked and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=60)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--memory", type=int, nargs="+", metavar="SITES")
    parser.add_argument("--second-night", action="store_true")
    parser.add_argument("--old-pages", type=int, default=2000)
    parser.add_argument("--figures", type=float, nargs=4, metavar=("CPU", "AGAIN", "RECEIVED", "STORED"))
    arguments = parser.parse_args()
    browser = not arguments.no_browser
    if arguments.figures:
        print(figures(*arguments.figures))
        return
    print(f"{machine()}; {load()}; {'with' if browser else 'without'} the browser", flush=True)
    if arguments.memory:
        print(memory(arguments.memory, arguments.pages, browser))
    elif arguments.second_night:
        print(second_night(arguments.pages, arguments.old_pages, browser))
    else:
        print(
            f"{arguments.sites} sites of {arguments.pages} pages (and {COLUMNS} columns), {arguments.rounds} rounds, interleaved",
            flush=True,
        )
        print(table(compare(arguments.sites, arguments.pages, arguments.rounds, browser)))


if __name__ == "__main__":
    main()
