"""Mixed content from markup: what a browser fetches over http on an https page, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.https_mixed import insecure_parts, upgrades
from tests.checks.ipv6.portal import AS_OF

URL = "https://www.qinghe-test.gov.cn/xw/"
THERE = "http://static.qinghe-test.gov.cn"

ACTIVE = [
    f'<script src="{THERE}/a.js"></script>',
    f'<SCRIPT SRC="{THERE}/a.js" TYPE="text/javascript"></SCRIPT>',
    f'<script type="module" src="{THERE}/a.js"></script>',
    f'<iframe src="{THERE}/a.html"></iframe>',
    f'<link rel="stylesheet" href="{THERE}/a.css">',
    f'<link rel="alternate STYLESHEET" href="{THERE}/a.css">',
    f'<object data="{THERE}/a.swf"></object>',
    f'<embed src="{THERE}/a.swf">',
    f"<style>@import '{THERE}/a.css';</style>",
    f"<style>@import url({THERE}/a.css);</style>",
    '<base href="http://www.qinghe-test.gov.cn/"><script src="/a.js"></script>',
    '<script src="HTTP://www.qinghe-test.gov.cn/a.js"></script>',
]
PASSIVE = [
    f'<img src="{THERE}/a.png">',
    f'<img src="/a.png" srcset="/b.png 1x, {THERE}/c.png 2x">',
    f'<video poster="{THERE}/a.jpg"></video>',
    f'<audio src="{THERE}/a.mp3"></audio>',
    f'<video><source src="{THERE}/a.mp4"></video>',
    f'<input type="image" src="{THERE}/a.png">',
    f'<link rel="shortcut icon" href="{THERE}/a.ico">',
    f'<table background="{THERE}/a.gif"></table>',
    f'<div style="background:url({THERE}/a.png)"></div>',
    f"<style>.a{{background:url('{THERE}/a.png')}}</style>",
]
HARMLESS = [
    f'<a href="{THERE}/a.html">链接</a>',
    f'<!-- <script src="{THERE}/a.js"></script> -->',
    f'<noscript><img src="{THERE}/a.png"></noscript>',
    f'<link rel="canonical" href="{THERE}/">',
    f'<link rel="alternate" type="application/rss+xml" href="{THERE}/rss.xml">',
    '<script src="//static.qinghe-test.gov.cn/a.js"></script>',
    '<script src="https://static.qinghe-test.gov.cn/a.js"></script><p>http://</p>',
    f'<form action="{THERE}/search"></form>',
    f'<input type="text" src="{THERE}/a.png">',
    f'<img data-src="{THERE}/a.png" src="/blank.gif">',
    f'<script type="text/template" src="{THERE}/a.html"></script>',
    f'<script>var home = "{THERE}/a.js";</script>',
    f'<meta property="og:image" content="{THERE}/a.png">',
    "<style>@namespace url(http://www.w3.org/1999/xhtml);</style>",
    f"<style>/* url({THERE}/a.png) */</style>",
    """<div style="background:url('data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E')"></div>""",
    '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    '<img src="http://localhost:8080/a.png"><img src="http://127.0.0.1/a.png">',
    f'<meta http-equiv="Content-Security-Policy" content="upgrade-insecure-requests"><script src="{THERE}/a.js"></script>',
    f"<meta http-equiv='content-security-policy' content=\"default-src 'self'; Upgrade-Insecure-Requests\"><img src='{THERE}/a.png'>",
]


def page(markup: str) -> str:
    return f"<!DOCTYPE html><html><head><title>清河县</title></head><body>{markup}</body></html>"


@pytest.mark.parametrize("markup", ACTIVE)
def test_what_can_change_the_page_is_active(markup: str) -> None:
    found = insecure_parts(page(markup), URL, AS_OF)
    assert [(url[:7].lower(), active) for url, _, active in found] == [("http://", True)], found


@pytest.mark.parametrize("markup", PASSIVE)
def test_pictures_and_sound_are_passive(markup: str) -> None:
    found = insecure_parts(page(markup), URL, AS_OF)
    assert [(url.startswith(THERE), active) for url, _, active in found] == [(True, False)], found


@pytest.mark.parametrize("markup", HARMLESS)
def test_what_no_browser_fetches_over_http_is_none(markup: str) -> None:
    assert insecure_parts(page(markup), URL, AS_OF) == []


@pytest.mark.parametrize("markup", [*ACTIVE, *PASSIVE])
def test_an_http_page_has_no_mixed_content(markup: str) -> None:
    assert insecure_parts(page(markup), URL.replace("https", "http"), AS_OF) == []


def test_one_address_is_named_once_with_its_tag() -> None:
    found = insecure_parts(page(f'<img\n src="{THERE}/a.png" alt="徽标">' * 3), URL, AS_OF)
    assert found == [(f"{THERE}/a.png", f'<img src="{THERE}/a.png" alt="徽标">', False)]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("upgrade-insecure-requests", True),
        ("default-src https:; upgrade-insecure-requests;", True),
        ("default-src 'self', UPGRADE-INSECURE-REQUESTS", True),
        ("block-all-mixed-content", False),
        ("report-uri /upgrade-insecure-requests", False),
        ("", False),
    ],
)
def test_only_the_directive_itself_upgrades(policy: str, expected: bool) -> None:
    assert upgrades(policy) is expected


@given(
    st.lists(st.sampled_from([*ACTIVE, *PASSIVE, *HARMLESS, "<base href='x:'>", "\0<", "<style>@import", "srcset=','"]), max_size=6),
    st.text(),
)
def test_any_soup_is_read_without_a_fault(pieces: list[str], noise: str) -> None:
    for url, tag, _ in insecure_parts(noise.join(pieces), URL, AS_OF):
        assert url.lower().startswith("http://") and tag
