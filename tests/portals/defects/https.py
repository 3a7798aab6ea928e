"""Defects of the https check: they ask for a portal served over TLS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.portals.defects.base import Kinds, Places, one
from tests.portals.model import Model

KINDS = Kinds()
HTTPS = "https"


def _tls(**changes: Any) -> Callable[[Model, Places], None]:
    def plant(model: Model, places: Places) -> None:
        model.tls = replace(model.tls, **changes)

    return plant


KINDS.add("https-expiring", "证书即将到期", _tls(days=12), cautions=one(HTTPS, "expiring", lambda p: "site"), tls=True)
KINDS.add("https-wrong-name", "证书不是本网站的", _tls(foreign_name=True), cautions=one(HTTPS, "wrong-name", lambda p: "site"), tls=True)
KINDS.add(
    "https-mixed-content",
    "HTTPS 页面中有 HTTP 内容",
    _tls(mixed=True),
    cautions=lambda p: [(HTTPS, "mixed-active", "site"), (HTTPS, "mixed-passive", "site")],
    tls=True,
    not_in=("tables",),  # it has no style sheet of its own: the one planted would be a dead link as well
)
