"""Pages and bodies made to break the reader: too big, too deep, too many, in no charset. Read as far as they can be, in bounded memory."""

from __future__ import annotations

import asyncio
import gzip
import io
import itertools
import zlib
from collections.abc import Iterator

import pytest

from tests.hostile import server, site
from tests.hostile.running import Case, Lab, Run, quiet
from tests.hostile.server import answer, drip, page

READ, BOMB, TOO_LARGE = ("page", ""), ("too-large", "内容超过大小上限"), ("too-large", "")
TEXT = "专题内容。" * 60


def _framed(body: str, head: str = "") -> server.Speak:
    html = site.frame("专题专栏", f"<h1>专题专栏</h1><p>{TEXT}</p>{body}")
    return page(html.replace("</head>", f"{head}</head>").encode("utf-8", "surrogatepass"))


def _zeros_gzipped() -> bytes:
    """Ten megabytes that unpack to ten gigabytes: members of a hundred megabytes of NULs, one after the other."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9) as packer:
        for _ in range(100):
            packer.write(bytes(2**20))
    member = buffer.getvalue()
    return member * (10_000_000 // len(member))


def _layers(packed: bytes, count: int) -> bytes:
    for _ in range(count):
        packed = gzip.compress(packed)
    return packed


def _endless_pages() -> server.Speak:
    numbers = itertools.count()

    async def speak(path: str, writer: asyncio.StreamWriter) -> None:
        links = "".join(f"<li><a href='/bad/?id={next(numbers)}&k={n}'>第{n}个专题的内容页面</a></li>" for n in range(40))
        await _framed(f"<ul>{links}</ul>")(path, writer)

    return speak


def _sessions() -> server.Speak:
    numbers = itertools.count()

    async def speak(path: str, writer: asyncio.StreamWriter) -> None:
        number = next(numbers)
        links = f"<a href='/bad/s{number}/x.html;jsessionid={number:032x}'>甲</a><a href='/bad/?PHPSESSID={number:032x}'>乙</a><a href='/bad/{number}/'>丙</a>"
        await _framed(links)(path, writer)

    return speak


def cases() -> list[Case]:
    """What a body is → the state and reason of its page."""
    bomb = _zeros_gzipped()
    stream = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%s\r\n"
    piece = b"<p>" + b"x" * 65_536
    odd: dict[str, tuple[server.Speak, tuple[str, str]]] = {
        # bombs
        "bomb-gzip": (answer(bomb, "Content-Encoding: gzip"), BOMB),
        "bomb-small": (answer(bomb[: len(bomb) // 80], "Content-Encoding: gzip"), BOMB),
        "bomb-layers": (answer(_layers(bomb[: len(bomb) // 20], 2), "Content-Encoding: gzip, gzip, gzip"), BOMB),
        "bomb-deflate": (answer(zlib.compress(bytes(200 * 2**20), 9), "Content-Encoding: deflate"), BOMB),
        "endless-body": (drip(stream % b"", piece, 0), BOMB),
        "endless-with-length": (drip(stream % b"Content-Length: 99999999999\r\n", piece, 0), BOMB),
        "endless-chunks": (drip(stream % b"Transfer-Encoding: chunked\r\n", b"10003\r\n" + piece + b"\r\n", 0), BOMB),
        # size
        "links-100000": (_framed("".join(f"<a href='/zt/{n}.html'>专题之{n}</a>" for n in range(100_000))), ("page", "页面标记过多，只读取")),
        "line-of-a-million": (_framed("长" * 1_000_000), READ),
        "digits-of-a-million": (_framed("1" * 1_000_000), READ),
        "table-of-50000-cells": (_framed("<table>" + "<tr><td rowspan=9999 colspan=9999>受理1件</td></tr>" * 20_000 + "</table>"), READ),
        "images-20000": (_framed("".join(f"<img src='/i{n}.png'>" for n in range(20_000))), READ),
        "frames-5000": (_framed("".join(f"<iframe src='/f{n}.html'></iframe>" for n in range(5_000))), READ),
        # nesting
        "deep-200": (_framed("<div>" * 200 + "深处" + "</div>" * 200), READ),
        "deep-100000": (_framed("<div>" * 100_000 + "深处"), READ),
        "deep-templates": (_framed("<template>" * 100_000), READ),
        "deep-tables": (_framed("<table><tr><td>" * 20_000), READ),
        "deep-svg": (_framed("<svg><foreignObject>" * 20_000), READ),
        "formatting": (_framed("".join(f"<font size={n}>" for n in range(2_000)) + "<p>" * 20_000), READ),
        "attributes-50000": (_framed(f"<div {' '.join(f'a{n}=1' for n in range(50_000))}>内容</div>"), READ),
        "attributes-quoted": (_framed("<div " + "".join(f"a{n}='<>'" for n in range(300_000)) + ">"), READ),
        "bodies-30000": (_framed("".join(f"<body a{n}=1>" for n in range(30_000))), READ),
        # syntax
        "comment-open": (_framed("<!-- " + "<a href='/zt/'>x</a>" * 20_000), READ),
        "title-open": (_framed("", "<title>" + "<" * 1_000_000), ("empty", "页面没有任何内容")),
        "script-open": (_framed("<script>" + "/*a" * 300_000), READ),
        "cdata-storm": (_framed("<script type='text/xml'><datastore>" + "<![CDATA[" * 100_000 + "</script>"), READ),
        "entities": (_framed("&#x110000;&#xD800;&#0;&#99999999999;&notanentity;&amp" * 20_000), READ),
        "markup-nonsense": (_framed("<a href=\"//[::1\"><base href='http://[bad'><meta http-equiv=refresh content='0;url=http://['>" * 1_000), READ),
        "base-elsewhere": (_framed("<a href='zt/'>专题</a>", "<base href='https://elsewhere-test.cn/'>"), READ),
        "frame-of-itself": (_framed("<iframe src='/bad/'></iframe><iframe src='/bad/?a'></iframe>"), READ),
        "page-superscript": (_framed("<a href='/zt/?page=%C2%B2'>下一页</a><a href='/zt/?page=²'>²</a>"), READ),
        # charsets
        "nul-bytes": (page(site.frame("专题", TEXT).replace("专题", "专\0题\0").encode() + b"\0" * 100_000), READ),
        "gb2312-label-utf8": (answer(site.frame("专题", TEXT).encode(), kind="text/html; charset=gb2312"), READ),
        "half-character": (page(site.frame("专题", TEXT).encode()[:-200] + "县".encode()[:2]), READ),
        "half-characters": (page(site.frame("专题", TEXT).encode() + b"\xe5\x8e" * 50_000), READ),
        "utf16-no-bom": (answer(site.frame("专题", TEXT).encode("utf-16-le"), kind="text/html"), READ),
        "surrogates": (page(site.frame("专题", TEXT + "\ud800\udfff" * 1_000).encode("utf-8", "surrogatepass")), READ),
        "charset-unknown": (answer(site.frame("专题", TEXT).replace("utf-8", "x-no-such").encode(), kind="text/html; charset=\"x;'"), READ),
        "charset-rot13": (answer(site.frame("专题", TEXT).replace("utf-8", "rot13").encode(), kind="text/html; charset=zlib"), READ),
        "utf7": (answer(site.frame("专题", TEXT).encode("utf-7"), kind="text/html; charset=utf-7"), READ),
        "noise": (answer(bytes(range(256)) * 4_000, kind="text/html"), READ),
        # traps
        "endless-pages": (_endless_pages(), READ),
        "endless-sessions": (_sessions(), READ),
    }  # fmt: skip
    made = [Case(name, expected, {"/bad/": speak, "/bad/?a": speak}) for name, (speak, expected) in odd.items()]
    for case in made:
        if case.name.startswith("endless-") and case.expected == READ:
            case.pages = {**case.pages, "*": case.pages["/bad/"]}
    return made


@pytest.fixture(scope="module")
def run(lab: Lab) -> Iterator[Run]:
    """All sites, two at a time, in one process."""
    yield lab.run([Case("clean", ("not asked", ""), bad=""), *cases()], at_once=2, most=500)


@pytest.mark.parametrize("name", [case.name for case in cases()])
def test_a_hostile_page_has_one_clear_outcome_and_accuses_nobody(run: Run, name: str) -> None:
    outcome, clean = run.outcomes[name], run.outcomes["clean"]
    row = outcome.page()
    assert (row["state"], str(row["reason"])[: len(outcome.case.expected[1])]) == outcome.case.expected, row
    assert outcome.found["state"] == "ok"
    assert outcome.honest_pages() == site.HONEST
    assert outcome.accusations() == clean.accusations()
    for check in ("home-updates", "column-updates", "error-report-entry"):
        assert outcome.found["verdicts"][check] in ("pass", "not_assessed"), check
        assert clean.found["verdicts"][check] == "pass"
    assert outcome.found["seconds"] < 120


def test_all_of_them_together_are_quiet_and_stay_within_their_memory(run: Run) -> None:
    assert quiet(run), run.stderr[-4000:]
    assert run.grown_mb < 300


def test_traps_end(run: Run) -> None:
    assert run.outcomes["endless-pages"].found["coverage"]["ended_by"] == "max-pages"
    assert len(run.outcomes["endless-sessions"].found["pages"]) < 40


def test_the_text_of_a_page_in_a_wrong_or_broken_charset_is_still_read(run: Run) -> None:
    for name in ("nul-bytes", "gb2312-label-utf8", "half-character", "utf16-no-bom", "charset-unknown", "charset-rot13"):
        assert "清河县人民政府" in run.outcomes[name].page()["title"], name


def test_a_page_of_too_many_links_is_read_up_to_a_limit_and_says_so(run: Run) -> None:
    outcome = run.outcomes["links-100000"]
    assert 10_000 < outcome.found["links"][outcome.bad] < 50_000
    assert "只读取" in outcome.page()["reason"]
    assert outcome.found["coverage"]["cut_pages"] == 1
    assert run.outcomes["clean"].found["coverage"]["cut_pages"] == 0
