"""Defects of the availability check."""

from __future__ import annotations

from tests.portals.defects.base import Kinds, Places, one
from tests.portals.model import Model

KINDS = Kinds()


def _busy(model: Model, places: Places) -> None:
    model.home_busy = 1


KINDS.add("home-flaky", "首页时通时断", _busy, cautions=one("availability", "intermittent", lambda p: "home"))
