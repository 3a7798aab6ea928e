"""The office (发文机关) that issues a paper: what stands around the figures and can't be computed. Read from an optional TOML file.

Without a file the papers name no office: addressees and signature are general words, and neither red heading nor number is printed.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from checks.catalogue.indicators_reading import toml_place
from reports.commands.options import UsageProblem
from reports.hostile import line
from reports.output import os_reason


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues a paper. Every text is one line.

    ``area``: what the sites are of, as in “全省政府网站” (全省, 全市, 清河县); ``name``: the office; ``red_heading``: 红头, "" for none; ``number``: 文号;
    ``addressees``: 主送; ``signed``: 落款, the office's name when not given; ``dated``: 成文日期, None for none; ``contact``: where replies go.
    """

    area: str = "全省"
    name: str = ""
    red_heading: str = ""
    number: str = ""
    addressees: str = "各有关单位"
    signed: str = ""
    dated: date | None = None
    contact: str = ""

    @property
    def signature(self) -> str:
        """``signed``, else the office's name."""
        return self.signed or self.name


_KNOWN = tuple(item.name for item in fields(Office))


def load_office(path: Path | None) -> Office:
    """The office of a TOML file, with the defaults for what it leaves out; the defaults for None.

    Raises `UsageProblem` (one Chinese line: file, entry, what was expected) for a file that can't be read, is no TOML, or has an unknown or wrong entry.
    """
    if path is None:
        return Office()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageProblem(f"发文机关文件 {path} 读不到（{os_reason(error)}）：请检查路径和权限。") from error
    except UnicodeDecodeError as error:
        raise UsageProblem(f"发文机关文件 {path} 不是 UTF-8 编码：请另存为 UTF-8 后再试。") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(f'发文机关文件 {path} 不是正确的 TOML（{toml_place(error)}）：每项请写成 name = "……" 的形式。') from error
    values: dict[str, Any] = {name: _value(path, name, value) for name, value in told.items()}
    return Office(**values)


def _value(path: Path, name: str, value: object) -> date | str:
    """One entry as `Office` takes it. Raises `UsageProblem`."""
    if name not in _KNOWN:
        raise UsageProblem(f"发文机关文件 {path}：不认识“{line(name)}”这一项，可用的项是 {'、'.join(_KNOWN)}。")
    if name == "dated":
        return _day(path, value)
    if not isinstance(value, str):
        raise UsageProblem(f"发文机关文件 {path}：“{name}”应为加引号的文字，读到的是 {value!r}。")
    if name == "area" and not value.strip():
        raise UsageProblem(f"发文机关文件 {path}：“area”不能为空，请写成“全省”“全市”或者地区名称。")
    return line(value)


def _day(path: Path, value: object) -> date:
    """A day, written as TOML's own date or as a text. Raises `UsageProblem`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    wrong = UsageProblem(f"发文机关文件 {path}：“dated”（成文日期）应写成 2026-10-09 的形式，读到的是 {value!r}。")
    if not isinstance(value, str):
        raise wrong
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise wrong from error
