"""What one page shows of the interaction section (互动交流): channels, statistics, letters, a form. One observation, two checks.

`interaction-statistics` and `interaction-channel` share it. It is taken of every page; on pages that do not speak of interaction
it is None, and the costly parts (letters, figures) run only where the page's words give cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from selectolax.lexbor import LexborNode

from checks.interaction_figures import Line, Statistics, heading_lines, lines_of, statistics_of
from checks.interaction_letters import Detail, Letter, detail_of, letters_of
from checks.interaction_words import OURS, ChannelKind, channel_names, kind_of, page_kind, plain, statistics_names, title_parts
from checks.tables import MAX_ROWS, table_grid
from crawler.document import Document
from crawler.evidence import Observer
from crawler.links import absolute
from crawler.places import own_place
from crawler.reading import visible_text
from crawler.site import host_of
from crawler.visibility import visible

MAX_CHANNELS = 120
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{2,40}@[A-Za-z0-9-]{1,40}\.[A-Za-z0-9.-]{2,40}")
_CODE = re.compile(r"(?<![0-9A-Za-z])(?:\d{10}|bm\d{8})(?![0-9A-Za-z])", re.IGNORECASE)
_CODE_LABEL = re.compile(r"标识码\s*[:：]?\s*((?:\d{10}|bm\d{8}))(?!\d)", re.IGNORECASE)
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|et|wps|ofd|csv|zip)(?:[?#]|$)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[>»›]+|->")
_POSITION = re.compile(r"(?:当前|您(?:现在)?的?|所在|你的)\s*(?:所在)?(?:的)?\s*位置\s*(?:是|为)?\s*[:：]?(?P<path>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Channel:
    """A link to a channel: its name, absolute address ("" when only a script knows it), host, kind and place on the page."""

    name: str
    url: str
    host: str
    kind: ChannelKind
    place: str


@dataclass(frozen=True, slots=True)
class InteractionFacts:
    """What one page shows; plain JSON values and days.

    ``inside``: the page says it belongs to the interaction section (crumbs, title, column name); ``kind``/``name``: what the page
    itself is. ``headings``: lines that announce statistics; ``media``: where figures may stand that are no text (canvas, image,
    frame, attachment). ``form``: "form" (a visitor can write here), "login" (after logging in), "". ``buttons``: words like 我要写信
    that stand on the page outside links. ``entries``: dated entries of a page of statistics. ``names``/``codes``: whose page it says it is.
    """

    inside: bool
    kind: ChannelKind
    name: str
    channels: tuple[Channel, ...]
    statistics: tuple[Statistics, ...]
    headings: tuple[str, ...]
    media: tuple[str, ...]
    letters: tuple[Letter, ...]
    empty: str
    detail: Detail | None
    form: str
    buttons: tuple[str, ...]
    emails: tuple[str, ...]
    frames: tuple[str, ...]
    entries: tuple[str, ...]
    names: tuple[str, ...]
    codes: tuple[str, ...]


@cache
def _gate() -> re.Pattern[str]:
    words = {"互动", "信箱", "留言", "咨询", "诉求", "信访", "举报", "写信", "来信", "信件", "12345", "问政", "建言", "公众参与", "交流"}
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


def observe(document: Document) -> InteractionFacts | None:
    """What the page shows of interaction, or None when it speaks of none. Pure; the same on static and rendered documents."""
    if not any(_gate().search(part.html) for part in document.parts):
        return None
    channels = _channels(document)
    inside, kind, name = _own_place(document)
    if kind == "" and inside:
        kind = "section"
    lines = lines_of(document.text, frozenset(plain(link.text) for link in document.links if link.text))
    detail = detail_of(_without_foot(document), document.as_of) if inside or kind or _worth(lines) else None
    statistics: tuple[Statistics, ...] = ()
    if detail is None and kind not in ("petition", "discipline", "survey", "interview"):
        title = f"{document.title} {name}"
        tables = tuple(_tables(document)) if inside or kind in OURS else ()
        statistics = statistics_of(lines, tables, inside=inside or kind in OURS, title=title, as_of=document.as_of)
    ours = inside or kind in OURS
    letters = letters_of(document, publishes=kind in ("letters", "consult")) if ours and detail is None else ()
    headings = heading_lines(lines, inside=inside or kind == "statistics") if ours and detail is None else ()
    if not (channels or inside or kind or statistics or detail):
        return None
    return InteractionFacts(
        inside=inside,
        kind=kind,
        name=name,
        channels=channels,
        statistics=statistics,
        headings=headings,
        media=_media(document, headings, whole=kind == "statistics") if ours and not statistics else (),
        letters=letters,
        empty=next((line.text[:40] for line in lines if len(line.plain) <= 40 and _says_nothing(line)), "") if ours else "",
        detail=detail,
        form=_form(document, lines) if ours or kind == "complaint" else "",
        buttons=_buttons(document) if ours else (),
        emails=_emails(document) if ours else (),
        frames=tuple(dict.fromkeys(_frames(document))) if ours else (),
        entries=_entries(document) if kind == "statistics" else (),
        names=_names(document),
        codes=_codes(document),
    )


OBSERVER = Observer("interaction", InteractionFacts, observe, version=1)
"""The observation that both interaction checks judge."""


def _without_foot(document: Document) -> str:
    """The page's text without what its markup calls the foot: the units named there answered no letter."""
    text = document.text
    for part in document.parts:
        for node in part.tree.css("footer,[class*=foot i],[id*=foot i],[class*=bottom i],[class*=copyright i]"):
            words = visible_text(node)
            at = text.rfind(words) if own_place(node) == "footer" and len(words) >= 4 else -1
            if at > len(text) // 3:
                text = text[:at] + text[at + len(words) :]
    return text


