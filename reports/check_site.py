"""The body of ``check-site``: inspect one site, or judge a kept evidence file again, and print the report."""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from checks import catalogue
from checks.catalogue.indicators_reading import toml_place
from checks.inspect import Interrupted, Options, inspect, judge_all
from crawler import loop
from crawler.evidence import Evidence, EvidenceError
from crawler.settings import VERSION, Limits
from crawler.site import DeclaredColumn, InvalidAddress, Site, home_url
from reports.commands.options import UsageProblem
from reports.html_report import render_html
from reports.json_report import render_json
from reports.junit_report import render_junit
from reports.output import os_reason
from reports.progress import shown_progress
from reports.site_report import RunFacts, SiteReportView, build_view
from reports.text_report import render_text
from reports.words import STATE_WORDS

log = logging.getLogger(__name__)

Format = Literal["text", "json", "html", "junit"]

CLEAN, FOUND, UNREADABLE = 0, 1, 3
"""Exit codes: nothing to rectify; veto or deduction findings; the home page could not be read."""


class _Column(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str
    name: str = ""
    kind: str = ""
    cycle_days: int | None = None


class _SiteFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str = ""
    aliases: list[str] = []
    code: str = ""
    name: str = ""
    kind: Literal["portal", "department"] = "portal"
    has_services: bool = True
    columns: list[_Column] = []


@dataclass(frozen=True, slots=True)
class Request:
    """What the user typed, parsed: a URL, or a kept evidence file in ``again``."""

    url: str = ""
    again: Path | None = None
    as_of: date | None = None
    today: date = date.min
    site_file: Path | None = None
    site_code: str = ""
    aliases: tuple[str, ...] = ()
    kind: Literal["portal", "department"] = "portal"
    has_services: bool = True
    nameserver: tuple[str, int] | None = None
    v6_controls: tuple[str, ...] = ()
    ca_file: Path | None = None
    cloak_test: bool = True
    limits: Limits = field(default_factory=Limits)
    format: Format = "text"
    output: Path | None = None
    evidence: Path | None = None


def run(request: Request) -> int:
    """Do what was asked, print or write the report, return the exit code. Raises `UsageProblem` for what can't be done."""
    if request.again is not None:
        return _again(request, request.again)
    site, has_scheme = _site(request)
    as_of = request.as_of or request.today
    folder = request.evidence or Path(tempfile.mkdtemp(prefix="mingjing-"))
    target = folder / f"{site.host.replace(':', '_')}_{as_of.isoformat()}.sqlite"
    options = Options(
        evidence=target,
        limits=request.limits,
        nameserver=request.nameserver,
        v6_controls=request.v6_controls,
        ca_file=request.ca_file,
        cloak_test=request.cloak_test,
        try_http=not has_scheme,
    )
    try:
        with shown_progress(site.host) as progress:
            loop.run(inspect(site, as_of=as_of, options=options, progress=progress))
    except Interrupted as stop:
        print(f"检查已中断：已采集的部分证据保存在 {stop.path}", file=sys.stderr)
        return 130
    except OSError as error:
        raise UsageProblem(f"证据文件 {target} 无法写入（{os_reason(error)}）：请检查目录权限和磁盘空间。") from error
    evidence = Evidence(target)
    try:
        code = _report(request, evidence, as_of, "")
    finally:
        evidence.close()
    if request.evidence is None:
        target.unlink(missing_ok=True)
        folder.rmdir()
    else:
        print(f"证据文件：{target}", file=sys.stderr)
    return code


def _again(request: Request, path: Path) -> int:
    try:
        evidence = Evidence(path)
    except EvidenceError as error:
        raise UsageProblem(str(error)) from error
    try:
        kept = evidence.meta("catalogue", {})
        note = ""
        if kept.get("digest") != catalogue.digest():
            note = f"本报告按指标目录 {catalogue.VERSION}（{catalogue.digest()}）重新判定；采集时的目录是 {kept.get('version', '不详')}（{kept.get('digest', '不详')}）。"
        if request.as_of is not None and request.as_of != evidence.as_of:
            note += f"监测时间点由 {evidence.as_of} 改为 {request.as_of}。"
        return _report(request, evidence, request.as_of or evidence.as_of, note)
    finally:
        evidence.close()


def _report(request: Request, evidence: Evidence, as_of: date, note: str) -> int:
    judgements = judge_all(evidence, as_of)
    facts = RunFacts(
        as_of=as_of,
        tool_version=VERSION,
        catalogue_version=catalogue.VERSION,
        catalogue_digest=catalogue.digest(),
        rejudged_with=note,
    )
    _write(request, build_view(evidence, judgements, facts))
    home = evidence.home
    if home is None or not home.readable:
        state = evidence.meta("site_state", {})
        why = state.get("detail") or (home.reason if home else "") or STATE_WORDS.get(home.state if home else "", "")
        print(f"首页未能读取：{evidence.site.url} {why or '没有应答'}", file=sys.stderr)
        return UNREADABLE
    return FOUND if any(judgement.verdict == "fail" for judgement in judgements) else CLEAN


def _write(request: Request, view: SiteReportView) -> None:
    if request.format == "text":
        to_terminal = request.output is None and sys.stdout.isatty()
        width = shutil.get_terminal_size((100, 24)).columns if to_terminal else 100
        text = render_text(view, width=width, colour=to_terminal)
    else:
        text = {"json": render_json, "html": render_html, "junit": render_junit}[request.format](view)
    if request.output is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    try:
        request.output.parent.mkdir(parents=True, exist_ok=True)
        request.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageProblem(f"报告文件 {request.output} 无法写入（{os_reason(error)}）：请检查 --output 的路径。") from error
    print(f"报告已写入：{request.output}", file=sys.stderr)


def _site(request: Request) -> tuple[Site, bool]:
    given = _site_file(request.site_file) if request.site_file else _SiteFile()
    typed = request.url or given.url
    if not typed:
        raise UsageProblem("没有给出网址：请输入 check-site https://www.example.gov.cn/ ，或用 --from 指定证据文件。")
    try:
        url, has_scheme = home_url(typed)
        site = Site(
            url=url,
            aliases=tuple(request.aliases or given.aliases),
            code=request.site_code or given.code,
            name=given.name,
            kind=request.kind if request.kind != "portal" else given.kind,
            has_services=request.has_services and given.has_services,
            columns=tuple(DeclaredColumn(**column.model_dump()) for column in given.columns),
        )
    except InvalidAddress as error:
        raise UsageProblem(str(error)) from error
    return site, has_scheme


def _site_file(path: Path) -> _SiteFile:
    try:
        return _SiteFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageProblem(f"站点文件 {path} 读不出来（{os_reason(error)}）：请检查 --site 的路径。") from error
    except UnicodeDecodeError as error:
        raise UsageProblem(f"站点文件 {path} 不是 UTF-8 编码：请另存为 UTF-8 后再试。") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(f"站点文件 {path} 不是正确的 TOML（{toml_place(error)}）：请改正后再试。") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageProblem(f"站点文件 {path} 的“{place}”有误：{first['msg']}。") from error
