"""The body of ``mingjing nightly``: one night over the registered sites, resumed where it was left, one writer for the central database."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType

from sqlite_utils import Database

from checks import catalogue
from checks.fingerprint import of_program
from checks.memory import Memory
from crawler.fleet import Fleet, RunFailed
from crawler.fleet_crew import ClusterError, Crew, DaskCrew, LocalCrew
from crawler.fleet_desk import Desk
from crawler.fleet_lock import RunLocked, only_run
from crawler.nights import Nights, NightState, SiteNight, evidence_path, file_name
from crawler.oversight import OversightError, connect
from crawler.registry import RegisteredSite, Registry
from crawler.samples import Samples
from crawler.settings import VERSION
from reports.commands.options import SHANGHAI, UsageProblem, evidence_folder
from reports.history import Life
from reports.nightly_ingest import Damaged, Intake, changes, read_evidence
from reports.nightly_plan import Known, Request, brief_of, closing, refuse_the_past, tasks_of, the_night
from reports.nightly_summary import Summary, Unassessed, biggest, totals
from reports.nightly_view import Standing, View, shown
from reports.nightly_worker import run_batch

log = logging.getLogger("mingjing.nightly")

DONE, UNASSESSED, STOPPED, FAILED, INTERRUPTED = 0, 1, 3, 4, 130
"""Exit codes: all done; some could not be assessed; stopped by the window or SIGTERM; the run failed or is locked out; Ctrl-C."""


def run(request: Request) -> int:
    """Do the night, print its summary, return the exit code. Raises `UsageProblem` and `OversightError` for what can't be done."""
    with shown(request.log_format) as view:
        try:
            with only_run(request.db, request.now):
                night = _Night(request, view)
                code, summary = night.run()
        except (RunLocked, RunFailed, ClusterError) as error:
            log.error("%s", error)
            return FAILED
        except (OSError, sqlite3.Error) as error:
            log.error("夜间检查不能继续（%s）：请检查监管库与证据目录的磁盘空间和权限；已完成的网站都已保存，再次运行只做未完成的。", error)
            return FAILED
    print(summary.as_json() if request.log_format == "json" else summary.as_text())
    return code