def _worth(lines: tuple[Line, ...]) -> bool:
    """Whether a page that does not say it belongs to the section may still be a letter: it carries a label of one."""
    labels = channel_names("asked-labels")
    return any(len(line.plain) <= 60 and any(line.plain.startswith(label) for label in labels) for line in lines)


def _channels(document: Document) -> tuple[Channel, ...]:
    found: dict[tuple[str, str], Channel] = {}
    for link in document.links:
        kind = kind_of(link.text) or (kind_of(link.title) if link.title else "")
        if kind:
            name = link.text if kind_of(link.text) else link.title
            found.setdefault((link.url, plain(name)), Channel(name[:40], link.url, host_of(link.url), kind, link.place))
    return tuple(found.values())[:MAX_CHANNELS]


def _own_place(document: Document) -> tuple[bool, ChannelKind, str]:
    """Whether the page says it belongs to the section, and what it is itself."""
    crumbs = [link.text for link in document.breadcrumb]
    crumbs += _path(document.text)
    column = document.meta.get("columnname", "")
    titles = title_parts(document.title)
    inside = any(kind_of(name) == "section" for name in (*crumbs, column, *document.meta.get("columntype", "").split(","), *titles))
    own = tuple(name for name in (column, *reversed(crumbs), *titles) if name)
    kind, name = page_kind(own, inside=inside)
    return inside or kind in ("consult", "letters", "statistics"), kind, name


def _path(text: str) -> list[str]:
    """The pieces of the first line that says where the page stands: 当前位置：首页 > 互动交流, or 首页 > 互动交流 > 结果反馈 without a label."""
    for line in text.split("\n"):
        if len(line) > 160 or not (("位置" in line) or (line.startswith(("首页", "网站首页")) and _SEPARATORS.search(line))):
            continue
        match = _POSITION.search(line)
        pieces = [piece.strip() for piece in _SEPARATORS.split(match["path"] if match else line) if piece.strip()]
        if len(pieces) > 1:
            return pieces[:8]
    return []


