"""Which files a quarter is written as, and how each is made: one after the other, so that a province's pictures need not lie in memory together."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from reports.bulletin import bulletin
from reports.charts_quarter import quarter_charts
from reports.commands.options import UsageProblem
from reports.feedback import feedback
from reports.fixed_zip import bundle_into
from reports.hostile import line
from reports.inspection_model import Inspection
from reports.inspection_workbook import inspection_workbook
from reports.ledger_sheet import ledger_workbook
from reports.office import Office
from reports.paper_docx import docx_bytes
from reports.paper_html import paper_html
from reports.paper_templates import Layouts, templates
from reports.quarterly_place import Made
from reports.workbook import workbook_bytes

FIRST = "通报.docx"
"""What to open first."""

SHEETS = "问题反馈单"
"""Folder of the units' feedback sheets; with ``.zip`` all of them in one file."""

CHARTS = "图表"
"""Folder of the charts as pictures."""

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


def files_of(
    inspection: Inspection, office: Office, templates_in: Path | None, units: Sequence[str], staged: Path
) -> Iterator[tuple[str, Made]]:
    """Every file: name below the folder, and how to make it. ``units``: only these units' sheets (none: all); ``staged``: where those made before lie.

    Raises `UsageProblem` for an unknown unit or a template that can't be used, before anything is made.
    """
    names, layouts = sheet_names(inspection, units), templates(templates_in)
    return chain(_bulletin(inspection, office, layouts), _tables(inspection), _sheets(inspection, office, layouts, names, staged))


def _bulletin(inspection: Inspection, office: Office, layouts: Layouts) -> Iterator[tuple[str, Made]]:
    charts = quarter_charts(inspection)
    paper = bulletin(inspection, charts, office)
    yield FIRST, lambda path: path.write_bytes(docx_bytes(paper, layouts.get(paper.kind)))
    yield "通报.html", lambda path: path.write_bytes(paper_html(paper).encode())
    for number, chart in enumerate(charts, 1):
        name = f"{CHARTS}/{number}-{_fit(chart.caption)}"
        yield f"{name}.png", kept(chart.image)
        if chart.svg:
            yield f"{name}.svg", kept(chart.svg.encode())


def _tables(inspection: Inspection) -> Iterator[tuple[str, Made]]:
    yield "检查结果.xlsx", lambda path: path.write_bytes(workbook_bytes(inspection_workbook(inspection)))
    yield "整改台账.xlsx", lambda path: path.write_bytes(workbook_bytes(ledger_workbook(inspection)))


def _sheets(inspection: Inspection, office: Office, layouts: Layouts, names: Mapping[str, str], staged: Path) -> Iterator[tuple[str, Made]]:
    for unit, name in names.items():
        yield f"{SHEETS}/{name}", partial(_sheet, inspection, unit, office, layouts)
    yield f"{SHEETS}.zip", partial(_bundled, staged, tuple(names.values()))


def _sheet(inspection: Inspection, unit: str, office: Office, layouts: Layouts, path: Path) -> None:
    paper = feedback(inspection, unit, office)
    path.write_bytes(docx_bytes(paper, layouts.get(paper.kind)))


def _bundled(staged: Path, names: Sequence[str], path: Path) -> None:
    """The ZIP of the sheets that were made before."""
    with path.open("wb") as out:
        bundle_into(out, ((name, (staged / SHEETS / name).read_bytes()) for name in names))


def kept(data: bytes) -> Made:
    """A file whose bytes are there already."""
    return lambda path: path.write_bytes(data)


def sheet_names(inspection: Inspection, units: Sequence[str]) -> dict[str, str]:
    """Unit → file name of its sheet, each of its own. Raises `UsageProblem` for a unit that the inspection does not have."""
    known = [unit.name for unit in inspection.units]
    if unknown := [name for name in units if name not in known]:
        raise UsageProblem(
            f"没有考核对象“{'”“'.join(line(name) for name in unknown)}”：请写登记表中的单位全称（mingjing registry export 列出全部）。"
        )
    names: dict[str, str] = {}
    for name in known:
        if not units or name in units:
            fit = _fit(name)
            taken = {each.casefold() for each in names.values()}
            number = 1
            while (file := f"{fit}{f'-{number}' if number > 1 else ''}.docx").casefold() in taken:
                number += 1
            names[name] = file
    return names


def _fit(name: str) -> str:
    """A name as a file may have it, on whatever system it is unpacked."""
    return _UNFIT.sub("_", line(name)).strip(" .")[:60] or "单位"


def unbundled(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Stored files, and the sheets out of their ZIP, whose bytes are those that were put in."""
    for name, data in files:
        yield name, data
        if name == f"{SHEETS}.zip":
            with zipfile.ZipFile(io.BytesIO(data)) as sheets:
                for each in sheets.namelist():
                    yield f"{SHEETS}/{each}", sheets.read(each)
