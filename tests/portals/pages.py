"""The pages of a portal before any markup: what stands on each, block by block. Styles only lay them out.

A `View` is one page a reader can open. ``plan(model, addresses)`` makes all of them; ``addresses`` is the style's way of naming pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal, Protocol

from tests.portals.foot import Fact
from tests.portals.model import Article, Column, Entry, Letter, Model

Kind = Literal["home", "column", "article", "letters", "letter", "statistics", "form"]


class Addresses(Protocol):
    """How a style names its pages: paths on the portal's own host (or absolute addresses)."""

    def home(self) -> str: ...
    def column(self, column: Column, page: int = 1) -> str: ...
    def article(self, article: Article) -> str: ...
    def letter(self, letter: Letter, column: Column) -> str: ...


@dataclass(frozen=True)
class Row:
    """An item of a list. ``day`` None: the list shows none for it."""

    href: str
    title: str
    day: date | None
    pinned: bool = False


@dataclass(frozen=True)
class Listing:
    """A list of items. ``main``: the page's own list; ``pages``: paths of all its pages when it has several; ``page``: this one."""

    name: str
    heading: str
    rows: tuple[Row, ...]
    more: str = ""
    main: bool = False
    pages: tuple[str, ...] = ()
    page: int = 1


@dataclass(frozen=True)
class Prose:
    """Paragraphs of plain text under an optional heading."""

    paragraphs: tuple[str, ...]
    heading: str = ""


@dataclass(frozen=True)
class Byline:
    """The line under an article's title; ``day`` None: it shows none."""

    source: str
    day: date | None


