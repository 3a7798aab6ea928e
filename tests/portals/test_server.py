"""The test web server serves virtual hosts over v4, v6 and TLS, logs what was asked, and misbehaves when told to."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx
import pytest

from tests.portals.authority import TestAuthority
from tests.portals.server import Request, Response, WebServer, peak_at_once

HOST = "www.qinghe-test.gov.cn"
ADDRESS = "127.0.1.9"


def answer(request: Request) -> Response:
    path = request.path
    if path == "/cut":
        return Response(b"x" * 1000, fault="cut")
    if path == "/drop":
        return Response(fault="drop")
    if path == "/slow":
        return Response(b"slow", delay=1.0)
    if path == "/teapot":
        return Response(b"", 418, headers=(("Retry-After", "1"),))
    return Response(f"{request.host} {request.family} {request.scheme}".encode())


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        server.host(HOST, answer)
        yield server


@pytest.mark.parametrize(("address", "family"), [(ADDRESS, "4"), ("[::1]", "6")])
def test_one_host_answers_over_both_families_on_one_port(web: WebServer, address: str, family: str) -> None:
    port = web.listen((ADDRESS, "::1"))
    reply = httpx.get(f"http://{address}:{port}/", headers={"Host": f"{HOST}:{port}"}, trust_env=False)
    assert reply.text == f"{HOST} {family} http"


def test_a_closed_family_refuses_while_the_other_answers(web: WebServer) -> None:
    port = web.listen((ADDRESS, "::1"))
    web.close(port, "::1")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://[::1]:{port}/", trust_env=False)
    assert httpx.get(f"http://{ADDRESS}:{port}/", headers={"Host": HOST}, trust_env=False).status_code == 200


@pytest.mark.parametrize("path", ["/cut", "/drop"])
def test_a_fault_breaks_the_exchange_and_not_the_server(web: WebServer, path: str) -> None:
    port = web.listen((ADDRESS,))
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"http://{ADDRESS}:{port}{path}", headers={"Host": HOST}, trust_env=False)
    assert httpx.get(f"http://{ADDRESS}:{port}/teapot", headers={"Host": HOST}, trust_env=False).headers["retry-after"] == "1"


def test_the_log_knows_how_many_were_open_at_once(web: WebServer) -> None:
    port = web.listen((ADDRESS,))
    gate = Barrier(3)

    def ask(_: int) -> None:
        with httpx.Client(trust_env=False, verify=False) as client:  # its TLS set-up is slow and must not separate the requests
            gate.wait()
            client.get(f"http://{ADDRESS}:{port}/slow", headers={"Host": HOST})

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(ask, range(3)))
    assert peak_at_once(web.log) == 3
    assert {(e.host, e.path, e.status, e.peer) for e in web.log} == {(HOST, "/slow", 200, "127.0.0.1")}


def test_tls_is_trusted_through_the_test_authority_only(web: WebServer, tmp_path: Path) -> None:
    authority = TestAuthority(tmp_path)
    port = web.listen((ADDRESS,), tls=authority.context([HOST, ADDRESS]))
    trusting = ssl.create_default_context(cafile=str(authority.ca_file))
    assert httpx.get(f"https://{ADDRESS}:{port}/", headers={"Host": HOST}, verify=trusting, trust_env=False).text.endswith("https")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"https://{ADDRESS}:{port}/", trust_env=False)


def test_it_serves_500_requests_a_second(web: WebServer) -> None:
    port = web.listen((ADDRESS,))
    began = time.monotonic()
    with httpx.Client(base_url=f"http://{ADDRESS}:{port}", headers={"Host": HOST}, trust_env=False) as client:
        for _ in range(300):
            client.get("/")
    assert len(web.log) == 300
    served = sum(e.ended - e.at for e in web.log)
    assert served < 0.6, f"{served:.2f} s inside the server for 300 requests; {time.monotonic() - began:.2f} s in all"
