"""The quarterly bulletin (季度检查通报) as a paper."""

from __future__ import annotations

from collections.abc import Sequence

from reports.inspection_model import Inspection
from reports.office import Office
from reports.paper import Paper, Picture


def bulletin(inspection: Inspection, charts: Sequence[Picture], office: Office) -> Paper:
    """The bulletin of a quarter. ``charts``: as `reports.charts_quarter.quarter_charts` gives them; each is placed beside its table."""
    title = f"关于{inspection.quarter.chinese}{office.area}政府网站检查情况的通报"
    return Paper("bulletin", title, tuple(charts), addressees=office.addressees, signed=office.signature, dated=office.dated)
