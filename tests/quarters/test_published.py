"""The room of publications: what goes in comes out, versions follow one another, nothing half kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.oversight import OversightError, connect
from reports.inspection_deadlines import deadlines
from reports.inspection_model import Inspection
from reports.inspection_sites import Figures
from reports.ledger import Issued, Ledger
from reports.published import Published, packed_inspection, unpacked
from reports.published_changes import changes
from reports.quarters import Quarter
from tests.quarters.samples import CUTOFF, DEADLINE, HOSTILE, QUARTER, sample_inspection

DAY = date(2026, 10, 20)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return connect(tmp_path / "oversight.db")


@pytest.fixture
def papers(tmp_path: Path) -> list[tuple[str, Path]]:
    """Files to publish: an ordinary one, a large one, an empty one."""
    made = []
    for name, data in (("通报.docx", b"docx"), ("问题反馈单.zip", bytes(range(256)) * 10_000), ("空.txt", b"")):
        (tmp_path / name).write_bytes(data)
        made.append((name, tmp_path / name))
    return made


def plain(inspection: Inspection) -> Inspection:
    """Without pictures, its figures as a dictionary: what is kept."""
    sites = tuple(replace(site, figures=_unpacked(site.figures)) for site in inspection.sites)
    return replace(inspection, sites=sites, pictures={})


def _unpacked(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """As JSON has them: a list for a tuple."""
    return {key: json.loads(json.dumps(value)) for key, value in figures.items()}


def first() -> Inspection:
    return sample_inspection(version=1)


def test_an_inspection_comes_out_as_it_went_in() -> None:
    made = first()
    packed = replace(made, sites=tuple(replace(site, figures=Figures(site.figures)) for site in made.sites))
    assert unpacked(packed_inspection(made)) == plain(made)
    assert unpacked(packed_inspection(packed)) == plain(made)
    assert packed_inspection(made) == packed_inspection(made)
    assert any(HOSTILE[:10] in finding.message or HOSTILE[:10] in finding.snippet for site in made.sites for finding in site.findings)


@pytest.mark.parametrize("data", [b"", b"\0\1\2", packed_inspection(first())[:-20], b"{}"])
def test_what_is_no_publication_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(OversightError, match="读不出来") as problem:
        unpacked(data)
    assert "\n" not in str(problem.value)


def test_a_publication_is_found_with_its_figures_and_files(database: Database, papers: list[tuple[str, Path]]) -> None:
    made, room = first(), Published(database)
    assert room.last(QUARTER) is None and room.inspection(QUARTER) is None and room.quarters() == () and room.told(QUARTER) == {}
    room.publish(made, papers, DAY)
    kept = room.last(QUARTER)
    assert kept is not None
    assert (kept.version, kept.day, kept.erratum, kept.cutoff, kept.deadline) == (1, DAY, "", CUTOFF, DEADLINE)
    assert kept.total == made.total and kept.states == {site.key: site.state for site in made.sites}
    assert (kept.percent, kept.seed) == (made.drawn.percent, made.drawn.seed)
    assert list(room.files(QUARTER, 1)) == [(name, path.read_bytes()) for name, path in papers]
    assert room.inspection(QUARTER) == plain(made)
    assert room.quarters() == (QUARTER,)
    assert room.told(QUARTER) == {finding.id: (CUTOFF, DEADLINE) for site in made.sites for finding in site.problems}


def test_a_version_follows_the_one_before_and_the_last_one_holds(database: Database, papers: list[tuple[str, Path]]) -> None:
    room = Published(database)
    room.publish(first(), papers, DAY)
    gone = next(finding for site in first().sites for finding in site.problems)
    sites = tuple(replace(site, findings=tuple(each for each in site.findings if each.id != gone.id)) for site in first().sites)
    room.publish(replace(first(), version=2, sites=sites, changes=("更正理由：误报。",)), papers[:1], DAY, "误报")
    assert [(each.version, each.erratum) for each in room.versions(QUARTER)] == [(1, ""), (2, "误报")]
    assert gone.id not in room.told(QUARTER)
    held = room.inspection(QUARTER)
    assert held is not None and held.changes == ("更正理由：误报。",)
    assert [name for name, _ in room.files(QUARTER, 1)] == [name for name, _ in papers]
    assert [name for name, _ in room.files(QUARTER, 2)] == ["通报.docx"]


@pytest.mark.parametrize("version", [0, 2, 7])
def test_a_version_that_is_not_the_next_one_is_refused_and_nothing_is_kept(
    database: Database, papers: list[tuple[str, Path]], version: int
) -> None:
    with pytest.raises(OversightError, match="已发布到第 0 版"):
        Published(database).publish(sample_inspection(version=version), papers, DAY)
    assert Published(database).quarters() == ()


def test_a_file_that_is_gone_keeps_nothing(database: Database, papers: list[tuple[str, Path]]) -> None:
    papers[1][1].unlink()
    with pytest.raises(FileNotFoundError):
        Published(database).publish(first(), papers, DAY)
    assert Published(database).quarters() == () and not list(database["published_files"].rows)


def test_deadlines_are_those_of_publications_with_the_ledgers_own_days(database: Database, papers: list[tuple[str, Path]]) -> None:
    Published(database).publish(first(), papers, DAY)
    named = sorted(Published(database).told(QUARTER))
    own, later = date(2026, 11, 30), Quarter(2026, 4)
    ledger = Ledger(database)
    ledger.issue([Issued(QUARTER, key, "s", "u", own, DAY) for key in (named[0], "rectified0")])
    ledger.issue([Issued(Quarter(2026, 1), "unpublished", "s", "u", own, date(2026, 2, 1))])
    given = deadlines(database, later)
    assert given[named[0]] == ((CUTOFF, own),) and given[named[1]] == ((CUTOFF, DEADLINE),)
    assert given["unpublished"] == ((date(2026, 2, 1), own),) and "rectified0" not in given
    assert set(deadlines(database, QUARTER)) == {"unpublished"}


def test_an_erratum_says_which_figures_and_sites_changed() -> None:
    before = first()
    failed = next(site for site in before.sites if site.state == "fail")
    sites = tuple(replace(site, state="pass", reasons=()) if site.key == failed.key else site for site in before.sites)
    total = replace(before.total, passed=before.total.passed + 1, failed=before.total.failed - 1)
    told = changes("人工认定有误", before, replace(before, sites=sites, total=total))
    assert told[0] == "更正理由：人工认定有误。"
    assert f"合格网站由{before.total.passed}个更正为{total.passed}个。" in told
    assert f"不合格网站由{before.total.failed}个更正为{total.failed}个。" in told
    assert any(each.startswith("合格率由") for each in told)
    assert any("由不合格更正为合格。" in each for each in told)
    assert changes("无", before, before) == ("更正理由：无。", "各项数字和网站结论没有变化。")
    assert any("不再列入检查" in each for each in changes("合并", before, replace(before, sites=before.sites[1:])))
    assert any("列入检查，结论为" in each for each in changes("补录", replace(before, sites=before.sites[1:]), before))
