"""The life of findings (问题的生命周期): one night after the other, in the central database.

`Life` is fed the outcome of each site's night and tells which findings are open. How a night changes a life: `reports.history_night`; what is
read out of it: `reports.history_reading`; what people decide about a finding: `reports.decisions`.
"""

from __future__ import annotations

import hashlib
from datetime import date

from sqlite_utils import Database

from checks.model import KnownFinding
from checks.outcome import Outcome
from crawler.evidence_schema import to_json
from crawler.oversight import OversightError, migrate
from reports.history_journal import take_back
from reports.history_night import Night, known_finding, rows_of
from reports.history_tables import ROOM


class Life:
    """The findings of all sites. Opening it brings its tables up to date."""

    def __init__(self, database: Database) -> None:
        self.database = database
        migrate(database, ROOM)

    def record(self, night: date, outcome: Outcome, evidence: str) -> None:
        """Write one site's night; ``evidence``: where its evidence file lies. Within the caller's `crawler.oversight.writing` block.

        Told the same a second time, nothing changes; told otherwise of the same night (a re-run), the earlier telling is replaced. Raises
        `OversightError` for a night before the site's last one: a life can't be changed in its middle.
        """
        run, site, day = self.database.conn.execute, outcome.site_key, night.isoformat()
        digest = hashlib.sha256(f"{evidence}\n{to_json(outcome)}".encode()).hexdigest()[:16]
        before = run("SELECT night,digest,undo FROM life_sites WHERE site=?", (site,)).fetchone()
        if before is not None and before[0] == day and before[1] == digest:
            return
        if before is not None and before[0] > day:
            raise OversightError(f"网站 {site} 已记录到 {before[0]}，不能再记入更早的 {day}：请改用 {before[0]} 或以后的 --as-of。")
        if before is not None and before[0] == day:
            run("DELETE FROM life_events WHERE site=? AND night=?", (site, day))
            take_back(self.database, before[2])
        entry = Night(self.database, night, outcome, evidence)
        entry.write()
        run(
            "INSERT INTO life_sites (site,night,evidence,digest,undo) VALUES (?,?,?,?,?)"
            " ON CONFLICT (site) DO UPDATE SET night=excluded.night,evidence=excluded.evidence,digest=excluded.digest,undo=excluded.undo",
            (site, day, evidence, digest, entry.journal.kept()),
        )

    def known(self, site_key: str, night: date | None = None) -> tuple[KnownFinding, ...]:
        """The site's open findings, oldest first.

        ``night``: the one about to be inspected. Where it has been recorded already (a re-run will replace that), what it had closed is
        among them, for the re-run has to look there again.
        """
        rows = rows_of(
            self.database,
            "SELECT * FROM life_findings WHERE site=? AND (state='open' OR since=?) ORDER BY first_seen,id",
            site_key,
            "" if night is None else night.isoformat(),
        )
        return tuple(known_finding(row) for row in rows)

    def cited(self) -> set[str]:
        """Evidence files, as `record` was given them, of the first and the last night on which a finding that is open was told."""
        sql = "SELECT first_evidence FROM life_findings WHERE state='open' UNION SELECT last_evidence FROM life_findings WHERE state='open'"
        return {path for (path,) in self.database.conn.execute(sql).fetchall()}

    def last_night(self, site_key: str = "") -> date | None:
        """The last night recorded, of one site or of any; None before the first."""
        where, values = ("WHERE site=?", (site_key,)) if site_key else ("", ())
        (day,) = self.database.conn.execute(f"SELECT max(night) FROM life_sites {where}", values).fetchone()
        return None if day is None else date.fromisoformat(day)