def _tables(document: Document) -> Iterator[tuple[tuple[str, ...], ...]]:
    for part in document.parts:
        for table in part.tree.css("table"):
            if visible(table):
                rows = table_grid(table.html or "")
                if 2 <= len(rows) < MAX_ROWS:
                    yield tuple(row for row in rows if row)


def _says_nothing(line: Line) -> bool:
    return not line.linked and any(word in line.plain for word in channel_names("empty-words"))


def _form(document: Document, lines: tuple[Line, ...]) -> str:
    """ "form" where a visitor can write and send, "login" where the page asks to log in for it, ""."""
    for part in document.parts:
        for area in part.tree.css("textarea"):
            if visible(area) and "readonly" not in area.attributes and "disabled" not in area.attributes and _sends(area):
                return "form"
        for editor in part.tree.css("[contenteditable=true]"):
            if visible(editor) and _sends(editor):
                return "form"
    if any(len(line.plain) <= 60 and any(word in line.plain for word in channel_names("login-words")[:7]) for line in lines):
        return "login"
    return ""


def _sends(area: LexborNode) -> bool:
    """Whether the writing field stands with a button that sends a message, and is no comment or search box."""
    holder = area.parent
    for _ in range(8):
        if holder is None or holder.tag in ("body", "html"):
            break
        name = f"{holder.attributes.get('id') or ''} {holder.attributes.get('class') or ''} {holder.attributes.get('action') or ''}".lower()
        if any(word in name for word in ("comment", "search", "pinglun", "jiucuo")):
            return False
        words = plain(holder.text(deep=True)) + "".join(
            plain(f"{n.attributes.get('value') or ''}{n.attributes.get('alt') or ''}{n.attributes.get('title') or ''}")
            for n in holder.css("input[type=submit],input[type=button],input[type=image],button,img[alt]")
        )
        if any(word in words for word in channel_names("comment-words")[:3]):
            return False
        if holder.tag == "form" or any(word in words for word in channel_names("submit-words")):
            return (
                bool(holder.css("input[type=submit],input[type=button],input[type=image],button,a,[onclick],.btn")) or holder.tag == "form"
            )
        holder = holder.parent
    return False


def _buttons(document: Document) -> tuple[str, ...]:
    """What a visitor can press to write (我要写信) and is no plain link: buttons, scripted links and elements with a click handler."""
    found = []
    for part in document.parts:
        for node in part.tree.css(
            "button,input[type=button],input[type=submit],[onclick],a:not([href]),a[href^='javascript' i],[class*=btn i]"
        ):
            words = plain(node.text(deep=True)) or plain(node.attributes.get("value") or "")
            if len(words) <= 10 and words.startswith(channel_names("invitations")):
                place, hidden = part.places.of(node)
                if place in ("main", "side") and not hidden and not _leads_on(node):
                    found.append(words)
    return tuple(dict.fromkeys(found))[:5]


def _leads_on(node: LexborNode) -> bool:
    """Whether the element holds or is a link with an address: a channel of its own, not a button."""
    links = [node, *node.css("a[href]")]
    return any(absolute("http://a.invalid/", link.attributes.get("href") or "") for link in links if link.tag == "a")


def _emails(document: Document) -> tuple[str, ...]:
    found = [address for element in document.select("a[href^='mailto:' i]") for address in _MAIL.findall(element.attribute("href"))]
    found += [address for line in document.text.split("\n") if len(line) <= 300 and "@" in line for address in _MAIL.findall(line)]
    return tuple(dict.fromkeys(found))[:5]


def _frames(document: Document) -> Iterator[str]:
    """Addresses of frames that are not part of this page: other hosts, or pieces of this host that were not read."""
    read = {fragment.url for part in document.parts for fragment in part.fragments}
    for element in document.select("iframe[src],frame[src]"):
        url = element.url("src")
        if visible(element.node) and url not in read and (url or element.attribute("src").lower().startswith("javascript:")):
            yield url


