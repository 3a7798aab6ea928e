"""Published inspections (已发布的季度检查): kept for ever in the central database, whatever becomes of nights, catalogue, decisions or evidence.

A publication is its figures (the whole `Inspection` without pictures), its files byte for byte, and their digests. It never changes; an erratum (更正) is
a further version that says what changed.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import zstandard
from pydantic import TypeAdapter
from sqlite_utils import Database

from crawler.oversight import OversightError, Room, migrate, writing
from reports.inspection_model import Inspection, SiteLine, SiteState, Tally
from reports.quarters import Quarter

ROOM = Room(
    "published",
    (
        """
        CREATE TABLE published (
            quarter TEXT NOT NULL, version INTEGER NOT NULL, day TEXT NOT NULL, erratum TEXT NOT NULL, cutoff TEXT NOT NULL, deadline TEXT NOT NULL,
            summary TEXT NOT NULL, inspection BLOB NOT NULL, PRIMARY KEY (quarter, version)
        );
        CREATE TABLE published_files (
            quarter TEXT NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY (quarter, version, name)
        );
        CREATE TABLE published_findings (
            quarter TEXT NOT NULL, version INTEGER NOT NULL, finding TEXT NOT NULL, PRIMARY KEY (quarter, version, finding)
        ) WITHOUT ROWID
        """,
    ),
)


_PIECE = 1 << 20
"""Bytes of a file that are taken in at once."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One version of a published quarter. ``day``: of the publication; ``erratum``: why there is a further version, "" for the first.

    ``total``: its figures of all sites; ``states``: site key → state; ``names``: site key → ``网站名称（标识码）``; ``percent``, ``seed``: its sample.
    """

    quarter: Quarter
    version: int
    day: date
    erratum: str
    cutoff: date
    deadline: date
    total: Tally
    states: Mapping[str, SiteState]
    names: Mapping[str, str]
    percent: int
    seed: str


class Published:
    """The room of publications. Opening it brings its tables up to date."""

    def __init__(self, database: Database) -> None:
        self._database = database
        migrate(database, ROOM)

    def last(self, quarter: Quarter) -> Publication | None:
        """The version that holds; None when the quarter was never published."""
        return next(iter(self.versions(quarter)[::-1]), None)

    def versions(self, quarter: Quarter) -> tuple[Publication, ...]:
        """Every version, the first one first."""
        rows = self._database.conn.execute(
            "SELECT version,day,erratum,cutoff,deadline,summary FROM published WHERE quarter=? ORDER BY version", (str(quarter),)
        )
        return tuple(_publication(quarter, row) for row in rows.fetchall())

    def quarters(self) -> tuple[Quarter, ...]:
        """Every published quarter, the oldest first."""
        rows = self._database.conn.execute("SELECT DISTINCT quarter FROM published ORDER BY quarter").fetchall()
        return tuple(Quarter.parse(row[0]) for row in rows)

    def inspection(self, quarter: Quarter) -> Inspection | None:
        """The figures of the version that holds, without pictures. Raises `OversightError` when they can't be read."""
        row = self._database.conn.execute(
            "SELECT inspection FROM published WHERE quarter=? ORDER BY version DESC LIMIT 1", (str(quarter),)
        ).fetchone()
        return None if row is None else unpacked(row[0])

    def files(self, quarter: Quarter, version: int) -> Iterator[tuple[str, bytes]]:
        """The files as they were published, one at a time. Raises `OversightError` for one whose digest is not what it was."""
        names = self._database.conn.execute(
            "SELECT name,sha256 FROM published_files WHERE quarter=? AND version=? ORDER BY position", (str(quarter), version)
        ).fetchall()
        for name, digest in names:
            (data,) = self._database.conn.execute(
                "SELECT data FROM published_files WHERE quarter=? AND version=? AND name=?", (str(quarter), version, name)
            ).fetchone()
            if sha256(data).hexdigest() != digest:
                raise OversightError(f"监管库中 {quarter.chinese}第 {version} 版的“{name}”已损坏：请从备份恢复监管库。")
            yield name, bytes(data)

    def told(self, quarter: Quarter) -> dict[str, tuple[date, date]]:
        """Finding id → (cut-off, reply date) of the version that holds, for every problem that it names."""
        publication = self.last(quarter)
        if publication is None:
            return {}
        rows = self._database.conn.execute(
            "SELECT finding FROM published_findings WHERE quarter=? AND version=? ORDER BY finding", (str(quarter), publication.version)
        ).fetchall()
        return {row[0]: (publication.cutoff, publication.deadline) for row in rows}

    def publish(self, inspection: Inspection, files: Sequence[tuple[str, Path]], day: date, erratum: str = "") -> None:
        """Keep an inspection and its files, all or nothing. ``inspection.version`` says which version it is; it must be the next one.

        ``files``: name and where its bytes lie; they are taken in piece by piece. Raises `OversightError` when that version is there.
        """
        quarter, version = str(inspection.quarter), inspection.version
        packed, summary = packed_inspection(inspection), json.dumps(_summary(inspection), ensure_ascii=False)
        run = self._database.conn.execute
        with writing(self._database):
            (known,) = run("SELECT coalesce(max(version),0) FROM published WHERE quarter=?", (quarter,)).fetchone()
            if version != known + 1:
                raise OversightError(f"{inspection.quarter.chinese}已发布到第 {known} 版：请重新运行，查看已发布的内容后再决定是否更正。")
            run(
                "INSERT INTO published (quarter,version,day,erratum,cutoff,deadline,summary,inspection) VALUES (?,?,?,?,?,?,?,?)",
                (
                    quarter,
                    version,
                    day.isoformat(),
                    erratum,
                    inspection.cutoff.isoformat(),
                    inspection.deadline.isoformat(),
                    summary,
                    packed,
                ),
            )
            for position, (name, path) in enumerate(files):
                self._keep(quarter, version, position, name, path)
            self._database.conn.executemany(
                "INSERT INTO published_findings (quarter,version,finding) VALUES (?,?,?)",
                [(quarter, version, each.id) for site in inspection.sites for each in site.problems],
            )

    def _keep(self, quarter: str, version: int, position: int, name: str, path: Path) -> None:
        """One file, within the transaction of its publication."""
        with path.open("rb") as source:
            digest = file_digest(source, "sha256").hexdigest()
        row = self._database.conn.execute(
            "INSERT INTO published_files (quarter,version,position,name,sha256,data) VALUES (?,?,?,?,?,zeroblob(?))",
            (quarter, version, position, name, digest, path.stat().st_size),
        ).lastrowid
        with path.open("rb") as source, self._database.conn.blobopen("published_files", "data", row or 0) as blob:
            while piece := source.read(_PIECE):
                blob.write(piece)


