"""One hostile server and one name server for all hostile tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.running import Lab
from tests.hostile.server import HostileServer
from tests.portals.dns import DnsServer


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Where hostile sites are served and inspected."""
    with DnsServer() as dns, HostileServer() as web:
        yield Lab(web, dns)
