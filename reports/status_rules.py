"""Which rules changed between nights: a change of rule is shown, so that nobody takes it for a change of the sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from reports.history_reading import Ruleset


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What was different on ``night``: program and catalogue versions before and after; checks whose catalogue file or whose code changed,
    that came or that no longer ran."""

    night: date
    program_before: str
    program: str
    catalogue_before: str
    catalogue: str
    catalogue_changed: tuple[str, ...]
    code_changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def rule_changes(rulesets: Sequence[Ruleset]) -> tuple[RuleChange, ...]:
    """Changes from each of the nights to the next, oldest first."""
    return tuple(_change(before, after) for before, after in pairwise(rulesets) if _differ(before, after))


def _differ(before: Ruleset, after: Ruleset) -> bool:
    return (before.program, before.version, before.catalogue, before.rules) != (after.program, after.version, after.catalogue, after.rules)


def _change(before: Ruleset, after: Ruleset) -> RuleChange:
    both = sorted(before.rules.keys() & after.rules.keys())
    return RuleChange(
        night=after.night,
        program_before=f"{before.version} ({before.program})",
        program=f"{after.version} ({after.program})",
        catalogue_before=before.catalogue,
        catalogue=after.catalogue,
        catalogue_changed=tuple(check for check in both if before.rules[check][0] != after.rules[check][0]),
        code_changed=tuple(check for check in both if before.rules[check][1] != after.rules[check][1]),
        added=tuple(sorted(after.rules.keys() - before.rules.keys())),
        removed=tuple(sorted(before.rules.keys() - after.rules.keys())),
    )
