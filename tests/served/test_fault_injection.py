"""One defect alone in an otherwise clean portal: it is found, and nothing else is. Every kind in two styles, five kinds and more in every style.

The full matrix of kinds and styles is `make soak` and `python -m tests.served.matrix`; its table stands in docs/fault-injection.md.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.portals.defects import DEFECTS
from tests.portals.inspecting import Inspector
from tests.portals.styles import STYLES
from tests.served.injection import CHEAPEST, KINDS_OF_A_STYLE, STYLES_OF_A_KIND, absent, chosen, wrong


def test_every_kind_is_planted_in_two_styles_and_five_kinds_and_more_in_every_style() -> None:
    pairs = chosen()
    assert len(set(pairs)) == len(pairs)
    assert not [pair for pair in pairs if absent(*pair)]
    assert len(DEFECTS) >= 25
    styles, kinds = Counter(kind for kind, _ in pairs), Counter(style for _, style in pairs)
    assert {kind for kind in DEFECTS if styles[kind] < STYLES_OF_A_KIND} == set()
    assert {style for style in STYLES if kinds[style] < KINDS_OF_A_STYLE} == set()


def _group(number: int, style: str) -> str:
    """The worker's group: a style's inspections share its browser; the style that has most is for both workers."""
    return f"injection-{style}{number % 2 if style == CHEAPEST else ''}"


@pytest.mark.parametrize(
    ("style", "kind"),
    [pytest.param(style, kind, marks=pytest.mark.xdist_group(_group(n, style))) for n, (kind, style) in enumerate(chosen())],
)
def test_a_defect_alone_is_found_and_nothing_else_is(inspector: Inspector, style: str, kind: str) -> None:
    outcome = inspector(style, {kind})
    assert not wrong(outcome), "\n".join([*wrong(outcome), outcome.explain()])
