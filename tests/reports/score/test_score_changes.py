"""Why a score changed: each cause alone, and several at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checks.catalogue.indicators import in_force
from checks.model import CheckRules
from reports.score_changes import Scored, changes
from tests.reports.score.ground import CHECKS, DAY, NATIONAL, altered, assessed, ids, item, people, row

STALE = "column-updates/overdue@news#dynamic"
BLANK = "column-updates/blank@b"
HOME = "home-updates/not-updated@home!veto"
RULES = {check: CheckRules("rules-1", "code-1") for check in CHECKS}
BEFORE = Scored(assessed([STALE]), frozenset(), RULES, tuple(people()), NATIONAL, DAY)


def told(after: Scored, before: Scored = BEFORE) -> list[tuple[str, float]]:
    return [(part.cause, part.certain) for part in changes(before, after).parts]


def test_the_same_site_by_the_same_rules_has_not_changed() -> None:
    assert told(BEFORE) == []


def test_what_the_site_did_is_the_sites() -> None:
    assert told(replace(BEFORE, assessed=assessed([STALE, BLANK]))) == [("site", -2)]
    assert told(replace(BEFORE, assessed=assessed())) == [("site", 5)]


@pytest.mark.parametrize(
    ("rules", "cause"), [(CheckRules("rules-2", "code-1"), "rule"), (CheckRules("rules-1", "code-2"), "tool"), (CheckRules("rules-2", "code-2"), "rule")]
)  # fmt: skip
def test_what_a_changed_check_finds_is_not_the_sites(rules: CheckRules, cause: str) -> None:
    after = replace(BEFORE, assessed=assessed([STALE, BLANK]), rules=RULES | {"column-updates": rules})
    assert told(after) == [(cause, -2)]


def test_another_check_s_new_rules_excuse_nothing() -> None:
    after = replace(BEFORE, assessed=assessed([STALE, BLANK]), rules=RULES | {"ipv6": CheckRules("rules-2", "code-2")})
    assert told(after) == [("site", -2)]


def test_a_ruling_of_a_person_is_the_persons() -> None:
    after = replace(BEFORE, excluded=frozenset(ids(STALE)))
    assert told(after) == [("person", 5)]


def test_a_new_finding_that_a_person_ruled_out_at_once_changed_nothing() -> None:
    after = replace(BEFORE, assessed=assessed([STALE, BLANK]), excluded=frozenset(ids(BLANK)))
    assert told(after) == []


def test_people_s_points_are_theirs() -> None:
    assert told(replace(BEFORE, manual=tuple(people(quality=10)))) == [("person", -10)]


def test_a_confirmed_veto_changes_the_grade_and_no_points() -> None:
    before = replace(BEFORE, assessed=assessed([STALE, HOME]))
    parts = changes(before, replace(BEFORE, assessed=assessed([STALE, HOME], confirmed=[HOME]))).parts
    assert [(part.cause, part.certain, part.grade_before, part.grade_after) for part in parts] == [("person", 0, "pass", "fail")]


def test_another_table_of_indicators_is_a_rule() -> None:
    dearer = altered(news=item("news", "deduction", 5, row("news-stale", 2.5, "column-updates/overdue", where={"kind": ("dynamic",)})))
    assert told(replace(BEFORE, catalogue=dearer)) == [("rule", 2.5)]


def test_a_site_that_was_found_to_have_no_services_changed_in_the_registry() -> None:
    after = replace(BEFORE, assessed=assessed([STALE], services=False))
    assert told(after) == [("person", -1.67)]  # 95 → 70 × 4/3 = 93.33


def test_what_could_not_be_looked_at_moves_the_range_only() -> None:
    told_of = changes(BEFORE, replace(BEFORE, assessed=assessed([STALE], unassessed=["ipv6"])))
    assert [(part.cause, part.certain, part.low, part.high) for part in told_of.parts] == [("site", 0, -1, 0)]


def test_several_causes_add_up() -> None:
    after = Scored(
        assessed([BLANK, "ipv6/no-aaaa@site"], confirmed=[]),
        frozenset(),
        RULES | {"ipv6": CheckRules("rules-1", "code-2")},
        tuple(people(quality=3)),
        altered(other=item("other", "deduction", 4, row("blank", 4, "column-updates/blank", per="each"), row("slow", 1, "column-updates/overdue", per="each"))),
        DAY,
    )  # fmt: skip
    whole = changes(BEFORE, after)
    assert [(part.cause, part.certain) for part in whole.parts] == [("tool", -1), ("site", 3), ("person", -3), ("rule", -2)]
    assert (whole.before.certain, whole.after.certain) == (95, 92)  # 95 − 1 + 5 − 2 − 3 − 2
    assert whole.of("site") == 3


def test_a_table_that_came_into_force_inside_the_quarter_is_told_as_a_rule() -> None:
    dearer = item(
        "other", "deduction", 4, row("blank", 4, "column-updates/blank", per="each"), row("slow", 1, "column-updates/overdue", per="each")
    )
    own = altered(other=dearer).model_copy(update={"id": "qinghe", "effective": date(2026, 8, 16)})
    july, september = (in_force([NATIONAL, own], day) for day in (date(2026, 7, 31), date(2026, 9, 30)))
    before = Scored(assessed([BLANK]), frozenset(), RULES, tuple(people()), july, date(2026, 7, 31))
    after = replace(before, catalogue=september, as_of=date(2026, 9, 30))
    [part] = changes(before, after).parts
    assert (part.cause, part.certain, part.what) == ("rule", -2, "指标目录 national t1 → qinghe t2")
