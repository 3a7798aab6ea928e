"""Indicator tables out of TOML: the national file, a province's file laid over it, and errors that name file, entry and field in Chinese."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from checks.catalogue import CatalogueError
from checks.catalogue.indicators_model import Catalogue

_OWN = ("id", "version", "title", "source", "basis", "effective")
_PARTS = ("veto", "deduction", "bonus")
_SAYS = frozenset({"text", "points", "per", "at_least", "count", "most", "threshold"})
"""What a row says and costs, as far as its source is what it says it by."""

_MESSAGES = {
    "missing": "缺少这个字段",
    "extra_forbidden": "没有这个字段，请核对拼写",
    "string_type": "应为文字",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "tuple_type": "应为列表",
    "model_type": "应为一组字段",
    "model_attributes_type": "应为一组字段",
    "dict_type": "应为一组字段",
    "date_type": "应为日期，如 2026-01-01",
    "date_parsing": "应为日期，如 2026-01-01",
    "date_from_datetime_parsing": "应为日期，如 2026-01-01",
    "date_from_datetime_inexact": "应为日期，如 2026-01-01，不带时刻",
    "finite_number": "应为有限的数字",
}


def parsed(name: str, text: str) -> dict[str, Any]:
    """The TOML as it stands. Raises `CatalogueError` with line and column."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{name}：{toml_place(error)}：不是正确的 TOML，请改正后再试。") from error


def toml_place(error: tomllib.TOMLDecodeError) -> str:
    """Where a TOML file is wrong, in Chinese: line and column, or its end."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    return f"第 {place[1]} 行第 {place[2]} 列" if place else "文件末尾"


def merged(name: str, base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """``own`` laid over ``base``: gates field by field; blocks, items and rows by their ids; ``kinds`` over all items of a part."""
    for field in _OWN:
        if field not in own:
            raise CatalogueError(f"{name}：全文的 {field}：缺少这个字段。")
    kinds = own.get("kinds", {})
    if not isinstance(kinds, dict) or (stray := [part for part in kinds if part not in _PARTS]):
        raise CatalogueError(f"{name}：kinds{f' 的 {stray[0]}' if isinstance(kinds, dict) else ''}：只能有 {'、'.join(_PARTS)}。")
    whole = dict(base)
    cited: dict[str, Any] = {"source": own["source"], "basis": own["basis"]}
    items = [dict(each) | ({"kinds": kinds[each["part"]]} if each["part"] in kinds else {}) for each in base["indicators"]]
    for key, value in own.items():
        if key == "indicators":
            whole[key] = _over(name, items, _entries(name, "indicators", value), cited)
        elif key == "blocks":
            whole[key] = _blocks(base["blocks"], _entries(name, "blocks", value))
        elif key == "gates" and isinstance(value, dict):
            whole[key] = {**base["gates"], **value}
        elif key != "kinds":
            whole[key] = value
    return whole if "indicators" in own else whole | {"indicators": items}


def _entries(name: str, where: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or any(not isinstance(each, dict) for each in value):
        raise CatalogueError(f"{name}：{where}：应为一组条目（[[{where}]]）。")
    return value


def _blocks(base: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    kept = {(each["part"], each["name"]): dict(each) for each in base}
    for each in own:
        kept[(str(each.get("part")), str(each.get("name")))] = dict(each)
    return [each for each in kept.values() if each.get("points") != 0]


def _over(
    name: str, base: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]], cited: Mapping[str, Any], inside: str = ""
) -> list[dict[str, Any]]:
    """Entries by id: changed field by field, added at the end, taken out by ``drop``; an item's rows the same way.

    A row that is new, or says or costs something else than before, cites ``cited`` (source and basis) unless it names its own.
    """
    kept = {each["id"]: dict(each) for each in base}
    seen: set[str] = set()
    for number, each in enumerate(own, 1):
        entry = each.get("id")
        if not isinstance(entry, str) or not entry:
            raise CatalogueError(f"{name}：{inside or '指标'}第 {number} 条的 id：缺少这个字段。")
        if entry in seen:
            raise CatalogueError(f"{name}：{entry} 的 id：写了两次。")
        seen.add(entry)
        if each.get("drop", False) is not False:
            if each["drop"] is not True or entry not in kept:
                raise CatalogueError(f"{name}：{entry} 的 drop：{'国家指标中没有这一条' if entry not in kept else '应为 true'}。")
            del kept[entry]
            continue
        old, given = kept.get(entry, {}), {key: value for key, value in each.items() if key != "drop"}
        if inside:
            kept[entry] = {**old, **(cited if set(given) & _SAYS else {}), **given}
            continue
        of_item: dict[str, Any] = {key: given.pop(key) for key in ("source", "basis") if key in given}
        if "rows" in given:
            rows = _entries(name, f"{entry} 的 rows", given["rows"])
            given["rows"] = _over(name, old.get("rows", []), rows, {**cited, **of_item}, f"{entry} 的 rows ")
        kept[entry] = {**old, **given}
    return list(kept.values())


def built(name: str, data: Mapping[str, Any]) -> Catalogue:
    """The table of this data, with its digest."""
    whole = dict(data)
    if isinstance(whole.get("effective"), datetime) or not isinstance(whole.get("effective"), date):
        raise CatalogueError(f"{name}：全文的 effective：{'应为日期，如 2026-01-01' if 'effective' in whole else '缺少这个字段'}。")
    try:
        catalogue = Catalogue.model_validate(whole)
    except ValidationError as error:
        first = error.errors()[0]
        raise CatalogueError(f"{name}：{_place(first['loc'], whole)}：{message(first)}。") from error
    return catalogue.model_copy(update={"digest": hashlib.sha256(catalogue.model_dump_json(exclude={"digest"}).encode()).hexdigest()[:12]})


def message(error: Any) -> str:
    """What pydantic says of a field, in Chinese."""
    kind = str(error["type"])
    if kind == "literal_error":
        return f"只能是 {str(error.get('ctx', {}).get('expected', '')).replace(' or ', '、').replace(', ', '、')}"
    return _MESSAGES.get(kind, str(error["msg"]))


def _place(loc: Sequence[int | str], data: Mapping[str, Any]) -> str:
    """``news.overdue 的 points``: the entry by its id, then the field; 全文 where it is the file's own field."""
    entry, node, fields = "", data, list[str]()
    for part in loc:
        node = _step(node, part)
        if isinstance(part, int) and isinstance(node, dict):
            label = node.get("id") or node.get("name")
            entry, fields = (str(label), []) if label else (entry, [*fields, f"第 {part + 1} 条"])
        elif isinstance(part, int):
            fields.append(f"第 {part + 1} 个")
        else:
            fields.append(part)
    named = [each for each in fields if not (entry == "" and each == "indicators")]
    if not entry:
        return f"{'.'.join(named[:-1]) or '全文'} 的 {named[-1]}" if named else "全文"
    return f"{entry} 的 {'.'.join(named)}" if named else entry


def _step(node: Any, part: int | str) -> Any:
    if isinstance(node, dict):
        return node.get(str(part))
    if isinstance(node, list | tuple) and isinstance(part, int) and part < len(node):
        return node[part]
    return None
