"""The built wheel holds everything: catalogue, templates, schema. Installed into an empty environment, it runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.timeout(600)
def test_the_wheel_runs_check_site_from_an_empty_environment(tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tmp_path / "source")], check=True)
    source = tmp_path / "source"
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path / "dist"), str(source)], check=True, capture_output=True
    )
    (wheel,) = (tmp_path / "dist").glob("mingjing-*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", str(ROOT / "constraints.txt"), str(wheel)],
        check=True,
    )
    command = tmp_path / "venv" / "bin" / "check-site"

    # Port 9 on loopback answers nobody: the home page can't be read, and every report still has to be written.
    run = subprocess.run(
        [str(command), "http://127.0.0.1:9/", "--format", "html", "--output", str(tmp_path / "report.html"), "--delay", "0"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )

    assert run.returncode == 3, run.stderr
    assert "首页未能读取" in run.stderr
    assert "<html" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert subprocess.run([str(tmp_path / "venv" / "bin" / "mingjing"), "version"], check=True, capture_output=True).stdout.strip()
