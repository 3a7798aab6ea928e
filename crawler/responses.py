"""What comes over the wire, made safe: the words for a failed exchange, headers, redirect targets, cookies on the way, content encodings."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from crawler.site import InvalidAddress, ascii_host

_SAFE = "/:?#[]@!$&'()*+,;=%~-._|^`{}\"<> "  # left as they are in a Location; httpx escapes what must be

ErrorWord = Literal[
    "",
    "dns-failed",
    "no-such-domain",
    "refused",
    "timeout",
    "tls",
    "too-large",
    "refused-address",
    "robots",
    "redirect-loop",
    "protocol",
    "decode",
]

ERRORS: dict[str, str] = {
    "dns-failed": "域名解析没有得到应答",
    "no-such-domain": "域名没有可用的地址记录",
    "refused": "连接被拒绝",
    "timeout": "超时",
    "tls": "TLS 握手失败",
    "too-large": "内容超过大小上限",
    "refused-address": "地址属于本机或内部网络，按安全规则不访问",
    "robots": "robots.txt 不允许访问",
    "redirect-loop": "重定向次数过多或循环",
    "protocol": "应答不符合 HTTP 协议",
    "decode": "压缩内容无法解开",
}
"""Why an exchange gave no usable answer: the word in `Fetched.error` → what a user reads."""


HUNG_UP = "连接被对方关闭，没有应答"
"""A server that closed the connection before the first byte of an answer: nothing is wrong with an answer that never came."""


def protocol_detail(error: BaseException, *, quoted: bool = False) -> str:
    """What a user reads of a broken exchange: that nothing came, or that it was no HTTP; ``quoted``: with the library's own words."""
    if "disconnected" in str(error).lower():
        return HUNG_UP
    return f"{ERRORS['protocol']}（{error}）" if quoted else ERRORS["protocol"]


class ExchangeFailed(Exception):
    """One exchange ended without a usable answer."""

    def __init__(self, word: ErrorWord, detail: str = "", *, status: int | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.word, self.detail, self.status, self.headers = word, detail or ERRORS[word], status, headers or {}


def decompress(raw: bytes, encoding: str, limit: int) -> bytes:
    """``raw`` without its content encodings (gzip, deflate, at most three); raises a too-large or decode fault, never expands past ``limit``."""
    names = [name.strip().lower() for name in encoding.split(",") if name.strip().lower() not in ("", "identity")]
    if len(names) > 3:
        raise ExchangeFailed("decode", f"内容编码层数过多（{encoding}）")
    for name in reversed(names):
        if name not in ("gzip", "x-gzip", "deflate"):
            raise ExchangeFailed("decode", f"不支持的内容编码 {name}")
        raw = _inflate(raw, limit)
    return raw


def _inflate(raw: bytes, limit: int) -> bytes:
    """gzip, zlib or bare deflate, as the first bytes say; what a broken stream gave before it broke counts when there is any."""
    if not raw:
        return b""
    gzip_or_zlib = raw[:2] == b"\x1f\x8b" or (raw[0] & 0x0F == 8 and int.from_bytes(raw[:2], "big") % 31 == 0)
    window = (zlib.MAX_WBITS | 32) if gzip_or_zlib else -zlib.MAX_WBITS
    out = bytearray()
    while raw and len(out) <= limit:
        inflater = zlib.decompressobj(window)
        try:
            out += inflater.decompress(raw, limit + 1 - len(out))
        except zlib.error as error:
            if out:
                break
            raise ExchangeFailed("decode", f"压缩内容无法解开（{error}）") from error
        raw = inflater.unused_data if inflater.unused_data[:2] == b"\x1f\x8b" else b""
    if len(out) > limit:
        raise ExchangeFailed("too-large", f"内容解压后超过上限 {limit} 字节")
    return bytes(out)


def parse_headers(raw: list[tuple[bytes, bytes]]) -> tuple[dict[str, str], list[str]]:
    """Headers by lower-case name, repeated ones joined by commas, and the Set-Cookie lines. Bytes: UTF-8, else GB18030, else Latin-1."""
    table: dict[str, str] = {}
    cookies: list[str] = []
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), header_text(value_bytes)
        if name == "set-cookie":
            cookies.append(value)
        table[name] = f"{table[name]}, {value}" if name in table and name != "location" else value
    return table, cookies


def header_text(value: bytes) -> str:
    """A header's value as text: UTF-8, else GB18030, else Latin-1; every byte string has one."""
    for charset in ("utf-8", "gb18030"):
        try:
            return value.decode(charset)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


def redirect_target(base: str, location: str) -> str:
    """Where a redirect leads, absolute, without fragment; "" for no Location or one that is not http(s)."""
    if not location.strip():
        return ""
    try:
        parts = urlsplit(urljoin(base, location.strip()))
        host, port = ascii_host(parts.hostname or ""), parts.port
    except (ValueError, InvalidAddress):
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    return urlunsplit((parts.scheme, netloc, quote(parts.path or "/", safe=_SAFE), quote(parts.query, safe=_SAFE), ""))


def keep_cookies(jar: dict[tuple[str, str], str], host: str, lines: list[str]) -> None:
    """Cookies set on the way to the page (some walls set one and redirect to the same address); only for this one `get`."""
    for line in lines:
        try:
            parsed = SimpleCookie(line.split(";", 1)[0])
        except CookieError:
            continue
        jar.update({(host, name): morsel.coded_value for name, morsel in parsed.items()})
