"""The portal as its editors know it, before any CMS touches it: columns, articles, letters, statistics, identity.

Everything is invented. Days are counted back from ``AS_OF``, so that a portal is as fresh on every machine. The clean portal holds
the harmless twins of the defects: an archived column of 2019, static guides, dates and deadlines in titles, a pinned old item on top.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from tests.portals.astray import Astray
from tests.portals.dark import Dark
from tests.portals.foot import Foot, Tagging

AS_OF = date(2026, 8, 20)
"""The inspection day (监测时间点) of every served portal."""

Kind = Literal["dynamic", "notice", "policy", "interpretation", "other", "static", "services", "interaction", "archive", "parent"]
Entry = Literal["official", "none", "legacy", "foreign"]
StatisticsState = Literal["published", "missing", "no-figures", "stale"]
ChannelState = Literal["form", "absent", "email-only"]


@dataclass(eq=False)
class Article:
    """One item. ``dated``: its page and its lists show a reader the day. ``links``: extra (text, href) in the body. ``filed``: the day its
    address carries, where that is another."""

    number: int
    title: str
    day: date
    paragraphs: tuple[str, ...]
    column: Column
    source: str
    dated: bool = True
    pinned: bool = False
    url_dated: bool = True
    links: tuple[tuple[str, str], ...] = ()
    filed: date | None = None


@dataclass(eq=False)
class Column:
    """One column (栏目). ``type``: its ColumnType meta value; ``paragraphs``: the text of a static one."""

    key: str
    name: str
    kind: Kind
    type: str
    parent: Column | None = None
    articles: list[Article] = field(default_factory=list)
    children: list[Column] = field(default_factory=list)
    paragraphs: tuple[str, ...] = ()
    per_page: int = 20

    @property
    def newest(self) -> date | None:
        """The newest day among its articles that a reader can see."""
        return max((a.day for a in self.articles if a.dated), default=None)


@dataclass
class Letter:
    """A published letter (来信). ``replied`` None: no answer yet. An empty string leaves the field out of its page."""

    number: int
    title: str
    asked: date
    text: str
    replied: date | None
    unit: str
    reply: str
    shows_asked: bool = True


@dataclass
class Statistics:
    """Figures on received and handled letters, newest month first: (period, received, handled)."""

    state: StatisticsState = "published"
    months: list[tuple[str, int, int]] = field(default_factory=list)


@dataclass
class Portal6:
    """How the portal stands in DNS and on IPv6."""

    aaaa: bool = True
    servers: Literal["both", "v4-only", "one-v6", "v6-dead"] = "both"
    listens: bool = True
    status: int = 200
    same_content: bool = True
    v4_only_link: bool = False
    redirect_to_v4_only: bool = False


@dataclass
class Tls:
    """A portal's TLS, where it is served over TLS. ``days``: the certificate ends so many days after ``AS_OF``; ``foreign_name``: it names
    another host; ``mixed``: every page fetches a style sheet and a picture over plain http."""

    days: int = 400
    foreign_name: bool = False
    mixed: bool = False


@dataclass
class Model:
    """A whole portal. ``entries``: which 找错 entry a page carries, by "home", a section path, or "*" for all others."""

    place: str
    label: str
    code: str
    columns: list[Column] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    statistics: Statistics = field(default_factory=Statistics)
    channel: ChannelState = "form"
    entries: dict[str, Entry] = field(default_factory=lambda: {"*": "official"})
    home_hides_after: date | None = None
    v6: Portal6 = field(default_factory=Portal6)
    port: int = 80
    foot: Foot = field(default_factory=Foot)
    tagging: Tagging = field(default_factory=Tagging)
    tls: Tls = field(default_factory=Tls)
    dark: Dark = field(default_factory=Dark)
    astray: Astray = field(default_factory=Astray)
    home_busy: int = 0  # first requests for the home page over IPv4 that are answered 503

    @property
    def name(self) -> str:
        """The portal's name: 青禾县人民政府."""
        return f"{self.place}人民政府"

    @property
    def domain(self) -> str:
        """The registered domain."""
        return f"{self.label}-test.gov.cn"

    @property
    def host(self) -> str:
        """The home page's host."""
        return f"www.{self.domain}"

    @property
    def v4_origin(self) -> str:
        """The portal under its own second name, which has no AAAA: ``http://v4.…:port``."""
        return f"http://v4.{self.domain}:{self.port}"

    def all_columns(self) -> list[Column]:
        """Every column, parents before children."""
        return [found for column in self.columns for found in (column, *column.children)]

    def column(self, key: str) -> Column:
        """The column with this key; KeyError when there is none."""
        for column in self.all_columns():
            if column.key == key:
                return column
        raise KeyError(key)


def ago(days: int) -> date:
    """The day ``days`` before the inspection day (negative: after it)."""
    return AS_OF - timedelta(days=days)


