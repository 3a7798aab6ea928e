"""Crawl traps (采集陷阱): addresses that never end or never help, bounded by rule. Every refusal has a word and a Chinese reason."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from urllib.parse import parse_qsl, urlsplit

from crawler.shape import group_of, pager_step

LEFT_OUT: dict[str, str] = {
    "outside": "不属于本网站的地址",
    "file": "文件或图片等非网页内容，只记录不下载",
    "depth": "超过设定的链接层级",
    "trap": "网址过长，或目录反复重复，疑似无限循环",
    "calendar": "日历、按日期翻页等无穷页面",
    "query": "同一页面的查询参数组合过多",
    "pager": "列表的后续翻页",
    "print": "打印版、转发等重复页面",
    "search": "站内检索结果",
    "action": "登录、注销、下载等操作地址",
    "robots": "robots.txt 不允许访问",
    "fragment": "作为其他页面的组成部分已读取",
    "budget": "达到采集上限，没有访问",
}
"""Why an address was left out: the word in ``coverage.left_out`` → what a user reads."""

MAX_LENGTH = 400
MAX_PARAMETERS = 6
QUERIES_PER_PATH = 120
"""Different queries of one path: old CMSs serve every column and article from one path, but not without end."""
COMBINATIONS_PER_PATH = 12
"""Different queries with three or more parameters of one path: filters that can be combined."""
PAGES_PER_LIST = 2
"""Pages of one list that are read: the first, and one more."""
CALENDAR_PAGES = 3
SAME_CONTENT = 2
"""Equal answers to different queries of one path after which its queries are held to be endless."""

_FILES = frozenset(
    [
        "7z",
        "apk",
        "avi",
        "bmp",
        "bz2",
        "ceb",
        "css",
        "csv",
        "dat",
        "db",
        "doc",
        "docx",
        "dps",
        "dwg",
        "eot",
        "et",
        "exe",
        "f4v",
        "flv",
        "gif",
        "gz",
        "ico",
        "iso",
        "jar",
        "jpeg",
        "jpg",
        "js",
        "json",
        "m3u8",
        "m4a",
        "mdb",
        "mov",
        "mp3",
        "mp4",
        "mpeg",
        "mpg",
        "msi",
        "ofd",
        "ogg",
        "otf",
        "pdf",
        "png",
        "ppt",
        "pptx",
        "psd",
        "rar",
        "rm",
        "rmvb",
        "rtf",
        "shp",
        "svg",
        "swf",
        "tar",
        "tgz",
        "tif",
        "tiff",
        "ttf",
        "txt",
        "vsd",
        "wav",
        "webm",
        "webp",
        "wma",
        "wmv",
        "woff",
        "woff2",
        "wps",
        "xls",
        "xlsx",
        "xml",
        "xsl",
        "z",
        "zip",
    ]
)
_CALENDAR = re.compile(r"calendar|(?:^|[/_-])rili(?:[/_.-]|$)|(?:^|/)archives?/\d{4}", re.IGNORECASE)
_CALENDAR_KEYS = frozenset(
    {"year", "month", "day", "date", "riqi", "rq", "nian", "yue", "y", "m", "d", "startdate", "enddate", "begindate", "ym"}
)
_DATE_FOLDER = re.compile(r"/(\d{4})[/-](\d{1,2})(?:[/-](\d{1,2}))?/?$")
_DAY_WORDS = re.compile(
    r"^\s*(?:\d{1,2}日?|\d{1,2}月|\d{4}年?|\d{4}[-年]\d{1,2}月?|上一?[个]?月|下一?[个]?月|上一?年|下一?年|前一天|后一天|prev\w*|next|[<>«»]+)\s*$",
    re.IGNORECASE,
)
_PRINT = re.compile(r"(?:^|[/_.?&=-])(?:print|dayin|printpage|printview|sendmail|tell_?friend|favou?rite)(?:[/_.?&=-]|$)", re.IGNORECASE)
_PRINT_WORDS = re.compile(r"^[\s\[【]*(?:打印|我要打印|打印本页|发送邮件|推荐给好友|加入收藏)[\s\]】]*$")
_SEARCH = re.compile(r"(?:^|/)(?:search|so|sousuo|jsearch|searchweb|fullsearch|was5|was40)(?:[/_.]|$)", re.IGNORECASE)
_SEARCH_KEYS = frozenset({"q", "kw", "keyword", "keywords", "searchword", "searchkey", "wd", "query", "search", "tag", "tags"})
_ACTION = re.compile(
    r"(?:^|/)(?:log(?:in|out|off)|signin|register|regist|download|downloadfile|captcha|validatecode|addcart|rss|feed|dataproxy)(?:[/_.]|$)",
    re.IGNORECASE,
)


class Traps:
    """Bounds for one site. `refusal` is asked once per address; the counters behind it remember what was let through."""

    def __init__(self) -> None:
        self._queries: Counter[str] = Counter()
        self._combinations: Counter[str] = Counter()
        self._calendars: Counter[str] = Counter()
        self._pages: defaultdict[str, set[int]] = defaultdict(set)
        self._contents: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._endless: set[str] = set()

    def refusal(self, url: str, text: str) -> str | None:
        """One word of `LEFT_OUT` when ``url`` is a trap or no page; None when it may be asked."""
        parts = urlsplit(url)
        tail = parts.path.rsplit("/", 1)[-1]
        if "." in tail and tail.rsplit(".", 1)[-1].lower() in _FILES:
            return "file"
        if len(url) > MAX_LENGTH:
            return "trap"
        if _repeats(parts.path):
            return "trap"
        if _PRINT_WORDS.match(text) or _PRINT.search(parts.path) or _PRINT.search(parts.query):
            return "print"
        if _ACTION.search(parts.path):
            return "action"
        keys = [name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)] if parts.query else []
        if keys and (_SEARCH.search(parts.path) or not _SEARCH_KEYS.isdisjoint(keys)):
            return "search"
        return self._calendar(url, parts.path, keys, text) or self._pager(url, text) or self._query(parts.path, keys)

    def _calendar(self, url: str, path: str, keys: list[str], text: str) -> str | None:
        dated = sum(1 for key in keys if key in _CALENDAR_KEYS)
        folder = _DATE_FOLDER.search(path) is not None and _DAY_WORDS.match(text) is not None
        if not (_CALENDAR.search(path) or folder or dated >= 2 or (dated and _DAY_WORDS.match(text))):
            return None
        stem = group_of(url)
        self._calendars[stem] += 1
        return "calendar" if self._calendars[stem] > CALENDAR_PAGES else None

    def _pager(self, url: str, text: str) -> str | None:
        step = pager_step(url, text)
        if step is None:
            return None
        pages = self._pages[step.series]
        if step.number <= 1 or step.number in pages:
            return None
        if len(pages) >= PAGES_PER_LIST - 1:
            return "pager"
        pages.add(step.number)
        return None

    def _query(self, path: str, keys: list[str]) -> str | None:
        if not keys:
            return None
        if len(keys) > MAX_PARAMETERS or path in self._endless:
            return "query"
        self._queries[path] += 1
        if len(keys) >= 3:
            self._combinations[path] += 1
        too_many = self._queries[path] > QUERIES_PER_PATH or self._combinations[path] > COMBINATIONS_PER_PATH
        return "query" if too_many else None

    def learn(self, url: str, sha256: str) -> None:
        """Tell what a page held: one path that gives the same answer to different queries is asked no more of them."""
        parts = urlsplit(url)
        if parts.query:
            same = self._contents[parts.path]
            same[sha256] += 1
            if same[sha256] > SAME_CONTENT:
                self._endless.add(parts.path)


def _repeats(path: str) -> bool:
    """Whether a folder, or a run of folders, stands in the path again and again: relative links gone wrong."""
    folders = [part for part in path.split("/")[:-1] if part]
    if len(folders) < 4:
        return len(folders) == 3 and len(set(folders)) == 1
    if max(Counter(folders).values()) >= 3:
        return True
    return any(folders[at : at + 2] == folders[at + 2 : at + 4] for at in range(len(folders) - 3))
