"""Long series, run by `make soak`: every defect in every style, many runs in one process, many interruptions, many odd pages."""

from __future__ import annotations

import json
import random
import resource
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.registry import observers
from crawler.document import Document
from crawler.evidence import Evidence
from tests.portals.build import Portal
from tests.portals.defects import DEFECTS
from tests.portals.inspecting import Inspector
from tests.portals.styles import STYLES
from tests.portals.world import World
from tests.served.injection import absent, wrong
from tests.served.test_served_sites import fitting

pytestmark = pytest.mark.soak


MATRIX = [(kind, style) for style in STYLES for kind in DEFECTS if not absent(kind, style)]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("kind", "style"), MATRIX)
def test_every_kind_alone_is_found_in_every_style_and_nothing_else(inspector: Inspector, kind: str, style: str) -> None:
    outcome = inspector.once(style, {kind})
    assert not wrong(outcome), "\n".join([*wrong(outcome), outcome.explain()])


@pytest.mark.timeout(1800)
def test_twelve_inspections_in_one_process_agree_and_do_not_grow(world: World, inspector: Inspector) -> None:
    portal = Portal(world, "static", fitting("static", "frame"))
    answers, peaks = set(), []
    for _ in range(12):
        outcome = inspector.run(portal)
        answers.add(json.dumps(sorted(outcome.accusations())))
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    assert len(answers) == 1
    assert peaks[-1] - peaks[3] < 60, f"peak memory after each run, MB: {[round(p) for p in peaks]}"


@pytest.mark.timeout(1800)
def test_thirty_interruptions_leave_readable_evidence(world: World, tmp_path: Path) -> None:
    rng = random.Random(20260820)
    server, port = world.nameserver
    portal = Portal(world, "static")
    command = [str(Path(sys.executable).with_name("check-site")), portal.url, "--nameserver", f"{server}:{port}", "--delay", "0"]
    for number in range(30):
        folder = tmp_path / str(number)
        process = subprocess.Popen([*command, "--evidence", str(folder)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        time.sleep(3 + rng.random() * 10)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        assert "Traceback" not in stderr, stderr
        for file in folder.iterdir():
            evidence = Evidence(file)
            assert evidence.pages is not None
            evidence.close()


_PIECES = [
    "<div>", "</div>", "<ul>", "<li>", "<a href='/a/1.html'>", "</a>", "<span>", "2026-08-01", "08-01", "2026年", "8月1日", "发布时间：", "<table>", "<tr>", "<td>",
    "<script>", "</script>", "<!--", "-->", "<iframe src=x>", "标识码：", "6200000001", "受理", "157", "回复", "<meta name=PubDate content='", "'>", "\x00", "\ud800", "🙂",
    "共0条", "createPageHTML(2,0,'index','html')", "<![CDATA[", "]]>", "<datastore>", "位置", "暂无",
]  # fmt: skip


@settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(_PIECES), max_size=120).map("".join) | st.text(max_size=500))
def test_no_page_makes_an_observer_raise(html: str) -> None:
    document = Document(html.encode("utf-8", "replace").decode("utf-8"), "http://www.a.gov.cn/x/", as_of=date(2026, 8, 20))
    for observer in observers():
        observer.observe(document)
