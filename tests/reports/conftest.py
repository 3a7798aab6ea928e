"""The sample inspections every report test lays out, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.site_report import SiteReportView
from tests.reports import sample

CANARY = "http://canary.example.cn"


@pytest.fixture(scope="session")
def view(tmp_path_factory: pytest.TempPathFactory) -> SiteReportView:
    return sample.view(tmp_path_factory.mktemp("sample") / "evidence.sqlite")


@pytest.fixture(scope="session")
def views(view: SiteReportView, tmp_path_factory: pytest.TempPathFactory) -> dict[str, SiteReportView]:
    """Every kind of outcome, by name."""
    room: Path = tmp_path_factory.mktemp("samples")
    return {
        "sample": view,
        "hostile": sample.hostile_view(room / "hostile.sqlite", CANARY),
        "blocked": sample.unread_view(room / "blocked.sqlite", "blocked"),
        "unreachable": sample.unread_view(room / "unreachable.sqlite", "unreachable"),
        "large": sample.large_view(room / "large.sqlite"),
    }
