"""The office's own Word templates (``--templates DIR``): read and checked before anything is produced."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError

from reports.commands.options import UsageProblem
from reports.hostile import line
from reports.output import os_reason
from reports.paper_docx_places import BLOCKS, BODY, LINES, broken, places

FILES: Mapping[str, str] = {
    "bulletin": "通报.docx",
    "feedback": "反馈单.docx",
    "assessment": "考核通报.docx",
    "unit-assessment": "单位考核.docx",
}
"""Name of the template of each kind of paper."""
_OFFICE = (".doc", ".docx", ".docm", ".dot", ".dotx", ".wps", ".wpt")
_OLD_WORD = b"\xd0\xcf\x11\xe0"
"""How a file of Word 97, of old WPS, and one locked by a password begins."""


@dataclass(frozen=True, slots=True)
class Template:
    """A checked template. ``kind``: `Paper.kind`; ``data``: the DOCX."""

    kind: str
    path: Path
    data: bytes


Layouts = Mapping[str, Template]
"""Templates by kind of paper; a kind without one has the look of GB/T 9704."""


def templates(folder: Path | None) -> Layouts:
    """The templates of a folder, checked; none for None.

    Raises `UsageProblem` (one Chinese line: file, placeholder, what to do) for a folder that isn't there or holds no template, a file whose name is none
    of `FILES`, one that is no DOCX, and placeholders that are missing, unknown, there twice, broken, or not in a paragraph of their own.
    """
    if folder is None:
        return {}
    if not folder.is_dir():
        raise UsageProblem(f"模板目录 {folder} 不存在：请检查 --templates，或者不用模板。")
    known = "、".join(FILES.values())
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _OFFICE and not path.name.startswith(("~$", ".")))
    strange = [name for name in names if name not in FILES.values()]
    if strange:
        raise UsageProblem(f"模板目录 {folder} 里的“{line(strange[0])}”不会被用到：模板的文件名只能是{known}，请改名或者移走。")
    if not names:
        raise UsageProblem(f"模板目录 {folder} 里没有模板：请放入{known}中的一个或者几个。")
    return {kind: load_template(kind, folder / name) for kind, name in FILES.items() if name in names}


def load_template(kind: str, path: Path) -> Template:
    """One template, checked. Raises `UsageProblem`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"模板 {path} 读不到（{os_reason(error)}）：请关闭正在打开它的程序，检查权限。") from error
    if data.startswith(_OLD_WORD):
        raise UsageProblem(f"模板 {path} 不是 DOCX（是旧版 Word/WPS 文件，或者加了密码）：请去掉密码，另存为“Word 文档（.docx）”。")
    try:
        document = docx.Document(io.BytesIO(data))
    except (
        PackageNotFoundError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        SyntaxError,
        NotImplementedError,
        EOFError,
    ) as error:  # python-docx fails in many ways
        raise UsageProblem(f"模板 {path} 不是 DOCX，或者已损坏：请用 Word 打开它，另存为“Word 文档（.docx）”。") from error
    _check(path, document)
    return Template(kind, path, data)


def _check(path: Path, document: Document) -> None:
    """Raises `UsageProblem` for the first thing that would make a paper wrong."""
    known = "、".join(f"{{{{{name}}}}}" for name in (*LINES, *BLOCKS))
    text = broken(document)
    if text:
        raise UsageProblem(f"模板 {path}：“{text}”里的括号不成对，或者用了全角括号：占位符应写成半角的 {{{{标题}}}}。")
    found = places(document)
    unknown = next((place.name for place in found if place.name not in LINES and place.name not in BLOCKS), None)
    if unknown is not None:
        raise UsageProblem(f"模板 {path}：不认识占位符 {{{{{line(unknown)}}}}}，能用的是{known}；请改正或者删除。")
    twice = next((name for name, count in Counter(place.name for place in found).items() if count > 1), "")
    if twice:
        raise UsageProblem(f"模板 {path}：占位符 {{{{{twice}}}}} 出现了不止一次（页眉、页脚、文本框也算在内），请只留一处。")
    if BODY not in {place.name for place in found}:
        raise UsageProblem(f"模板 {path}：缺少占位符 {{{{{BODY}}}}}，请在应写正文的地方单独成段写上它。")
    for place in found:
        if place.name in BLOCKS and not (place.alone and place.top):
            raise UsageProblem(
                f"模板 {path}：占位符 {{{{{place.name}}}}} 要单独成段，不能与别的文字同段，也不能放在表格、文本框、页眉或者页脚里。"
            )
