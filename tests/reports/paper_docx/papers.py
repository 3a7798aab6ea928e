"""Papers made by hand with everything a paper can hold, and reading a DOCX back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn

from reports.paper import Annex, Block, Heading, PageBreak, Paper, Paragraph, Picture, Table
from tests.quarters.samples import HOSTILE, jpeg

BLOCKS: tuple[Block, ...] = (
    Paragraph("按照要求，开展了检查。现将有关情况通报如下。"),
    Heading("一、总体情况", 1, anchor="overview"),
    Heading("（一）检查范围", 2),
    Paragraph("全省正在运行的政府网站共6个。", lead="范围："),
    Heading("1.层级", 3),
    Heading("（1）省级", 4),
    Table(
        ("序号", "网站名称", "问题"),
        (("1", "青山市人民政府门户网站", "栏目不更新\n超过6个月"), ("2", HOSTILE, "链接不可用"), ("3", "白水市", "“首页”不更新")),
        caption="问题网站",
        widths=(1, 4, 3),
        align=("center", "left", "right"),
        links={(0, 1): "http://www.s1.gov.cn/a?b=1&c=2", (1, 1): "javascript:alert(1)", (2, 2): "#overview"},
    ),
    Table(("序号", "网站名称"), (), caption="未能评估的网站", empty="没有未能评估的网站。"),
    Picture(jpeg("one"), "青山市首页的截图", caption="青山市首页", width=0.6),
    Picture(jpeg("one"), "同一张截图", width=0.4),
    PageBreak(),
    Paragraph("网址：http://www.s1.gov.cn/", link="http://www.s1.gov.cn/"),
    Paragraph("表中百分比保留两位小数。", quiet=True),
)
ANNEXES = (
    Annex("不合格网站名单", (Table(("序号", "名称"), (("1", "白水市"),)),)),
    Annex("各单位情况", (Heading("青山市", 2), Paragraph("没有问题。"))),
)
PAPER = Paper(
    "bulletin", "关于2026年第三季度全省政府网站检查情况的通报", BLOCKS, ANNEXES, red_heading="清河省人民政府办公厅文件", number="清政办〔2026〕12号",
    addressees="各市人民政府", signed="清河省人民政府办公厅", dated=date(2026, 10, 9), banner="草稿：尚未发布。", footnotes=("依据为推定。", "程序：明镜0.5.0。"),
    subject="2026年第三季度检查",
)  # fmt: skip


def paper(*blocks: Block, **changes: Any) -> Paper:
    """A paper of nothing but these blocks and a title."""
    return replace(Paper("bulletin", "通报", blocks), **changes)


def read(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def lines(document: Document) -> list[str]:
    """Every paragraph of the body in reading order, cells too; line ends as ``\\n``."""
    texts = []
    for each in document.element.body.iter(qn("w:p")):
        parts = [("\n" if node.tag == qn("w:br") else node.text or "") for node in each.iter(qn("w:t"), qn("w:br"))]
        texts.append("".join(parts))
    return [text for text in texts if text]


def styled(document: Document, name: str) -> list[str]:
    """Texts of the paragraphs in the body in a style of this name, outside tables."""
    return [each.text for each in document.paragraphs if each.style is not None and each.style.name == name]