def _entries(document: Document) -> tuple[str, ...]:
    """Addresses of the articles a page of statistics lists, at most 20."""
    blocks = [block for block in document.lists if block.place in ("main", "side")]
    main = [block for block in blocks if block.main] or blocks
    return tuple(dict.fromkeys(item.url for block in main for item in block.items if item.url and item.date))[:20]


def _media(document: Document, headings: tuple[str, ...], *, whole: bool) -> tuple[str, ...]:
    """Kinds of things near a heading of statistics (``whole``: anywhere in the content) that may hold figures as no text."""
    holders: list[tuple[Document, LexborNode]] = []
    wanted = {plain(heading) for heading in headings}
    for part in document.parts:
        if whole and part.tree.body is not None:
            holders.append((part, part.tree.body))
        elif wanted and part.tree.body is not None:
            for node in part.tree.css("h1,h2,h3,h4,h5,p,div,span,td,th,li,dt,strong,b"):
                if plain(node.text(deep=True)) in wanted and visible(node):
                    holders.append((part, _around(node)))
    found: dict[str, None] = {}
    for part, holder in holders:
        for kind in _kinds_of_media(part, holder):
            found[kind] = None
    return tuple(found)


def _around(node: LexborNode) -> LexborNode:
    """The block a heading heads: the nearest ancestor that holds more than the heading, the page's frame apart."""
    holder, own = node, len(plain(node.text(deep=True)))
    for _ in range(4):
        parent = holder.parent
        if parent is None or parent.tag in ("body", "html") or len(plain(parent.text(deep=True))) > own + 600:
            break
        holder = parent
        if _CARRIERS.search(holder.html or ""):
            break
    return holder


_CARRIERS = re.compile(r"<(?:canvas|svg|img|iframe|embed|object)\b|\.(?:xlsx?|pdf|docx?)\b", re.IGNORECASE)


def _kinds_of_media(part: Document, holder: LexborNode) -> Iterator[str]:
    for css, kind in (
        ("canvas,svg,[_echarts_instance_],[id*=chart i],[class*=chart i]", "canvas"),
        ("img", "image"),
        ("iframe,embed,object", "frame"),
        ("a[href]", "attachment"),
    ):
        for node in holder.css(css):
            place, hidden = part.places.of(node)
            if hidden or place not in ("main", "side"):
                continue
            if kind == "attachment" and not _FILE.search(absolute(part.base, node.attributes.get("href") or "")):
                continue
            if kind == "image" and holder.tag == "body" and not _in_text(node):
                continue
            yield kind
            break


def _in_text(image: LexborNode) -> bool:
    """Whether a picture stands in an article's text rather than in the page's furniture (not inside a link)."""
    holder, in_paragraph = image.parent, False
    for _ in range(4):
        if holder is None or holder.tag in ("a", "li"):
            return False
        in_paragraph = in_paragraph or holder.tag == "p"
        holder = holder.parent
    return in_paragraph


def _names(document: Document) -> tuple[str, ...]:
    """Words by which the page says whose it is: site name, title parts, headings; at most 8."""
    own = [document.meta.get("sitename", ""), *title_parts(document.title), *(link.text for link in document.breadcrumb)]
    for element in document.select("h1,h2,.logo,#logo"):
        own.append(element.text[:40])
    for element in document.select(".logo img[alt],#logo img[alt],header img[alt],h1 img[alt]"):
        own.append(element.attribute("alt")[:40])
    own += [line for line in document.text.split("\n") if "主办" in line and len(line) <= 120][:2]
    return tuple(dict.fromkeys(filter(None, (name.strip()[:120] for name in own))))[:10]


def _codes(document: Document) -> tuple[str, ...]:
    own = [document.meta.get("siteidcode", "").lower()] + [code.lower() for code in _CODE_LABEL.findall(document.text)]
    return tuple(dict.fromkeys(code for code in own if _CODE.fullmatch(code)))[:5]


__all__ = ["OBSERVER", "Channel", "Detail", "InteractionFacts", "Letter", "Statistics", "observe", "statistics_names"]
