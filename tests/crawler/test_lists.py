"""Lists in the markup of many content systems: the day beside each item, the newest of them, and emptiness."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.document import Document
from crawler.lists import empty_notice, newest, really_empty

AS_OF = date(2024, 6, 30)
URL = "http://www.example.gov.cn/xwzx/gzdt/index.html"
TITLES = (
    "县领导调研重点项目建设情况",
    "关于2024年1月3日至5日停水的通知",
    "我县召开防汛抗旱工作会议",
    "全县2023-2024年度征兵工作启动",
    "关于申报第三批项目的公告",
)
DAYS = ("2024-05-11", "2024-05-09", "2024-04-30", "2024-04-02", "2023-12-29")
MENU = (
    "<ul class=nav>"
    + "".join(f"<li><a href=/{i}/>{name}</a></li>" for i, name in enumerate(("首页", "新闻中心", "政务公开", "办事服务", "互动交流")))
    + "</ul>"
)


def page(body: str, *, head: str = "", url: str = URL, as_of: date = AS_OF) -> Document:
    return Document(
        f"<html><head><title>工作动态_某县人民政府</title>{head}</head><body>"
        f"<div class=header><span>今天是2024年6月29日 星期六</span>{MENU}</div>"
        f"<div class=crumbs>当前位置：<a href=/>首页</a> &gt; <a href=/xwzx/>新闻中心</a> &gt; <a href=/xwzx/gzdt/>工作动态</a></div>"
        f"<div class=content><h2>工作动态</h2>{body}</div>"
        "<div class=footer><p>主办：某县人民政府办公室 电话：0432-64606800 <a href=/gywm/>关于我们</a> 最后更新：2024-06-28</p></div></body></html>",
        url,
        as_of=as_of,
    )


def rows(row: str, *, days: tuple[str, ...] = DAYS, between: str = "") -> str:
    """One row per title; ``{y} {m} {d} {yy} {mm} {dd}``, ``{url}`` and ``{title}`` are filled in."""
    out = []
    for number, (title, day) in enumerate(zip(TITLES, days, strict=False)):
        year, month, dom = day.split("-")
        out.append(
            row.format(
                title=title, day=day, n=number, y=year, yy=year[2:], mm=month, dd=dom, m=int(month), d=int(dom),
                dated=f"/xwzx/gzdt/{year}{month}/t{year}{month}{dom}_{number}.html", plain=f"/xwzx/gzdt/content_{number}.html",
            )
        )  # fmt: skip
    return between.join(out)


def dated(document: Document) -> list[tuple[str, str]]:
    """``(title, day)`` of the main list's items."""
    return [(item.title, str(item.date.day) if item.date else "") for entry in document.lists if entry.main for item in entry.items]


