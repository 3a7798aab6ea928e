"""One portal of the province, which may be another tomorrow: other defects, another face, another address, or no answer at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from tests.portals.build import Places, Portal, _of_style
from tests.portals.defects import DEFECTS, Expected
from tests.portals.dns import ADDRESS_V6
from tests.portals.model import AS_OF, Article, Model, clean_model
from tests.portals.pages import plan
from tests.portals.server import Request, Response
from tests.portals.styles import STYLES
from tests.portals.styles.elsewhere import Elsewhere
from tests.portals.world import World

Face = Callable[[Request, Response], Response]
"""What is done to every answer of a night."""


@dataclass(frozen=True)
class Shape:
    """What a portal is on one night: its defects, how many nights it has published news, whether a section has grown, whether it is at https."""

    defects: tuple[str, ...] = ()
    night: int = 1
    grown: bool = False
    secure: bool = False
    redated: bool = False


class Dweller(Portal):
    """A portal with a place in the registry. ``validators``: it sends ETags and knows conditional requests; ``scale``: how many articles it has."""

    def __init__(self, world: World, style: str, *, place: str, code: str, address: str, validators: bool, scale: float = 1.0) -> None:
        self.world, self.style, self.address, self.tls = world, STYLES[style](), address, False
        self.place, self.code, self.validators, self._scale = place, code, validators, min(scale, self.style.scale)
        serial = next(world.serial)
        self._label = f"{style.replace('-', '')}{serial}"
        self.stop_after: int | None = None
        self._answered = 0
        self.port = world.web.listen((address, ADDRESS_V6))
        self.secure_port = 0
        self.face: Face | None = None
        if isinstance(self.style, Elsewhere):
            self.style.platform = f"http://hd.sharedhall{serial}-test.gov.cn:{self.port}"
        self._told: dict[Shape, tuple[set[Expected], set[Expected]]] = {}
        self._serial = serial
        self.shape = Shape()
        self.become(self.shape)

    def become(self, shape: Shape) -> None:
        """The portal as it is on a night."""
        self.shape, self.defects = shape, tuple(sorted(shape.defects))
        self.model, places = self._laid_out(shape)
        self.served = self.style.serve(self.model, plan(self.model, self.style))
        self.truth = self._truth(places)
        self._busy = self.model.home_busy
        if shape.secure and not self.secure_port:
            context = self.world.authority.context([self.model.host, self.model.domain])
            self.secure_port = self.world.web.listen((self.address, ADDRESS_V6), tls=context)
        self._announce(self._serial)  # its name servers and the sites it leads to are of this night too

    def told(self, shape: Shape) -> tuple[set[Expected], set[Expected]]:
        """What an inspection must say of a night: vetoes and deductions; cautions and candidates. Changes nothing that is served."""
        alike = replace(shape, night=1)  # news change no truth
        if alike not in self._told:
            self._told[alike] = self._truths(alike)
        findings, milder = self._told[alike]
        return set(findings), set(milder)

    def _truths(self, shape: Shape) -> tuple[set[Expected], set[Expected]]:
        _, places = self._laid_out(shape)
        chosen = [DEFECTS[name] for name in shape.defects]
        findings = {expected for defect in chosen for expected in defect.findings(places)}
        milder = {expected for defect in chosen for expected in defect.cautions(places)}
        if shape.redated:
            milder.add(("forged-dates", "old-addresses", places.column("zcwj")))
        return findings, milder

    def _laid_out(self, shape: Shape) -> tuple[Model, Places]:
        model = clean_model(self.place, self._label, self.code, scale=self._scale)
        model.v6 = _of_style(self.style.name, model)
        model.port = self.port
        places = Places(model, self.style)
        for name in sorted(shape.defects):
            DEFECTS[name].plant(model, places)
        _publish(model, shape)
        return model, places

    def move(self, address: str) -> None:
        """The name leads to another address from now on; the old one stays open for those who still know it."""
        if address != self.address:
            self.world.web.listen((address,), self.port)
            self.address = address
            self._announce(self._serial)

    def respond(self, request: Request) -> Response:
        """The portal's answer, as the night's face shows it."""
        if self.shape.secure and request.scheme == "http":
            return Response(status=301, headers=(("Location", f"https://{request.host}:{self.secure_port}{request.path}"),))
        response = super().respond(request)
        if self.face is not None:
            response = self.face(request, response)
        return _conditional(request, response) if self.validators else response


def _publish(model: Model, shape: Shape) -> None:
    """The news of the nights since the first, a section that has grown, old papers under new dates."""
    for key, aged in (("yw", False), ("bmdt", any(name.startswith(("dynamic", "column-undated")) for name in shape.defects))):
        column = model.column(key)
        for night in range(2, shape.night + 1) if column.articles and not aged else ():
            title = f"{model.place}召开第{night}次工作例会" if key == "yw" else f"县民政局第{night}次走访慰问困难群众"
            words = (f"{title}。会议听取了近期工作进展，研究部署下一步任务。", "有关部门负责人参加。")
            day = AS_OF + timedelta(days=night - 2)
            column.articles.insert(0, Article(5000 + night * 2 + (key == "yw"), title, day, words, column, f"{model.place}人民政府办公室"))
    if shape.grown:
        column = model.column("tzgg")
        for number in range(6):
            title = f"关于{model.place}第{number + 1}批公共服务事项调整的通知"
            words = (f"{title}。请各有关单位认真执行，做好政策衔接。", "本通知自印发之日起施行。")
            column.articles.append(Article(6000 + number, title, AS_OF - timedelta(days=9 + number), words, column, "办公室"))
    if shape.redated:
        for age, article in enumerate(model.column("zcwj").articles[1:], 3):  # each is 64 days old and more
            article.filed, article.day = article.day, AS_OF - timedelta(days=age)


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
