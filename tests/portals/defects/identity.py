"""Defects of site-identity: facts missing at the foot, codes that are none or another site's."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.portals.defects.base import Expected, Kinds, Places, one
from tests.portals.foot import FACTS, Fact
from tests.portals.model import Model

KINDS = Kinds()
IDENTITY = "site-identity"
OTHER_CODE = "9909990002"


def _lack(place: Callable[[Places], str], *facts: Fact) -> Callable[[Model, Places], None]:
    def plant(m: Model, p: Places) -> None:
        where = place(p)
        m.foot.lacks[where] = m.foot.lacks.get(where, frozenset()) | frozenset(facts)

    return plant


def _everywhere(code: str) -> Callable[[Places], Iterable[Expected]]:
    return lambda p: [(IDENTITY, code, "home"), *((IDENTITY, code, section) for section in p.sections())]


for _fact, _name in (("icp", "ICP 备案号"), ("police", "公安备案号"), ("site-code", "网站标识码")):
    KINDS.add(
        f"{_fact}-missing-section",
        f"政策文件版块底部没有{_name}",
        _lack(lambda p: p.section("zcwj"), _fact),  # type: ignore[arg-type]
        findings=one(IDENTITY, f"missing-{_fact}", lambda p: p.section("zcwj")),
    )
for _fact, _name in (("conac", "党政机关标识"), ("contact", "联系方式")):
    KINDS.add(
        f"{_fact}-missing-home",
        f"首页底部没有{_name}",
        _lack(lambda p: "home", _fact),  # type: ignore[arg-type]
        findings=one(IDENTITY, f"missing-{_fact}", lambda p: "home"),
    )
KINDS.add("owner-missing-everywhere", "全站底部没有主办单位", _lack(lambda p: "*", "owner"), findings=_everywhere("missing-owner"))
KINDS.add(
    "foot-missing-home",
    "首页底部六项全无",
    _lack(lambda p: "home", *FACTS),
    findings=lambda p: [(IDENTITY, f"missing-{fact}", "home") for fact in FACTS],
)


def _code(code: Callable[[Model], str]) -> Callable[[Model, Places], None]:
    return lambda m, p: setattr(m.foot, "code", code(m))


KINDS.add("code-malformed", "标识码是 12 位", _code(lambda m: f"{m.code}44"), findings=one(IDENTITY, "code-malformed", lambda p: "site"))
KINDS.add(
    "code-disagrees", "页脚的标识码是其他网站的", _code(lambda m: OTHER_CODE), findings=one(IDENTITY, "code-disagrees", lambda p: "site")
)
