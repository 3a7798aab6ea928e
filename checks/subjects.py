"""What a finding about pages is about: the home page or a section, in the identity of a finding and in words."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.evidence import Evidence, Page
from crawler.links import section_of


def by_subject(evidence: Evidence, pages: Sequence[Page]) -> dict[str, list[Page]]:
    """Pages by the subject they are one root cause under: ``home``, else their section."""
    home = evidence.home
    groups: dict[str, list[Page]] = {}
    for page in pages:
        subject = "home" if home is not None and page.id == home.id else section_of(page.final_url or page.url)
        groups.setdefault(subject, []).append(page)
    return groups


def urls(pages: Sequence[Page]) -> tuple[str, ...]:
    """The pages' addresses, each once."""
    return tuple(dict.fromkeys(page.final_url or page.url for page in pages))


def where(subject: str, count: int) -> str:
    """The subject in words, with how many of its pages."""
    if subject == "home":
        return "首页"
    return f"网站根目录下的 {count} 个页面" if subject == "/" else f"版块 {subject} 的 {count} 个页面"
