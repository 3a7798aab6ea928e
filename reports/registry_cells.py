"""Cells of one row of the registry's sheets, read one by one; what is wrong is noted with sheet, row and column, and reading goes on."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date

from checks.site_code import CODE
from crawler.site import InvalidAddress, ascii_host, home_url
from reports.registry_sheets import HEADINGS, NO, YES, Fault, Row

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(slots=True)
class Cells:
    """One row. Every reader takes the value that stands when the file lacks the column (``kept``), and that of an empty cell (``empty``)."""

    sheet: str
    row: Row
    faults: list[Fault]

    def wrong(self, column: str, text: str) -> None:
        """Note a fault of this row."""
        self.faults.append(Fault(self.sheet, self.row.number, column, text))

    def has(self, column: str) -> bool:
        """Whether the file has this column at all."""
        return column in self.row.cells

    def text(self, column: str, kept: str = "") -> str:
        """The cell; a needed one that is empty is a fault."""
        value = self.row.cells.get(column, kept)
        if not value and self.has(column) and any(heading.needed for heading in HEADINGS[self.sheet] if heading.name == column):
            self.wrong(column, "没有填写")
        return value

    def word(self, column: str, allowed: dict[str, str], kept: str, empty: str) -> str:
        """What a word stands for; words and what they stand for are both understood."""
        value = self.row.cells.get(column)
        if value is None:
            return kept
        if not value:
            return empty
        if value in allowed.values():
            return value
        if value not in allowed:
            self.wrong(column, f"“{value[:40]}”只能是 {'、'.join(allowed)}")
        return allowed.get(value, empty)

    def yes(self, column: str, kept: bool, empty: bool) -> bool:
        """是 or 否."""
        return self.word(column, {YES: "1", NO: "0", "有": "1", "无": "0"}, str(int(kept)), str(int(empty))) == "1"

    def whole(self, column: str, kept: int | None, least: int, most: int) -> int | None:
        """A whole number within bounds; None for an empty cell."""
        value = self.row.cells.get(column)
        if not value:
            return kept if value is None else None
        if not value.isascii() or not value.isdecimal() or not least <= int(value[:12]) <= most:
            self.wrong(column, f"“{value[:40]}”应为 {least} 到 {most} 的整数")
            return None
        return int(value)

    def real(self, column: str, kept: float | None, least: float, most: float) -> float | None:
        """A number within bounds; None for an empty cell."""
        value = self.row.cells.get(column)
        if not value:
            return kept if value is None else None
        try:
            number = float(value) if value.isascii() and "_" not in value else math.nan
        except ValueError:
            number = math.nan
        if not least <= number <= most:
            self.wrong(column, f"“{value[:40]}”应为 {least:g} 到 {most:g} 的数字")
            return None
        return number

    def day(self, column: str) -> date | None:
        """A day; None for an empty cell."""
        value = self.row.cells.get(column, "")
        if not value:
            return None
        found = _DAY.fullmatch(value)
        try:
            return date(*map(int, found.groups())) if found else date.fromisoformat(value)
        except ValueError:
            self.wrong(column, f"“{value[:40]}”不是日期，请写成 2026-08-20 的形式")
            return None

    def url(self, column: str) -> str:
        """A web address, normalised; "" for an empty cell and for one that is none."""
        typed = self.text(column)
        if not typed:
            return ""
        try:
            url, has_scheme = home_url(typed)
        except InvalidAddress as error:
            self.wrong(column, str(error).rstrip("。"))
            return ""
        if not has_scheme:
            self.wrong(column, f"“{typed[:80]}”缺少 http:// 或 https://")
        return url

    def hosts(self, column: str, kept: tuple[str, ...]) -> tuple[str, ...]:
        """Host names, separated by white space or commas."""
        value = self.row.cells.get(column)
        if value is None:
            return kept
        names = [name for name in re.split(r"[\s,;，；、]+", value) if name]
        for name in names:
            try:
                home_url(f"https://{ascii_host(name)}/")
            except InvalidAddress:
                self.wrong(column, f"“{name[:80]}”不是域名，只写主机名，例如 wap.example.gov.cn")
                continue
            if any(character in name for character in "/?#@:"):
                self.wrong(column, f"“{name[:80]}”只写主机名，不要 http:// 、端口和路径")
        return tuple(dict.fromkeys(names))

    def code(self, column: str, kept: str) -> str:
        """A 网站标识码: ten digits, or ``bm`` and eight digits (`checks.site_code`)."""
        value = self.text(column, kept).lower()
        if value and not CODE.fullmatch(value):
            self.wrong(column, f"“{value[:40]}”有 {len(value)} 个字符，应为 10 位数字，或 bm 加 8 位数字")
        return value
