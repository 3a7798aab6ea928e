"""The registry's files: one XLSX with a sheet each, or CSV with a file a sheet (单位.csv, 网站.csv, 栏目.csv, 账号.csv) in a folder or a ZIP.

Nothing that is written ever becomes a formula: XLSX cells are text, CSV cells that a spreadsheet would take for a formula get an apostrophe before
them, which reading takes away again. CSV is UTF-8 with a byte order mark; GB18030 is read too. A file is replaced whole or not at all.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from reports.commands.options import UsageProblem
from reports.fixed_zip import bundle
from reports.hostile import FORMULA, line
from reports.output import put
from reports.registry_sheets import GUIDE, HEADINGS, Fault, Heading, Row, Sheets

GUIDE_SHEET = "说明"
LARGEST = 50 * 2**20
"""Bytes of one file that is read."""
LONGEST = 2000
"""Characters of one cell."""
_FORMS = "文件应以 .xlsx、.zip 或 .csv 结尾，或者是存放 CSV 的文件夹"

Table = Mapping[str, Sequence[Mapping[str, str]]]
"""Sheet → rows → heading → text."""


def read(path: Path) -> Sheets:
    """All sheets of a file. Raises `UsageProblem` when it can't be read at all; what is wrong inside becomes a fault."""
    try:
        if path.is_dir():
            return _from_csv({name.stem: name.read_bytes() for name in sorted(path.glob("*.csv")) if _small(name)}, path)
        if not path.is_file():
            raise UsageProblem(f"登记表 {path} 不存在：请检查路径。")
        _small(path)
        match path.suffix.lower():
            case ".xlsx":
                return _from_xlsx(path)
            case ".zip":
                return _from_csv(dict(_zipped(path)), path)
            case ".csv":
                return _from_csv({path.stem: path.read_bytes()}, path)
            case _:
                raise UsageProblem(f"不认识登记表 {path} 的格式：{_FORMS}。")
    except (OSError, zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, zlib.error, RuntimeError) as error:
        raise UsageProblem(f"登记表 {path} 读不出来（{line(str(error))[:200]}）：请确认文件完整、没有加密，另存一份再导入。") from error


def write(path: Path, table: Table, *, guide: bool = True) -> None:
    """Write XLSX, a ZIP of CSV, or a folder of CSV, by the name's end. Raises `UsageProblem` for another name, `OutputProblem` for a file that can't be written."""
    if path.suffix.lower() == ".xlsx":
        buffer = io.BytesIO()
        _book(table, guide).save(buffer)
        put(path, buffer.getvalue())
    elif path.suffix.lower() == ".zip":
        put(path, bundle((f"{sheet}.csv", _csv(sheet, table.get(sheet, ()))) for sheet in HEADINGS))
    elif not path.suffix or path.is_dir():
        for sheet in HEADINGS:
            put(path / f"{sheet}.csv", _csv(sheet, table.get(sheet, ())))
    else:
        raise UsageProblem(f"不认识 {path} 的格式：文件应以 .xlsx 或 .zip 结尾，没有后缀时写成存放 CSV 的文件夹。")


def _small(path: Path) -> bool:
    if path.stat().st_size > LARGEST:
        raise UsageProblem(f"登记表 {path} 超过 {LARGEST // 2**20} MB：请删去无关内容后再导入。")
    return True


# reading


def _from_xlsx(path: Path) -> Sheets:
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > 8 * LARGEST:
            raise UsageProblem(f"登记表 {path} 解开后过大：请删去无关内容后再导入。")
    found = Sheets()
    for title, rows in _cells(path):
        if title != GUIDE_SHEET:
            _take(found, title, rows)
    return _whole(found, path)


def _cells(path: Path) -> list[tuple[str, list[list[str]]]]:
    """Title and cells of every sheet. Raises `UsageProblem` for a damaged workbook, on which openpyxl fails in many ways."""
    try:
        book = load_workbook(path, read_only=True, data_only=False)
        try:
            sheets = []
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # files of other programs state them wrongly
                sheets.append((sheet.title.strip(), [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]))
            return sheets
        finally:
            book.close()
    except (SyntaxError, TypeError, AttributeError, IndexError, RuntimeError, ArithmeticError) as error:  # lxml's are SyntaxErrors
        raise UsageProblem(f"登记表 {path} 已损坏或不是 XLSX（{type(error).__name__}）：请用表格软件打开，另存一份再导入。") from error


def _from_csv(files: Mapping[str, bytes], path: Path) -> Sheets:
    found = Sheets()
    for name, content in files.items():
        try:
            text = _decoded(content)
            rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            found.faults.append(Fault(name, 0, "", f"CSV 读不出来（{error}），应为 UTF-8 或 GB18030 编码的 CSV"))
            continue
        _take(found, name, ([_unquoted(cell) for cell in row] for row in rows))
    return _whole(found, path)


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if member.filename.lower().endswith(".csv")]
        if sum(member.file_size for member in members) > LARGEST:
            raise UsageProblem(f"登记表 {path} 解开后超过 {LARGEST // 2**20} MB：请删去无关内容后再导入。")
        for member in members:
            name = member.filename
            if not member.flag_bits & 0x800:  # names packed by Chinese Windows are GBK, which zipfile takes for cp437
                try:
                    name = name.encode("cp437").decode("gb18030")
                except UnicodeError:
                    name = member.filename
            yield Path(name).stem, archive.read(member)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _whole(found: Sheets, path: Path) -> Sheets:
    if not found.rows and not found.faults:
        raise UsageProblem(f"登记表 {path} 里没有“{'”“'.join(HEADINGS)}”中的任何一张表：请用 mingjing registry template 生成模板。")
    return found