def shown(site: SiteLine) -> str:
    """A site as it is read: ``网站名称（标识码）``."""
    return f"{site.name}（{site.code or site.key}）"


def _summary(inspection: Inspection) -> dict[str, Any]:
    return {
        "total": asdict(inspection.total),
        "states": {site.key: site.state for site in inspection.sites},
        "names": {site.key: shown(site) for site in inspection.sites},
        "percent": inspection.drawn.percent,
        "seed": inspection.drawn.seed,
    }


def _publication(quarter: Quarter, row: Sequence[Any]) -> Publication:
    version, day, erratum, cutoff, deadline, summary = row
    kept = json.loads(summary)
    return Publication(
        quarter,
        int(version),
        date.fromisoformat(day),
        erratum,
        date.fromisoformat(cutoff),
        date.fromisoformat(deadline),
        Tally(**kept["total"]),
        kept["states"],
        kept["names"],
        int(kept["percent"]),
        str(kept["seed"]),
    )


@cache
def _whole() -> TypeAdapter[Inspection]:
    return TypeAdapter(Inspection)


@cache
def _site() -> TypeAdapter[SiteLine]:
    return TypeAdapter(SiteLine)


def packed_inspection(inspection: Inspection) -> bytes:
    """An inspection as compressed JSON lines: first all but sites and pictures, then one site a line, so that a province's fit."""
    out = io.BytesIO()
    with zstandard.ZstdCompressor(level=6).stream_writer(out, closefd=False) as writer:
        for line in _lines(inspection):
            writer.write(line + b"\n")
    return out.getvalue()


def _lines(inspection: Inspection) -> Iterator[bytes]:
    yield _whole().dump_json(replace(inspection, sites=(), pictures={}))
    for site in inspection.sites:
        yield _site().dump_json(replace(site, figures={key: dict(value) for key, value in site.figures.items()}))


def unpacked(data: bytes) -> Inspection:
    """What `packed_inspection` wrote. Raises `OversightError` for what it did not write."""
    try:
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)) as reader:
            lines: Iterable[bytes] = io.BufferedReader(reader)
            whole, *sites = lines
        return replace(_whole().validate_json(whole), sites=tuple(_site().validate_json(line) for line in sites))
    except (zstandard.ZstdError, ValueError) as error:
        raise OversightError("监管库中已发布的季度检查数据读不出来：请从备份恢复监管库，或用写入它的程序版本打开。") from error
