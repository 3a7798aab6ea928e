"""What two tables of indicators differ in (指标目录对比): entry by entry, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from checks.catalogue.indicators_model import Catalogue


@dataclass(frozen=True, slots=True)
class Change:
    """``entry``: id of an item or row, ``gates``, ``part/block`` or "" for the table itself; ``before``/``after`` as JSON data, None where there is none."""

    kind: Literal["added", "removed", "changed"]
    entry: str
    field: str
    before: Any
    after: Any


def difference(before: Catalogue, after: Catalogue) -> tuple[Change, ...]:
    """Every difference, in the order of ``before``, what was added last. Digests are not told."""
    return tuple(_changes(_entries(before), _entries(after)))


def _entries(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    whole = catalogue.model_dump(mode="json")
    told = {key: value for key, value in whole.items() if key not in ("gates", "blocks", "indicators", "digest")}
    entries = {"": told, "gates": whole["gates"]}
    entries |= {f"{block['part']}/{block['name']}": block for block in whole["blocks"]}
    for item in whole["indicators"]:
        entries[item["id"]] = {key: value for key, value in item.items() if key != "rows"}
        entries |= {row["id"]: row | {"indicator": item["id"]} for row in item["rows"]}
    return entries


def _changes(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> Iterator[Change]:
    for entry, old in before.items():
        new = after.get(entry)
        if new is None:
            yield Change("removed", entry, "", dict(old), None)
            continue
        for field in dict.fromkeys((*old, *new)):
            if old.get(field) != new.get(field):
                yield Change("changed", entry, field, old.get(field), new.get(field))
    for entry, new in after.items():
        if entry not in before:
            yield Change("added", entry, "", None, dict(new))
