"""A certificate authority made at run time, for served TLS: its root goes to ``--ca-file``."""

from __future__ import annotations

import ipaddress
import itertools
import ssl
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

Chain = Literal["root", "whole", "leaf-only"]
"""Who signs, and what the server sends: the root itself; an intermediate that is sent along; an intermediate that is not."""

_DAY = timedelta(days=1)


class TestAuthority:
    """Issues certificates into ``folder``; ``ca_file`` is the root in PEM, ``intermediate`` a certificate below it that can sign too."""

    __test__ = False  # not a test class, whatever its name begins with

    def __init__(self, folder: Path, name: str = "mingjing test authority") -> None:
        self._folder, self._serial = folder, itertools.count(1)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self._certificate = self._authority(self._name, self._key, self._name, self._key)
        self.ca_file = folder / f"{name.replace(' ', '-')}.pem"
        self.ca_file.write_bytes(_pem(self._certificate))

    @cached_property
    def intermediate(self) -> x509.Certificate:
        """A certificate of an authority signed by the root."""
        return self._authority(_named("mingjing test intermediate"), self._intermediate_key, self._name, self._key)

    @cached_property
    def expired_intermediate(self) -> x509.Certificate:
        """The same authority's certificate of years ago, no longer valid."""
        until = datetime.now(UTC) - 2 * _DAY
        return self._authority(_named("mingjing test intermediate"), self._intermediate_key, self._name, self._key, until=until)

    @cached_property
    def _intermediate_key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    def context(
        self,
        hosts: Sequence[str],
        *,
        days: int = 365,
        self_signed: bool = False,
        minimum: ssl.TLSVersion | None = None,
        maximum: ssl.TLSVersion | None = None,
        chain: Chain = "root",
        issuer_url: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        weak: bool = False,
    ) -> ssl.SSLContext:
        """A server context with a certificate for ``hosts``; ``days`` < 0 makes it expired; ``self_signed``: not by this authority.

        ``since``, ``until``: the very moments, instead of ``days``; ``issuer_url``: where the certificate says its issuer's can be had;
        ``weak``: with a key that nobody accepts any more.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old is what is meant where an old version is asked for
            if minimum is not None:
                context.minimum_version = minimum
            if maximum is not None:
                context.maximum_version = maximum
            if maximum is not None or weak:
                context.set_ciphers("ALL:@SECLEVEL=0")  # what old versions and weak keys need
        until = until or datetime.now(UTC) + timedelta(days=days)
        self.certify(context, hosts, until=until, since=since, self_signed=self_signed, chain=chain, issuer_url=issuer_url, weak=weak)
        return context

    def certify(
        self,
        context: ssl.SSLContext,
        hosts: Sequence[str],
        *,
        until: datetime,
        since: datetime | None = None,
        self_signed: bool = False,
        chain: Chain = "root",
        issuer_url: str = "",
        sent: Sequence[x509.Certificate] | None = None,
        weak: bool = False,
    ) -> None:
        """Give ``context`` a new certificate for ``hosts``, from now on; ``sent``: what goes with it, instead of what ``chain`` says."""
        key = rsa.generate_private_key(65537, 1024) if weak else ec.generate_private_key(ec.SECP256R1())
        subject = _named(hosts[0])
        issuer, signer = self._issuer(chain) if not self_signed else (subject, key)
        now = datetime.now(UTC)
        builder = _begin(subject, issuer, key, min(since or now - 400 * _DAY, until - _DAY), until)
        builder = (
            builder.add_extension(x509.SubjectAlternativeName([_alternative(host) for host in hosts]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(sign_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )
        if issuer_url:
            place = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(issuer_url))
            builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
        along = sent if sent is not None else ((self.intermediate,) if chain == "whole" else ())
        pem = self._folder / f"leaf-{next(self._serial)}.pem"
        pem.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            + _pem(builder.sign(signer, hashes.SHA256()))
            + b"".join(_pem(certificate) for certificate in along)
        )
        context.load_cert_chain(pem)

    @property
    def root(self) -> x509.Certificate:
        """The root, for a server that sends it along."""
        return self._certificate

    def _issuer(self, chain: Chain) -> tuple[x509.Name, ec.EllipticCurvePrivateKey]:
        return (self._name, self._key) if chain == "root" else (self.intermediate.subject, self._intermediate_key)

    def _authority(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        issuer: x509.Name,
        signer: ec.EllipticCurvePrivateKey,
        *,
        until: datetime | None = None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            _begin(subject, issuer, key, now - 400 * _DAY, until or now + 3650 * _DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=1 if subject == issuer else 0), critical=True)
            .add_extension(_usage(sign_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .sign(signer, hashes.SHA256())
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begin(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )
