"""How long evidence is kept (证据保存期): every night for some days, then one night a quarter, and all that an open finding cites.

Kept in any case: the last night of a site and its last complete one (the next night takes over what has not changed), the evidence the nights' table
names, files of sites the central database does not know, and everything that is no evidence file. What is cited is told by day and file name, so that
evidence that was moved to another folder is still known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from crawler.evidence import Evidence, EvidenceError

SUFFIX = ".sqlite"
_SIDES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Kept:
    """One evidence file that lies in a night's folder. ``size`` in bytes."""

    night: date
    path: Path
    size: int

    @property
    def place(self) -> tuple[str, str]:
        """Day and file name: what is the same after the evidence folder was moved."""
        return self.night.isoformat(), self.path.name


@dataclass(frozen=True, slots=True)
class Plan:
    """What pruning would do. ``unknown``: files of sites that the central database has no night of; they stay."""

    removed: tuple[Kept, ...]
    kept: tuple[Kept, ...]
    unknown: tuple[Kept, ...]

    @property
    def freed(self) -> int:
        """Bytes that removing gives back."""
        return sum(each.size for each in self.removed)


def evidence_files(folder: Path) -> Iterator[Kept]:
    """Every evidence file below ``folder``, by night and name. Raises OSError for a folder that can't be read."""
    for night in sorted(folder.iterdir()):
        day = _day(night.name)
        if day is None or not night.is_dir() or night.is_symlink():
            continue
        for path in sorted(night.glob(f"*{SUFFIX}")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield Kept(day, path, path.stat().st_size)


def plan(
    files: Iterable[Kept], *, as_of: date, keep_days: int, cited: Collection[str], leaned_on: Collection[str], known: Collection[str]
) -> Plan:
    """What stays and what goes. ``cited``, ``leaned_on``: evidence paths of open findings and of the nights' table; ``known``: file names of known sites."""
    places = {_place(path) for path in (*cited, *leaned_on)}
    by_site: dict[str, list[Kept]] = defaultdict(list)
    for each in files:
        by_site[each.path.name].append(each)
    removed: list[Kept] = []
    kept: list[Kept] = []
    unknown: list[Kept] = []
    for name, own in sorted(by_site.items()):
        if name not in known:
            unknown += own
            continue
        staying = _staying(sorted(own, key=lambda each: each.night), as_of - timedelta(days=keep_days), places)
        for each in own:
            (kept if each.night in staying else removed).append(each)
    return Plan(*(tuple(sorted(each, key=lambda file: (file.night, file.path.name))) for each in (removed, kept, unknown)))


def _staying(own: Sequence[Kept], since: date, places: Collection[tuple[str, str]]) -> set[date]:
    """The nights of one site that stay."""
    staying = {each.night for each in own if each.night > since or each.place in places}
    staying.add(own[-1].night)
    if (last := next((each for each in reversed(own) if complete(each.path)), None)) is not None:
        staying.add(last.night)
    quarters: dict[tuple[int, int], list[Kept]] = defaultdict(list)
    for each in own:
        quarters[each.night.year, (each.night.month - 1) // 3].append(each)
    for nights in quarters.values():
        best = next((each for each in reversed(nights) if complete(each.path)), nights[-1])
        staying.add(best.night)
    return staying


def complete(path: Path) -> bool:
    """Whether the site answered on that night: its file is whole and its crawl was not turned away."""
    try:
        evidence = Evidence(path)
    except EvidenceError:
        return False
    try:
        state: Mapping[str, str] = evidence.meta("site_state") or {}
        return state.get("state") == "ok"
    finally:
        evidence.close()


def remove(files: Iterable[Kept]) -> Iterator[Kept]:
    """Remove the files, the oldest first, each told once it is gone; a night's folder that is empty then goes too. Raises OSError."""
    for each in files:
        each.path.unlink(missing_ok=True)
        for side in _SIDES:
            each.path.with_name(each.path.name + side).unlink(missing_ok=True)
        if not any(each.path.parent.iterdir()):
            each.path.parent.rmdir()
        yield each


def _place(path: str) -> tuple[str, str]:
    return Path(path).parent.name, Path(path).name


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None
