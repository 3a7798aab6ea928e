"""Certificates as bytes: what is read of sound ones, and that broken ones end in ValueError and nothing else."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.https_tls import as_der, issuer_url, read_certificate
from tests.portals.authority import TestAuthority


def leaf(folder: Path, hosts: list[str], until: datetime, url: str = "") -> bytes:
    """A certificate in DER."""
    authority = TestAuthority(folder)
    authority.context(hosts, until=until, issuer_url=url)
    pem = sorted(folder.glob("leaf-*.pem"))[-1].read_text()
    return ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERTIFICATE") :])


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("leaf")
    return leaf(folder, ["www.a-test.gov.cn", "*.A-test.gov.cn"], datetime(2027, 1, 31, 20, tzinfo=UTC), "http://ca-test.cn/i.crt")


def test_names_dates_and_issuer_are_read_in_shanghai_time(sample: bytes) -> None:
    found = read_certificate(sample)
    assert found.names == ("www.a-test.gov.cn", "*.a-test.gov.cn")
    assert found.not_after == "2027-02-01T04:00:00+08:00"
    assert (found.subject, found.issuer, found.self_issued) == ("www.a-test.gov.cn", "mingjing test authority", False)
    assert issuer_url(sample) == "http://ca-test.cn/i.crt"


def test_a_certificate_without_end_stays_within_the_calendar(tmp_path: Path) -> None:
    found = read_certificate(leaf(tmp_path, ["www.a-test.gov.cn"], datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)))
    assert datetime.fromisoformat(found.not_after).year == 9999


def test_an_issuer_url_that_is_no_web_address_is_none(tmp_path: Path) -> None:
    der = leaf(tmp_path, ["www.a-test.gov.cn"], datetime.now(UTC) + timedelta(days=9), "ldap://ca-test.cn/i")
    assert issuer_url(der) == "" == issuer_url(b"nonsense")


def test_published_certificates_are_read_in_both_encodings(sample: bytes) -> None:
    assert as_der(sample) == sample == as_der(ssl.DER_cert_to_PEM_cert(sample).encode())
    assert as_der(b"") is as_der(b"<html>404</html>") is None


@given(st.data())
def test_a_certificate_with_changed_bytes_is_read_or_refused(sample: bytes, data: st.DataObject) -> None:
    broken = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 12))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(broken[: data.draw(st.integers(0, len(broken)))]) if data.draw(st.booleans()) else bytes(broken)
    try:
        found = read_certificate(cut)
    except ValueError:
        found = None
    assert found is None or datetime.fromisoformat(found.not_after)
    issuer_url(cut)
    as_der(cut)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_or_read(noise: bytes) -> None:
    as_der(noise)
    assert issuer_url(noise) == "" or noise
