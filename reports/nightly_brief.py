"""What a worker is told of one site: the site, its limits, what earlier nights know. Written as JSON on the desk, read by whichever process."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter

from checks.inspect import Options
from checks.model import KnownFinding
from crawler.settings import Limits
from crawler.site import DeclaredColumn, Site

History = dict[str, list[tuple[str, date, Any]]]
"""Check id → facts of earlier nights, as `checks.inspect.Options` takes them."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One site's night. ``site``: the fields of a `Site`; ``previous``: path of the evidence to lean on, "" for none."""

    site: dict[str, Any]
    as_of: date
    limits: Limits
    nameserver: tuple[str, int] | None = None
    v6_controls: tuple[str, ...] = ()
    ca_file: str = ""
    history: History = field(default_factory=dict)
    known: tuple[KnownFinding, ...] = ()
    previous: str = ""

    def the_site(self) -> Site:
        """The site to inspect."""
        fields = {**self.site, "columns": tuple(DeclaredColumn(**column) for column in self.site["columns"])}
        return Site(**{**fields, "aliases": tuple(self.site["aliases"])})

    def options(self, target: Path) -> Options:
        """How to inspect it, its evidence going to ``target``; a previous file that is gone is none."""
        previous = Path(self.previous) if self.previous else None
        return Options(
            evidence=target,
            limits=self.limits,
            nameserver=self.nameserver,
            v6_controls=self.v6_controls,
            ca_file=Path(self.ca_file) if self.ca_file else None,
            history=self.history,
            known=self.known,
            previous=previous if previous is not None and previous.is_file() else None,
        )

    def as_json(self) -> bytes:
        """Read back by `read_brief`."""
        return orjson.dumps(self)


_ADAPTER: TypeAdapter[Brief] = TypeAdapter(Brief)


def site_fields(site: Site) -> dict[str, Any]:
    """The fields of a site that `Brief.the_site` makes it from again."""
    return {name: value for name, value in asdict(site).items() if not name.startswith("_")}


def read_brief(text: bytes) -> Brief:
    """What `Brief.as_json` wrote."""
    return _ADAPTER.validate_json(text)
