"""What one page shows of dark links (暗链) and bad words: a `Reading`, or None for nearly every page.

The cheap questions come first: which unrelated hosts does the source name, is a script's text encoded, do title, page tags or links hold a
word of the lists. Only a page that answers yes to one is looked into.
"""

from __future__ import annotations

import html as references
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from checks.catalogue import rules
from checks.hidden_links_blocks import MAX_NAMES, Blocks, Mark, bad_of, harmless, leads_to, link_text, links_mark
from checks.hidden_links_hosts import domains, gives_itself_away, host_in, unrelated, unrelated_hosts
from checks.hidden_links_scripts import (
    ENCODED,
    decoded,
    hidden_selectors,
    joined,
    jumps_by_referrer,
    markup_of,
    opened_style,
    packed,
    titles,
    wrapped,
    writes,
)
from checks.hidden_links_styles import concealment
from checks.hidden_links_words import ID, MAX_TEXT, Words, enough, normal, suspicious, title_words, words_of
from crawler.document import Document, Link
from crawler.evidence import Observer
from crawler.site import host_of
from crawler.tame import parse

MAX_SCRIPTS = 60
"""Inline scripts of one page that are decoded."""
_SHORT = 20_000
"""Characters up to which a script is remembered."""
_TAGS = ("keywords", "description")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is wrong with one page."""

    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A page with an inline script whose work can't be read: only a browser can tell. ``snippet``: how it begins."""

    snippet: str


@cache
def engines() -> re.Pattern[str]:
    """Names of search engines in scripts and addresses."""
    return re.compile("|".join(rules(ID).names["engines"]), re.IGNORECASE)


def observe(document: Document) -> Reading | None:
    """Everything wrong with this page; None for an honest one. Pure; the same on static and rendered documents."""
    home = host_of(document.url)
    scripts = Scripts(document, home)
    marks = list(scripts.marks())
    for part in document.parts:
        hosts = unrelated_hosts(part.html, home)
        coded = 'href="&#' in part.html
        if hosts or coded:
            marks.extend(Blocks(part.tree, home, hosts, scripts.hidden, coded=coded).marks())
            marks.extend(_comment_marks(part, home, hosts))
    unseen = {domain for mark in marks if mark.code == "hidden-bad-links" for domain in mark.domains}
    marks.extend(mark for mark in _word_marks(document, home) if not mark.domains or not unseen.issuperset(mark.domains))
    return Reading(tuple(dict.fromkeys(marks))) if marks else None


def observe_suspect(document: Document) -> Suspect | None:
    """An inline script that is packed; None on a rendered page, where it has run."""
    if document.rendered:
        return None
    for script in document.scripts:
        if not script.src and ("eval" in script.text or "_0x" in script.text) and packed(script.text):
            return Suspect(harmless(script.text[:120]))
    return None


# words that everybody sees


def _word_marks(document: Document, home: str) -> Iterator[Mark]:
    meta, links = document.meta, document.links
    tags = [meta[name] for name in _TAGS if name in meta]
    if not (suspicious(normal("".join((document.title, *tags)))) or suspicious("".join([link.text for link in links]))):
        return
    title = title_words(document.title)
    words = title
    for tag in tags:
        words = words.with_(words_of(tag))
    if enough(words):
        where = "标题" if title else "关键词、描述标签"
        snippet = harmless(f"{where}：{document.title if title else ' / '.join(tags)}")
        yield Mark("bad-words", "visible", (), words.all[:MAX_NAMES], 0, snippet)
    yield from _link_marks(links, home)


def _link_marks(links: tuple[Link, ...], home: str) -> Iterator[Mark]:
    """Visible links with bad words: those that lead out, then those to the site's own pages, which need two phrases to be sure."""
    found = [(link, words) for link in links if (words := words_of(link.text if link.title in link.text else f"{link.text} {link.title}"))]
    outside = [(link, words) for link, words in found if link.url and unrelated(host_of(link.url), home)]
    inside = [(link, words) for link, words in found if not (link.url and unrelated(host_of(link.url), home))]
    for group, own in ((outside, False), (inside, True)):
        words = Words()
        for _, each in group:
            words = words.with_(each)
        if not enough(words):
            continue
        sure = not own or (len(words.sure) >= 2 and len({link.text for link, _ in group}) >= 2)
        pairs = [(host_of(link.url) or "（无地址）", link.text) for link, _ in group]
        hosts = () if own else domains(host for host, _ in pairs)[:MAX_NAMES]
        yield Mark("bad-words", "visible", hosts, words.all[:MAX_NAMES], len(pairs), leads_to(pairs), sure=sure)


