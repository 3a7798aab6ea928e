"""The tables of the life of findings: what stands in the central database, and in which words.

They grow with changes. A night on which nothing changed moves the last night of rows that stand there already; the one row it adds, for the
whole province, says which rules and program judged (`life_nights`).
"""

from __future__ import annotations

from crawler.oversight import Room

ROOM = Room(
    "findings",
    (
        """
        CREATE TABLE life_rulesets (
            id INTEGER PRIMARY KEY, program TEXT NOT NULL, version TEXT NOT NULL, catalogue TEXT NOT NULL, rules TEXT NOT NULL,
            UNIQUE (program, version, catalogue, rules)
        );
        CREATE TABLE life_nights (
            night TEXT NOT NULL, ruleset INTEGER NOT NULL REFERENCES life_rulesets(id), PRIMARY KEY (night, ruleset)
        ) WITHOUT ROWID;
        CREATE TABLE life_sites (
            site TEXT PRIMARY KEY, night TEXT NOT NULL, evidence TEXT NOT NULL, digest TEXT NOT NULL, undo TEXT NOT NULL
        );
        CREATE TABLE life_spans (
            id INTEGER PRIMARY KEY, site TEXT NOT NULL, check_id TEXT NOT NULL, title TEXT NOT NULL, verdict TEXT NOT NULL,
            reason TEXT NOT NULL, catalogue TEXT NOT NULL, code TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL
        );
        CREATE INDEX life_spans_of ON life_spans (site, check_id, last);
        CREATE TABLE life_findings (
            id TEXT PRIMARY KEY, site TEXT NOT NULL, check_id TEXT NOT NULL, code TEXT NOT NULL, subject TEXT NOT NULL,
            severity TEXT NOT NULL, url TEXT NOT NULL, message TEXT NOT NULL, advice TEXT NOT NULL, indicator TEXT NOT NULL,
            source TEXT NOT NULL, basis TEXT NOT NULL, confirm INTEGER NOT NULL, seen INTEGER NOT NULL, snippet TEXT NOT NULL,
            pages TEXT NOT NULL, state TEXT NOT NULL, since TEXT NOT NULL, note TEXT NOT NULL, first_seen TEXT NOT NULL,
            last_seen TEXT NOT NULL, nights INTEGER NOT NULL, first_evidence TEXT NOT NULL, last_evidence TEXT NOT NULL,
            catalogue TEXT NOT NULL, program TEXT NOT NULL
        );
        CREATE INDEX life_findings_of ON life_findings (site, state);
        CREATE TABLE life_events (
            finding TEXT NOT NULL, night TEXT NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL, site TEXT NOT NULL,
            PRIMARY KEY (finding, night, event)
        ) WITHOUT ROWID;
        CREATE INDEX life_events_of ON life_events (site, night)
        """,
    ),
)
"""``life_findings.catalogue`` and ``program``: digests of the check's rules under which the finding was last told. ``since``: night on which
the present ``state`` began. ``life_spans.check_id`` "": the site itself, its verdict being ok, blocked or unreachable."""