_NEWS = (
    "{p}召开防汛工作调度会议",
    "{p}组织开展安全生产大检查",
    "县领导调研乡村产业发展情况",
    "{p}举行重点项目集中开工活动",
    "县政府召开第三十二次常务会议",
    "{p}推进高标准农田建设",
    "{p}开展爱国卫生运动集中整治",
    "全县教育工作会议召开",
    "{p}启动夏粮收购工作",
    "{p}举办就业招聘专场活动",
)
_DEPARTMENT = (
    "县水务局开展河道巡查",
    "县教育局部署秋季开学工作",
    "县林业局组织古树名木普查",
    "县交通运输局检修农村公路",
    "县民政局走访慰问困难群众",
)
_NOTICES = (
    "关于城区部分路段封闭施工的通告",
    "{p}2026年8月16日至12月31日停水安排的公告",
    "关于公开征集2027年民生实事项目的公告（截止2026年9月30日）",
    "关于做好秋季动物防疫工作的通知",
    "2026年公开招聘事业单位工作人员公告",
    "关于开展养老服务质量检查的通知",
)
_POLICIES = (
    "{p}人民政府关于印发优化营商环境若干措施的通知",
    "{p}农村公路管理办法",
    "{p}城乡居民最低生活保障实施细则",
    "{p}古树名木保护办法",
)
_FILLER = (
    "会议指出，各乡镇、各部门要提高认识，压实责任，把各项工作抓细抓实，确保取得实效。",
    "下一步，将按照统一部署，完善工作机制，加强协调配合，及时回应群众关切，不断提升服务水平。",
    "各有关单位要结合实际，细化措施，明确时限，加强督促检查，推动各项任务落到实处、见到成效。",
)


class _Builder:
    """Fills a model; numbers articles in the order made."""

    def __init__(self, model: Model, scale: float) -> None:
        self.model, self.scale, self.number = model, scale, 1000

    def articles(self, column: Column, titles: tuple[str, ...], days: tuple[int, ...]) -> None:
        """Items of these ages, newest first; titles are used in turn."""
        keep = max(3, round(len(days) * self.scale))
        for index, age in enumerate(days[:keep]):
            self.number += 1
            title = titles[index % len(titles)].format(p=self.model.place)
            body = (f"{title}。{_FILLER[index % 3]}", _FILLER[(index + 1) % 3], _FILLER[(index + 2) % 3])
            column.articles.append(Article(self.number, title, ago(age), body, column, f"{self.model.place}人民政府办公室"))

    def column(self, key: str, name: str, kind: Kind, column_type: str, parent: Column | None = None, **more: object) -> Column:
        """A new column under ``parent`` or at the first level."""
        made = Column(key, name, kind, column_type, parent, **more)  # type: ignore[arg-type]
        (parent.children if parent else self.model.columns).append(made)
        return made


def clean_model(place: str, label: str, code: str, *, scale: float = 1.0) -> Model:
    """A coherent portal without a defect; ``scale`` < 1 makes it smaller."""
    model = Model(place, label, code)
    build = _Builder(model, scale)
    _news(build, place)
    _documents(build, place)
    _static(build, place)
    _topics(build, place)
    _interaction(build, place)
    return model


def _news(build: _Builder, place: str) -> None:
    parent = build.column("zwdt", "要闻动态", "parent", "工作动态")
    build.articles(build.column("yw", f"{place[:-1]}要闻", "dynamic", "工作动态", parent, per_page=5), _NEWS, (1, 2, 4, 6, 9, 13, 20, 27))
    build.articles(build.column("bmdt", "部门动态", "dynamic", "工作动态", parent), _DEPARTMENT, (3, 5, 8, 12))
    notice = build.column("tzgg", "通知公告", "notice", "信息公开目录")
    build.articles(notice, _NOTICES, (5, 20, 45, 80, 300))
    pinned = notice.articles.pop()
    pinned.pinned, pinned.title = True, "关于规范政务服务大厅办事秩序的通告"
    notice.articles.insert(0, pinned)


def _documents(build: _Builder, place: str) -> None:
    build.articles(build.column("zcwj", "政策文件", "policy", "政策文件"), _POLICIES, (30, 64, 120, 210))
    readings = tuple(f"《{title.format(p=place)}》政策解读" for title in _POLICIES)
    build.articles(build.column("zcjd", "政策解读", "interpretation", "政策解读"), readings, (28, 62, 118, 208))
    parent = build.column("zwgk", "政务公开", "parent", "信息公开目录")
    plans = (f"{place}国民经济和社会发展第十五个五年规划纲要", f"{place}2026年重点工作计划")
    build.articles(build.column("ghjh", "规划计划", "other", "信息公开目录", parent), plans, (90, 200))
    people = (f"{place}人民政府关于任免工作人员的通知", f"{place}2026年上半年人事任免情况")
    build.articles(build.column("rsxx", "人事信息", "other", "信息公开目录", parent), people, (40, 130))
    data = (f"{place}2026年上半年经济运行情况", f"{place}2026年一季度经济运行情况")
    build.articles(build.column("sjfb", "数据发布", "other", "数据发布", parent), data, (25, 115))
    guide = (
        "本机关负责向公众提供政府信息公开服务，公开方式包括政府网站、政务服务大厅和公共查阅点。",
        "受理机构：县政府办公室；办公时间：工作日8:30至18:00。",
    )
    build.column("gkzn", "政府信息公开指南", "static", "信息公开指南", parent, paragraphs=guide)


