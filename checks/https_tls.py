"""TLS handshakes of the https probe: what the server offers, its certificate, and why a visitor's browser would not trust it.

Two kinds of handshake: one that verifies nothing, to read the certificate, and one that verifies the chain against the system's roots
(plus ``--ca-file``). Names and dates are not left to it: `checks.https` judges those by the certificate and the inspection day.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID, NameOID

from checks.https_facts import Certificate, Handshake, State, Trust
from crawler.fetch import Fetcher
from crawler.network import REFUSED, AddressRefused, LookupFailed, Network, error_word, make_context

SECONDS = 8.0
"""Longest handshake."""

_ADDRESSES = 3  # of one host that are tried
_NAMES = 300  # of one certificate that are kept
_LENGTH = 200  # characters of a name that are kept
_CHAIN_BYTES = 64 * 1024  # of a certificate fetched from its authority
_NOT_YET, _EXPIRED, _SELF_SIGNED, _ROOT_SENT = 9, 10, 18, 19
_ISSUER_MISSING = frozenset({2, 20, 21})
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, which Python does not name
_ZONE = ZoneInfo("Asia/Shanghai")
_UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the parser raises for a certificate that breaks the rules."""


class HandshakeFailed(Exception):
    """TLS did not come about. ``word``: tls or timeout; ``str()`` is Chinese."""

    def __init__(self, word: State, detail: str) -> None:
        super().__init__(detail)
        self.word = word


@dataclass(frozen=True, slots=True)
class _Hello:
    """One completed handshake. ``chain``: DER of the certificates as sent, the server's own first."""

    version: str
    cipher: str
    chain: tuple[bytes, ...]


async def shake(network: Network, fetcher: Fetcher, host: str, port: int) -> Handshake:
    """TLS with the first address of ``host`` that accepts a connection on ``port``; never raises for faults of the network.

    Every connection waits its turn at the host and is counted in the visit record as a probe.
    """
    blank = Handshake(host, port, datetime.now(_ZONE).isoformat(timespec="seconds"), "ok")
    try:
        known = await network.reachable_addresses(host)
    except LookupFailed as error:
        return replace(blank, state="dns-failed" if error.status == "failed" else "no-such-domain", detail=error.detail)
    except AddressRefused as error:
        return replace(blank, state="refused-address", detail=str(error))
    failed: list[Handshake] = []
    addresses = [address for address in known if ":" not in address] or list(
        known
    )  # IPv6 only where there is nothing else: ours may be dead
    for address in addresses[:_ADDRESSES]:
        async with fetcher.gate.turn(host):
            attempt = await network.connect(address, port, target=host)
        fetcher.ledger.record(host, "probe", None, 0, attempt.error)
        if attempt.ok:
            return await _Talk(network, fetcher, host, port, address).run(replace(blank, address=address))
        closed = attempt.detail == REFUSED  # no route, an unreachable network: who knows whose
        failed.append(replace(blank, address=address, state="refused" if closed else "timeout", detail=attempt.detail))
    # a port that one address refuses and another leaves unanswered is no port that is known to be closed
    return next((one for one in failed if one.state == "timeout"), failed[0])


