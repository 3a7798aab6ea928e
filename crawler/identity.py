"""Who a page says it belongs to (网站标识): the facts of the footer as a visitor reads them. Pure.

Runs on every page of a crawl: each pattern is tried only where its own rare word stands, and the markup is looked at only for what the
text lacks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.document import Document

FACTS = ("conac", "site-code", "icp", "police", "owner", "contact")
"""党政机关标识, 网站标识码, ICP 备案号, 公安备案号, 主办单位, 联系方式: the six facts by their names in `FooterIdentity.shows`."""

_PROVINCES = "蜀陇京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁港澳台滇"
_CODE = re.compile(r"(?<![校构品一辆屋备械件户业人生])标识码\s*[:：]?\s*([0-9A-Za-z０-９]{1,24}(?:\s[0-9０-９]{1,10}){0,9})")
_VALID = re.compile(r"bm\d{8}|\d{10}")
_ICP = re.compile(rf"[{_PROVINCES}]\s*ICP\s*备\s*[:：]?\s*\d{{5,12}}\s*(?:-\s*\d+\s*)?号?(?:\s*[-－]\s*\d+)?", re.IGNORECASE)
_POLICE = re.compile(rf"[{_PROVINCES}]\s*公网安备\s*号?\s*\d{{10,14}}\s*号?")
_OWNER = re.compile(r"主 *办(?: *单 *位)?\s*[:：]\s*([^\s:：|｜©,，;；]{2,40}(?: [^\s:：|｜]{2,30}(?= |$|\n))?)")
_OWNER_BEHIND = re.compile(r"^(?:本?网?站?由)?([^\s，。、：:]{3,36}[府室厅局委会院部办署心])主办(?= |$)", re.MULTILINE)
_LABEL = re.compile(r"(?:承办|协办|技术支持|维护|地址|联系|电话|网站|版权|邮编|备案|ICP|主管).*$")
_CONTACT = ("电话", "地址", "邮箱", "联系我们", "联系方式")
_SPACE = re.compile(r"\s+")

# The same facts in other forms that a visitor may read as such: they make nothing missing, and give no value. Blanks are out. A pattern is
# tried only where one of its words stands.
_LOOSE: dict[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    "site-code": (
        ("标识", "標識", "代码", "编码", "代碼", "ode", "ID"),
        re.compile(
            r"(?:网站|政府|单位|網站)[^\n]{0,6}(?:标识|標識|代码|编码|代碼)[^\n\d]{0,6}(?:bm|BM)?\d{6,}|标识码\D{0,4}\d{4}"
            r"|(?:[Cc]ode|ID)[^\n\d]{0,8}(?:bm|BM)?\d{8,10}(?!\d)"
        ),
    ),
    "icp": (("ICP", "icp", "备案"), re.compile(r"(?:ICP|icp|备案(?:编?号|序号))(?:[^\n]{0,16}|[^\n]{0,8}\n[^\n]{0,4})\d{5,}")),
    "police": (
        ("公安", "安备", "安備", "网监", "ecurity"),
        re.compile(
            r"(?:公安|安[备備]|网监备案)[^\n]{0,14}\d{6,}|(?:公安(?:机关|联网)?备案|安备)[^\n]{0,8}\n[^\n]{0,4}\d{6,}|[Ss]ecurity[^\n]{0,14}\d{10,14}"
        ),
    ),
    "owner": (
        (
            "主办",
            "主辦",
            "主管",
            "管理单位",
            "版权",
            "版權",
            "opyright",
            "COPYRIGHT",
            "©",
            "(C)",
            "(c)",
            "ponsor",
            "osted",
            "Host",
            "rganize",
        ),
        re.compile(
            r"主[办辦管][、/和及暨]?(?:承办|承辦|维护|管理)?(?:单位|單位|方|机关)?[:：]|(?:主[办管]|管理)单位|主辦單位|[权權](?:所有|归)"
            r"|opyright|COPYRIGHT|©|\([Cc]\)|[Ss]ponsor|[Hh]ost(?:ed)?(?:[Bb]y|[:：])|[Oo]rganize[rd]"
        ),
    ),
    "contact": (
        ("联系", "聯繫", "聯絡", "电话", "電話", "邮箱", "郵箱", "邮件", "地址", "传真", "热线", "关于我们", "值班", "@", "mail", "ontact"),
        re.compile(
            r"联系|聯繫|聯絡|电话|電話|邮箱|郵箱|邮件|地址|传真|热线|关于我们|值班\D{0,6}\d{7}|@[\w-]+\.|mail|[Cc]ontact[Uu]s|[Cc]ontact:"
        ),
    ),
}
_PHONE = re.compile(r"0\d{2,3}[-－—)]{1,2}\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)")
_SPOKEN: dict[str, tuple[str, ...]] = {
    "site-code": ("标识码",),
    "icp": ("ICP", "备案号", "备案编号", "备案序号"),
    "police": ("公网安备", "公安备案", "公安机关备案", "公安网备"),
    "owner": ("主办", "主管单位", "版权所有"),
    "contact": ("联系", "电话", "邮箱", "地址", "关于我们"),
}
"""What a picture or a link says by its alt or title."""
_ALT = re.compile(r"alt\s?=\s?[\"']?([^\"'<>]{2,80})")
_ALT_UPPER = re.compile(r"ALT\s?=\s?[\"']?([^\"'<>]{2,80})")
_REGISTERS: dict[str, tuple[str, ...]] = {
    "icp": ("miit.gov.cn", "miitbeian.gov.cn"),
    "police": ("recordcode=", "beian.gov.cn/portal", "beian.mps.gov.cn"),
}
"""A link to the register is the number in another form."""
_TAIL = 2500
"""Characters at the end of the text, links at the end of the page, in which other forms are looked for: the foot is below."""
_LINKS = 60
_MARKUP = 30_000
_BADGE = ("conac.cn", "_ideConac", "imgConac")
_BADGE_COPIES = ("/red.png", "/blue.png", "j-gov", "conac")
"""The badge's picture kept on the site itself, and a plug-in that draws it."""
_WIDE = re.compile(r"[\uff21-\uff5a]")
_TAG = re.compile(r"<(?:iframe|img)\b[^<>]{1,1000}>", re.IGNORECASE)
_FOOT_NAME = re.compile(r"foot|bottom|copyright|banquan|dibu|yejiao", re.IGNORECASE)
"""Names of a foot that cannot be read: one picture without words, or a frame that another host serves."""
_OWN_WORDS = re.compile(r"\balt\s?=\s?[\"']?[^\"'\s<>]", re.IGNORECASE)
_FRAME_HOST = re.compile(r"src\s?=\s?[\"']?(?:https?:)?//", re.IGNORECASE)
_UNREAD_SCRIPTS = re.compile(r"[\u0600-\u06ff\u0f00-\u0fff\u1800-\u18af\ua000-\ua4cf\uac00-\ud7af]")
"""Uyghur, Kazakh, Tibetan, Mongolian, Yi, Korean: pages for their readers name owner and contact in words that nobody here reads."""
_UNREAD_LEAST = 40
_UNREAD_NUMBERS = {"site-code": re.compile(r"(?<!\d)\d{10}(?!\d)"), "police": re.compile(r"(?<!\d)\d{13,14}(?!\d)")}
_POLICE_COPIES = re.compile(
    r"src\s?=\s?[\"']?[^\"'<>\s]{0,200}(?:/ghs\.|d0289dc0a46fc5b15b3363ffa78cf6c7|gaba|gongan|wangan|beian)", re.IGNORECASE
)
"""The police badge kept on the site itself."""
_POLICE_NAMES = ("/ghs.", "gaba", "gongan", "wangan", "beian", "d0289dc0a46f")
_HIDDEN_SCRIPT = re.compile(r"<script[^<>]*>\s*$", re.IGNORECASE)
"""What stands before a script that hides itself from browsers of the nineties: ``<script><!--``. It is no comment."""
_MOST = 100
"""Places of one word, and codes of one page, that are looked at: a page of a hundred thousand is none to read whole."""
_BADGE_WORDS = ("党政机关", "政府机关", "事业单位标识")


