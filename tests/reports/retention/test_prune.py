"""`mingjing prune`: what is kept and what goes, what is said before anything goes, and what never goes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reports.commands.prune as command
import reports.retention as retention
from crawler.evidence_writer import EvidenceWriter
from crawler.fleet_lock import only_run
from crawler.nights import Nights, SiteNight, evidence_path
from crawler.oversight import connect, writing
from crawler.site import Site
from reports.commands.options import UsageProblem
from reports.history import Life
from reports.retention import Kept, plan
from tests.reports.history.nights import FIRST, finding, judgement, outcome
from tests.reports.registry.commands import mingjing

AS_OF = date(2026, 8, 20)
KEY = "9910000001"


class Archive:
    """A central database and its evidence; `night` lets one evidence file land and be taken in."""

    def __init__(self, folder: Path) -> None:
        self.db, self.evidence = folder / "oversight.db", folder / "evidence"
        self.database = connect(self.db)
        self.nights = Nights(self.database)

    def night(self, day: date, key: str = KEY, *, state: str = "ok", known: bool = True) -> Path:
        path = evidence_path(self.evidence, day, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = EvidenceWriter(path, Site(f"http://s{key}-test.gov.cn/", registered=key), day)
        writer.put_meta("site_state", {"state": state, "reason": "", "detail": ""})
        writer.finish()
        if known:
            with writing(self.database):
                self.nights.site_done(SiteNight(key, day, "ok" if state == "ok" else "unreachable", evidence=str(path)))
        return path

    def left(self, key: str = KEY) -> list[str]:
        """The nights of a site that lie there."""
        return sorted(path.parent.name for path in self.evidence.glob(f"*/{key}.sqlite"))

    def prune(self, *more: str | Path) -> int:
        return mingjing("prune", "--db", self.db, "--as-of", AS_OF.isoformat(), *more)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def _days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def test_every_night_of_thirty_days_stays_and_before_that_one_a_quarter(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    recent = [AS_OF - timedelta(days=number) for number in range(30)]
    for day in sorted(_days("2026-02-01", "2026-03-30", "2026-03-31", "2026-04-01", "2026-06-29", "2026-07-01", "2026-07-21") + recent):
        archive.night(day)
    assert archive.prune() == 0
    said = capsys.readouterr().out
    assert "不再保存  2026-02-01" in said and "要删除请加 --yes" in said
    assert len(archive.left()) == 37  # said first, nothing gone
    assert archive.prune("--yes") == 0
    assert archive.left() == sorted(["2026-03-31", "2026-06-29", *(day.isoformat() for day in recent)])
    assert not (archive.evidence / "2026-02-01").exists()


def test_the_bytes_that_are_said_are_the_bytes_that_go(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [archive.night(day) for day in _days("2026-01-01", "2026-01-02", "2026-08-19", "2026-08-20")]
    size = paths[0].stat().st_size
    archive.prune("--yes")
    assert f"不再保存 1 个文件，{size:,} 字节" in (said := capsys.readouterr().out) and f"释放 {size:,} 字节" in said
    capsys.readouterr()
    assert archive.prune() == 0 and "不再保存 0 个文件，0 字节" in capsys.readouterr().out


def test_the_nights_an_open_finding_cites_stay_wherever_the_evidence_was_moved_to(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in _days("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-08-20"):
        archive.night(day)
    cited = {"/elsewhere/evidence/2026-01-02/9910000001.sqlite"}
    monkeypatch.setattr(command.Life, "cited", lambda self: cited)
    archive.prune("--yes")
    assert archive.left() == ["2026-01-02", "2026-01-04", "2026-08-20"]


def test_the_first_and_the_last_night_of_an_open_finding_stay_and_once_it_is_put_right_they_go(archive: Archive) -> None:
    life = Life(archive.database)
    for number, day in enumerate(_days("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-08-20")):
        path = archive.night(day)
        told = [finding(site=KEY)] if 1 <= number <= 2 else []
        with writing(archive.database):
            if number <= 2:
                life.record(day, outcome((day - FIRST).days, judgement(*told), site=KEY), str(path))
    archive.prune("--yes")
    assert archive.left() == ["2026-01-02", "2026-01-03", "2026-01-04", "2026-08-20"]
    with writing(archive.database):
        life.record(
            AS_OF,
            outcome((AS_OF - FIRST).days, judgement(), site=KEY, fates={finding(site=KEY).id: "clean"}),
            str(archive.evidence / "2026-08-20" / f"{KEY}.sqlite"),
        )
    archive.prune("--yes")
    assert archive.left() == ["2026-01-04", "2026-08-20"]


def test_the_last_complete_night_of_a_site_stays_however_old(archive: Archive) -> None:
    archive.night(date(2025, 1, 1))
    archive.night(date(2025, 1, 2), state="unreachable")
    for number in range(3):
        archive.night(AS_OF - timedelta(days=number), state="unreachable")
    archive.prune("--yes")
    assert archive.left()[0] == "2025-01-01"


def test_a_quarter_keeps_its_last_night_on_which_the_site_answered(archive: Archive) -> None:
    archive.night(date(2026, 2, 1))
    archive.night(date(2026, 2, 2))
    archive.night(date(2026, 2, 3), state="blocked")
    archive.night(AS_OF - timedelta(days=1))
    archive.night(AS_OF)
    archive.prune("--yes")
    assert archive.left() == ["2026-02-02", "2026-08-19", "2026-08-20"]


def test_files_that_are_not_ours_to_judge_stay(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    for day in _days("2026-01-01", "2026-01-02", "2026-08-20"):
        archive.night(day)
        archive.night(day, "9910000077", known=False)
    (archive.evidence / "2026-01-01" / "note.txt").write_text("x")
    (archive.evidence / "notes").mkdir()
    archive.prune("--yes")
    assert len(archive.left("9910000077")) == 3 and archive.left() == ["2026-01-02", "2026-08-20"]
    assert (archive.evidence / "2026-01-01" / "note.txt").exists() and (archive.evidence / "notes").exists()
    assert "另有 3 个文件不属于监管库中检查过的网站" in capsys.readouterr().out


def test_a_wrong_database_or_folder_removes_nothing(archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for day in _days("2026-01-01", "2026-01-02", "2026-08-20"):
        archive.night(day)
    with pytest.raises(UsageProblem, match="不存在"):
        mingjing("prune", "--db", tmp_path / "none.db", "--evidence", archive.evidence, "--yes")
    connect(tmp_path / "other.db").close()
    assert mingjing("prune", "--db", tmp_path / "other.db", "--evidence", archive.evidence, "--yes") == 0
    assert len(archive.left()) == 3
    with pytest.raises(UsageProblem, match="读不出来"):
        archive.prune("--evidence", tmp_path / "nowhere")


def test_nothing_is_removed_while_a_night_is_running(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    for day in _days("2026-01-01", "2026-01-02", "2026-08-20"):
        archive.night(day)
    with only_run(archive.db, datetime.fromisoformat("2026-08-20T22:00:00+08:00")):
        assert archive.prune("--yes") == 4
        assert "自 2026-08-20 22:00" in capsys.readouterr().err
        assert archive.prune() == 0
    assert len(archive.left()) == 3


_NIGHTS = st.sets(st.integers(0, 800), min_size=1, max_size=40).map(lambda ages: sorted(AS_OF - timedelta(days=age) for age in ages))


@given(nights=_NIGHTS, complete=st.sets(st.integers(0, 39)), keep=st.integers(1, 90), data=st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_the_nights_the_promises_hold(nights: list[date], complete: set[int], keep: int, data: st.DataObject) -> None:
    """Recent, cited, last and last complete nights stay; every quarter keeps one; pruning again next day or at once is no different."""
    files = [Kept(night, Path(night.isoformat()) / f"{KEY}.sqlite", 1) for night in nights]
    cited = set(data.draw(st.lists(st.sampled_from([str(each.path) for each in files]), max_size=3)))
    whole = {each.path for number, each in enumerate(files) if number in complete}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retention, "complete", lambda path: path in whole)
        made = plan(files, as_of=AS_OF, keep_days=keep, cited=cited, leaned_on=(), known={f"{KEY}.sqlite"})
        again = plan(made.kept, as_of=AS_OF, keep_days=keep, cited=cited, leaned_on=(), known={f"{KEY}.sqlite"})
    kept = {each.night for each in made.kept}
    assert sorted((*made.kept, *made.removed), key=lambda each: each.night) == files
    assert {night for night in nights if night > AS_OF - timedelta(days=keep)} <= kept
    assert {date.fromisoformat(Path(path).parent.name) for path in cited} <= kept
    assert nights[-1] in kept
    assert not whole or max(each.night for each in files if each.path in whole) in kept
    assert {(night.year, (night.month - 1) // 3) for night in nights} == {(night.year, (night.month - 1) // 3) for night in kept}
    assert again.kept == made.kept and not again.removed
