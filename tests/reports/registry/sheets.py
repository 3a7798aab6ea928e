"""Files of the registry as a person would fill them in, and an import of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import Workbook

from crawler.oversight import connect
from crawler.registry import Registry
from reports.registry_import import contents, take
from reports.registry_sheets import Contents

DAY = date(2026, 8, 20)
UNITS = [["名称", "类别", "地区", "上级单位"], ["青禾市", "市州", "青禾市", ""], ["柳浪县", "市州", "青禾市", "青禾市"]]
SITES = [
    ["名称", "网址", "标识码", "单位", "类型"],
    ["青禾市人民政府", "https://www.qinghe-test.gov.cn/", "9910000001", "青禾市", "门户网站"],
    ["柳浪县人民政府", "http://www.liulang-test.gov.cn/", "9910000002", "柳浪县", "门户网站"],
]
Cell = str | int | float | bool | None


def book(path: Path, **sheets: list[list[Cell]] | list[list[str]]) -> Path:
    """Write an XLSX with these sheets."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def put(folder: Path, *, dry: bool = False, **sheets: list[list[Cell]] | list[list[str]]) -> Contents:
    """Import such a file into ``folder/oversight.db``; what stands there then."""
    take(folder / "oversight.db", book(folder / "登记表.xlsx", **sheets), DAY, dry=dry)
    return held(folder)


def held(folder: Path) -> Contents:
    """What the registry holds."""
    return contents(Registry(connect(folder / "oversight.db")))
