"""`mingjing backup`: a whole copy while others write, that restores; and never half a file."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import pytest

from crawler.oversight import connect, writing
from crawler.registry import RegisteredSite, Registry, Unit
from reports.backup import BackupFailed, backup
from reports.commands.options import UsageProblem
from tests.reports.registry.commands import mingjing


def _filled(path: Path) -> Path:
    database = connect(path)
    sites = [RegisteredSite(f"99100{number:05}", f"网站{number}", f"http://s{number}-test.gov.cn/", unit="甲") for number in range(300)]
    Registry(database).put([Unit("甲")], sites)
    database.close()
    return path


def test_a_copy_made_while_another_connection_writes_is_whole_and_restores(tmp_path: Path) -> None:
    db, stop, written = _filled(tmp_path / "oversight.db"), threading.Event(), [0]

    def write() -> None:
        """Twins put in by one transaction: a copy that has one of them without the other was torn."""
        database = connect(db)
        registry = Registry(database)
        while not stop.is_set():
            number = written[0] = written[0] + 1
            registry.put([Unit(f"左{number}"), Unit(f"右{number}")], ())
        database.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = []
        for number in range(5):
            before = written[0]
            backup(db, tmp_path / f"copy{number}.db")
            copies.append((tmp_path / f"copy{number}.db", before))
    finally:
        stop.set()
        writer.join()
    assert written[0] > 5
    for copy, before in copies:
        restored = tmp_path / "restored.db"
        restored.write_bytes(copy.read_bytes())
        names = {unit.name for unit in Registry(connect(restored)).units()}
        left, right = ({name[1:] for name in names if name.startswith(side)} for side in ("左", "右"))
        assert left == right and len(left) >= before - 1
        assert len(Registry(connect(restored)).sites()) == 300
        for side in ("", "-wal", "-shm"):
            Path(f"{restored}{side}").unlink(missing_ok=True)


def test_the_copy_is_one_file_and_a_restored_database_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = _filled(tmp_path / "oversight.db")
    assert mingjing("backup", tmp_path / "to" / "copy.db", "--db", db) == 0
    assert "通过完整性检查" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["copy.db"]
    os.replace(tmp_path / "to" / "copy.db", db)
    for side in ("-wal", "-shm"):
        Path(f"{db}{side}").unlink(missing_ok=True)
    registry = Registry(connect(db))
    registry.put([Unit("乙")], ())
    assert {unit.name for unit in registry.units()} == {"甲", "乙"}


def test_what_was_written_last_and_lies_in_the_write_ahead_log_is_in_the_copy(tmp_path: Path) -> None:
    database = connect(_filled(tmp_path / "oversight.db"))
    with writing(database):
        database.conn.execute("INSERT INTO units VALUES ('刚写的','','','')")
    assert (tmp_path / "oversight.db-wal").stat().st_size
    backup(tmp_path / "oversight.db", tmp_path / "copy.db")
    assert "刚写的" in {unit.name for unit in Registry(connect(tmp_path / "copy.db")).units()}


def test_a_backup_that_breaks_off_leaves_the_one_of_yesterday_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    db, copy = _filled(tmp_path / "oversight.db"), tmp_path / "to" / "copy.db"
    backup(db, copy)
    before = copy.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert mingjing("backup", copy, "--db", db) == 4
    assert "原有的备份没有改动" in capsys.readouterr().err
    assert copy.read_bytes() == before and [path.name for path in copy.parent.iterdir()] == ["copy.db"]


def test_a_damaged_database_is_not_copied_over_a_good_backup(tmp_path: Path) -> None:
    db, copy = _filled(tmp_path / "oversight.db"), tmp_path / "copy.db"
    backup(db, copy)
    before = copy.read_bytes()
    sqlite3.connect(db).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
    whole = bytearray(db.read_bytes())
    middle = len(whole) // 8192 * 4096
    whole[middle : middle + 4096] = b"\xa5" * 4096
    db.write_bytes(whole)
    with pytest.raises(BackupFailed, match="没有备份成"):
        backup(db, copy)
    assert copy.read_bytes() == before


@pytest.mark.parametrize(
    ("made", "file", "told"),
    [("", "copy.db", "不存在"), ("x", "copy.db", "不是监管库"), ("db", ".", "是文件夹"), ("db", "oversight.db", "自己")],
)
def test_what_can_not_be_backed_up_says_why(tmp_path: Path, made: str, file: str, told: str) -> None:
    db = tmp_path / "oversight.db"
    if made == "db":
        _filled(db)
    elif made:
        sqlite3.connect(db).execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(UsageProblem, match=told):
        backup(db, tmp_path / file)
    assert not (tmp_path / "copy.db").exists()