@dataclass(frozen=True)
class Table:
    """A table; a cell is text or (text, href)."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | tuple[str, str], ...], ...]


@dataclass(frozen=True)
class Form:
    """A form a citizen fills in."""

    heading: str
    action: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Links:
    """Plain links under a heading."""

    heading: str
    items: tuple[tuple[str, str], ...]


Block = Listing | Prose | Byline | Table | Form | Links


@dataclass(frozen=True)
class View:
    """One page. ``crumbs``: (text, href) from the home page down; ``meta``: its page tags; ``entry``: the 找错 entry it carries;
    ``lacks``: what its foot goes without."""

    kind: Kind
    path: str
    title: str
    crumbs: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    meta: dict[str, str]
    entry: Entry = "official"
    column: Column | None = None
    extra: dict[str, str] = field(default_factory=dict)
    lacks: frozenset[Fact] = frozenset()

    @property
    def foot(self) -> str:
        """A name that pages with the same foot share."""
        return "-".join((self.entry, *sorted(self.lacks)))


def plan(model: Model, at: Addresses) -> list[View]:
    """Every page of the portal, home first, each with its 找错 entry decided."""
    views = [_home(model, at)]
    for column in model.all_columns():
        views += _column(model, column, at)
        views += [_article(model, article, at) for article in column.articles]
    letters = _find(model, "xzxx")
    if letters is not None:
        views += [_letter(model, letter, letters, at) for letter in model.letters]
    return [_framed(model, view) for view in views]


def _framed(model: Model, view: View) -> View:
    """The page with its entry, its foot and its tags decided."""
    place = "home" if view.kind == "home" else section(view.path)
    meta = model.tagging.apply(view.meta, view.kind, view.column.key if view.column else "")
    return replace(view, entry=_entry(model, view), lacks=model.foot.lacking(place), meta=meta)


def section(path: str) -> str:
    """The first folder of a path, "/" at the root."""
    parts = path.split("?")[0].split("/")
    return f"/{parts[1]}/" if len(parts) > 2 and parts[1] else "/"


def _entry(model: Model, view: View) -> Entry:
    if view.kind == "home" and "home" in model.entries:
        return model.entries["home"]
    return model.entries.get(section(view.path), model.entries["*"])


def _find(model: Model, key: str) -> Column | None:
    return next((column for column in model.all_columns() if column.key == key), None)


def _site_meta(model: Model) -> dict[str, str]:
    return {"SiteName": model.name, "SiteDomain": model.host, "SiteIDCode": model.code}


def _column_meta(model: Model, column: Column) -> dict[str, str]:
    return _site_meta(model) | {
        "ColumnName": column.name,
        "ColumnDescription": f"{model.name}{column.name}栏目",
        "ColumnKeywords": column.name,
        "ColumnType": column.type,
    }


def _crumbs(column: Column, at: Addresses) -> tuple[tuple[str, str], ...]:
    chain = [column] if column.parent is None else [column.parent, column]
    return (("首页", at.home()), *((link.name, at.column(link)) for link in chain))


def rows_of(articles: list[Article], at: Addresses) -> tuple[Row, ...]:
    """List items as a reader sees them."""
    return tuple(Row(at.article(a), a.title, a.day if a.dated else None, a.pinned) for a in articles)


def _home(model: Model, at: Addresses) -> View:
    limit = model.home_hides_after
    blocks: list[Block] = []
    for key, count in (("yw", 5), ("bmdt", 4), ("tzgg", 4), ("zcwj", 3), ("zcjd", 3)):
        column = _find(model, key)
        if column is None:
            continue
        shown = [a for a in column.articles if (limit is None or a.day <= limit) and not a.pinned]
        blocks.append(Listing(f"home-{key}", column.name, rows_of(shown[:count], at), more=at.column(column)))
    blocks.append(
        Links("互动交流", tuple((c.name, at.column(c)) for c in model.all_columns() if c.parent is not None and c.parent.key == "hdjl"))
    )
    blocks.append(Links("办事服务", tuple((a.title, at.article(a)) for a in model.column("bsfw").articles)))
    if model.v6.v4_only_link:
        blocks.append(Links("历史网站", (("旧版网站", f"{model.v4_origin}{at.column(model.column('ldzc'))}"),)))
    meta = _site_meta(model) | {"ColumnType": "首页"}
    return View("home", at.home(), model.name, (), tuple(blocks), meta)


def _column(model: Model, column: Column, at: Addresses) -> list[View]:
    match column.key:
        case "xzxx":
            return [_view(model, "letters", column, at, _letters(model, column, at))]
        case "wyxx":
            return [_view(model, "form", column, at, _form(model, at.column(column)))]
        case "lxtj":
            return [_view(model, "statistics", column, at, _statistics(model))]
        case "hdjl":
            return [_view(model, "column", column, at, _interaction(model, column, at))]
    if column.paragraphs:
        return [_view(model, "column", column, at, (Prose(column.paragraphs, column.name),))]
    if column.children:
        lists = tuple(
            Listing(f"{column.key}-{child.key}", child.name, rows_of(child.articles[:4], at), more=at.column(child))
            for child in column.children
        )
        return [_view(model, "column", column, at, lists)]
    return _pages(model, column, at)


def _pages(model: Model, column: Column, at: Addresses) -> list[View]:
    size = column.per_page
    count = max(1, -(-len(column.articles) // size))
    paths = tuple(at.column(column, number) for number in range(1, count + 1))
    views = []
    for number, path in enumerate(paths, 1):
        rows = rows_of(column.articles[(number - 1) * size : number * size], at)
        listing = Listing(column.key, column.name, rows, main=True, pages=paths if count > 1 else (), page=number)
        views.append(replace(_view(model, "column", column, at, (listing,)), path=path))
    return views


def _view(model: Model, kind: Kind, column: Column, at: Addresses, blocks: tuple[Block, ...]) -> View:
    return View(kind, at.column(column), column.name, _crumbs(column, at), blocks, _column_meta(model, column), column=column)


def _article(model: Model, article: Article, at: Addresses) -> View:
    blocks: list[Block] = [Byline(article.source, article.day if article.dated else None), Prose(article.paragraphs)]
    if article.links:
        blocks.append(Links("相关链接", article.links))
    meta = _site_meta(model) | {"ColumnName": article.column.name, "ColumnType": article.column.type}
    meta |= {"ArticleTitle": article.title, "ContentSource": article.source}
    if article.dated or article.column.kind == "services":
        day = article.day - model.tagging.shifted.get(article.column.key, timedelta(0))
        meta["PubDate"] = f"{day.isoformat()} 09:30"
    return View("article", at.article(article), article.title, _crumbs(article.column, at), tuple(blocks), meta, column=article.column)


def _letters(model: Model, column: Column, at: Addresses) -> tuple[Block, ...]:
    head = ("来信编号", "来信标题", "来信时间", "答复单位", "办理状态")
    rows = tuple(
        (
            f"2026{letter.number}",
            (letter.title, at.letter(letter, column)),
            letter.asked.isoformat(),
            letter.unit or "—",
            "已答复" if letter.replied else "受理中",
        )
        for letter in model.letters
    )
    intro = Prose((f"{column.name}受理群众对县政府工作的咨询、意见和建议，一般在5个工作日内答复。",))
    table: Block = Table("来信公开", head, rows) if rows else Prose(("暂无公开来信。",))
    write = _find(model, "wyxx")
    return (intro, Links("", (("我要写信", at.column(write)),)), table) if write else (intro, table)


def _letter(model: Model, letter: Letter, column: Column, at: Addresses) -> View:
    asked = (
        ("来信标题", letter.title),
        ("来信人", "王**"),
        *((("来信时间", letter.asked.isoformat()),) if letter.shows_asked else ()),
        ("来信内容", letter.text),
    )
    if letter.replied is None:
        answered: tuple[tuple[str, str], ...] = (("办理状态", "受理中"),)
    else:
        pairs = (("答复单位", letter.unit), ("答复时间", letter.replied.isoformat()), ("答复内容", letter.reply))
        answered = (("办理状态", "已答复"), *(pair for pair in pairs if pair[1]))
    meta = _site_meta(model) | {
        "ColumnName": column.name,
        "ColumnType": column.type,
        "ArticleTitle": letter.title,
        "ContentSource": model.name,
    }
    meta["PubDate"] = f"{letter.asked.isoformat()} 10:00"
    table = Table("来信详情", (), (*asked, *answered))
    return View("letter", at.letter(letter, column), letter.title, _crumbs(column, at), (table,), meta, column=column)


def _form(model: Model, action: str) -> tuple[Block, ...]:
    if model.channel == "email-only":
        return (Prose((f"咨询建议请发送电子邮件至：xx@{model.domain}，我们将尽快回复。",), "联系我们"),)
    fields = (("name", "姓名"), ("phone", "联系电话"), ("title", "来信标题"), ("content", "来信内容"), ("code", "验证码"))
    return (Prose(("请如实填写以下内容，您的咨询或建议将转有关单位办理并公开答复。",)), Form("我要写信", action, fields))


def _statistics(model: Model) -> tuple[Block, ...]:
    statistics = model.statistics
    if statistics.state == "no-figures":
        return (Prose(("来信受理、办结情况统计将定期在本栏目公布。",), "来信受理反馈情况统计"),)
    period, received, handled = statistics.months[0]
    text = f"{period}，县长信箱共受理群众来信{received}件，已办结{handled}件，办结率{handled / received:.1%}，群众满意度96.5%。"
    rows = tuple((month, f"{got}", f"{done}", f"{done / got:.1%}") for month, got, done in statistics.months)
    return (Prose((text,), "来信受理反馈情况统计"), Table("月度统计", ("统计时间", "受理数（件）", "办结数（件）", "办结率"), rows))


def _interaction(model: Model, column: Column, at: Addresses) -> tuple[Block, ...]:
    links = Links("互动栏目", tuple((child.name, at.column(child)) for child in column.children))
    blocks: list[Block] = [Prose(("欢迎通过以下栏目与我们交流。",)), links]
    box = _find(model, "xzxx")
    if box is not None and model.letters:
        rows = tuple(Row(at.letter(letter, box), letter.title, letter.asked) for letter in model.letters[:4])
        blocks.append(Listing("hdjl-letters", "最新来信", rows, more=at.column(box)))
    others = tuple(child for child in column.children if child.articles)
    blocks += [Listing(f"hdjl-{child.key}", child.name, rows_of(child.articles[:3], at), more=at.column(child)) for child in others]
    return tuple(blocks)
