"""Reading the table of indicators: the official one, and a province's own that overrides it by id.

An own table is a TOML file of the same form. An indicator with a known id replaces single entries of it (rows by their id, others are added); ``drop = true`` takes
a row or an indicator out; one with a new id is added whole.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from checks.catalogue import CatalogueError
from checks.catalogue.indicators_model import Catalogue, Feed, Gates, Indicator, IndicatorRow, Judged, Kind, Part
from checks.catalogue.indicators_rules import problems

__all__ = [
    "Catalogue",
    "Feed",
    "Gates",
    "Indicator",
    "IndicatorRow",
    "Judged",
    "Kind",
    "Part",
    "difference",
    "in_force",
    "load",
    "official",
    "problems",
]

OFFICIAL = "official.toml"
_HEAD = ("id", "version", "title", "source", "basis", "effective", "gates")


@cache
def official() -> Catalogue:
    """The national table. Raises `CatalogueError` when the file is wrong."""
    return _checked(_parsed(OFFICIAL, (resources.files("checks.catalogue") / OFFICIAL).read_text(encoding="utf-8")), OFFICIAL)


def load(path: Path) -> Catalogue:
    """A province's own table over the official one. Raises `CatalogueError`: file, entry, field and what is expected, in one Chinese line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"指标目录 {path} 读不出来（{error}）：请检查路径，文件应是 UTF-8 编码的 TOML。") from error
    own = _parsed(path.name, text)
    base = official().model_dump(mode="json", exclude={"digest"})
    return _checked(_overridden(base, own, path.name), path.name)


def in_force(catalogues: Sequence[Catalogue], day: date) -> Catalogue:
    """The one that holds on ``day``: the last to have come into effect. Raises `CatalogueError` when none has."""
    begun = [each for each in catalogues if each.effective <= day]
    if not begun:
        raise CatalogueError(f"{day} 没有已生效的指标目录：请检查各目录的 effective（生效日期）。")
    return max(begun, key=lambda each: each.effective)


def difference(before: Catalogue, after: Catalogue) -> tuple[str, ...]:
    """What differs, one Chinese line each, in the order of the table."""
    lines = [
        f"{name}：{_said(getattr(before, name))} → {_said(getattr(after, name))}"
        for name in ("version", "effective", "gates")
        if getattr(before, name) != getattr(after, name)
    ]
    old, new = _entries(before), _entries(after)
    for key in dict.fromkeys([*old, *new]):
        if key not in new:
            lines.append(f"{key}：删去")
        elif key not in old:
            lines.append(f"{key}：新增（{new[key].get('name') or new[key].get('text')}）")
        else:
            fields = [name for name in new[key] if new[key][name] != old[key][name]]
            lines += [f"{key}.{name}：{_said(old[key][name])} → {_said(new[key][name])}" for name in fields]
    return tuple(lines)


def _entries(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for indicator in catalogue.indicators:
        found[indicator.id] = indicator.model_dump(mode="json", exclude={"rows"})
        found |= {row.id: row.model_dump(mode="json") for row in indicator.rows}
    return found


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _parsed(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"指标目录 {name} 不是合法的 TOML：{error}") from error


def _overridden(base: dict[str, Any], own: Mapping[str, Any], name: str) -> dict[str, Any]:
    """``own`` laid over ``base``. Entries that are not of the form are left to the checking that follows."""
    merged = base | {key: own[key] for key in _HEAD if key in own}
    merged["gates"] = base["gates"] | dict(own.get("gates", {}))
    if unknown := sorted(set(own) - {*_HEAD, "indicators"}):
        raise CatalogueError(f"指标目录 {name}：没有“{'”“'.join(unknown)}”这样的项目，请检查拼写。")
    for key in ("id", "version", "effective"):
        if key not in own:
            raise CatalogueError(f"指标目录 {name}：缺少 {key}，自定义的目录必须写明自己的编号、版本和生效日期。")
    given = own.get("indicators", [])
    if not isinstance(given, list) or not all(isinstance(each, dict) and isinstance(each.get("id"), str) for each in given):
        raise CatalogueError(f"指标目录 {name}：indicators 应为 [[indicators]]，每项都要有 id。")
    merged["indicators"] = _laid(base["indicators"], given, name)
    return merged


def _laid(base: Iterable[Mapping[str, Any]], own: Iterable[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    """Entries by id: replaced field by field, dropped, or added at the end."""
    found = {str(each["id"]): dict(each) for each in base}
    for each in own:
        key = str(each["id"])
        if each.get("drop"):
            if key not in found:
                raise CatalogueError(f"指标目录 {name}：{key}.drop 要删去的项目不存在。")
            del found[key]
            continue
        entry = found.get(key, {}) | {field: value for field, value in each.items() if field not in ("rows", "drop")}
        if "rows" in each or "rows" in entry:
            entry["rows"] = _laid(entry.get("rows", []), each.get("rows", []), name)
        found[key] = entry
    return list(found.values())


def _checked(data: Mapping[str, Any], name: str) -> Catalogue:
    try:
        made = Catalogue.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise CatalogueError(f"指标目录 {name}：{_place(data, first['loc'])} 有误（{first['msg']}）。") from error
    if found := problems(made):
        raise CatalogueError(f"指标目录 {name}：{found[0]}" + (f"（另有 {len(found) - 1} 处）" if len(found) > 1 else ""))
    digest = hashlib.sha256(made.model_dump_json(exclude={"digest"}).encode()).hexdigest()[:12]
    return made.model_copy(update={"digest": digest})


def _place(data: Any, loc: Sequence[int | str]) -> str:
    """Where an entry stands, told by ids instead of numbers."""
    words: list[str] = []
    at = data
    for step in loc:
        try:
            at = at[step]
        except (KeyError, IndexError, TypeError):
            at = None
        words.append(str(at["id"]) if isinstance(step, int) and isinstance(at, dict) and "id" in at else str(step))
    return ".".join(words)
