"""The benchmark's own promises, on small sites."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import NAMES, one, table
from tests.bench.renders import count_renders
from tests.bench.site import LAYOUTS, build, served


def test_renders_grow_with_templates_not_with_pages() -> None:
    small, large = count_renders(24), count_renders(96)  # each has twenty columns besides
    assert large.doubted > 2 * small.doubted
    assert small.templates == large.templates == LAYOUTS
    assert 0 < small.rendered == large.rendered <= 2 * LAYOUTS


def test_every_crawl_of_the_benchmark_reads_the_whole_site(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = tmp_path_factory.mktemp("bench") / "site"
    site.mkdir()
    build(site, 40)
    with served(site) as (address, _):
        runs = {name: [one(name, address, 40)] for name in NAMES}
    printed = table(runs)
    assert all(name in printed for name in NAMES.values())
    assert runs["ours"][0]["peak_mb"] < 300