class _Talk:
    """The handshakes with one address."""

    def __init__(self, network: Network, fetcher: Fetcher, host: str, port: int, address: str) -> None:
        self.network, self.fetcher, self.gate = network, fetcher, fetcher.gate
        self.host, self.port, self.address = host, port, address

    async def run(self, blank: Handshake) -> Handshake:
        """Read what is offered, then whether it can be trusted."""
        try:
            hello, legacy = await self._offered()
        except HandshakeFailed as error:
            return replace(blank, state=error.word, detail=str(error))
        found = replace(blank, version=hello.version, cipher=hello.cipher, legacy=legacy, sent=len(hello.chain))
        try:
            certificate = read_certificate(hello.chain[0]) if hello.chain else None
        except ValueError as error:
            return replace(found, detail=f"证书无法解析（{str(error)[:_LENGTH]}）")
        if certificate is None:
            return replace(found, detail="服务器没有发送证书")
        trust, detail = await self._trust(hello.chain, certificate, legacy)
        return replace(found, certificate=certificate, trust=trust, trust_detail=detail)

    async def _offered(self) -> tuple[_Hello, bool]:
        """The handshake as today's browsers make it, else with everything that was ever allowed; raises `HandshakeFailed`."""
        try:
            return await self._hello(self.network.ssl_context()), False
        except HandshakeFailed as error:
            if error.word != "tls":
                raise
            return await self._hello(self.network.ssl_context(legacy=True)), True

    async def _hello(self, context: ssl.SSLContext) -> _Hello:
        word: str = ""
        try:
            async with self.gate.turn(self.host), asyncio.timeout(SECONDS):
                _, writer = await asyncio.open_connection(self.address, self.port, ssl=context, server_hostname=self.host)
            try:
                tls = writer.get_extra_info("ssl_object")
                return _Hello(tls.version() or "", (tls.cipher() or ("",))[0], sent_chain(tls))
            finally:
                writer.close()
                with contextlib.suppress(OSError, TimeoutError):
                    await asyncio.wait_for(writer.wait_closed(), 1.0)
        except ssl.SSLCertVerificationError:
            word = "tls"
            raise
        except (OSError, TimeoutError, ValueError) as error:  # ValueError: a host name that TLS can't carry
            word, detail = error_word(error)
            if word == "timeout":
                raise HandshakeFailed("timeout", "TLS 握手超时") from error
            word, detail = "tls", detail if word == "tls" else f"TLS 握手被对方中断（{detail}）"
            raise HandshakeFailed("tls", detail) from error
        finally:
            self.fetcher.ledger.record(self.host, "probe", None, 0, word)

    # trust

    async def _trust(self, chain: tuple[bytes, ...], certificate: Certificate, legacy: bool) -> tuple[Trust, str]:
        """What the chain leads to; dates and names of the certificate itself do not count here."""
        if not _has_roots(self.network):
            return "no-roots", ""
        code, words = await self._verify(legacy)
        if code in (_NOT_YET, _EXPIRED):
            timeless, words = await self._verify(legacy, clock=False)
            if timeless == 0:
                return ("chain-expired", "") if _valid_now(certificate) else ("ok", "")
            code = timeless
        if code == 0:
            return "ok", ""
        if code is None:
            return "unknown", words
        if code == _SELF_SIGNED or certificate.self_issued:
            return "self-signed", words
        if code in _ISSUER_MISSING:
            return await self._missing_issuer(chain, legacy, words)
        return ("untrusted", f"服务器发送的根证书不在系统信任的根证书中（{words}）") if code == _ROOT_SENT else ("invalid", words)

    async def _missing_issuer(self, chain: tuple[bytes, ...], legacy: bool, words: str) -> tuple[Trust, str]:
        """Whether the certificate that its authority publishes (as a browser would fetch it) closes the gap."""
        url = issuer_url(chain[-1])
        if url:
            got = await self.fetcher.get(url, kind="probe", max_bytes=_CHAIN_BYTES, robots=False)  # published for programs
            issuer = as_der(got.body) if not got.error and got.status == 200 else None
            if issuer is not None and (await self._verify(legacy, clock=False, extra=issuer))[0] == 0:
                return "incomplete", f"服务器只发送了 {len(chain)} 张证书，缺少的中间证书可从 {url[:_LENGTH]} 取得"
        return "untrusted", f"从服务器发送的 {len(chain)} 张证书找不到系统信任的根证书（{words}）"

    async def _verify(self, legacy: bool, *, clock: bool = True, extra: bytes | None = None) -> tuple[int | None, str]:
        """OpenSSL's verdict on the chain: 0 or its error number, with its words; None when the handshake failed for another reason."""
        context = make_context(legacy=legacy, verify=True, ca_file=self.network.ca_file)
        context.check_hostname = False
        if not clock:
            context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
        if extra is not None:
            context.load_verify_locations(cadata=extra)  # no anchor: it must itself lead to a root
            context.verify_flags &= ~ssl.VerifyFlags(ssl.VERIFY_X509_PARTIAL_CHAIN)
        try:
            await self._hello(context)
        except ssl.SSLCertVerificationError as error:
            return error.verify_code, error.verify_message
        except HandshakeFailed as error:
            return None, str(error)
        return 0, ""