class _Night:
    """One run of one night."""

    def __init__(self, request: Request, view: View) -> None:
        self._request, self._view = request, view
        try:
            self._database: Database = connect(request.db)
        except OversightError as error:
            raise RunFailed(str(error)) from error
        self._nights, self._life, self._memory = Nights(self._database), Life(self._database), Memory(self._database)
        self._samples = Samples(self._database)
        self.as_of = the_night(request, self._nights)
        self._sites: dict[str, RegisteredSite] = {site.key: site for site in Registry(self._database).sites(request.only)}
        if not self._sites:
            raise UsageProblem("登记表中没有网站：请先用 mingjing registry import 导入。")
        refuse_the_past(list(self._sites.values()), self._nights.sites(), self.as_of)
        self._keys = {file_name(key): key for key in self._sites}
        folder = evidence_folder(request.db, request.evidence)
        self._folder = evidence_path(folder.resolve(), self.as_of, "x").parent
        self._desk = Desk(self._folder, uuid.uuid4().hex)
        self._intake = Intake(self._database, self._nights, self._life, self._memory, self.as_of)
        self._standing = Standing(0)
        self._closing = closing(request)
        self._stopped: NightState = "done"
        self._signal = 0
        self._begun = time.monotonic()
        self._tonight = 0

    def run(self) -> tuple[int, Summary]:
        """All open sites; returns the exit code and the summary."""
        options = {"only": list(self._request.only), "full": self._request.full, "max_pages": self._request.max_pages}
        program = f"{VERSION} {of_program()}"
        before = self._nights.begin(
            self.as_of, self._request.now, program=program, catalogue=f"{catalogue.VERSION} {catalogue.digest()}", options=options
        )
        if before is not None and before.state != "done":
            log.info("继续 %s 的夜间检查（%s 开始，没有做完）", self.as_of, before.started.strftime("%m-%d %H:%M"))
        try:
            open_keys = self._open(before is not None and before.state != "done")
            ended = self._work(open_keys) if open_keys else "done"
        except BaseException as fault:
            self._close_failed(fault)
            raise
        state: NightState = "done" if ended == "done" else self._stopped
        part = bool(self._request.only) and before is not None and before.state != "done" and not before.options.get("only")
        summary = self._summary(state)
        self._nights.end(self.as_of, datetime.now(SHANGHAI), "interrupted" if part else state, summary.facts())
        self._desk.close()
        return self._code(state, summary), summary

    def _close_failed(self, fault: BaseException) -> None:
        """Say in the night's row that it failed, where that can be said at all."""
        try:
            self._nights.end(self.as_of, datetime.now(SHANGHAI), "failed", {"why": str(fault)[:200]})
        except sqlite3.Error as error:
            log.warning("监管库中没有记下本晚的失败（%s）", error)

    def _code(self, state: NightState, summary: Summary) -> int:
        if state == "interrupted":
            return INTERRUPTED if self._signal == signal.SIGINT else STOPPED
        if state == "stopped":
            return STOPPED
        return UNASSESSED if summary.unassessed else DONE

    # what is open

    def _open(self, resumed: bool) -> list[str]:
        """Keys of the sites still to do. What landed before an earlier run ended is taken in; what is damaged is said and done again.

        ``resumed``: the night was not brought to its end, so a site that could not be assessed is done with; asked again for a night that
        is over, it is tried once more.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        earlier = Desk(self._folder, "")
        for name, reason in list(earlier.failures()):
            if name in self._keys and not self._desk.evidence(name).exists():
                self._intake.fail(self._keys[name], reason)
        self._desk.open()
        rows, redo = self._nights.sites(), []
        keys = []
        for key in self._sites:
            row, path = rows.get(key), self._desk.evidence(file_name(key))
            if path.exists() and self._whole(key, path, row):
                continue
            if resumed and row is not None and row.as_of == self.as_of and row.state == "failed":
                continue
            if row is not None and row.done_on == self.as_of:
                redo.append(key)
            keys.append(key)
        self._intake.undo(redo)
        return keys

    def _whole(self, key: str, path: Path, row: SiteNight | None) -> bool:
        """Whether a file that lies there can be read; taken in when that has not been done yet, removed when damaged."""
        try:
            if row is not None and row.done_on == self.as_of:
                read_evidence(path)
            else:
                self._intake.take(key, path)
        except Damaged as error:
            log.warning("%s，重新检查", error, extra={"site": key})
            path.unlink()
            return False
        return True

    # the work

    def _work(self, keys: Sequence[str]) -> str:
        rows = self._nights.sites()
        sites = [self._sites[key] for key in keys]
        tasks = tasks_of(sites, rows, self.as_of, self._request)
        for task in tasks:
            self._desk.put_brief(task.name, self._brief(task.key, rows.get(task.key)))
        self._standing = Standing(len(tasks))
        crew = self._crew(len(tasks))
        log.info("%s：%d 个网站，%d 个工作进程，证据目录 %s", self.as_of, len(tasks), crew.size, self._folder)
        fleet = Fleet(self._desk, crew, run_batch, ingest=self._landed, fail=self._failed, tick=self._tick, stop=self._stop)
        with self._signals():
            return fleet.run(tasks)

    def _brief(self, key: str, row: SiteNight | None) -> bytes:
        history = {"availability": self._samples.week(key, self.as_of), **self._memory.history(key, self.as_of)}
        known = Known(history, self._life.known(key, self.as_of))
        return brief_of(self._sites[key], self.as_of, self._request, known, row).as_json()

    def _crew(self, sites: int) -> Crew:
        if self._request.cluster:
            return DaskCrew(self._request.cluster, self._request.workers)
        return LocalCrew(max(1, min(self._request.workers or os.cpu_count() or 1, sites)))

    def _landed(self, name: str) -> bool:
        key = self._keys[name]
        try:
            row = self._intake.take(key, self._desk.evidence(name))
        except Damaged as error:
            log.warning("%s，重新检查", error, extra={"site": key})
            return False
        self._count(key, row.reason if row.state != "ok" else "")
        self._standing.pages += row.pages
        return True

    def _failed(self, name: str, reason: str) -> None:
        self._intake.fail(self._keys[name], reason)
        self._count(self._keys[name], reason)

    def _count(self, key: str, reason: str) -> None:
        self._tonight += 1
        self._standing.settled += 1
        if reason:
            self._standing.errors += 1
            self._standing.last_error = f"{key}：{reason}"
            log.warning("未能评估：%s", reason, extra={"site": key})

    def _tick(self) -> None:
        self._standing.running = [site for status in self._desk.statuses() for site in status["running"]]
        self._standing.mark()
        self._view.show(self._standing)

    def _stop(self) -> str:
        if self._signal:
            self._stopped = "interrupted"
            return signal.Signals(self._signal).name
        if self._closing is not None and datetime.now(SHANGHAI) >= self._closing:
            self._stopped = "stopped"
            return "window"
        return ""

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT stop the run in good order."""

        def note(number: int, _frame: FrameType | None) -> None:
            self._signal = number

        before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    # the end

    def _summary(self, state: NightState) -> Summary:
        rows = self._nights.sites()
        tonight = {key: row for key, row in rows.items() if row.as_of == self.as_of and key in self._sites}
        done = [row for row in tonight.values() if row.done_on == self.as_of]
        unassessed = [
            Unassessed(key, self._sites[key].name, self._sites[key].url, row.reason) for key, row in tonight.items() if row.state != "ok"
        ]
        return Summary(
            as_of=self.as_of,
            state=state,
            why=signal.Signals(self._signal).name if self._signal else "",
            sites=len(self._sites),
            done=len(done),
            tonight=self._tonight,
            left=len(self._sites) - len(tonight),
            **totals(done),
            seconds=round(time.monotonic() - self._begun, 1),
            writing_seconds=round(self._intake.writing_seconds, 3),
            changes=changes(self._database, self.as_of),
            unassessed=sorted(unassessed, key=lambda site: site.site),
            biggest=biggest(done),
            evidence=self._folder,
        )