@dataclass(frozen=True, slots=True)
class FooterIdentity:
    """What stands on the page, each in reading order, once: 网站标识码 (lower case), ICP 备案号, 公安备案号, 主办单位 ("" when none
    is named); whether the 党政机关标识 (conac) badge or a contact stands there.

    ``malformed``: what stands after 标识码 and is no code (twelve digits, say). ``otherwise``: names of facts that stand there in a form
    which gives no value: in a picture's alt, as a bare link to the register, 版权所有 for 主办单位.
    """

    site_codes: tuple[str, ...]
    icp: tuple[str, ...]
    police: tuple[str, ...]
    owner: str
    conac: bool
    contact: bool
    malformed: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()

    def shows(self, fact: str) -> bool:
        """Whether a visitor finds the fact (a name of `FACTS`) on this page, in whatever form."""
        return bool(self._value(fact)) or fact in self.otherwise

    def text(self, fact: str) -> str:
        """The fact as it stands there, "" when it has no value of its own."""
        value = self._value(fact)
        return "、".join(value) if isinstance(value, tuple) else value if isinstance(value, str) else ""

    def _value(self, fact: str) -> tuple[str, ...] | str | bool:
        values: dict[str, tuple[str, ...] | str | bool] = {
            "conac": self.conac,
            "site-code": self.site_codes or self.malformed,
            "icp": self.icp,
            "police": self.police,
            "owner": self.owner,
            "contact": self.contact,
        }
        return values[fact]


