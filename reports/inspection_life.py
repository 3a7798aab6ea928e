"""What became of findings in a quarter (整改): their lives up to the cut-off, played anew from the events, so that later nights change nothing.

Findings that go on from one another (a column that was overdue and is blank now; twins) are one fault and count once. Which faults are in the
figures is said at `reports.inspection_model.Repair`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from reports.history_reading import Event, LifeFinding, LifeReader
from reports.inspection_model import Repair

_OPENING = frozenset({"new", "continues", "reopened"})
_CLOSING = ("rectified", "withdrawn", "rule-changed")


@dataclass(frozen=True, slots=True)
class Period:
    """First day of the quarter, cut-off, and the ids that people confirmed and excluded."""

    first: date
    cutoff: date
    confirmed: Collection[str]
    excluded: Collection[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault as of the cut-off. ``members``: its findings, the one told last first; ``state``: open, or how it ended, since ``since``.

    ``begun``: first told. ``standing``: open when the quarter began; ``due``: open at some time in it, and open or rectified at the cut-off.
    ``counted``: it is in the figures.
    """

    members: tuple[LifeFinding, ...]
    state: str
    begun: date
    since: date
    standing: bool
    due: bool
    opened: bool
    reopened: bool
    ever_reopened: bool
    counted: bool

    @property
    def closed(self) -> bool:
        """Rectified in the quarter."""
        return self.due and self.state == "rectified"

    @property
    def within(self) -> bool:
        """Told first and rectified in the quarter."""
        return self.closed and self.opened


class Lives:
    """The lives of the findings of some sites. Reads them at once: ask for a province in parts."""

    def __init__(self, reader: LifeReader, sites: Sequence[str], period: Period) -> None:
        self._period = period
        self.findings = {each.id: each for each in reader.findings(sites=sites)}
        self._events: dict[str, list[Event]] = {}
        self._severity_after: dict[str, str] = {}
        for event in reader.events(since=date.min, sites=sites):
            if event.night <= period.cutoff:
                self._events.setdefault(event.finding, []).append(event)
            elif event.event == "severity":
                self._severity_after.setdefault(event.finding, event.detail.split()[0])
        self._by_site: dict[str, list[Fault]] = {}
        self._fault_of: dict[str, Fault] = {}
        for members in self._families():
            fault = self._fault(members)
            self._by_site.setdefault(members[0].site, []).append(fault)
            self._fault_of |= {each.id: fault for each in members}

    def faults(self, site: str) -> Sequence[Fault]:
        """The faults of a site that were told up to the cut-off."""
        return self._by_site.get(site, ())

    def fault_of(self, finding: str) -> Fault | None:
        """The fault that a finding belongs to; None for an id that was never told."""
        return self._fault_of.get(finding)

    def _families(self) -> list[list[LifeFinding]]:
        """Findings told up to the cut-off, those of one fault together, oldest first."""
        told = {key: each for key, each in self.findings.items() if key in self._events}
        head = {key: key for key in told}

        def top(key: str) -> str:
            while head[key] != key:
                key = head[key]
            return key

        for key, each in told.items():
            before = [event.detail for event in self._events[key] if event.event == "continues"]
            for other in (*before, each.twin):
                if other in told:
                    head[top(key)] = top(other)
        families: dict[str, list[LifeFinding]] = {}
        for key, each in told.items():
            families.setdefault(top(key), []).append(each)
        return list(families.values())

    def _fault(self, members: Sequence[LifeFinding]) -> Fault:
        period = self._period
        line = _timeline([event for each in members for event in self._events[each.id]])
        begun, (state, since) = line[0][0], (line[-1][1], line[-1][0])
        before = [state for night, state in line if night < period.first]
        inside = [(night, state) for night, state in line if night >= period.first]
        standing = bool(before) and before[-1] == "open"
        passages = list(zip([state for _, state in line], line[1:], strict=False))
        back = [night for was, (night, now) in passages if was == "rectified" and now == "open"]
        return Fault(
            members=tuple(sorted(members, key=lambda each: (-self._last_told(each.id).toordinal(), each.id))),
            state=state,
            begun=begun,
            since=since,
            standing=standing,
            due=(standing or any(now == "open" for _, now in inside)) and state in ("open", "rectified"),
            opened=begun >= period.first,
            reopened=any(night >= period.first for night in back),
            ever_reopened=bool(back),
            counted=any(self._counts(each) for each in members) and not any(each.id in period.excluded for each in members),
        )

    def _last_told(self, finding: str) -> date:
        return max(event.night for event in self._events[finding] if event.event in _OPENING)

    def _counts(self, finding: LifeFinding) -> bool:
        """By its severity at the cut-off: deductions, and what a person confirmed."""
        severity = self._severity(finding)
        if severity == "caution":
            return False
        return finding.id in self._period.confirmed or (severity == "deduction" and not finding.confirm)

    def _severity(self, finding: LifeFinding) -> str:
        """As last told up to the cut-off; the table has it as told last of all."""
        if finding.id in self._severity_after:
            return self._severity_after[finding.id]
        known = ""
        for event in self._events[finding.id]:
            if event.event == "new":
                known = event.detail
            elif event.event == "severity":
                known = event.detail.split()[-1]
        return known or finding.severity


def _timeline(events: Iterable[Event]) -> list[tuple[date, str]]:
    """Nights on which the fault's state changed, and to what: open while one of its findings is, else how the last of them ended."""
    nights: dict[date, list[Event]] = {}
    for event in events:
        if event.event in _OPENING or event.event in _CLOSING:
            nights.setdefault(event.night, []).append(event)
    states: dict[str, str] = {}
    line: list[tuple[date, str]] = []
    for night in sorted(nights):
        states |= {event.finding: "open" if event.event in _OPENING else event.event for event in nights[night]}
        ends = [event.event for event in nights[night] if event.event in _CLOSING]
        now = "open" if "open" in states.values() else max(ends, key=_CLOSING.index)
        if not line or line[-1][1] != now:
            line.append((night, now))
    return line


def repair_of(name: str, faults: Iterable[Fault], overdue: int) -> Repair:
    """The figures of some faults. ``overdue``: how many are past the day their unit was given."""
    counted = [fault for fault in faults if fault.counted]
    due = [fault for fault in counted if fault.due]
    days = [(fault.since - fault.begun).days for fault in due if fault.closed]
    return Repair(
        name=name,
        opened=sum(fault.opened for fault in due),
        closed=sum(fault.closed for fault in due),
        within=sum(fault.within for fault in due),
        due=len(due),
        reopened=sum(fault.reopened for fault in due),
        overdue=overdue,
        median_days=float(median(days)) if days else None,
    )
