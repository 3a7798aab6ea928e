"""The registry as sheets (名录表): which sheets and columns there are, what their cells hold, and the registry's contents as rows of text.

Reading back is `reports.registry_reading`; files (XLSX, CSV) are `reports.registry_files`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from checks.columns_classes import KIND_NAMES, declared_kind
from crawler.registry import Account, RegisteredSite, Unit

UNITS, SITES, COLUMNS, ACCOUNTS = "单位", "网站", "栏目", "账号"
OPEN, CLOSED = "在办", "已关停"
ACCOUNT_STATES = ("正常", "迁移", "删除", "注销", "已发关停公告", "冻结期")
"""States of an account, as the vendors of the national census have them (practice, not regulation); the first is the default."""
SITE_KINDS = {"门户网站": "portal", "部门网站": "department"}
YES, NO = "是", "否"


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a sheet. ``width`` in characters; ``note`` says what belongs there; ``choices``: the words a cell may hold."""

    name: str
    width: int
    note: str
    needed: bool = False
    choices: tuple[str, ...] = ()


_BOOL = (YES, NO)
HEADINGS: dict[str, tuple[Heading, ...]] = {
    UNITS: (
        Heading("名称", 28, "考核对象名称，不能重复", needed=True),
        Heading("类别", 14, "例如 市州、省级部门"),
        Heading("地区", 14, "例如 青禾市"),
        Heading("上级单位", 28, "另一个单位的名称；没有则留空"),
    ),
    SITES: (
        Heading("登记编号", 18, "首次导入时自动产生，此后终身不变；新网站留空"),
        Heading("名称", 28, "网站名称", needed=True),
        Heading("网址", 36, "首页地址，例如 https://www.example.gov.cn/", needed=True),
        Heading("标识码", 14, "网站标识码：10 位数字，或 bm 加 8 位数字"),
        Heading("单位", 28, "考核对象名称，须在“单位”表或监管库中", needed=True),
        Heading("类型", 12, "默认门户网站", choices=tuple(SITE_KINDS)),
        Heading("集约化平台", 12, "是否建在集约化平台上；默认否", choices=_BOOL),
        Heading("有服务事项", 12, "单位有无对外服务职能；默认是", choices=_BOOL),
        Heading("其他域名", 30, "属于本网站的其他主机名，用空格分开"),
        Heading("状态", 10, "默认在办；已关停的网站不再检查，历史保留", choices=(OPEN, CLOSED)),
        Heading("关停日期", 14, "YYYY-MM-DD；已关停而未写时为导入当天"),
        Heading("最多页数", 10, "每晚最多读取的页数；留空同命令参数"),
        Heading("层数", 8, "从首页起最多几层；留空为默认"),
        Heading("间隔秒", 8, "两次请求之间的秒数；留空同命令参数"),
        Heading("同时请求", 10, "对一个主机同时最多几个请求；留空为默认"),
        Heading("时限秒", 10, "采集最多用多少秒；留空为默认"),
        Heading("不守robots", 12, "经网站同意不遵守 robots.txt；默认否", choices=_BOOL),
    ),
    COLUMNS: (
        Heading("网站", 20, "网站的登记编号、标识码、域名或名称", needed=True),
        Heading("栏目网址", 44, "栏目首页地址", needed=True),
        Heading("栏目名称", 24, "例如 通知公告"),
        Heading("类别", 14, "留空时由名称判断", choices=tuple(KIND_NAMES.values())),
        Heading("更新周期天", 12, "应多少天内更新；留空按指标"),
    ),
    ACCOUNTS: (
        Heading("平台", 14, "例如 微信公众号", needed=True),
        Heading("账号", 24, "平台上的账号（ID）", needed=True),
        Heading("名称", 28, "账号名称"),
        Heading("单位", 28, "主办单位名称，须在“单位”表或监管库中", needed=True),
        Heading("网址", 36, "账号主页地址"),
        Heading("状态", 12, "默认正常", choices=ACCOUNT_STATES),
    ),
}
"""Sheet → its columns, in the order in which they stand."""

GUIDE = (
    "登记表说明",
    "一、全部填好后用 mingjing registry import 导入；有一处错误，整份都不导入，所有错误一次列出。",
    "二、先用 --dry-run 查看与监管库的差异，不写入。",
    "三、表中没有的单位、网站和账号不受影响；缺少的整张表、整列也不受影响。停办网站请把状态改为“已关停”，历史保留。",
    "四、有“栏目”表时，本文件“网站”“栏目”两表中各网站的栏目以“栏目”表为准。",
    "五、已登记的网站先按登记编号认，其次按标识码，再次按网址认；登记编号一经产生不再改变。",
    "六、以 = + @ 开头的内容一律按文字处理，不会成为公式。",
)
"""What stands on the sheet 说明, a line a row; the columns' notes follow."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as a file has it. ``number``: counted from 1, the header's row included. A column the file lacks is no key of ``cells``."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Contents:
    """All the registry holds; removed sites too."""

    units: tuple[Unit, ...] = ()
    sites: tuple[RegisteredSite, ...] = ()
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file. ``row`` 0: the sheet as a whole; ``column`` "": the row as a whole."""

    sheet: str
    row: int
    column: str
    text: str

    def __str__(self) -> str:
        return (
            f"“{self.sheet}”表" + (f"第 {self.row} 行" if self.row else "") + (f"“{self.column}”" if self.column else "") + f"：{self.text}"
        )


@dataclass(slots=True)
class Sheets:
    """What a file holds: sheet → rows, and what was wrong already as it was read."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def as_rows(contents: Contents) -> dict[str, list[dict[str, str]]]:
    """The contents as cells, by sheet; columns in the order of `HEADINGS`."""
    return {
        UNITS: [_row(UNITS, (unit.name, unit.group, unit.region, unit.parent)) for unit in contents.units],
        SITES: [_row(SITES, _site_cells(site)) for site in contents.sites],
        COLUMNS: list(_column_rows(contents.sites)),
        ACCOUNTS: [
            _row(ACCOUNTS, (each.platform, each.account, each.name, each.unit, each.url, each.status or ACCOUNT_STATES[0]))
            for each in contents.accounts
        ],
    }


def _row(sheet: str, cells: Sequence[str]) -> dict[str, str]:
    return {heading.name: cell for heading, cell in zip(HEADINGS[sheet], cells, strict=True)}


def _site_cells(site: RegisteredSite) -> tuple[str, ...]:
    options = site.options
    return (
        site.key,
        site.name,
        site.url,
        site.code,
        site.unit,
        next(word for word, kind in SITE_KINDS.items() if kind == site.kind),
        _yes(site.intensive),
        _yes(site.has_services),
        " ".join(site.aliases),
        CLOSED if site.removed_on else OPEN,
        site.removed_on.isoformat() if site.removed_on else "",
        _number(options.max_pages),
        _number(options.depth),
        _number(options.delay),
        _number(options.per_host),
        _number(options.max_seconds),
        _yes(options.ignore_robots),
    )


def _column_rows(sites: Iterable[RegisteredSite]) -> Iterable[dict[str, str]]:
    for site in sites:
        for column in site.columns:
            known = declared_kind(column.kind) if column.kind else None
            kind = KIND_NAMES[known] if known else column.kind
            yield _row(COLUMNS, (site.key, column.url, column.name, kind, _number(column.cycle_days)))


def _yes(value: bool) -> str:
    return YES if value else NO


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))
