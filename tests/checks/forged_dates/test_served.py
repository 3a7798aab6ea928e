"""A served portal, inspected with what earlier nights remember: a clean one is told nothing of, one whose memory disagrees is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from checks.forged_dates import CHECK
from checks.memory import Memory
from crawler.oversight import connect, writing
from tests.portals.build import AS_OF, Portal
from tests.portals.inspecting import Inspector
from tests.portals.world import World

WEEKS_AGO = AS_OF - timedelta(days=40)


def test_items_are_remembered_met_again_and_accused_only_where_their_date_moved(inspector: Inspector, world: World, tmp_path: Path) -> None:
    portal, memory = Portal(world, "static"), Memory(connect(tmp_path / "oversight.db"))
    first = inspector.run(portal, history=memory.history("site", AS_OF))
    judgement = first.judgement(CHECK.id)
    items = judgement.figures["items"]
    assert judgement.verdict == "not_assessed" and not judgement.findings and len(items) > 20, first.explain()
    with writing(memory.database):
        memory.remember("site", AS_OF, first.inspection.judgements)
    history = memory.history("site", AS_OF + timedelta(days=1))[CHECK.id]
    assert {key for key, _, _ in history} == {row["key"] for row in items}

    # as if those nights had been weeks ago: what was published since was not there then, and one item stood there under another date
    known = [(key, WEEKS_AGO, value) for key, _, value in history if date.fromisoformat(value["date"]) <= WEEKS_AGO]
    recent = [(key, value) for key, _, value in history if (AS_OF - date.fromisoformat(value["date"])).days <= 20 and value["list"] != "/"]
    key, value = recent[0]
    known.append((key, WEEKS_AGO, {**value, "date": (WEEKS_AGO - timedelta(days=2)).isoformat()}))
    again = inspector.run(portal, history={CHECK.id: known})
    judgement = again.judgement(CHECK.id)
    told = [(found.code, found.severity, found.subject, found.confirm) for found in judgement.findings]
    evidence = again.evidence()
    read = evidence.find(portal.url.rstrip("/") + key) is not None
    evidence.close()
    assert read, "the article was read, and shows the new date as its list does"
    assert told == [("redated", "candidate", value["list"], True)], again.explain()
    assert judgement.figures["compared"] == len(known) and not judgement.figures["forgotten"]
    assert again.accusations() == set(), again.explain()
