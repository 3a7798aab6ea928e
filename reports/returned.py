"""A workbook that people send back (交回的表格): opened whatever was done to it, with its hidden facts; its errors told in one list.

Who reads one says what stands in it; here is only what all of them have in common. Cells are read by `reports.returned_cells`.
"""

from __future__ import annotations

import hashlib
import io
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from reports.commands.options import UsageProblem
from reports.output import os_reason
from reports.returned_cells import text_of_cell
from reports.workbook import MARKS

LARGEST = 60 * 1024 * 1024
"""Bytes of a file that is read."""
SHOWN_ERRORS = 200
"""Lines of errors that are printed; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Received:
    """An opened file: openpyxl's ``book``, the ``marks`` that a workbook of ours hides (none in another's file), and the digest of its bytes."""

    book: Any
    marks: dict[str, str]
    sha256: str


def received(path: Path, maker: str) -> Received:
    """A file from a person. ``maker``: the command that makes such files. Raises `UsageProblem` for what can't be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise UsageProblem(f"文件 {path} 超过 {LARGEST // 1024 // 1024} MB，不像 {maker} 导出的表格：请检查。")
        data = path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"文件 {path} 读不出来（{os_reason(error)}）：请检查路径，并关闭正在打开它的程序。") from error
    book = _book(path, data, maker)
    marks: dict[str, str] = {}
    if MARKS in book.sheetnames:
        pairs = book[MARKS].iter_rows(min_col=1, max_col=2, values_only=True)
        marks = {text_of_cell(key): text_of_cell(value) for key, value in pairs}
    return Received(book, marks, hashlib.sha256(data).hexdigest())


def _book(path: Path, data: bytes, maker: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of extensions of other programs, which make no difference
            return load_workbook(io.BytesIO(data))
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        LookupError,
        ValueError,
        SyntaxError,
        TypeError,
        AttributeError,
        RuntimeError,
        ArithmeticError,
        OSError,
        EOFError,
    ) as error:  # openpyxl fails in many ways; ParseError and lxml's are SyntaxErrors
        raise UsageProblem(f"文件 {path} 不是 XLSX 文件或已损坏：请用 {maker} 导出的文件填写，并保存为 XLSX 格式。") from error


def refusal(problems: Sequence[str]) -> str:
    """All errors of a file as one message: nothing was taken from it."""
    more = f"（只列出前 {SHOWN_ERRORS} 处）" if len(problems) > SHOWN_ERRORS else ""
    return "\n".join([*problems[:SHOWN_ERRORS], f"共 {len(problems)} 处错误{more}，整个文件没有导入。"])


def shown(text: str) -> str:
    """A cell's text in an error: at most 40 characters."""
    return text if len(text) <= 40 else f"{text[:40]}…"
