"""The official indicators (检查指标) as data: single vetoes (单项否决), deductions (扣分), bonus (加分), and the gates between them.

``official.toml`` is the national table of 国办秘函〔2019〕19号; a province's own catalogue overrides it by id. Unlike the files of the checks this
one changes no verdict of a check: it says what a finding costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

from checks.catalogue import CatalogueError
from checks.catalogue.indicators_difference import Change, difference
from checks.catalogue.indicators_model import Block, Catalogue, Feed, Gates, Indicator, IndicatorRow, Judged, Kind, Part, exact
from checks.catalogue.indicators_reading import built, merged, parsed
from checks.catalogue.indicators_rules import validate

__all__ = [
    "OFFICIAL",
    "Block",
    "Catalogue",
    "Change",
    "Feed",
    "Gates",
    "Indicator",
    "IndicatorRow",
    "Judged",
    "Kind",
    "Part",
    "difference",
    "exact",
    "in_force",
    "load",
    "official",
    "read",
    "validate",
]

OFFICIAL = "official.toml"


def _text() -> str:
    return (resources.files("checks.catalogue") / OFFICIAL).read_text(encoding="utf-8")


@cache
def official() -> Catalogue:
    """The national table. Raises `CatalogueError` when the file is wrong."""
    return _sound(OFFICIAL, built(OFFICIAL, parsed(OFFICIAL, _text())))


def read(path: Path) -> Catalogue:
    """As `load`, but a table whose sums or feeds are wrong is returned as it is, for `validate` to tell of."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CatalogueError(f"{path}：读不出来：请核对路径和权限。") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}：不是 UTF-8 文本：请另存为 UTF-8 编码的 TOML 文件。") from error
    own = parsed(str(path), text)
    return built(str(path), merged(str(path), parsed(OFFICIAL, _text()), own))


def load(path: Path) -> Catalogue:
    """The national table overridden by a province's own file.

    Items and their rows are changed field by field or added by id, taken out with ``drop = true``; ``[kinds]`` extends all items of a part
    (``deduction = ["portal", "department"]``). Id, version, title, source, basis and effective day are its own. Raises `CatalogueError`: one Chinese line
    that names file, entry and field, also for a file that can't be read or a table whose sums are wrong.
    """
    return _sound(str(path), read(path))


def _sound(name: str, catalogue: Catalogue) -> Catalogue:
    if problems := validate(catalogue):
        more = f"（另有 {len(problems) - 1} 处，用 mingjing catalogue validate 逐条查看）" if len(problems) > 1 else ""
        raise CatalogueError(f"{name}：{problems[0]}{more}。")
    return catalogue


def in_force(catalogues: Iterable[Catalogue], day: date) -> Catalogue:
    """The table in force on ``day``: the one that took effect last; of two that began on one day, the one given later.

    Raises `CatalogueError` when none holds yet.
    """
    chosen: Catalogue | None = None
    given = tuple(catalogues)
    for each in given:
        if each.effective <= day and (chosen is None or each.effective >= chosen.effective):
            chosen = each
    if chosen is None:
        first = min((each.effective for each in given), default=None)
        raise CatalogueError(f"{day.isoformat()} 没有施行的指标目录" + (f"：最早的自 {first.isoformat()} 起施行。" if first else "。"))
    return chosen