FORMS = {
    "iso_after": "<ul>{}</ul>|<li><a href={plain}>{title}</a><span>{day}</span></li>",
    "iso_before": "<ul>{}</ul>|<li><span class=fr>{day}</span><a href={plain}>{title}</a></li>",
    "iso_in_link": "<ul>{}</ul>|<li><a href={plain}>{title}<span>{day}</span></a></li>",
    "iso_before_in_link": "<ul>{}</ul>|<li><a href={plain}><span>{day}</span><p>{title}</p></a></li>",
    "with_clock": "<ul>{}</ul>|<li><a href={plain}>{title}</a><span>{day} 11:59:02</span></li>",
    "dots": "<ul>{}</ul>|<li><a href={plain}>{title}</a><span>{y}.{mm}.{dd}</span></li>",
    "slashes": "<ul>{}</ul>|<li><a href={plain}>{title}</a><span>{y}/{m}/{d}</span></li>",
    "hanzi": "<ul>{}</ul>|<li><a href={plain}>{title}</a><span>{y}年{m}月{d}日</span></li>",
    "square_brackets": "<ul>{}</ul>|<li><a href={plain}>{title}</a>[{day}]</li>",
    "lenticular_brackets": "<ul>{}</ul>|<li>【{day}】<a href={plain}>{title}</a></li>",
    "parentheses": "<ul>{}</ul>|<li><a href={plain}>{title}</a> <span>({day})</span></li>",
    "two_digit_year": "<ul>{}</ul>|<li><a href={plain}>{title}</a><span>{yy}-{mm}-{dd} 12:11:42</span></li>",
    "month_day_with_dated_address": "<ul>{}</ul>|<li><a href={dated}>{title}</a><span>{mm}-{dd}</span></li>",
    "bracketed_month_day": "<ul>{}</ul>|<li><a href={dated}>{title}</a><i>[{mm}-{dd}]</i></li>",
    "month_day_hanzi": "<ul>{}</ul>|<li><a href={dated}>{title}</a><span>{m}月{d}日</span></li>",
    "month_day_slash": "<ul>{}</ul>|<li><a href={dated}>{title}</a><span>{mm}/{dd}</span></li>",
    "day_over_year_month": "<ul>{}</ul>|<li><div class=t><b>{dd}</b><i>{y}-{mm}</i></div><a href={plain}>{title}</a></li>",
    "year_month_over_day": "<ul>{}</ul>|<li><div class=t><i>{y}-{mm}</i><b>{dd}</b></div><a href={plain}>{title}</a></li>",
    "year_month_hanzi_over_day": "<ul>{}</ul>|<li><div class=t><i>{y}年{mm}月</i><b>{dd}</b></div><a href={plain}>{title}</a></li>",
    "year_over_month_day": "<ul>{}</ul>|<li><a href={plain}><div><p>--{y}--</p><p>{mm}-{dd}</p></div><h4>{title}</h4></a></li>",
    "month_day_over_year": "<ul>{}</ul>|<li><a href={plain}><div><p>{mm}/{dd}</p><p>{y}</p></div><h4>{title}</h4></a></li>",
    "day_over_month_with_dated_address": "<ul>{}</ul>|<li><div><b>{dd}</b><span>{m}月</span></div><a href={dated}>{title}</a></li>",
    "table_rows": "<table>{}</table>|<tr><td>·</td><td><a href={plain}>{title}</a></td><td>{day}</td></tr>",
    "table_rows_with_number_and_unit": "<table><tr><th>序号</th><th>标题</th><th>单位</th><th>日期</th></tr>{}</table>|<tr><td>{n}</td><td><a href={plain}>{title}</a></td><td>县水务局</td><td>{day}</td></tr>",
    "table_per_item": "<div>{}</div>|<table class=one><tr><td><a href={plain}>{title}</a></td><td>{day}</td></tr></table>",
    "definition_list": "<dl>{}</dl>|<dt><a href={plain}>{title}</a></dt><dd>{day}</dd>",
    "definition_list_per_item": "<div>{}</div>|<dl><dt><a href={plain}>{title}</a></dt><dd>{day}</dd></dl>",
    "flat_with_breaks": "<div>{}</div>|<a href={plain}>{title}</a> <font>{day}</font><br>",
    "flat_days_first": "<div>{}</div>|<font>{day}</font> <a href={plain}>{title}</a><br>",
    "flat_bare_text": "<td>{}</td>|<a href={plain}>{title}</a> {day}<br>",
    "divs": "<div class=list>{}</div>|<div class=item><div class=t><a href={plain}>{title}</a></div><div class=d>{day}</div></div>",
    "deep_divs": "<div class=list>{}</div>|<div class=item><div><div><a href={plain}><h3>{title}</h3></a></div><div><div><span>{day}</span></div></div></div></div>",
    "labelled": "<ul>{}</ul>|<li><a href={plain}>{title}</a><p>发布时间：{day}</p></li>",
    "label_apart": "<ul>{}</ul>|<li><a href={plain}>{title}</a><span>发布日期：</span><span>{day}</span></li>",
    "source_and_day": "<ul>{}</ul>|<li><a href={plain}>{title}</a><p>来源：县政府办 {day}</p></li>",
    "day_and_reads": "<ul>{}</ul>|<li><a href={plain}>{title}</a><p>{day} 浏览：35次</p></li>",
    "category_link_first": "<ul>{}</ul>|<li>[<a href=/xwzx/bmdt/>部门</a>] <a href={plain}>{title}</a><span>{day}</span></li>",
    "picture_and_details_link": "<ul>{}</ul>|<li><a href={plain}><img src=/a.jpg></a><h3><a href={plain}>{title}</a></h3><p>摘要文字若干<a href={plain}>[详情]</a></p><span>{day}</span></li>",
    "summary_with_a_day": "<ul>{}</ul>|<li><a href={plain}>{title}</a><p>（民发〔2012〕124号 2012年7月10日）各有关单位</p><span class=time>{day}</span></li>",
    "summary_that_is_a_day": "<ul>{}</ul>|<li><a href={plain}>{title}</a><p>2012年7月10日</p><span class=time>{day}</span></li>",
    "onclick_rows": "<ul>{}</ul>|<li><a href='javascript:void(0)' onclick='show({n})'>{title}</a><span>{day}</span></li>",
    "paragraphs": "<div>{}</div>|<p><a href={plain}>{title}</a><span>{day}</span></p>",
    "ucap": "<ucap-content><ul>{}</ul></ucap-content>|<li><a href={plain}>{title}</a><span>{day}</span></li>",
    "time_element": "<ul>{}</ul>|<li><a href={plain}>{title}</a><time>{day}</time></li>",
    "day_at_the_end_of_the_link_text": "<ul>{}</ul>|<li><a href={plain}>{title} ({day})</a></li>",
    "day_at_the_start_of_the_link_text": "<ul>{}</ul>|<li><a href={plain}>[{day}] {title}</a></li>",
    "new_picture_between": "<ul>{}</ul>|<li><a href={plain}>{title}</a><img src=/new.gif><span>{day}</span></li>",
    "deadline_beside": "<ul>{}</ul>|<li><a href={plain}>{title}</a><span>发布时间：{day}</span><span>截止时间：2024-06-20</span></li>",
    "paper_day_column_only": "<table><tr><th>标题</th><th>文号</th><th>成文日期</th></tr>{}</table>|<tr><td><a href={plain}>{title}</a></td><td>县政发〔2024〕5号</td><td>{day}</td></tr>",
    "paper_day_and_publish_columns": "<table><tr><th>标题</th><th>成文日期</th><th>发布日期</th></tr>{}</table>|<tr><td><a href={plain}>{title}</a></td><td>2023-01-01</td><td>{day}</td></tr>",
    "publish_before_paper_day_column": "<table><tr><th>标题</th><th>发布日期</th><th>成文日期</th></tr>{}</table>|<tr><td><a href={plain}>{title}</a></td><td>{day}</td><td>2023-01-01</td></tr>",
    "decision_day_column": "<table><tr><td>文书号</td><td>名称</td><td>处罚决定日期</td></tr>{}</table>|<tr><td>1</td><td><a href={plain}>{title}</a></td><td>{day}</td></tr>",
    "layout_table": "<table><tr><td><a href=/zt/>专题专栏</a></td><td><a href=/fw/>办事服务</a></td><td><table>{}</table></td></tr></table>|<tr><td><a href={plain}>{title}</a></td><td>[{day}]</td></tr>",
    "flat_in_layout_table": "<table><tr><td width=20%><a href=/zt/>专题专栏</a></td><td>{}</td></tr></table>|·<a href={plain}>{title}</a> ({day})<br>",
    "valid_until_column": "<table><tr><th>标题</th><th>发布日期</th><th>有效期至</th></tr>{}</table>|<tr><td><a href={plain}>{title}</a></td><td>{day}</td><td>2024-06-20</td></tr>",
    "line_of_labelled_values": "<ul>{}</ul>|<li><a href={plain}>{title}</a><p>发文字号：县政发〔2024〕5号 成文日期：2023-01-01 发布日期：{day}</p></li>",
    "month_day_year": "<ul>{}</ul>|<li><a href={plain}>{title}</a><span>{mm}/{dd} {y}</span></li>",
    "unit_behind_a_stroke": "<ul>{}</ul>|<li><a href={plain}>{title}</a><span>{day} ｜ 县政府办</span></li>",
    "deadline_column": "<table><tr><th>标题</th><th>发布时间</th><th>截止时间</th></tr>{}</table>|<tr><td><a href={plain}>{title}</a></td><td>{day}</td><td>2024-06-20</td></tr>",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_item_has_the_day_beside_it(form: str) -> None:
    frame, row = form.split("|")
    document = page(frame.replace("{}", rows(row)))
    assert dated(document) == list(zip(TITLES, DAYS, strict=True))
    found = newest(document)
    assert found is not None
    assert (str(found.day), found.source) == (DAYS[0], "visible")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_an_older_first_item_does_not_hide_a_newer_one(form: str) -> None:
    frame, row = form.split("|")
    document = page(frame.replace("{}", rows(row, days=("2021-03-04", *DAYS))))
    found = newest(document)
    assert found is not None
    assert str(found.day) == DAYS[0]


def test_two_entries_in_one_table_row_are_two_items() -> None:
    cells = "<td><a href=/a{0}.html>{1}</a></td><td>{2}</td>"
    pairs = [cells.format(number, title, day) for number, (title, day) in enumerate(zip(TITLES, DAYS, strict=True))][:4]
    document = page(f"<table><tr>{pairs[0]}{pairs[1]}</tr><tr>{pairs[2]}{pairs[3]}</tr></table>")
    found = [(item.title, str(item.date.day)) for entry in document.lists for item in entry.items if item.date]
    assert found == list(zip(TITLES, DAYS, strict=True))[:4]


def test_letters_show_the_later_of_their_two_days() -> None:
    body = rows(
        "<li><a href={plain}><h4>{title}</h4><div>[提交时间：2024-01-02]</div><div>回复人：县水务局</div><div>[回复时间：{day}]</div></a></li>"
    )
    assert [day for _, day in dated(page(f"<ul>{body}</ul>"))] == [d if d > "2024-01-02" else "2024-01-02" for d in DAYS]


def test_letter_rows_without_links_are_items() -> None:
    body = rows("<tr onclick='open({n})'><td>{n}</td><td>{title}</td><td>{day}</td><td>已办结</td></tr>")
    document = page(f"<table><tr><td>编号</td><td>主题</td><td>时间</td><td>状态</td></tr>{body}</table>")
    assert dated(document) == list(zip(TITLES, DAYS, strict=True))


@pytest.mark.parametrize(
    ("words", "back"),
    [
        ("刚刚", 0),
        ("今天", 0),
        ("5分钟前", 0),
        ("3小时前", 0),
        ("昨天", 1),
        ("昨天 12:30", 1),
        ("前天", 2),
        ("3天前", 3),
        ("1周前", 7),
        ("2星期前", 14),
    ],
)
def test_relative_words_count_from_as_of(words: str, back: int) -> None:
    document = page(f"<ul>{rows('<li><a href={plain}>{title}</a><span>' + words + '</span></li>')}</ul>")
    found = newest(document)
    assert found is not None
    assert found.day == AS_OF - timedelta(days=back)


def test_a_year_heading_serves_the_month_days_below_it() -> None:
    row = "<li><a href={plain}>{title}</a><span>{mm}-{dd}</span></li>"
    body = f"<h4>2023年</h4><ul>{rows(row)}</ul>"
    assert [day for _, day in dated(page(body))] == ["2023-05-11", "2023-05-09", "2023-04-30", "2023-04-02", "2023-12-29"]


UNDATED = {
    "month_day_without_any_year": "<li><a href={plain}>{title}</a><span>{mm}-{dd}</span></li>",
    "only_month_and_year": "<li><a href={plain}>{title}</a><span>{y}-{mm}</span></li>",
    "only_in_titles": "<li><a href={plain}>{title}</a></li>",
    "future": "<li><a href={plain}>{title}</a><span>2024-07-{dd}</span></li>",
    "impossible": "<li><a href={plain}>{title}</a><span>2024-02-31</span></li>",
    "deadline_only": "<li><a href={plain}>{title}</a><span>截止时间：{day}</span></li>",
    "meeting_day": "<li><a href={plain}>{title}</a><span>访谈时间：{day}</span></li>",
    "commented_out": "<li><a href={plain}>{title}</a><!--<span>{day}</span>--></li>",
    "hidden": "<li><a href={plain}>{title}</a><span style='display:none'>{day}</span></li>",
    "document_numbers": "<li><a href={plain}>{title}</a><span>县政发〔2024〕5号</span></li>",
    "reads": "<li><a href={plain}>{title}</a><span>2024</span></li>",
    "months_ago": "<li><a href={plain}>{title}</a><span>3个月前</span></li>",
}  # fmt: skip


@pytest.mark.parametrize("row", UNDATED.values(), ids=UNDATED.keys())
def test_what_is_no_day_of_an_item_gives_none_but_the_items_stay(row: str) -> None:
    document = page(f"<ul>{rows(row)}</ul>")
    assert dated(document) == [(title, "") for title in TITLES]
    assert newest(document) is None


def test_a_clock_in_the_content_shifts_no_days() -> None:
    body = "<div class=t>2024年6月29日</div>" + rows("<p><a href={plain}>{title}</a> <span>{day}</span></p>")
    assert dated(page(body)) == list(zip(TITLES, DAYS, strict=True))


def test_a_hidden_menu_with_newer_items_does_not_count() -> None:
    hidden = "<div style='display: none'><ul>" + rows("<li><a href=/m{n}.html>{title}</a><span>2024-06-2{n}</span></li>") + "</ul></div>"
    document = page(hidden + "<ul>" + rows("<li><a href={plain}>{title}</a><span>{day}</span></li>") + "</ul>")
    found = newest(document)
    assert found is not None
    assert str(found.day) == DAYS[0]


def test_a_side_list_does_not_count_beside_a_main_list() -> None:
    side = "<div class=sidebar><ul>" + rows("<li><a href=/s{n}.html>{title}</a><span>2024-06-2{n}</span></li>") + "</ul></div>"
    document = page("<ul>" + rows("<li><a href={plain}>{title}</a><span>{day}</span></li>") + "</ul>" + side)
    found = newest(document)
    assert found is not None
    assert str(found.day) == DAYS[0]


PAGER = "<div class=page><a href=#>首页</a><a href=#>上一页</a><a href=index_1.html>下一页</a> 共10页</div>"


@pytest.mark.parametrize("pager", [PAGER, "<div class=pg><script>createPageHTML(25, 0, 'index', 'html');</script></div>"])
@pytest.mark.parametrize("order", ["{side}{main}", "{main}{side}"])
def test_lists_beside_the_one_with_a_pager_don_t_count(order: str, pager: str) -> None:
    side = "<div class=r300><h4>热点</h4><ul>" + rows("<li><a href=/s{n}.html>{title}</a><span>2024-06-2{n}</span></li>") + "</ul></div>"
    half = "<ul>" + rows("<li><a href={plain}>{title}</a><span>{day}</span></li>") + "</ul>"
    older = half.replace(DAYS[0], "2021-01-01").replace("content_", "old_")
    main = f"<div class=l680>{half}{older}{pager}</div>"
    document = page(order.format(side=side + side.replace("/s", "/v"), main=main))
    found = newest(document)
    assert found is not None
    assert str(found.day) == DAYS[0]
    assert dated(document)[0][1] in (DAYS[0], "2021-01-01")


def test_a_pager_among_many_lists_is_a_picture_show_s() -> None:
    items = rows("<li><a href=/{n}.html>{title}</a><span>{day}</span></li>")
    lists = "".join(f"<div class=b{i}><ul>{items}</ul></div>" for i in range(5)).replace(DAYS[0], "2024-06-11", 1)
    show = "<div class=show><ul><li><a href=/p.html>某县春日风光图片展示</a><span>2021-01-01</span></li></ul><span>上一页</span></div>"
    found = newest(page(lists + show))
    assert found is not None
    assert str(found.day) == "2024-06-11"


def test_records_of_a_datastore_are_the_list() -> None:
    records = rows("<record><![CDATA[<li><a href='{plain}'>{title}</a><span>{day}</span></li>]]></record>")
    document = page(f"<script type='text/xml'><datastore><nextgroup></nextgroup><recordset>{records}</recordset></datastore></script>")
    assert dated(document) == list(zip(TITLES, DAYS, strict=True))


def test_records_of_loose_table_rows_are_the_list() -> None:
    records = rows("<record><![CDATA[<tr><td><a href='{plain}'>{title}</a></td><td>{day}</td></tr>]]></record>")
    document = page(f"<script type='text/xml'><datastore><recordset>{records}</recordset></datastore></script>")
    assert dated(document) == list(zip(TITLES, DAYS, strict=True))


def test_a_fragment_s_list_is_the_page_s_list() -> None:
    body = f"<html><body><ul>{rows('<li><a href={plain}>{title}</a><span>{day}</span></li>')}</ul></body></html>"
    fragment = Document(body, "http://www.example.gov.cn/xwzx/gzdt/list.html", as_of=AS_OF)
    document = Document("<body><h2>工作动态</h2><iframe src=list.html></iframe></body>", URL, as_of=AS_OF, fragments=(fragment,))
    assert dated(document) == list(zip(TITLES, DAYS, strict=True))
    assert document.lists[0].items[0].url == "http://www.example.gov.cn/xwzx/gzdt/content_0.html"


def test_a_cut_title_is_completed_from_the_title_attribute() -> None:
    body = "<ul><li><a href=/1.html title='关于印发某县2024年重点工作任务分工方案的通知'>关于印发某县2024年重点工作...</a><span>2024-05-11</span></li></ul>"
    assert dated(page(body)) == [("关于印发某县2024年重点工作任务分工方案的通知", "2024-05-11")]


def test_heading_and_more_link_belong_to_their_block() -> None:
    block = "<div class=box><div class=hd><h3>{0}</h3><a href=/{1}/>更多&gt;&gt;</a></div><ul>{2}</ul></div>"
    one = rows("<li><a href=/a{n}.html>{title}</a><span>{day}</span></li>")
    two = rows("<li><a href=/b{n}.html>{title}</a><span>{day}</span></li>")
    document = page(block.format("政务要闻", "zwyw", one) + block.format("通知公告", "tzgg", two))
    assert [(entry.heading, entry.more.rsplit(".cn")[-1], len(entry.items)) for entry in document.lists] == [
        ("政务要闻", "/zwyw/", 5),
        ("通知公告", "/tzgg/", 5),
    ]


def test_a_menu_is_no_list() -> None:
    assert page("<p>本栏目由县政府办公室负责。</p>").lists == ()


EMPTY = [
    "共0条",
    "共 0 条记录",
    "暂无数据",
    "暂无相关信息",
    "没有符合条件的信息",
    "没有找到相关信息",
    "暂无通知公告",
    "本栏目暂未发布信息",
    "栏目建设中",
    "内容正在建设中……",
]


@pytest.mark.parametrize("words", EMPTY)
def test_a_column_that_says_it_is_empty_is(words: str) -> None:
    document = page(f"<div class=list><p>{words}</p></div>")
    assert empty_notice(document)
    assert really_empty(document)


NOT_EMPTY = {
    "rows_exist": "<ul>" + rows("<li><a href={plain}>{title}</a><span>{day}</span></li>") + "</ul><p>暂无相关信息</p>",
    "the_letters_are_in_a_frame": "<p>暂无数据</p><iframe id=iframepage src='/letters.html'></iframe>",
    "a_script_may_fill_it": "<div id=list><p>暂无数据</p></div><script>$.ajax({url:'/list.json',success:function(d){$('#list').html(d)}})</script>",
    "the_words_are_hidden": "<p style='display:none'>暂无数据</p>",
    "a_menu": "<p>请选择左侧栏目</p>",
    "nothing_said": "<div class=list></div>",
    "titles_without_days": "<ul>" + rows("<li><a href={plain}>{title}</a></li>") + "</ul><p>暂无相关信息</p>",
    "a_title_speaks_of_building": "<ul><li><a href=/1.html>某大桥正在建设中</a></li></ul>",
    "an_article_speaks_of_building": "<p>该项目正在建设中。</p>"
    + "<p>项目总投资三亿元，建成后将改善沿线群众的出行条件，带动当地旅游业发展。</p>" * 4,
    "a_value_nobody_filled_in": "<p>局长：王某　副局长：暂无信息</p>",
    "ten_records": "<p>共10条</p>",
    "talk_of_construction": "<p>全县在建设中国特色社会主义新农村的过程中取得了显著成绩，群众满意度不断提升，各项事业稳步发展。</p>",
}


@pytest.mark.parametrize("body", NOT_EMPTY.values(), ids=NOT_EMPTY.keys())
def test_a_column_is_not_called_empty_without_proof(body: str) -> None:
    assert not really_empty(page(body))


@given(
    st.lists(st.dates(date(1996, 1, 1), AS_OF), min_size=1, max_size=12),
    st.sampled_from(["{0}-{1:02}-{2:02}", "{0}/{1}/{2}", "{0}年{1}月{2}日", "[{0}-{1}-{2}]"]),
)
@settings(max_examples=60, deadline=None)
def test_the_newest_of_any_order_is_found(days: list[date], form: str) -> None:
    items = "".join(
        f"<li><a href=/{i}.html>县领导调研重点项目建设情况{i}号</a><span>{form.format(d.year, d.month, d.day)}</span></li>"
        for i, d in enumerate(days)
    )
    found = newest(page(f"<ul>{items}</ul>"))
    assert found is not None
    assert found.day == max(days)


@given(st.text(alphabet="<>/abli dtrp=\"'年月日-0123456789发布时间：", max_size=400))
@settings(max_examples=80, deadline=None)
def test_broken_markup_raises_nothing_and_gives_no_future_day(html: str) -> None:
    document = page(html)
    for entry in document.lists:
        assert entry.items
        assert all(item.date is None or item.date.day <= AS_OF for item in entry.items)
    assert newest(document) is None or newest(document).day <= AS_OF  # type: ignore[union-attr]
