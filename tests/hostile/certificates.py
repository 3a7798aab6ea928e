"""TLS settings of servers that do it wrong: certificates made at run time, protocols and ciphers that nobody else speaks."""

from __future__ import annotations

import ssl
import warnings
from pathlib import Path

from tests.portals.authority import TestAuthority


class Contexts:
    """Server contexts by fault, for one host each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = TestAuthority(folder)

    def expired(self, host: str) -> ssl.SSLContext:
        return self._authority.context([host], days=-10)

    def self_signed(self, host: str) -> ssl.SSLContext:
        return self._authority.context([host], self_signed=True)

    def wrong_host(self, host: str) -> ssl.SSLContext:
        return self._authority.context([f"other.{host}"])

    def only_old(self, host: str) -> ssl.SSLContext:
        """TLS 1.0 and nothing newer."""
        context = self._authority.context([host])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
        return context

    def no_shared_cipher(self, host: str) -> ssl.SSLContext:
        """Wants a signature that its key can't give."""
        context = self._authority.context([host])
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
        return context

    def endless_chain(self, host: str) -> ssl.SSLContext:
        """A chain of two thousand certificates."""
        before = set(self._folder.iterdir())
        context = self._authority.context([host])
        (made,) = set(self._folder.iterdir()) - before
        whole = self._folder / f"{host}-chain.pem"
        whole.write_bytes(made.read_bytes() + self._authority.ca_file.read_bytes() * 2000)
        context.load_cert_chain(whole)
        return context
