"""``--catalogue``: which table of indicators a command scores by; shared by the commands that score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from checks.catalogue import CatalogueError
from checks.catalogue.indicators import Catalogue, in_force, load, official
from reports.commands.options import UsageProblem

IndicatorFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--catalogue", metavar="文件", help="本省的指标目录（TOML），可以重复，按施行日期取用；默认用国家指标", show_default=False
    ),
]


def table_of(files: Sequence[Path] | None, day: date) -> Catalogue:
    """The table in force on ``day``: of the files given, else the national one. Raises `UsageProblem` for a file with a fault (file, entry, field)."""
    try:
        return in_force([official(), *(load(path) for path in files or ())], day)
    except CatalogueError as error:
        raise UsageProblem(str(error)) from error
