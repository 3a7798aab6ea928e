"""The portal of the links tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checks.links.portal import Portal
from tests.portals.dns import DnsServer
from tests.portals.server import WebServer


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """One portal with its DNS and web server."""
    with DnsServer() as dns, WebServer() as web:
        yield Portal(dns, web, tmp_path / "run")