# links that nobody sees


def _comment_marks(part: Document, home: str, hosts: frozenset[str]) -> Iterator[Mark]:
    """Links with bad words inside comments, closed or not, conditional ones too; without bad words a comment is no dark link."""
    telling = any(gives_itself_away(host) for host in hosts)
    for piece in part.html.split("<!--")[1:]:
        inside = piece.partition("-->")[0]
        if "//" not in inside or "<" not in inside or not unrelated_hosts(inside, home):
            continue
        if telling or suspicious(references.unescape(inside[:MAX_TEXT])):
            yield from _written_marks(inside, home, "comment", only_bad=True)


def _written_marks(markup: str, home: str, how: str, *, only_bad: bool = False, hidden: bool = False) -> Iterator[Mark]:
    """Links in a piece of markup that stands in no tree: hidden ones are judged as such, visible ones by their words."""
    hosts = unrelated_hosts(markup, home)
    if not hosts:
        return
    tree = parse(markup)
    blocks = Blocks(tree, home, hosts)
    for mark in () if hidden else blocks.marks():
        if mark.sure or not only_bad:
            yield Mark(mark.code, how, mark.domains, mark.words, mark.links, mark.snippet, mark.sure)
    links = [(host, link_text(node)) for node, host in blocks.anchors() if hidden or not blocks.hides(node)]
    if not links:
        return
    words = bad_of(links)
    if (words or hidden) and (found := links_mark(how, links, words)) is not None:
        yield found


@dataclass(frozen=True, slots=True)
class _Script:
    """What one script does. ``hidden``: selectors of what it hides; ``wraps``: it opens a hiding element that it doesn't close."""

    marks: tuple[Mark, ...]
    hidden: tuple[str, ...]
    wraps: bool


_NOTHING = _Script((), (), False)


class Scripts:
    """The inline scripts of a page. ``hidden``: selectors of what they hide → how, filled by `marks`."""

    def __init__(self, document: Document, home: str) -> None:
        self.document, self.home = document, home
        self.hidden: dict[str, str] = {}

    def marks(self) -> Iterator[Mark]:
        """What the scripts write, rename and redirect."""
        for script in self.document.scripts[:MAX_SCRIPTS]:
            text = script.text
            if script.src or not text:
                continue
            read = _remembered(text, self.home) if len(text) <= _SHORT else _read_script(text, self.home)
            self.hidden.update(dict.fromkeys(read.hidden, "script"))
            yield from read.marks
            if read.wraps and (markup := wrapped(self.document.html, text)):
                yield from _written_marks(markup, self.home, "script", hidden=True)


def _read_script(raw: str, home: str) -> _Script:
    coded = any(mark in raw for mark in ENCODED)
    if not coded and "//" not in raw and "none" not in raw and "write" not in raw:
        return _NOTHING
    text = decoded(raw) if coded or "\\" in raw else joined(raw)
    marks = list(_title_marks(text)) if coded else []
    away = [host for url in jumps_by_referrer(text, engines()) if unrelated(host := host_in(url), home)]
    if away:
        snippet = harmless(f"脚本判断来自搜索引擎时跳转到 {'、'.join(away)}")
        marks.append(Mark("cloaked", "script", domains(away)[:MAX_NAMES], (), 0, snippet))
    if "//" in text and "href" in text.lower() and writes(text):
        marks.extend(_written_marks(markup_of(text), home, "script"))
    style = opened_style(text) if "write" in text else ""
    return _Script(tuple(marks), tuple(hidden_selectors(text)), bool(style and concealment(style)))


_remembered = lru_cache(maxsize=128)(_read_script)
"""A template's scripts stand on every page."""


def _title_marks(text: str) -> Iterator[Mark]:
    words = Words()
    for title in titles(text):
        words = words.with_(title_words(title))
    if enough(words):
        yield Mark("bad-words", "script", (), words.all[:MAX_NAMES], 0, harmless("；".join(titles(text))))


READING: Observer[Reading] = Observer("hidden-links", Reading, observe)
SUSPECT: Observer[Suspect] = Observer("hidden-links-scripts", Suspect, observe_suspect)
