"""No bytes make a parser raise, and no page costs more time than its size allows. The same targets are fuzzed, see docs/hostile.md."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.document import Document
from crawler.tame import MAX_DEPTH, parse, too_deep
from tests.hostile import targets
from tests.hostile.seeds import seeds

FEW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=4000, deadline=None, suppress_health_check=list(HealthCheck))
BYTES = st.binary(max_size=300) | st.text(max_size=120).map(lambda text: text.encode("utf-8", "surrogatepass"))
TOKENS = st.lists(st.integers(0, len(targets.TOKENS) - 1), max_size=120).map(bytes)


@pytest.mark.parametrize("target", targets.TARGETS, ids=lambda target: target.__name__)
def test_no_bytes_make_a_parser_raise(target: Callable[[bytes], None]) -> None:
    @FEW
    @given(BYTES | TOKENS)
    def no_bytes(data: bytes) -> None:
        target(data)

    no_bytes()


@pytest.mark.soak
@pytest.mark.parametrize("target", targets.TARGETS, ids=lambda target: target.__name__)
def test_no_bytes_of_many_make_a_parser_raise(target: Callable[[bytes], None]) -> None:
    @MANY
    @given(BYTES | TOKENS)
    def no_bytes(data: bytes) -> None:
        target(data)

    no_bytes()


@pytest.mark.parametrize("seed", list(seeds()), ids=lambda seed: str(len(seed)))
def test_every_seed_of_the_fuzzer_passes(seed: bytes) -> None:
    targets.TARGETS[seed[0]](seed[1:])


ADDRESSES = st.text(alphabet="/?&=#%;:@[]\\.²٣0123456789abpagexin中\x00\ud800 _-", max_size=60)


@FEW
@given(ADDRESSES)
def test_no_address_makes_the_frontier_raise(text: str) -> None:
    targets.addresses(text.encode("utf-8", "surrogatepass"))


FOUND = (
    (targets.addresses, "?page=²".encode()),
    (targets.addresses, b"?page=%C2%B2"),
    (targets.headers, "Retry-After: ²".encode()),
    (targets.headers, b'X: Wed, 21 Oct "026 07:28:00 +9999999999'),
    (targets.headers, b"X: Wed, 21 Oct 99999999999 07:28:00 GMT"),
)
"""What once made a parser raise."""


@pytest.mark.parametrize(("target", "data"), FOUND)
def test_what_once_broke_a_parser_does_so_no_more(target: Callable[[bytes], None], data: bytes) -> None:
    target(data)


SIZE = 120_000
REPEATED = {
    "open-tags": "<div>", "open-lists": "<ul>", "open-links": "<a href=/a/1.html>", "links": "<a href=/a/1.html>标题标题标题</a> 2026-08-01 ", "svg": "<svg>",
    "nested-links": "<div><a href=/a/1.html>标题标题标题</a>2026-08-01", "nested-cells": "<table><tr><td><a href=/a/1.html>标题标题</a>2026-08-01", "misnested": "<i><b></i>",
    "digits": "1", "digits-of-another-script": "٣", "spaces": " ", "letters": "a", "years": "2026-", "dashes": "-", "months": "8月", "labels": "发布时间：", "owners": "主办单位：",
    "codes": "标识码", "icp": "京ICP备", "lost": "不存在", "pages": "页面", "places": "<div>当前位置", "addresses": "https://", "slashes": "/", "quotes": "'", "angles": "<",
    "entities": "&#x110000;", "templates": "<template>", "frames": "<iframe src=/a>", "comments": "<!--", "cdata": "<![CDATA[", "datastores": "<script type='text/xml'><datastore",
    "forms": "<form><textarea></textarea><input type=submit value=提交>", "mails": "a@b.", "titles": "<h1>关于某事项的通知公告</h1>", "pagers": "共1条 第1/9页 ",
}  # fmt: skip
OPENERS = ("", "<title>", "<script>", "<a href='", "<p class='", "<script type='text/xml'><datastore>")
STORMS = {f"{opener or 'body'} {name}": opener + text * (SIZE // len(text)) for opener in OPENERS for name, text in REPEATED.items()}
STORMS |= {
    "attributes": f"<div {' '.join(f'a{n}' for n in range(SIZE // 7))}>",
    "attributes-quoted": "<div " + "".join(f"a{n}='<>'" for n in range(SIZE // 11)) + ">",
    "roots": "".join(f"<body a{n}=1>" for n in range(SIZE // 14)),
    "comments-in-script": "<script>" + "/*a" * (SIZE // 3),
    "writes": "<script>" + "document.write('<meta " * (SIZE // 22),
    "jumps": "<script>" + "location.href='/a" * (SIZE // 17),
    "datastore-then-scripts": "<datastore" + "<script type='text/xml'>" * (SIZE // 24),
}
BOUND = 20.0
"""Seconds of processor time for 120 kB on a slow machine; what grows with the square of the size takes hours."""


def _cpu(html: str) -> float:
    """Processor seconds to read ``html``, in a child that is ended by the system when it takes too long."""
    child = os.fork()
    if not child:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, BOUND)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        try:
            targets.read_everything(Document(html, targets.URL, as_of=targets.AS_OF))
        except BaseException:  # noqa: BLE001 - a forked child must end here whatever happens
            os._exit(1)
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    assert status == 0, f"ended with status {status}"
    return usage.ru_utime + usage.ru_stime


@pytest.mark.parametrize("opener", OPENERS, ids=lambda opener: opener or "body")
def test_a_page_of_one_thing_repeated_costs_time_in_line_with_its_size(opener: str) -> None:
    slow = {name: took for name, html in STORMS.items() if name.startswith(f"{opener or 'body'} ") and (took := _cpu(html)) > BOUND / 2}
    assert not slow


def test_a_storm_of_another_kind_costs_no_more() -> None:
    slow = {name: took for name, html in STORMS.items() if " " not in name and (took := _cpu(html)) > BOUND / 2}
    assert not slow


def test_nesting_beyond_the_limit_keeps_text_links_and_title() -> None:
    html = "<title>标题</title><a href='/a/'>甲</a>" + "<div>" * 15_000 + "深处<a href='/b/'>乙</a>"
    tree = parse(html)
    assert not too_deep(tree)
    document = Document(html, targets.URL, as_of=targets.AS_OF)
    assert document.title == "标题"
    assert "深处" in document.text
    assert [link.url for link in document.links] == ["http://www.a-test.gov.cn/a/", "http://www.a-test.gov.cn/b/"]


@pytest.mark.parametrize("levels", [200, MAX_DEPTH - 10])
def test_nesting_within_the_limit_is_left_as_it_is(levels: int) -> None:
    begun = time.process_time()
    html = "<p></p>" * 1500 + "<div>" * levels + "深处" + "</div>" * levels
    assert parse(html).html.count("<div>") == levels  # type: ignore[union-attr]
    assert time.process_time() - begun < 5


def test_a_page_of_ordinary_size_is_parsed_as_it_stands() -> None:
    html = "<body>" + "<div><p>一段文字</p></div>" * 400
    assert parse(html).html.count("<p>") == 400  # type: ignore[union-attr]
