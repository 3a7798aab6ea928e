"""The full matrix of fault injection as a table: every kind of defect alone in every style.

python -m tests.served.matrix --out docs/fault-injection.md --results out/matrix.jsonl --processes 2
python -m tests.served.matrix --out docs/fault-injection.md --results out/matrix.jsonl --only-kind no-aaaa --only-style jpage
python -m tests.served.matrix --out docs/fault-injection.md --results out/matrix.jsonl --table      # the table of what is there already

``--chosen`` runs the pairs of `make test` only, ``--missing`` what has no right result yet. Every result is written to
``--results`` (one JSON object a line) as it comes; a pair asked again replaces its older result.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import multiprocessing.util
import subprocess
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.portals.defects import DEFECTS
from tests.portals.inspecting import Inspector
from tests.portals.styles import STYLES
from tests.portals.world import World
from tests.served.injection import absent, chosen, wrong

Result = dict[str, Any]
"""``kind``, ``style``, ``wrong`` (lines, empty when right), ``seconds``, ``commit``."""

_inspector: Inspector | None = None


def main() -> int:
    """Run the chosen pairs and write the table; 0 when every pair is right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs/fault-injection.md"))
    parser.add_argument("--results", type=Path, default=Path("out/matrix.jsonl"))
    parser.add_argument("--only-kind", action="append", choices=list(DEFECTS), metavar="KIND")
    parser.add_argument("--only-style", action="append", choices=list(STYLES), metavar="STYLE")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--chosen", action="store_true", help="run only the pairs of `make test`")
    parser.add_argument("--missing", action="store_true", help="run only pairs that have no right result yet")
    parser.add_argument("--table", action="store_true", help="run nothing, write the table of the results there are")
    given = parser.parse_args()
    results = read(given.results)
    if not given.table:
        pairs = [(k, s) for s in given.only_style or STYLES for k in given.only_kind or DEFECTS if not absent(k, s)]
        if given.chosen:
            pairs = [pair for pair in pairs if pair in chosen()]
        if given.missing:
            pairs = [pair for pair in pairs if pair not in results or results[pair]["wrong"]]
        run(pairs, given.results, given.processes)
        results = read(given.results)
    given.out.write_text(table(results.values()), encoding="utf-8")
    return 1 if any(result["wrong"] for result in results.values()) else 0


def read(file: Path) -> dict[tuple[str, str], Result]:
    """The newest result of every (kind, style) in a file of results; none without the file."""
    if not file.exists():
        return {}
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {(one["kind"], one["style"]): one for one in found if one["kind"] in DEFECTS and one["style"] in STYLES}


def run(pairs: Iterable[tuple[str, str]], file: Path, processes: int) -> None:
    """Inspect every pair, each process with an internet and a browser of its own, and append the results to ``file`` as they come."""
    file.parent.mkdir(parents=True, exist_ok=True)
    commit = _commit()
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_open)
    with file.open("a", encoding="utf-8") as results, pool:
        for number, done in enumerate(as_completed(pool.submit(_one, pair) for pair in pairs), 1):
            result = done.result()
            results.write(json.dumps(result | {"commit": commit}, ensure_ascii=False) + "\n")
            results.flush()
            shown = "ok" if not result["wrong"] else "; ".join(result["wrong"])
            print(f"{number} {result['style']} {result['kind']} {result['seconds']} s: {shown}", flush=True)


def _open() -> None:
    """The process's own internet, browser and folder, ended with the process."""
    global _inspector
    stack = ExitStack()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    _inspector = stack.enter_context(Inspector(stack.enter_context(World()), folder))
    multiprocessing.util.Finalize(None, stack.close, exitpriority=10)


def _one(pair: tuple[str, str]) -> Result:
    assert _inspector is not None
    kind, style = pair
    begun = time.monotonic()
    outcome = _inspector.once(style, {kind})
    lines = wrong(outcome)
    outcome.inspection.path.unlink(missing_ok=True)
    return {"kind": kind, "style": style, "wrong": lines, "seconds": round(time.monotonic() - begun, 1)}


def _commit() -> str:
    said = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return said.stdout.strip()


def table(results: Iterable[Result]) -> str:
    """The results as a Markdown page."""
    by_pair = {(one["kind"], one["style"]): one for one in results}
    bad = {pair: one for pair, one in by_pair.items() if one["wrong"]}
    commits = sorted({one["commit"] for one in by_pair.values()})
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    lines = [
        "# Fault injection",
        "",
        "Every kind of defect is planted alone in an otherwise clean portal of every CMS style, and the portal is inspected whole, over real",
        "sockets, DNS, TLS and browser. ✓: exactly the planted defect was found, and nothing else of any severity. ✗: something was missed or",
        "falsely found. —: the style can't have the defect, or nobody outside could see it there.",
        "",
        f"Commit {'、'.join(commits) or '?'}, {today}: {len(DEFECTS)} kinds × {len(STYLES)} styles, {len(by_pair)} inspections, "
        f"{len(by_pair) - len(bad)} right, {len(bad)} wrong.",
        "Made by `python -m tests.served.matrix --processes 2`; `make soak` runs the same pairs as tests.",
        "",
        f"| Kind | Defect | {' | '.join(STYLES)} |",
        f"|---|---|{'---|' * len(STYLES)}",
    ]
    for kind, defect in DEFECTS.items():
        cells = " | ".join(_cell(kind, style, by_pair) for style in STYLES)
        lines.append(f"| {kind} | {defect.title} | {cells} |")
    lines += ["", "## —", ""]
    reasons: dict[tuple[str, str], list[str]] = {}
    for style in STYLES:
        for kind in DEFECTS:
            if reason := absent(kind, style):
                reasons.setdefault((style, reason), []).append(kind)
    lines += [
        f"- {style}：{reason}：{'、'.join(kinds) if len(kinds) < 20 else f'{len(kinds)} kinds'}"
        for (style, reason), kinds in reasons.items()
    ]
    if bad:
        lines += ["", "## ✗", ""]
        lines += [f"- {style} {kind}: {'; '.join(one['wrong'])}" for (kind, style), one in bad.items()]
    return "\n".join(lines) + "\n"


def _cell(kind: str, style: str, results: dict[tuple[str, str], Result]) -> str:
    if absent(kind, style):
        return "—"
    found = results.get((kind, style))
    return "" if found is None else ("✗" if found["wrong"] else "✓")


if __name__ == "__main__":
    raise SystemExit(main())