def _static(build: _Builder, place: str) -> None:
    parent = build.column("jggk", "机构概况", "parent", "概况信息")
    about = (f"{place}位于虚构河流中游，辖12个乡镇，常住人口31万人，森林覆盖率46%。", "境内物产丰富，以粮食、水果和中药材种植为主。")
    build.column("xqgk", "县情概况", "static", "概况信息", parent, paragraphs=about)
    build.column(
        "ldzc",
        "领导之窗",
        "static",
        "负责人信息",
        parent,
        paragraphs=("县长：张禾。主持县政府全面工作。", "副县长：李穗。分管农业农村、水务、林业等工作。"),
    )
    build.column(
        "jgzn",
        "机构职能",
        "static",
        "机构职能",
        parent,
        paragraphs=("县政府办公室负责县政府日常工作，协助县政府领导处理重要事项。", "办公地址：和平路1号；联系电话：0999-5550101。"),
    )
    services = build.column("bsfw", "办事服务", "services", "办事服务")
    for title in ("个体工商户设立登记办事指南", "城乡居民基本养老保险参保登记办事指南", "农村危房改造申请办事指南"):
        build.number += 1
        text = (
            f"事项名称：{title[:-4]}。设定依据：相关法律法规。申请条件：符合规定的公民、法人和其他组织。",
            "办理流程：申请、受理、审查、办结。收费标准：不收费。办理时间：工作日。",
        )
        services.articles.append(Article(build.number, title, ago(700), text, services, "县政务服务中心", dated=False, url_dated=False))


def _topics(build: _Builder, place: str) -> None:
    parent = build.column("ztzl", "专题专栏", "parent", "工作动态")
    live = build.column("yshj", "优化营商环境专题", "static", "工作动态", parent)
    build.articles(live, (f"{place}出台优化营商环境若干措施", f"{place}召开企业座谈会"), (40, 95))
    archive = build.column("zt2019", "2019年主题活动（已归档）", "archive", "工作动态", parent)
    for index, title in enumerate((f"{place}主题活动总结会议召开", f"{place}主题活动动员部署会议召开")):
        build.number += 1
        day = date(2019, 11 - index * 4, 20)
        archive.articles.append(
            Article(build.number, title, day, (f"{title}。{_FILLER[index]}", _FILLER[2]), archive, f"{place}人民政府办公室")
        )


def _interaction(build: _Builder, place: str) -> None:
    parent = build.column("hdjl", "互动交流", "interaction", "咨询投诉")
    build.column("xzxx", "县长信箱", "interaction", "咨询投诉", parent)
    build.column("wyxx", "我要写信", "interaction", "咨询投诉", parent)
    build.column("lxtj", "来信统计", "interaction", "咨询投诉", parent)
    surveys = build.column("yjzj", "意见征集", "other", "征集调查", parent)
    calls = (f"关于《{place}城市公园管理办法（征求意见稿）》公开征求意见的公告", "关于公开征集民生实事项目的公告")
    build.articles(surveys, calls, (15, 75))
    units = ("县住房和城乡建设局", "县交通运输局", "县教育局", "县水务局", "县城市管理局", "县农业农村局", "县人力资源和社会保障局")
    topics = ("小区路灯不亮", "农村公交班次调整", "秋季入学政策", "自来水水压偏低", "早市占道经营", "购置农机补贴申领", "社保关系转移")
    ages = (6, 15, 24, 41, 70, 110, 160)
    model = build.model
    for index, (unit, topic, age) in enumerate(zip(units, topics, ages, strict=True)):
        reply = f"您好，您反映的{topic}问题已收悉。经核实，{unit}已安排工作人员现场处理，感谢您的关心与支持。"
        text = f"请问{topic}的问题什么时候可以解决？希望有关部门尽快答复，谢谢。"
        model.letters.append(Letter(301 + index, f"咨询{topic}问题", ago(age), text, ago(age - 4), unit, reply))
    fresh = "请问县图书馆周末几点开门？希望能够延长开放时间。"
    model.letters.insert(0, Letter(399, "咨询图书馆开放时间", ago(2), fresh, None, "", ""))  # two days old: nobody has to have answered
    model.statistics.months = [("2026年7月", 128, 126), ("2026年6月", 117, 117), ("2026年5月", 104, 104)]
