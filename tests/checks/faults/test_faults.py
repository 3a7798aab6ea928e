"""A fault of ours in one check: input (a check that raises) → what stands in the evidence → its verdict, and the others'."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checks.faults import FAULT, judged, keep_answers
from checks.registry import CHECKS
from crawler.evidence import Evidence, EvidenceWriter
from crawler.site import Site

AS_OF = date(2026, 8, 20)
CHECK = next(check for check in CHECKS if check.id == "availability")


async def _raising(error: BaseException) -> Mapping[str, tuple[Any, str]]:
    raise error


def _evidence(folder: Path, error: BaseException | None) -> Evidence:
    writer = EvidenceWriter(folder / "e.sqlite", Site("http://www.qinghe.gov.cn/"), AS_OF)
    if error is not None:
        asyncio.run(keep_answers(writer, CHECK, _raising(error)))
    return Evidence(writer.finish())


@pytest.mark.parametrize("error", [KeyError("x"), ZeroDivisionError(), OSError(24, "too many open files")])
def test_a_probe_that_raised_leaves_its_check_not_assessed(tmp_path: Path, error: Exception) -> None:
    evidence = _evidence(tmp_path, error)
    assert type(error).__name__.split("Error")[0] in evidence.probes(CHECK.id)[FAULT][1]
    judgement = judged(CHECK, evidence, AS_OF)
    assert (judgement.verdict, judgement.findings, judgement.reason) == ("not_assessed", (), "程序在这项检查中出错")


def test_a_judge_that_raises_is_not_assessed_and_the_others_are_judged(tmp_path: Path) -> None:
    def judge(evidence: Evidence, as_of: date) -> Any:
        raise IndexError("ours")

    evidence = _evidence(tmp_path, None)
    assert judged(replace(CHECK, judge=judge), evidence, AS_OF).unseen[0].detail == "IndexError: ours"
    assert [judged(check, evidence, AS_OF).check for check in CHECKS] == [check.id for check in CHECKS]


def test_an_evidence_file_that_cannot_be_written_is_no_fault_of_the_check(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        _evidence(tmp_path, sqlite3.OperationalError("disk full"))


def test_a_cancelled_run_is_cancelled(tmp_path: Path) -> None:
    with pytest.raises(asyncio.CancelledError):
        _evidence(tmp_path, asyncio.CancelledError())
