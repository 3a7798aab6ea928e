"""What an import changes, line by line: added, changed (column: old → new), closed, reopened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.registry import Account, RegisteredSite, Unit
from reports.registry_sheets import ACCOUNTS, CLOSED, COLUMNS, HEADINGS, OPEN, SITES, UNITS, Contents, as_rows


@dataclass(frozen=True, slots=True)
class Change:
    """One thing of the registry that an import adds or changes. ``kind``: 新增, 变更 or 关停; ``fields``: column → (old, new)."""

    sheet: str
    kind: str
    name: str
    fields: Mapping[str, tuple[str, str]]

    def __str__(self) -> str:
        told = "；".join(f"{name}：{old or '（空）'} → {new or '（空）'}" for name, (old, new) in self.fields.items())
        return f"{self.kind} {self.sheet} {self.name}" + (f"　{told}" if told else "")


def difference(known: Contents, given: Contents) -> list[Change]:
    """Changes that putting in ``given`` makes to ``known``, in the order of the sheets."""
    return [
        *_changes(UNITS, {unit.name: _unit(unit) for unit in known.units}, {unit.name: _unit(unit) for unit in given.units}),
        *_changes(SITES, {site.key: _site(site) for site in known.sites}, {site.key: _site(site) for site in given.sites}),
        *_changes(
            ACCOUNTS,
            {f"{each.platform} {each.account}": _account(each) for each in known.accounts},
            {f"{each.platform} {each.account}": _account(each) for each in given.accounts},
        ),
    ]


def totals(changes: Sequence[Change]) -> str:
    """The changes in numbers, by sheet; "" when there are none."""
    parts = []
    for sheet in HEADINGS:
        kinds = [change.kind for change in changes if change.sheet == sheet]
        told = "、".join(f"{kind} {kinds.count(kind)}" for kind in ("新增", "变更", "关停") if kind in kinds)
        parts += [f"{sheet} {told}"] if told else []
    return "；".join(parts)


def _changes(sheet: str, known: Mapping[str, Mapping[str, str]], given: Mapping[str, Mapping[str, str]]) -> Iterator[Change]:
    for key, new in given.items():
        old, name = known.get(key), f"{key} {new.get('名称', '')}" if new.get("名称", key) != key else key
        if old is None:
            yield Change(sheet, "新增", name, {})
        elif fields := {column: (old[column], new[column]) for column in new if old[column] != new[column]}:
            closed = fields.get("状态", ("", "")) == (OPEN, CLOSED)
            yield Change(sheet, "关停" if closed else "变更", name, fields)


def _unit(unit: Unit) -> Mapping[str, str]:
    return as_rows(Contents(units=(unit,)))[UNITS][0]


def _account(account: Account) -> Mapping[str, str]:
    return as_rows(Contents(accounts=(account,)))[ACCOUNTS][0]


def _site(site: RegisteredSite) -> Mapping[str, str]:
    """The site's cells, and its columns as one more."""
    rows = as_rows(Contents(sites=(site,)))
    columns = [" ".join(filter(None, (row["栏目名称"], row["栏目网址"], row["类别"], row["更新周期天"]))) for row in rows[COLUMNS]]
    return {**rows[SITES][0], COLUMNS: "、".join(columns)}
