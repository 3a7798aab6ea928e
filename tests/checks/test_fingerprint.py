"""What makes a night read everything anew: any line that reads or judges pages, and not what a finding costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks import fingerprint


@pytest.mark.parametrize(
    ("changed", "anew"),
    [
        ("crawler/spider.py", True),
        ("checks/links.py", True),
        ("checks/catalogue/links.toml", True),
        ("checks/catalogue/__init__.py", True),
        ("checks/catalogue/official.toml", False),
        ("checks/catalogue/assessment.toml", False),
        ("checks/catalogue/indicators_rules.py", False),
    ],
)
def test_the_program_is_another_when_what_reads_or_judges_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str, anew: bool
) -> None:
    (tmp_path / "crawler").mkdir()
    (tmp_path / "checks" / "catalogue").mkdir(parents=True)
    path = tmp_path / changed
    path.write_text("before")
    monkeypatch.setattr(fingerprint, "_folder", lambda package: tmp_path / package)
    before = fingerprint.of_program.__wrapped__()
    path.write_text("after")
    assert (fingerprint.of_program.__wrapped__() != before) is anew
