"""What `https` measured: the handshake, the certificate, the way from http, and what https pages fetch without encryption."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checks.model import Judgement
from reports.sheet import Cell, Grid, Heading, Sheet, entries, figures_of, sheet, texts, within
from reports.view import Address, Fact, count_of, moment, text_of

CHECK_ID = "https"
SHOWN_NAMES = 6
_MIXED = (("active", "脚本、样式或框架"), ("passive", "图片或音视频"))


def https_sheet(judgements: Sequence[Judgement]) -> Sheet | None:
    """The sheet, or None when no handshake was tried."""
    figures = figures_of(judgements, CHECK_ID)
    if not within(figures, "handshake"):
        return None
    mixed = within(figures, "mixed")
    rows = [_part(entry, word) for key, word in _MIXED for entry in entries(mixed.get(key))]
    headings = (Heading("资源地址", "whole"), Heading("类别"), Heading("所在页面", "number"), Heading("举例", "whole"))
    return sheet(CHECK_ID, "HTTPS 情况", list(_facts(figures, mixed)), [Grid.of("HTTPS 页面中以 HTTP 加载的内容", headings, rows)])


def _facts(figures: Mapping[str, Any], mixed: Mapping[str, Any]) -> Iterator[Fact]:
    shake, certificate = within(figures, "handshake"), within(figures, "certificate")
    yield Fact("访问方式", "HTTPS" if figures.get("served") == "https" else "HTTP")
    detail = text_of(shake.get("detail"))
    version = "，".join(part for part in (text_of(shake.get("version")), text_of(shake.get("cipher"))) if part)
    old = "（只支持浏览器已停用的旧设置）" if shake.get("legacy") is True else ""
    yield Fact("TLS 连接", "：".join(part for part in (text_of(shake.get("title")), version or detail) if part) + old)
    if certificate:
        yield from _certificate(certificate)
    redirect = within(figures, "redirect")
    if redirect:
        final = text_of(redirect.get("final_url"))
        yield Fact("从 HTTP 访问", text_of(redirect.get("title")) + (f"，到达 {final}" if final else ""))
    if mixed:
        parts = [f"{word} {len(entries(mixed.get(key)))} 个" for key, word in _MIXED]
        upgraded = "；响应头要求浏览器自动改用 HTTPS" if mixed.get("upgraded") is True else ""
        yield Fact("混合内容", f"查看 {count_of(mixed.get('pages')) or 0} 个页面，{'，'.join(parts)}{upgraded}")


def _certificate(certificate: Mapping[str, Any]) -> Iterator[Fact]:
    names = texts(certificate.get("names"))
    more = f" 等 {len(names)} 个" if len(names) > SHOWN_NAMES else ""
    fits = "含网站域名" if certificate.get("matches") is True else "不含网站域名"
    yield Fact("证书域名", f"{'、'.join(text_of(name) for name in names[:SHOWN_NAMES]) or '没有'}{more}（{fits}）")
    days = count_of(certificate.get("days_left"))
    left = "" if days is None else (f"（还有 {days} 天）" if days >= 0 else f"（已过期 {-days} 天）")
    since, until = moment(text_of(certificate.get("not_before")))[:10], moment(text_of(certificate.get("not_after")))[:10]
    yield Fact("证书有效期", f"{since} 至 {until}{left}")
    why = text_of(certificate.get("trust_detail"))
    yield Fact("签发者", text_of(certificate.get("issuer")) or "没有写明")
    sent = count_of(certificate.get("sent"))
    told = "，".join(part for part in (text_of(certificate.get("trust_title")), why, f"服务器发送 {sent} 张证书" if sent else "") if part)
    yield Fact("证书链", told)


def _part(entry: Mapping[str, Any], word: str) -> list[Cell]:
    pages = texts(entry.get("pages"))
    return [
        Cell("", address=Address.of(text_of(entry.get("url")))),
        Cell(word),
        Cell(str(len(pages))),
        Cell("", address=Address.of(pages[0]) if pages else None),
    ]