def footer_identity(document: Document) -> FooterIdentity:
    """The identity facts of a page, from its visible text and the badge's markup. What stands only in comments is none."""
    text = document.text
    codes, malformed = _codes(document, text) if "标识码" in text else ((), ())
    icp = _each(found for word in ("ICP", "icp") for found in _around(text, word, _ICP))
    police = _each(_around(text, "公网安备", _POLICE))
    owner = _owner(text) if "主" in text else ""
    contact = _any(_CONTACT, text)
    conac = any("onac" in part.html and any(_live(part.html, word) for word in _BADGE) for part in document.parts)
    lacking = [fact for fact, value in zip(FACTS, (conac, codes or malformed, icp, police, owner, contact), strict=True) if not value]
    otherwise = _otherwise(document, text, lacking) if lacking else ()
    return FooterIdentity(codes, icp, police, owner, conac, contact, malformed, otherwise)


def _around(text: str, word: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """What ``pattern`` finds around each place of its rare ``word``, without blanks."""
    at = text.find(word)
    while at >= 0:
        found = pattern.search(text, max(0, at - 6), at + 60)
        if found is not None:
            yield _SPACE.sub("", found[0])
        at = text.find(word, at + len(word))


def _codes(document: Document, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """``(codes, what stands after 标识码 and is none)``. Digits that tags or blanks split are one number."""
    codes: list[str] = []
    wrong: list[str] = []
    for match in islice(_CODE.finditer(text), _MOST):
        words = unicodedata.normalize("NFKC", match[1]).lower().split()
        code = _joined(words)
        if code:
            codes.append(code)
        elif sum(letter.isdigit() for letter in words[0]) >= (
            4 if ":" in match[0] or "：" in match[0] else 8
        ):  # 标识码 2023 年度核验 is none
            head = words[0][:10]
            cut = _VALID.fullmatch(head) and any(
                re.search(rf"{head}(?:<|\s|&nbsp;|&#)", part.html, re.IGNORECASE) for part in document.parts
            )
            (codes if cut else wrong).append(head if cut else words[0])  # an element of its own ends where its neighbour's digits begin
    return _each(codes), _each(wrong)


def _joined(words: list[str]) -> str:
    """The first word, or the first few together, when that is a code; "" otherwise."""
    whole = ""
    for word in words:
        whole += word
        if _VALID.fullmatch(whole):
            return whole
        if len(whole) > 10:
            break
    return ""


def _owner(text: str) -> str:
    found = _OWNER.search(text) or (_OWNER_BEHIND.search(text) if "主办" in text else None)
    return _LABEL.sub("", found[1]).strip() if found else ""


def _otherwise(document: Document, text: str, lacking: list[str]) -> tuple[str, ...]:
    """Which of the facts that give no value stand there in another form."""
    foot = (text if document.fragments else text[-_TAIL:]).replace(" ", "")
    if _WIDE.search(foot):
        foot = unicodedata.normalize("NFKC", foot)
    links = document.links[-_LINKS:]
    pictures = "\n".join(_alternatives(document))
    spoken = "\n".join([*(link.text for link in links), pictures])
    addresses = " ".join(link.url for link in links)
    foreign = _UNREAD_SCRIPTS.search(foot) is not None and len(_UNREAD_SCRIPTS.findall(foot)) >= _UNREAD_LEAST

    def stands(fact: str) -> bool:
        """Whether the fact stands on the page in a form that its own pattern does not read."""
        if fact == "conac":
            return _any(_BADGE_WORDS, pictures) or any(_live(part.html, word) for part in document.parts for word in _BADGE_COPIES)
        if foreign and (fact in ("owner", "contact") or (fact in _UNREAD_NUMBERS and _UNREAD_NUMBERS[fact].search(foot))):
            return True
        if _loosely(fact, foot) or _any(_SPOKEN[fact], spoken) or _any(_REGISTERS.get(fact, ()), addresses):
            return True
        return fact == "police" and _police_copy(document)

    found = tuple(fact for fact in lacking if stands(fact))
    return FACTS if not found and len(lacking) == len(FACTS) and _unread_foot(document) else found


def _pieces(document: Document) -> Iterator[tuple[str, str]]:
    """The tags of pictures and frames at the end of the page and of its fragments, each with the markup it stands in."""
    for part in document.parts:
        tail = part.html[-_MARKUP:]
        yield from ((match[0], tail) for match in islice(_TAG.finditer(tail), _MOST))


def _police_copy(document: Document) -> bool:
    if not any(_any(_POLICE_NAMES, part.html) for part in document.parts):
        return False
    return any(_POLICE_COPIES.search(tag) and _live(tail, tag) for tag, tail in _pieces(document))


def _unread_foot(document: Document) -> bool:
    """Whether the foot is one picture without words or a frame of another host: what stands there is not known to be missing."""
    for tag, tail in _pieces(document):
        if not _FOOT_NAME.search(tag):
            continue
        told = _FRAME_HOST.search(tag) is None if tag[1:7].lower() == "iframe" else _OWN_WORDS.search(tag) is not None
        if not told and _live(tail, tag):
            return True
    return False


def _loosely(fact: str, foot: str) -> bool:
    words, pattern = _LOOSE[fact]
    if _any(words, foot) and pattern.search(foot) is not None:
        return True
    return fact == "contact" and _PHONE.search(foot) is not None


def _any(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)


def _alternatives(document: Document) -> Iterator[str]:
    """The alt texts of the pictures at the end of the page and of its fragments."""
    for part in document.parts:
        begin = max(0, len(part.html) - _MARKUP)
        yield from _ALT.findall(part.html, begin)
        if "ALT" in part.html:
            yield from _ALT_UPPER.findall(part.html, begin)


def _live(html: str, word: str) -> bool:
    """Whether ``word`` stands in the markup outside comments; a script that writes it counts."""
    at, left = html.find(word), _MOST
    while at >= 0 and left:
        opened = html.rfind("<!--", 0, at)
        closed = html.find("-->", opened, at) if opened >= 0 else 0
        begun = html.rfind("\n", 0, at) + 1
        if opened >= 0 and closed < 0 and not _HIDDEN_SCRIPT.search(html, max(0, opened - 200), opened):
            end = html.find("-->", at)
            if end < 0:
                return False
            at = html.find(word, end)
        elif html[begun : min(at, begun + 80)].lstrip().startswith("//"):
            at = html.find(word, at + len(word))
        else:
            return True
        left -= 1
    return False


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
