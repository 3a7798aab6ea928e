"""A central database that another program holds: one clear line, nothing half written."""

from __future__ import annotations

import sqlite3
import sys
from datetime import date
from pathlib import Path

import pytest

import scheduler
from crawler import oversight
from crawler.oversight import connect
from crawler.registry import RegisteredSite, Registry, Unit


def test_a_locked_database_is_one_clear_line_and_exit_code_four(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    db = tmp_path / "oversight.db"
    registry = Registry(connect(db))
    registry.put((Unit("甲市"),), (RegisteredSite("a", "甲站", "http://www.a-test.gov.cn/", unit="甲市"),))
    monkeypatch.setattr(oversight, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(sys, "argv", ["mingjing", "registry", "remove", "a", "--as-of", "2026-08-20", "--db", str(db)])
    holder = sqlite3.connect(db, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(SystemExit) as end:
        scheduler.mingjing()
    holder.execute("ROLLBACK")
    assert end.value.code == scheduler.FAILED
    error = capsys.readouterr().err
    assert error.startswith("mingjing：监管库不能读写") and error.count("\n") == 1
    assert registry.site("a").removed_on is None
    with pytest.raises(SystemExit) as end:
        scheduler.mingjing()
    assert not end.value.code and registry.site("a").removed_on == date(2026, 8, 20)
