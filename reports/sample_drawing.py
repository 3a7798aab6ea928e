"""Drawing a sample of sites (抽查): by a seed, from each group its share, the same again whenever it is asked for.

A site's place in the draw depends on the seed and its key alone: a site that joins or leaves moves no other one, and whoever has the seed and the
registry can draw again and compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from reports.commands.options import UsageProblem
from reports.inspection_model import Drawn


def percent_of(text: str) -> int:
    """``30%`` or ``30``: whole percent from 1 to 100. Raises `UsageProblem`."""
    digits = text.strip().removesuffix("%").removesuffix("％").strip()
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits) <= 100):
        raise UsageProblem(f"“{text}”不是抽查比例：请写成 1% 到 100% 的整数百分比，例如 --sample 30%。")
    return int(digits)


def draw(groups: Mapping[str, str], percent: int, seed: str) -> Drawn:
    """Draw ``percent`` of the sites of each group, rounded up, so that no group is left out. ``groups``: site key → group."""
    strata: dict[str, list[str]] = {}
    for key in sorted(groups):
        strata.setdefault(groups[key], []).append(key)
    drawn: list[str] = []
    for keys in strata.values():
        share = -(-len(keys) * percent // 100)
        drawn += sorted(keys, key=lambda key: (_place(seed, key), key))[:share]
    return Drawn(percent, seed, tuple(sorted(drawn)))


def _place(seed: str, key: str) -> bytes:
    return sha256(f"{seed}\x1f{key}".encode()).digest()
