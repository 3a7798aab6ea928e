"""One portal of the province, which may be another tomorrow: other defects, another face, another address, or no answer at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace

from tests.portals.build import Places, Portal, _of_style
from tests.portals.defects import DEFECTS
from tests.portals.dns import ADDRESS_V6
from tests.portals.model import clean_model
from tests.portals.pages import plan
from tests.portals.server import Request, Response
from tests.portals.styles import STYLES
from tests.portals.world import World

Face = Callable[[Request, Response], Response]
"""What is done to every answer of a night."""


class Dweller(Portal):
    """A portal with a place in the registry. ``validators``: it sends ETags and knows conditional requests."""

    def __init__(self, world: World, style: str, *, place: str, code: str, address: str, validators: bool) -> None:
        self.world, self.style, self.address, self.tls = world, STYLES[style](), address, False
        self.place, self.code, self.validators = place, code, validators
        self._label = f"{style.replace('-', '')}{next(world.serial)}"
        self.stop_after: int | None = None
        self._answered = 0
        self.port = world.web.listen((address, ADDRESS_V6))
        self.face: Face | None = None
        self.become(())
        self._announce(0)

    def become(self, defects: Iterable[str]) -> None:
        """The same portal with these defects, and no others."""
        self.defects = tuple(sorted(defects))
        self.model = clean_model(self.place, self._label, self.code, scale=self.style.scale)
        self.model.v6 = _of_style(self.style.name, self.model)
        self.model.port = self.port
        places = Places(self.model, self.style)
        for name in self.defects:
            DEFECTS[name].plant(self.model, places)
        self.served = self.style.serve(self.model, plan(self.model, self.style))
        self.truth = self._truth(places)
        self._busy = self.model.home_busy

    def move(self, address: str) -> None:
        """The name leads to another address from now on; the old one stays open for those who still know it."""
        self.world.web.listen((address,), self.port)
        self.address = address
        self._announce(0)

    def respond(self, request: Request) -> Response:
        """The portal's answer, as the night's face shows it."""
        response = super().respond(request)
        if self.face is not None:
            response = self.face(request, response)
        return _conditional(request, response) if self.validators else response


def _conditional(request: Request, response: Response) -> Response:
    """The answer with an ETag; 304 where the client has it already."""
    if response.status != 200 or response.fault or request.method != "GET":
        return response
    etag = f'"{hashlib.sha256(response.body).hexdigest()[:16]}"'
    headers = (*response.headers, ("ETag", etag))
    if request.headers.get("if-none-match") == etag:
        return replace(response, status=304, body=b"", headers=headers)
    return replace(response, headers=headers)


# faces


def outage(request: Request, response: Response) -> Response:
    """The server hangs up on everybody."""
    del request, response
    return Response(fault="drop")


def firewall(request: Request, response: Response) -> Response:
    """A protection device turns everybody away."""
    del request, response
    return Response(b"<html><head><title>403</title></head><body>403 Forbidden: your request was blocked by the WAF</body></html>", 403)


def redesign(request: Request, response: Response) -> Response:
    """Every template is another: the same words and addresses in other markup."""
    del request
    if not response.type.startswith("text/html") or response.status != 200:
        return response
    head, body, tail = b"<body", b"<main class='v2'><section><article>", b"</article></section></main></body>"
    start = response.body.find(head)
    end = response.body.find(b">", start) + 1
    if start < 0 or not end:
        return response
    page = response.body[:end] + body + response.body[end:].replace(b"</body>", tail, 1)
    return replace(response, body=page)
