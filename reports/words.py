"""Every Chinese word a report uses for a code: verdicts, severities, page states, reasons, bases. One table each.

A code without a word is shown as it is (`word`): a newer evidence file must stay readable, and a test holds the tables to the code.
"""

from __future__ import annotations

from collections.abc import Mapping

from reports.hostile import line

VERDICTS: dict[str, str] = {
    "fail": "不通过",
    "not_assessed": "未能评估",
    "pass": "通过",
    "not_applicable": "不适用",
}
"""Verdicts, worst first: the order of every report."""

VERDICT_MARKS: dict[str, str] = {"fail": "✗", "not_assessed": "?", "pass": "✓", "not_applicable": "–"}
"""One sign per verdict, so that colour never carries the meaning alone."""

SEVERITIES: dict[str, str] = {"veto": "单项否决", "deduction": "扣分", "candidate": "待核", "caution": "提醒"}
"""Severities, gravest first."""

CONFIRM = ("需人工确认", "程序只能判断为可疑：请先由人打开页面和源码核对，确认后再使用。")
"""The badge of a finding that a person must confirm before it is used, and what it asks of the reader."""

BASES: dict[str, tuple[str, str]] = {
    "original": ("原文", "依据为公开的官方文件原文。"),
    "second-hand": ("转引", "依据的官方文件没有公开原文，条款取自公开的转述或检查系统的公开页面，扣分时请对照本级文件。"),
    "assumed": ("推定", "官方文件没有写明界限，本程序按通行做法推定，界限可在指标目录中调整。"),
    "none": ("无官方依据", "官方文件没有这一要求，仅供参考，不影响结论。"),
}
"""How well a rule's source is known: word and explanation."""

RESULTS: dict[str, str] = {"pass": "合格", "fail": "不合格", "unassessed": "未能评估", "not-drawn": "未抽中"}
"""What became of a site in an inspection (`inspection_model.SiteState`) → Chinese."""

SITE_KINDS: dict[str, str] = {"portal": "门户网站", "department": "部门网站"}

STATE_WORDS: dict[str, str] = {
    "page": "已读取",
    "redirect": "转到其他页面",
    "soft-404": "页面提示内容不存在",
    "challenge": "被防护设备拦截",
    "parked": "域名停放页",
    "empty": "空白页面",
    "http-error": "服务器返回错误",
    "network-error": "网络错误",
    "not-html": "不是网页（附件等）",
    "too-large": "超过大小上限",
    "fragment": "嵌入的页面片段",
    "robots": "robots.txt 不允许采集",
    "refused-address": "解析到不允许访问的地址",
}

SITE_STATES: dict[str, str] = {"ok": "首页可以读取", "blocked": "网站拒绝检查程序访问", "unreachable": "网站无法读取"}

TAKEN_WORDS: dict[str, str] = {
    "unchanged": "已访问、内容没有变化",
    "kept": "旧文章、本夜未轮到访问",
}
"""How pages of an earlier night were taken over → Chinese."""

ENDED_BY: dict[str, str] = {
    "finished": "范围内的地址已全部请求",
    "max-pages": "达到页数上限",
    "depth": "达到层数上限",
    "max-seconds": "达到时间上限",
    "max-bytes": "达到总流量上限",
    "breaker": "网站开始拒绝访问或接连出错，程序主动停止",
    "safeguard": "五分钟内失败过多，几次暂停后仍未好转，程序主动停止",
    "interrupted": "被人工中断，只有部分结果",
}

REQUEST_KINDS: dict[str, str] = {
    "page": "网页采集",
    "fragment": "页面片段",
    "probe": "探测",
    "browser": "浏览器打开",
    "elsewhere": "其他主机上的页面",
    "robots": "robots.txt",
}

REQUEST_ERRORS: dict[str, str] = {
    "dns-failed": "域名解析没有应答",
    "no-such-domain": "域名不存在",
    "refused": "连接被拒绝",
    "timeout": "超时",
    "tls": "TLS 握手失败",
    "too-large": "超过大小上限",
    "refused-address": "解析到不允许访问的地址",
    "robots": "robots.txt 不允许",
    "redirect-loop": "循环跳转",
    "protocol": "应答不合协议",
    "decode": "内容无法解码",
}

STATUS_WORDS: dict[str, str] = {
    "403": "拒绝访问",
    "404": "不存在",
    "412": "防护拦截",
    "429": "请求过多",
    "500": "服务器出错",
    "502": "网关出错",
    "503": "暂停服务",
}
"""What an HTTP status means to a webmaster."""

LEVELS: dict[int, str] = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}

SUBJECTS: dict[str, str] = {"home": "首页", "site": "全站"}


def seen_word(nights: int) -> str:
    """On how many nights a perishable fault was seen; empty where it makes no difference."""
    return f"已见 {nights} 次" if nights else ""


def error_word(code: str) -> str:
    """The word for a failed request: a code of `REQUEST_ERRORS` or an HTTP status."""
    if code.isdigit():
        return f"HTTP {code} {STATUS_WORDS[code]}" if code in STATUS_WORDS else f"HTTP {code}"
    return word(REQUEST_ERRORS, code)


def word(table: Mapping[str, str], code: str) -> str:
    """The Chinese word for ``code``, or ``code`` itself, cleaned, where the table has none."""
    return table.get(code) or line(code)