def _take(found: Sheets, sheet: str, rows: Iterable[Sequence[str]]) -> None:
    """Add one sheet: its header row, then every row that is not empty."""
    if sheet not in HEADINGS:
        found.faults.append(Fault(sheet, 0, "", f"不认识这张表，只能有 {'、'.join(HEADINGS)}、{GUIDE_SHEET}"))
        return
    if sheet in found.rows:
        found.faults.append(Fault(sheet, 0, "", "这张表出现了两次"))
        return
    found.rows[sheet] = []
    headers: list[str] | None = None
    for number, row in enumerate(rows, 1):
        cells = [" ".join(cell.split()) for cell in row]
        if not any(cells):
            continue
        if headers is None:
            headers = cells
            found.faults += _header_faults(sheet, number, headers)
            continue
        found.rows[sheet].append(
            Row(number, {name: cell for name, cell in zip(headers, cells, strict=False) if name} | _missing(headers, cells))
        )
        found.faults += _cell_faults(sheet, number, headers, cells)
    if headers is None:
        found.faults.append(Fault(sheet, 0, "", "没有表头：请用 mingjing registry template 生成模板"))


def _missing(headers: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Cells that a short row leaves out are empty."""
    return {name: "" for name in headers[len(cells) :] if name}


def _header_faults(sheet: str, number: int, headers: Sequence[str]) -> Iterator[Fault]:
    names = [heading.name for heading in HEADINGS[sheet]]
    for heading in HEADINGS[sheet]:
        if heading.needed and heading.name not in headers:
            yield Fault(sheet, number, heading.name, "缺少这一列")
    for name in dict.fromkeys(headers):
        if name and name not in names:
            yield Fault(sheet, number, name[:40], f"不认识这一列，只能有 {'、'.join(names)}")
        elif name and headers.count(name) > 1:
            yield Fault(sheet, number, name, "这一列出现了两次")


def _cell_faults(sheet: str, number: int, headers: Sequence[str], cells: Sequence[str]) -> Iterator[Fault]:
    for column, cell in enumerate(cells):
        name = headers[column] if column < len(headers) else ""
        if cell and not name:
            yield Fault(sheet, number, get_column_letter(column + 1), f"“{cell[:40]}”所在的列没有表头")
        elif len(cell) > LONGEST:
            yield Fault(sheet, number, name, f"有 {len(cell)} 个字，最多 {LONGEST} 个")
        elif any(not character.isprintable() for character in cell.replace("\u3000", " ")):
            yield Fault(sheet, number, name, "含有看不见的控制字符，请删去后重新输入")


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates as YYYY-MM-DD, a formula as it is written."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return str(getattr(value, "text", value))


# writing


def _csv(sheet: str, rows: Sequence[Mapping[str, str]]) -> bytes:
    names = [heading.name for heading in HEADINGS[sheet]]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_quoted(row.get(name, "")) for name in names] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _quoted(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA) else cell


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell


def _book(table: Table, guide: bool) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    if guide:
        _guide(book.create_sheet(GUIDE_SHEET))
    for title, headings in HEADINGS.items():
        sheet = book.create_sheet(title)
        rows = table.get(title, ())
        for column, heading in enumerate(headings, 1):
            cell = sheet.cell(1, column, heading.name)
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFF2CC" if heading.needed else "DDE6F0")
            sheet.column_dimensions[get_column_letter(column)].width = heading.width
            _choice(sheet, column, heading, len(rows))
        for number, row in enumerate(rows, 2):
            for column, heading in enumerate(headings, 1):
                _put(sheet.cell(number, column), row.get(heading.name, ""))
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(rows) + 1}"
    book.active = 1 if guide else 0
    return book


def _put(cell: Any, text: str) -> None:
    """Text that stays text: also after somebody edits the cell."""
    cell.number_format = "@"
    if text:
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(FORMULA)


def _choice(sheet: Any, column: int, heading: Heading, rows: int) -> None:
    if heading.choices:
        choice = DataValidation(type="list", formula1=f'"{",".join(heading.choices)}"', allow_blank=True)
        choice.error = f"请选择：{'、'.join(heading.choices)}"
        sheet.add_data_validation(choice)
        letter = get_column_letter(column)
        choice.add(f"{letter}2:{letter}{rows + 2000}")


def _guide(sheet: Any) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width, sheet.column_dimensions["C"].width = 12, 16, 90
    for number, text in enumerate(GUIDE, 1):
        sheet.cell(number, 1, text).font = Font(bold=number == 1)
    number = len(GUIDE) + 2
    for title, headings in HEADINGS.items():
        for heading in headings:
            choices = f"（{'、'.join(heading.choices)}）" if heading.choices else ""
            for column, text in enumerate((title, heading.name, heading.note + choices + ("；必填" if heading.needed else "")), 1):
                sheet.cell(number, column, text).alignment = Alignment(vertical="top", wrap_text=column == 3)
            number += 1
    sheet.freeze_panes = "A2"
