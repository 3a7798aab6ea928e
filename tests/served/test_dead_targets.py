"""A portal that is dead in one way or another: no check says pass or fail for what it could not see.

`ALLOWED` is the table of what each check may answer in each case; a check that is not in it fails the test.
"""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from checks.registry import CHECKS
from crawler.browser_chromium import ENVIRONMENT
from tests.portals.build import Portal
from tests.portals.inspecting import Inspector, Outcome
from tests.portals.server import Request, Response
from tests.portals.world import World

SEEN, UNSEEN, EITHER, NONE = {"pass"}, {"not_assessed"}, {"pass", "not_assessed"}, {"not_applicable"}

_UNREAD = {
    "home-updates": UNSEEN,
    "column-updates": UNSEEN,
    "error-report-entry": UNSEEN,
    "site-identity": UNSEEN,
    "page-tags": UNSEEN,
    "links": UNSEEN,
    "hidden-links": UNSEEN,
    "interaction-channel": UNSEEN,
    "interaction-statistics": UNSEEN,
    "ipv6": UNSEEN,
    "forged-dates": NONE,  # a single inspection has no earlier nights
    "https": NONE,  # a portal at a port of its own, over http: nobody knows where its https would be
}
_WHOLE = {check: NONE if check in ("forged-dates", "https") else SEEN for check in (*_UNREAD, "availability")}

ALLOWED: dict[str, dict[str, set[str]]] = {
    # nothing could be asked
    "resolver silent": _UNREAD | {"availability": UNSEEN},
    "resolver refuses": _UNREAD | {"availability": UNSEEN},
    # addresses were known by then, and pages could be read; records asked for later, and other hosts, could not
    "resolver dies": _WHOLE | {"ipv6": UNSEEN, "links": EITHER},
    # AAAA records stand, nothing answers over IPv6, and nothing proves our own: the portal is whole over IPv4
    "ipv6 dead": _WHOLE | {"ipv6": UNSEEN},
    # a static portal shows what it has; six pages without a list might be built by script
    "no browser, static": _WHOLE | {"links": UNSEEN, "hidden-links": UNSEEN},
    # lists and foot are written by script; heads, letters and figures are not
    "no browser, scripted": _WHOLE
    | dict.fromkeys(("home-updates", "column-updates", "error-report-entry", "site-identity", "links", "hidden-links"), UNSEEN),
    # an empty shell: nothing but its address was seen
    "no browser, application": _UNREAD | {"availability": SEEN},
    # one of four visits opened the home page, the crawl's own did not
    "dies at once": _UNREAD | {"availability": SEEN},
    # the home page and a part of the columns were read
    "dies half-way": _UNREAD
    | {"availability": SEEN, "home-updates": SEEN, "interaction-statistics": EITHER, "interaction-channel": EITHER},
    # every page was read but the last; nothing answered the probes
    "dies at the end": _UNREAD
    | {"availability": SEEN, "home-updates": SEEN, "interaction-statistics": EITHER, "interaction-channel": EITHER},
    # every page of the scripted portal lacks what the script writes; its lists, too, are not whole by then
    "foot answers 500": _WHOLE
    | dict.fromkeys(("home-updates", "column-updates", "error-report-entry", "site-identity", "links", "hidden-links"), UNSEEN),
}
"""Case → check → the verdicts it may give. A fail is allowed nowhere: no portal here has a defect."""


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that never answers is waited for only so long here."""
    monkeypatch.setattr("crawler.resolver.LIFETIME", 0.6)
    monkeypatch.setattr("crawler.resolver._PER_SERVER", 0.3)


def hold(case: str, outcome: Outcome) -> None:
    """Every registered check answers as `ALLOWED` says, and nobody is accused."""
    verdicts = outcome.verdicts()
    assert set(ALLOWED[case]) == {check.id for check in CHECKS}, "a check without a row in ALLOWED"
    allowed = ALLOWED[case] if outcome.portal.world.platforms else ALLOWED[case] | {"links": EITHER}  # no outside host to prove anything by
    lies = {check: verdict for check, verdict in verdicts.items() if verdict not in allowed[check]}
    assert not lies, outcome.explain()
    assert not outcome.accusations(), outcome.explain()


def test_a_resolver_that_never_answers(inspector: Inspector, world: World) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as silent:
        silent.bind(("127.0.0.1", 0))
        hold("resolver silent", inspector.run(Portal(world, "static"), nameserver=silent.getsockname()))


def test_a_resolver_that_refuses(inspector: Inspector, world: World) -> None:
    portal = Portal(world, "static")
    world.dns.fault("*", "refused")
    try:
        outcome = inspector.run(portal)
    finally:
        world.dns.fault("*", None)
    hold("resolver refuses", outcome)


def test_a_resolver_that_dies_half_way(inspector: Inspector, world: World) -> None:
    portal, served = Portal(world, "static"), list[Request]()

    def respond(request: Request) -> Response:
        served.append(request)
        if len(served) == 20:
            world.dns.fault("*", "refused")
        return portal.respond(request)

    world.web.host(portal.model.host, respond)
    try:
        outcome = inspector.run(portal)
    finally:
        world.dns.fault("*", None)
    hold("resolver dies", outcome)


def test_an_ipv6_that_nothing_proves(inspector: Inspector, world: World) -> None:
    with world.platforms_without_v6():
        hold("ipv6 dead", inspector("static", {"v6-refused", "ns-v6-dead"}))


@pytest.mark.parametrize("style", ["static", "scripted", "application"])
def test_no_browser(inspector: Inspector, world: World, monkeypatch: pytest.MonkeyPatch, style: str) -> None:
    monkeypatch.setenv(ENVIRONMENT, "/nowhere/chromium")
    hold(f"no browser, {style}", inspector.run(Portal(world, style), chromium=None))


@pytest.mark.parametrize(("case", "answers"), [("dies at once", 3), ("dies half-way", 30), ("dies at the end", 80)])
def test_a_server_that_dies(inspector: Inspector, world: World, case: str, answers: int) -> None:
    portal = Portal(world, "static")
    portal.stop_after = answers
    hold(case, inspector.run(portal))


def test_a_foot_script_that_answers_with_an_error(inspector: Inspector, world: World) -> None:
    portal = Portal(world, "scripted")
    portal.served.files["/js/footer.js"] = Response(b"error", 500, "text/plain")
    hold("foot answers 500", inspector.run(portal))


def test_a_portal_that_lives_would_not_pass_for_a_dead_one(inspector: Inspector) -> None:
    with pytest.raises(AssertionError):
        hold("resolver silent", inspector("static"))
