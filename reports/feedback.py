"""The feedback sheet (一对一反馈单) of one unit as a paper."""

from __future__ import annotations

from reports.inspection_model import Inspection
from reports.office import Office
from reports.paper import Paper


def feedback(inspection: Inspection, unit: str, office: Office) -> Paper:
    """What was found on one unit's sites. ``unit``: a `UnitLine.name`. Raises `UsageProblem` for a unit that the inspection doesn't have."""
    title = f"{inspection.quarter.chinese}政府网站检查问题反馈单"
    return Paper("feedback", title, (), addressees=unit, signed=office.signature, dated=office.dated)
