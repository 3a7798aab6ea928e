"""Reading back what a probe kept: JSON of the evidence file, as the dataclass it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


def part(kind: type[T], probes: Mapping[str, tuple[Any, str]], key: str) -> T | None:
    """The answer kept under ``key`` (of `Evidence.probes`) as a ``kind``; None when there is none.

    Raises pydantic's ValidationError for a value of another shape: the file was written by another version.
    """
    value = probes.get(key, (None, ""))[0]
    found: T | None = None if value is None else TypeAdapter(kind).validate_python(value)
    return found
