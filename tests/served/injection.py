"""Fault injection: one defect in an otherwise clean portal of one CMS style, and whether exactly that is found.

A *kind* is a name of `DEFECTS`. `absent` says why a kind can't stand in a style; `wrong` says what an inspection got wrong; `chosen` picks
the pairs of `make test`; `tests.served.matrix` runs all of them.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from functools import cache

from tests.portals.defects import DEFECTS
from tests.portals.inspecting import Outcome
from tests.portals.styles import STYLES

STYLES_OF_A_KIND = 2
KINDS_OF_A_STYLE = 5
"""What `make test` plants: every kind in at least so many styles, in every style at least so many kinds."""

DEAR = ("application", "walled", "scripted", "slow")
"""Styles whose inspection takes longest, by renders or by the server's own slowness: they get no kind more than they must."""

CHEAPEST = "tables"
"""The style that needs no browser at all: it takes what the others leave."""

_OUTSIDE = frozenset({"no-aaaa", "ns-v4-only", "ns-v6-dead", "ns-one-v6", "home-flaky", "https-expiring", "https-wrong-name"})
"""What shows on the outside of a protection device that nobody passes: DNS, TLS, whether it answers."""

_NEEDS_ANSWERS = frozenset({"v6-refused", "v6-status", "v6-content", "v6-link", "v6-redirect"})
"""Kinds that are seen by probes, which are no browser."""


def absent(kind: str, style: str) -> str:
    """Why ``kind`` can't be planted or seen in ``style``; "" when it can."""
    if style in DEFECTS[kind].not_in:
        return "这种建站方式不会有"
    if style == "wall" and kind not in _OUTSIDE:
        return "防护设备后面看不到"
    if style == "walled" and kind in _NEEDS_ANSWERS:
        return "探测不是浏览器，通不过防护"
    return ""


def wrong(outcome: Outcome) -> list[str]:
    """What the inspection missed, and what it found that is not there; empty when it is right."""
    truth, lines = outcome.portal.truth, []
    accused, milder = outcome.accusations(), outcome.milder()
    for title, found in (
        ("missed", truth.findings - accused),
        ("falsely accused", accused - truth.findings),
        ("missed caution", truth.cautions - milder),
        ("false caution", milder - truth.cautions),
    ):
        lines += [f"{title}: {check} {code} {subject}" for check, code, subject in sorted(found)]
    if not outcome.portal.world.platforms:  # no right to ports 80 and 443: here the national platforms are dead hosts indeed
        lines = [line for line in lines if not line.startswith("false caution: links dead-host ")]
    return lines


@cache
def chosen() -> tuple[tuple[str, str], ...]:
    """The (kind, style) pairs of `make test`; the same on every machine.

    The dear styles choose first, each as many kinds as it must have, rare ones and checks it has not got yet before others; what a kind
    then lacks is planted in the cheapest style, and only what does not fit there in the cheap style that has the fewest.
    """
    styles_of: dict[str, list[str]] = {kind: [] for kind in DEFECTS}
    load: Counter[str] = Counter()
    for style in sorted(STYLES, key=lambda name: (name != "wall", name not in DEAR, name)):
        for kind in _first_choice(style, styles_of):
            styles_of[kind].append(style)
            load[style] += 1
    cheap = [style for style in STYLES if style not in DEAR]
    for kind, styles in styles_of.items():
        fit = [style for style in cheap if style not in styles and not absent(kind, style)]
        fit = fit or [style for style in STYLES if style not in styles and not absent(kind, style)]
        for style in sorted(fit, key=lambda name: (name != CHEAPEST, load[name], name))[: max(0, STYLES_OF_A_KIND - len(styles))]:
            styles.append(style)
            load[style] += 1
    return tuple((kind, style) for style in STYLES for kind, styles in styles_of.items() if style in styles)


def _first_choice(style: str, styles_of: dict[str, list[str]]) -> list[str]:
    """The kinds a style gets in the first round, one family after another."""
    families: dict[str, list[str]] = defaultdict(list)
    rare = sorted(DEFECTS, key=lambda kind: (len(styles_of[kind]), zlib.crc32(f"{style} {kind}".encode())))
    for kind in rare:
        if not absent(kind, style) and len(styles_of[kind]) < STYLES_OF_A_KIND:
            families[kind.split("-")[0]].append(kind)
    picked: list[str] = []
    while len(picked) < KINDS_OF_A_STYLE and any(families.values()):
        for family in sorted(families.values(), key=lambda kinds: len(styles_of[kinds[0]]) if kinds else 99):
            if family and len(picked) < KINDS_OF_A_STYLE:
                picked.append(family.pop(0))
    return picked
