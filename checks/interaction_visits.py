"""Pages on another host that the interaction section leads to (互动平台在其他主机): which of them are read for this site.

Entry first, then its statistics, its lists of letters, and with what is left the newest letters, whose elements are checked; at most the catalogue's number in all. 信访, 纪检举报, 调查征集, 在线访谈
and nation-wide platforms are never visited, nor anything where the section's own pages already show all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.catalogue import rules
from checks.interaction_replies import correspondence
from checks.interaction_section import Section, arrived, section_of_site
from checks.interaction_words import OURS
from checks.model import Visit
from crawler.evidence import Evidence
from crawler.site import host_of

_ORDER = {"section": 0, "statistics": 1, "letters": 2, "consult": 3, "letter": 4}
_PURPOSE = {
    "letter": "留言详情",
    "section": "互动交流入口",
    "statistics": "受理反馈统计",
    "letters": "留言公开列表",
    "consult": "咨询建言渠道",
}
_NO_PAGE = re.compile(
    r"log(?:in|out)|signin|register|/cas/|oauth|weixin|weibo|\.(?:pdf|docx?|xlsx?|apk|zip|jpg|png)(?:$|\?)", re.IGNORECASE
)


def visits(evidence: Evidence) -> Iterator[Visit]:
    """Pages elsewhere still to read, the most telling first; none once everything asked for was tried or the limit is reached."""
    section = section_of_site(evidence)
    left = int(rules("interaction-channel").number("requests-elsewhere")) - sum(1 for page in evidence.pages if page.elsewhere)
    asked = {url for page in evidence.pages for url in (page.url, page.final_url)}
    for url, kind in _wanted(evidence, section):
        if left <= 0:
            return
        if url not in asked and not _NO_PAGE.search(url):
            asked.add(url)
            left -= 1
            yield Visit(url, _PURPOSE[kind])


def _wanted(evidence: Evidence, section: Section) -> list[tuple[str, str]]:
    """Addresses with what they are wanted for: channels that lead away, frames of other hosts, and what pages elsewhere lead on to."""
    found: list[tuple[str, str]] = []
    for away in section.away:
        if away.channel.url and away.reason == "elsewhere-unreadable" and away.channel.kind in OURS:
            found.append((_target(evidence, away.channel.url), away.channel.kind))
    for place in section.places:
        if place.facts is None:
            continue
        found += [(url, "section") for url in place.facts.frames if url and not evidence.site.owns(url)]
        if place.elsewhere:
            host = host_of(place.url)
            found += [(c.url, c.kind) for c in place.facts.channels if c.kind in ("statistics", "letters", "consult") and c.host == host]
    found += [(url, "letter") for url in _letters(evidence, section)]
    unique = dict.fromkeys(found)
    return sorted(unique, key=lambda pair: _ORDER.get(pair[1], 9))


def _letters(evidence: Evidence, section: Section) -> list[str]:
    """Own pages of the newest answered letters that pages elsewhere list, on the host that lists them."""
    listed = [
        entry.url
        for entry in correspondence(evidence, section)
        if entry.place.elsewhere
        and entry.url
        and host_of(entry.url) == host_of(entry.place.url)
        and entry.state not in ("pending", "waiting", "invalid")
    ]
    return listed[: int(rules("interaction-channel").number("drawn-letters"))]


def _target(evidence: Evidence, url: str) -> str:
    """Where an own address that was redirected away really leads; ``url`` itself otherwise."""
    page = arrived(evidence, url)
    if page is not None and not page.elsewhere and page.final_url and not evidence.site.owns(page.final_url):
        return page.final_url
    return url