def sent_chain(tls: Any) -> tuple[bytes, ...]:
    """The certificates that the server sent, in DER; only its own where Python does not tell.

    Public from Python 3.13 on; before, the object underneath has the same method.
    """
    inner = getattr(tls, "_sslobj", tls)
    ask = getattr(inner, "get_unverified_chain", None)
    found = ask() if ask is not None else None
    if found:
        return tuple(one if isinstance(one, bytes) else ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in found)
    own = tls.getpeercert(binary_form=True)
    return (own,) if own else ()


def read_certificate(der: bytes) -> Certificate:
    """The certificate's names and dates. Raises ValueError for what is no certificate."""
    try:
        parsed = x509.load_der_x509_certificate(der)
        return Certificate(
            subject=_shown(parsed.subject),
            issuer=_shown(parsed.issuer),
            names=_names(parsed),
            not_before=_moment(parsed.not_valid_before_utc),
            not_after=_moment(parsed.not_valid_after_utc),
            self_issued=parsed.issuer == parsed.subject,
        )
    except _UNREADABLE as error:
        raise ValueError(str(error)) from error


def _names(parsed: x509.Certificate) -> tuple[str, ...]:
    try:
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(name.lower().rstrip(".")[:_LENGTH] for name in names.get_values_for_type(x509.DNSName)[:_NAMES])


def _shown(name: x509.Name) -> str:
    """The organisation or the common name, whichever there is; else the whole name."""
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        found = name.get_attributes_for_oid(oid)
        if found:
            return str(found[0].value)[:_LENGTH]
    return name.rfc4514_string()[:_LENGTH]


def _moment(when: datetime) -> str:
    """A moment in Asia/Shanghai; the last one that exists (RFC 5280: no end) stays within the calendar there."""
    return min(when, datetime(9999, 12, 31, tzinfo=UTC)).astimezone(_ZONE).isoformat(timespec="seconds")


def _valid_now(certificate: Certificate) -> bool:
    begun, ended = (datetime.fromisoformat(text) for text in (certificate.not_before, certificate.not_after))
    return begun <= datetime.now(UTC) <= ended


def issuer_url(der: bytes) -> str:
    """Where a certificate says its issuer's certificate can be had over http; "" when it says nothing of use."""
    try:
        extensions = x509.load_der_x509_certificate(der).extensions
        places = extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    except (*_UNREADABLE, x509.ExtensionNotFound):
        return ""
    assert isinstance(places, x509.AuthorityInformationAccess)
    for place in places:
        if place.access_method == AuthorityInformationAccessOID.CA_ISSUERS and isinstance(
            place.access_location, x509.UniformResourceIdentifier
        ):
            url = place.access_location.value
            if url.startswith(("http://", "https://")):
                return url
    return ""


def as_der(body: bytes) -> bytes | None:
    """A certificate as authorities publish it (DER, or PEM) in DER; None when it is none."""
    for read in (x509.load_der_x509_certificate, x509.load_pem_x509_certificate):
        try:
            return read(body).public_bytes(Encoding.DER)
        except _UNREADABLE:
            continue
    return None


def _has_roots(network: Network) -> bool:
    """Whether there is anything to verify against: a machine without roots would call every certificate untrusted."""
    if network.ca_file is not None:
        return True
    places = ssl.get_default_verify_paths()
    folder = places.capath and Path(places.capath).is_dir() and any(os.scandir(places.capath))
    return bool(places.cafile or folder)
