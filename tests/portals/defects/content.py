"""Defects of the first six checks: entry, columns, home, statistics, channel and letters, IPv6."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from tests.portals.defects.base import Expected, Kinds, Places, one
from tests.portals.model import Column, Model, ago

KINDS = Kinds()


def _age(column: Column, days: int) -> None:
    """Make everything in a column at least ``days`` old, pinned items too, keeping the distances."""
    shift = max(article.day for article in column.articles) - ago(days)
    for article in column.articles:
        article.day -= max(shift, timedelta(0))


ENTRY = "error-report-entry"
COLUMNS = "column-updates"
HOME = "home-updates"
STATISTICS = "interaction-statistics"
CHANNEL = "interaction-channel"
IPV6 = "ipv6"

# 找错


def _everywhere(code: str) -> Callable[[Places], Iterable[Expected]]:
    return lambda p: [(ENTRY, code, "home"), *((ENTRY, code, section) for section in p.sections())]


KINDS.add(
    "entry-missing-home",
    "首页无找错入口",
    lambda m, p: m.entries.update({"home": "none"}),
    findings=one(ENTRY, "missing", lambda p: "home"),
)
KINDS.add(
    "entry-missing-section",
    "通知公告版块无找错入口",
    lambda m, p: m.entries.update({p.section("tzgg"): "none"}),
    findings=one(ENTRY, "missing", lambda p: p.section("tzgg")),
)
KINDS.add(
    "entry-missing-everywhere",
    "全站无找错入口",
    lambda m, p: m.entries.update({"*": "none"}),
    findings=_everywhere("missing"),
)
KINDS.add("entry-legacy", "找错入口为旧地址", lambda m, p: m.entries.update({"*": "legacy"}), cautions=_everywhere("legacy"))
KINDS.add(
    "entry-foreign-code",
    "找错入口指向其他网站",
    lambda m, p: m.entries.update({"*": "foreign"}),
    findings=one(ENTRY, "foreign-site-code", lambda p: "site"),
)

# 栏目


def _overdue(key: str, days: int) -> Callable[[Model, Places], None]:
    return lambda m, p: _age(m.column(key), days)


for _key, _name, _days, _code in (
    ("bmdt", "dynamic", 16, "overdue"),
    ("tzgg", "notice", 190, "overdue"),
    ("zcwj", "policy", 190, "overdue"),
    ("zcjd", "interpretation", 190, "overdue"),
    ("rsxx", "other", 370, "overdue-other"),
):
    KINDS.add(f"{_name}-overdue", f"{_key} 超期", _overdue(_key, _days), findings=one(COLUMNS, _code, lambda p, key=_key: p.column(key)))  # type: ignore[misc]


def _blank(m: Model, p: Places) -> None:
    m.column("sjfb").articles.clear()


def _undated(m: Model, p: Places, *, url_dated: bool = False) -> None:
    for article in m.column("bmdt").articles:
        article.dated, article.url_dated = False, url_dated


KINDS.add("column-blank", "空白栏目", _blank, findings=one(COLUMNS, "blank", lambda p: p.column("sjfb")))


def _no_pub_date(p: Places) -> list[Expected]:
    """What an article without a day also lacks, where its page is one for certain."""
    return [("page-tags", "content-missing", section) for section in p.articles("bmdt")]


KINDS.add(
    "column-undated",
    "动态栏目未注明时间",
    _undated,
    findings=lambda p: [(COLUMNS, "undated", p.column("bmdt")), *_no_pub_date(p)],
    not_in=("jpage",),
)
KINDS.add(
    "column-undated-but-urls",
    "动态栏目未注明时间，网址有日期",
    lambda m, p: _undated(m, p, url_dated=True),
    findings=_no_pub_date,
    cautions=one(COLUMNS, "undated", lambda p: p.column("bmdt")),
    not_in=("application", "frames"),
)

# 首页


def _stale_home(m: Model, p: Places) -> None:
    m.home_hides_after = ago(16)


KINDS.add("home-stale", "首页不更新", _stale_home, findings=one(HOME, "not-updated", lambda p: "home"))

# 互动: statistics


def _statistics_missing(m: Model, p: Places) -> None:
    parent = m.column("hdjl")
    parent.children = [child for child in parent.children if child.key != "lxtj"]


def _statistics_stale(m: Model, p: Places) -> None:
    m.statistics.months = [("2025年5月", 98, 97), ("2025年4月", 88, 88), ("2025年3月", 91, 90)]


KINDS.add("statistics-missing", "未公开受理反馈统计", _statistics_missing, findings=one(STATISTICS, "missing", lambda p: "site"))
KINDS.add(
    "statistics-no-figures",
    "统计栏目没有数字",
    lambda m, p: setattr(m.statistics, "state", "no-figures"),
    findings=one(STATISTICS, "no-figures", lambda p: p.column("lxtj")),
)
KINDS.add("statistics-stale", "统计超过一年未更新", _statistics_stale, cautions=one(STATISTICS, "stale", lambda p: p.column("lxtj")))

# 互动: channel and letters


def _channel_absent(m: Model, p: Places) -> None:
    parent = m.column("hdjl")
    parent.children = [child for child in parent.children if child.key not in ("xzxx", "wyxx")]
    m.letters.clear()
    m.channel = "absent"


def _email_only(m: Model, p: Places) -> None:
    parent = m.column("hdjl")
    parent.children = [child for child in parent.children if child.key != "xzxx"]
    m.letters.clear()
    m.channel = "email-only"


def _unanswered(m: Model, p: Places) -> None:
    letter = m.letters[6]
    letter.replied, letter.unit, letter.reply = None, "", ""


def _incomplete(m: Model, p: Places) -> None:
    for letter in m.letters[1:]:
        letter.unit, letter.reply = "", "您好，您反映的问题已收悉，已安排工作人员现场处理，感谢您的关心与支持。"


def _letters_stale(m: Model, p: Places) -> None:
    m.letters[:] = [letter for letter in m.letters if letter.asked < ago(65)]


KINDS.add("channel-absent", "没有咨询渠道", _channel_absent, findings=lambda p: [(CHANNEL, "no-channel", "site")])
KINDS.add("channel-email-only", "只有电子邮箱", _email_only, cautions=one(CHANNEL, "email-only", lambda p: "site"))
KINDS.add("letter-unanswered", "来信超三个月未答复", _unanswered, findings=lambda p: [(CHANNEL, "unanswered", p.letter(306))])
KINDS.add("letters-none", "没有公开来信", lambda m, p: m.letters.clear(), findings=one(CHANNEL, "no-letters", lambda p: p.column("xzxx")))
KINDS.add("letter-incomplete", "来信缺答复单位", _incomplete, findings=one(CHANNEL, "letter-incomplete", lambda p: p.column("xzxx")))
KINDS.add("letters-stale", "来信两个月未更新", _letters_stale, findings=one(CHANNEL, "stale", lambda p: p.column("xzxx")))

# IPv6


def _v6(**changes: object) -> Callable[[Model, Places], None]:
    def plant(m: Model, p: Places) -> None:
        for name, value in changes.items():
            setattr(m.v6, name, value)

    return plant


_V4_STYLE = ("v4-only",)
KINDS.add("no-aaaa", "没有 AAAA 记录", _v6(aaaa=False), findings=one(IPV6, "no-aaaa", lambda p: "site"), not_in=_V4_STYLE)
KINDS.add(
    "ns-v4-only",
    "权威服务器没有 IPv6 地址",
    _v6(servers="v4-only"),
    findings=one(IPV6, "ns-not-over-v6", lambda p: "site"),
    not_in=_V4_STYLE,
)
KINDS.add(
    "ns-v6-dead",
    "权威服务器不经 IPv6 应答",
    _v6(servers="v6-dead"),
    findings=one(IPV6, "ns-not-over-v6", lambda p: "site"),
    not_in=_V4_STYLE,
)
KINDS.add(
    "ns-one-v6",
    "只有一台权威服务器支持 IPv6",
    _v6(servers="one-v6"),
    cautions=one(IPV6, "ns-single-v6", lambda p: "site"),
    not_in=_V4_STYLE,
)
KINDS.add("v6-refused", "IPv6 拒绝连接", _v6(listens=False), findings=one(IPV6, "unreachable-v6", lambda p: "site"), not_in=_V4_STYLE)
KINDS.add("v6-status", "IPv6 状态不同", _v6(status=503), findings=one(IPV6, "status-differs", lambda p: "home"), not_in=_V4_STYLE)
KINDS.add("v6-content", "IPv6 内容不同", _v6(same_content=False), cautions=one(IPV6, "content-differs", lambda p: "home"), not_in=_V4_STYLE)
KINDS.add(
    "v6-link",
    "链接到仅支持 IPv4 的自有域名",
    _v6(v4_only_link=True),
    findings=lambda p: [(IPV6, "link-rate-low", "home"), (IPV6, "link-rate-low", "site")],
    not_in=_V4_STYLE,
)
KINDS.add(
    "v6-redirect",
    "跳转到仅支持 IPv4 的域名",
    _v6(redirect_to_v4_only=True),
    findings=one(IPV6, "redirect-v4-only", lambda p: "home"),
    not_in=(*_V4_STYLE, "elsewhere"),
)
