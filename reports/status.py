"""The body of ``mingjing status``: what is open, new and fixed, as text, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import TypeAdapter

from reports.commands.options import open_database
from reports.decisions import Decisions
from reports.decisions_sheet import STATES
from reports.history_reading import LifeReader
from reports.hostile import harmless
from reports.status_sites import chosen_sites
from reports.status_text import CHANGES, DECIDED, status_text
from reports.status_view import FindingStatus, StatusView, build_status
from reports.words import SEVERITIES, word

Format = Literal["text", "json", "csv"]

CSV_HEAD = (
    "编号", "单位", "网站", "检查项", "类型", "严重程度", "对象", "说明", "网址", "状态", "变化", "首次发现", "最近发现", "发现次数",
    "计入数字", "决定", "理由", "决定人", "决定有效期至", "首次证据", "最近证据",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """What the user typed, parsed."""

    db: Path
    unit: str = ""
    site: str = ""
    since: date | None = None
    format: Format = "text"


def run(request: StatusRequest) -> int:
    """Print the status; the exit code is 0. Raises `crawler.oversight.OversightError` for a unit or site that is not there."""
    database = open_database(request.db)
    sites = chosen_sites(database, unit=request.unit, site=request.site)
    view = build_status(LifeReader(database), Decisions(database), sites, request.since)
    sys.stdout.write(_LAYOUTS[request.format](view))
    return 0


def _text(view: StatusView) -> str:
    return status_text(view, width=shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100)


@cache
def _adapter() -> TypeAdapter[StatusView]:
    return TypeAdapter(StatusView)


def status_json(view: StatusView) -> str:
    """The status as indented JSON, of the shape published in ``schema/status.schema.json``."""
    return json.dumps(_adapter().dump_python(view, mode="json"), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def schema() -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12)."""
    return cast(dict[str, Any], json.loads((resources.files("reports.schema") / "status.schema.json").read_text(encoding="utf-8")))


def schema_of_code() -> dict[str, Any]:
    """The schema as the code has it now; a test holds the published one to it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_adapter().json_schema(mode="serialization")}


def status_csv(view: StatusView) -> str:
    """One row a finding, with a byte order mark (spreadsheets read it as UTF-8 then). A text that looks like a formula gets a quote before it."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_HEAD)
    writer.writerows([harmless(cell) for cell in _row(finding)] for finding in view.findings)
    return out.getvalue()


def _row(row: FindingStatus) -> tuple[str, ...]:
    decision = row.decision
    held = decision if decision is not None and decision.holds else None
    given = (word(DECIDED, held.kind), held.reason, held.by, str(held.until or "")) if held else ("", "", "", "")
    return (
        row.id, row.unit, row.site_name, row.check, row.title, word(SEVERITIES, row.severity), row.subject, row.message, row.url,
        word(STATES, row.state), CHANGES.get(row.change, ""), str(row.first_seen), str(row.last_seen), str(row.nights),
        "是" if row.counted else "否", *given, row.first_evidence, row.last_evidence,
    )  # fmt: skip


_LAYOUTS = {"text": _text, "json": status_json, "csv": status_csv}
