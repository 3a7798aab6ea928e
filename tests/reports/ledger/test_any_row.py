"""Whatever people leave in a row: it is a claim that can be, or it is named; nothing else happens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.hostile import clean
from reports.ledger import STATUSES
from reports.ledger_reading import LONGEST, claim_of
from reports.ledger_sheet import FREE

FOUND, DAY = date(2026, 7, 20), date(2026, 10, 20)

cell = st.one_of(
    st.none(), st.text(max_size=60), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(),
    st.sampled_from([*STATUSES, "2026-10-15", "2026年10月15日", 13900000000.0, 46310, "2026-02-30", "１３９００００００００"]),
)  # fmt: skip
rows = st.fixed_dictionaries(dict.fromkeys(FREE, cell))


@settings(max_examples=400, deadline=None)
@example(dict.fromkeys(FREE, 1e400))
@example(dict.fromkeys(FREE, datetime(1, 1, 1)))
@given(rows)
def test_any_row_is_a_claim_that_can_be_or_is_named_by_column(values: dict[str, Any]) -> None:
    claim, faults = claim_of("f000000001", values, FOUND, DAY)
    assert {column for column, _ in faults} <= set(FREE)
    assert all(words and "\n" not in words and words == clean(words) for _, words in faults)
    if faults:
        return
    assert claim.status in STATUSES
    assert (claim.done is not None) == (claim.status == "已整改")
    assert claim.done is None or FOUND <= claim.done <= DAY
    assert claim.planned is None or claim.planned >= FOUND
    assert claim.status != "无需整改" or claim.note
    said = (claim.department, claim.person, claim.phone, claim.measures, claim.proof, claim.note)
    assert all(text == clean(text).strip() and len(text) <= max(LONGEST.values()) for text in said)
