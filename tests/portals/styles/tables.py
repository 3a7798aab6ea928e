"""Old table pages in GBK: upper-case tags, no doctype, MM-DD beside dated addresses, several `<td>` an item."""

from __future__ import annotations

from html import escape

from tests.portals.foot import Fact
from tests.portals.model import AS_OF, Model
from tests.portals.pages import Byline, Listing, Row, View
from tests.portals.style import Style, meta_tags


class Tables(Style):
    """Bytes are GBK, the meta says gb2312, the header says nothing."""

    name = "tables"
    title = "GBK 旧式表格"
    charset = "gb18030"
    declared = ""

    def page(self, model: Model, view: View) -> str:
        title = view.title if view.kind == "home" else f"{view.title}-{model.name}"
        return f"""<HTML>
<HEAD>
<META http-equiv="Content-Type" content="text/html; charset=gb2312">
<TITLE>{escape(title)}</TITLE>
{self.tags(view)}
</HEAD>
<BODY bgcolor="#ffffff" topmargin="0">
<CENTER>
{self.header(model, view)}
{self.main(model, view)}
{self.footer(model, view)}
</CENTER>
</BODY>
</HTML>
"""

    def header(self, model: Model, view: View) -> str:
        script = f'<SCRIPT>document.write("今天是" + new Date({AS_OF.year}, {AS_OF.month - 1}, {AS_OF.day}).toLocaleDateString("zh-CN"));</SCRIPT>'
        rows = (
            f'<TABLE width="1000"><TR><TD><IMG src="/images/logo.png" alt="{model.name}"></TD><TD align="right">{script}</TD></TR></TABLE>'
        )
        return rows + self.navigation(model)

    def navigation(self, model: Model) -> str:
        cells = "".join(f'<TD><A href="{self.column(column)}">{column.name}</A></TD>' for column in model.columns)
        below = "".join(f'<A href="{self.column(child)}">{child.name}</A> | ' for column in model.columns for child in column.children)
        return f'<TABLE class="menu" width="1000"><TR><TD><A href="/">首 页</A></TD>{cells}</TR></TABLE><TABLE class="submenu" width="1000"><TR><TD>{below}</TD></TR></TABLE>'

    def main(self, model: Model, view: View) -> str:
        return f'<TABLE width="1000"><TR><TD valign="top">{super().main(model, view)}</TD></TR></TABLE>'

    def items(self, listing: Listing) -> str:
        return f'<TABLE width="100%" cellspacing="0">{"".join(self.row(row) for row in listing.rows)}</TABLE>'

    def row(self, row: Row) -> str:
        pinned = '<FONT color="red">[置顶]</FONT>' if row.pinned else ""
        day = f"<TD width=60>{row.day:%m-%d}</TD>" if row.day else ""
        return f'<TR><TD width=20>·</TD><TD>{pinned}<A href="{row.href}" target="_blank">{escape(row.title)}</A></TD>{day}</TR>'

    def pager(self, listing: Listing) -> str:
        links = " ".join(f'<A href="{path}">{number}</A>' for number, path in enumerate(listing.pages, 1))
        return f"<TABLE><TR><TD>{links}</TD></TR></TABLE>" if links else ""

    def byline(self, byline: Byline) -> str:
        day = f"日期：{byline.day.year}年{byline.day.month}月{byline.day.day}日&nbsp;&nbsp;" if byline.day else ""
        return f'<TABLE width="100%"><TR><TD align="center">{day}作者：{escape(byline.source)}</TD></TR></TABLE>'

    def tags(self, view: View) -> str:
        """Upper-case, as old editors wrote everything."""
        return meta_tags(view.meta).replace("<meta name=", "<META NAME=").replace(" content=", " CONTENT=")

    def facts(self, model: Model) -> dict[Fact, str]:
        """The code in elements of its own, one for each group of digits; the owner as 主办."""
        code = model.foot.code or model.code
        return super().facts(model) | {
            "owner": f"主 办：{model.name}",
            "site-code": f"政府网站标识码：<B>{code[:4]}</B><FONT color=red>{code[4:]}</FONT>",
        }

    def footer(self, model: Model, view: View) -> str:
        return f'<TABLE width="1000" bgcolor="#eeeeee"><TR><TD align="center">{self.identity(model, view)}{self.entry(model, view)}</TD></TR></TABLE>'
