"""Who a page says it belongs to (网站标识): the facts of the footer as a visitor reads them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.document import Document

_PROVINCES = "蜀陇京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁港澳台滇"
_CODE = re.compile(r"标识码\s*[:：]?\s*((?:bm|BM)\d{8}|\d{10})(?![\dA-Za-z])")
_ICP = re.compile(rf"[{_PROVINCES}]\s*ICP\s*备\s*[:：]?\s*\d{{5,12}}\s*(?:-\s*\d+\s*)?号?(?:\s*[-－]\s*\d+)?", re.IGNORECASE)
_POLICE = re.compile(rf"[{_PROVINCES}]\s*公网安备\s*号?\s*\d{{10,14}}\s*号?")
_OWNER = re.compile(r"主 *办(?: *单 *位)?\s*[:：]\s*([^\s:：|｜©,，;；]{2,40}(?: [^\s:：|｜]{2,30}(?= |$|\n))?)")
_OWNER_BEHIND = re.compile(r"^(?:本?网?站?由)?([^\s，。、：:]{3,36}[府室厅局委会院部办署心])主办(?= |$)", re.MULTILINE)
_LABEL = re.compile(r"(?:承办|协办|技术支持|维护|地址|联系|电话|网站|版权|邮编|备案|ICP|主管).*$")
_CONTACT = re.compile(r"(?:联系(?:方式|电话|我们)|电话|邮箱|地址)\s*[:：]?")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class FooterIdentity:
    """What stands on the page, each in reading order, once: 网站标识码 (lower case), ICP 备案号, 公安备案号, 主办单位 ("" when none
    is named); whether the 党政机关标识 (conac) badge or a contact stands there."""

    site_codes: tuple[str, ...]
    icp: tuple[str, ...]
    police: tuple[str, ...]
    owner: str
    conac: bool
    contact: bool


def footer_identity(document: Document) -> FooterIdentity:
    """The identity facts of a page, from its visible text and the badge's markup. What stands only in comments is none."""
    text = document.text
    owner = _OWNER.search(text) or _OWNER_BEHIND.search(text)
    return FooterIdentity(
        site_codes=_each(code.lower() for code in _CODE.findall(text)),
        icp=_each(_SPACE.sub("", found) for found in _ICP.findall(text)),
        police=_each(_SPACE.sub("", found) for found in _POLICE.findall(text)),
        owner=_LABEL.sub("", owner[1]).strip() if owner else "",
        conac=any("conac.cn" in (e.attribute("href") or e.attribute("src")) for e in document.select("a[href],script[src],img[src]"))
        or next(document.select("#_ideConac,#imgConac"), None) is not None,
        contact=_CONTACT.search(text) is not None,
    )


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
