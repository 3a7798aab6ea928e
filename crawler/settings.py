"""Politeness and limits of a crawl: one table, and the Scrapy settings that follow from it.

A polite crawl asks at most ``per_host`` requests at once, waits ``delay`` seconds between them, says who it is, and stops at
every cap below. Callers change values with `dataclasses.replace`; nothing reads the environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

PRODUCT = "mingjing"
"""Product token of every request, the browser's too."""

CONTACT = "https://mingjing.example/crawler"
"""Where a webmaster who meets us in a log can read who we are."""

VERSION = "0.1.0"
"""The release; the package metadata is built from this line."""

USER_AGENT = f"{PRODUCT}/{VERSION} (+{CONTACT})"

PER_ADDRESS = 4
"""Requests at once to one IP address, of all sites behind it, when one process inspects many (see `crawler.doors`)."""

ADDRESS_SHARE = 0.25
"""Of the delay between two requests to one host: what lies between two requests to one IP address, whichever of its hosts they are for."""

RenderMode = Literal["auto", "always", "never"]
"""When the browser may open pages: where a doubt needs it, for every page, or not at all."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Every cap of one inspection. Sizes in bytes, times in seconds, counts in requests or pages.

    ``max_total_bytes`` and ``max_seconds`` end the whole crawl; ``max_bytes`` and ``timeout`` end one response.
    ``max_redirects`` counts HTTP redirects and refresh stubs together. ``max_fragments`` bounds the iframes and included
    pieces of one site, each asked once. ``retry_after`` is the longest wait a site may ask for.
    """

    max_pages: int = 500
    max_renders: int = 60
    depth: int = 3
    delay: float = 0.5
    per_host: int = 2
    timeout: float = 15.0
    max_bytes: int = 5 * 2**20
    max_total_bytes: int = 2**30
    max_seconds: float = 3600.0
    max_redirects: int = 8
    max_fragments: int = 100
    retry_after: float = 60.0
    render: RenderMode = "auto"
    ignore_robots: bool = False


_UNUSED: dict[str, dict[str, None]] = {
    "EXTENSIONS": {
        "scrapy.extensions.corestats.CoreStats": None,
        "scrapy.extensions.logcount.LogCount": None,
        "scrapy.extensions.logstats.LogStats": None,
        "scrapy.extensions.memusage.MemoryUsage": None,
        "scrapy.extensions.telnet.TelnetConsole": None,
    },
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
        "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
        "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    },
    "SPIDER_MIDDLEWARES": {
        "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
        "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
        "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    },
}
"""Parts of Scrapy that a crawl of ours has no use for: each costs time on every page."""


def scrapy_settings(limits: Limits) -> dict[str, Any]:
    """Scrapy's settings for one crawl: reactorless, our download handler, no cookies, no cache, logging left alone.

    ``delay == 0`` turns AutoThrottle off; otherwise its start delay is ``delay``.
    """
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "LOG_ENABLED": False,
        "USER_AGENT": USER_AGENT,
        "ROBOTSTXT_OBEY": not limits.ignore_robots,
        "ROBOTSTXT_USER_AGENT": PRODUCT,
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.download.GuardedDownloadHandler",
            "https": "crawler.download.GuardedDownloadHandler",
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        "DOWNLOAD_DELAY": limits.delay,
        "CONCURRENT_REQUESTS": max(8, limits.per_host),
        "CONCURRENT_REQUESTS_PER_DOMAIN": limits.per_host,
        "CONCURRENT_ITEMS": 1,  # the spider yields requests only; Scrapy starts this many tasks per answer
        "AUTOTHROTTLE_ENABLED": limits.delay > 0,
        "AUTOTHROTTLE_START_DELAY": limits.delay,
        "AUTOTHROTTLE_MAX_DELAY": max(10.0, limits.delay),
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(limits.per_host),
        "DOWNLOAD_TIMEOUT": limits.timeout,
        "DOWNLOAD_MAXSIZE": limits.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "COOKIES_ENABLED": False,
        "REDIRECT_ENABLED": True,  # for robots.txt only: pages say dont_redirect, their redirects are facts
        "REDIRECT_MAX_TIMES": limits.max_redirects,
        "RETRY_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "REFERER_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "STATS_DUMP": False,
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        **_UNUSED,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
        },
    }
