"""Contracts between code, catalogue and README: what one promises, the other keeps."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import scheduler
from checks.catalogue import rules
from checks.model import Check
from checks.registry import CHECKS
from crawler.settings import Limits

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_the_catalogue_defines_exactly_the_codes_a_check_can_give(check: Check) -> None:
    assert set(rules(check.id).codes) == set(check.codes)
    assert rules(check.id).title == check.title


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_declares_every_code_its_module_writes(check: Check) -> None:
    package = ROOT / "checks"
    stem = check.id.replace("-", "_")
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted(package.glob(f"{stem}*.py")))
    assert re.search(rf"id=['\"]{check.id}['\"]", sources)
    for code in check.codes:
        assert f'"{code}"' in sources, f"{check.id} declares {code} but never gives it"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_rule_names_its_source_and_says_how_well_it_is_known(check: Check) -> None:
    for code, rule in rules(check.id).codes.items():
        assert rule.source and rule.indicator and rule.advice and rule.title, code
        if rule.basis == "none":
            assert rule.severity in ("caution", "candidate"), f"{code}: no official line can't cost points"


def _options() -> set[str]:
    listing = subprocess.run(
        [sys.executable, "-c", "import scheduler; scheduler.check_site()", "--help"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return set(re.findall(r"--[a-z][a-z0-9-]+", listing.stdout))


def test_the_readme_names_every_option_of_check_site_and_no_other() -> None:
    options = _options() - {"--help"}
    named = set(re.findall(r"`(--[a-z][a-z0-9-]+)", README))
    assert options == named


def _command_options(command: Any, path: str) -> Iterator[tuple[str, set[str]]]:
    """Every command below ``command``: its path, and its options."""
    for name, child in getattr(command, "commands", {}).items():
        yield from _command_options(child, f"{path} {name}")
    if not getattr(command, "commands", {}):
        yield path, {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


def test_the_manual_names_every_command_and_every_option() -> None:
    manual = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    shared = {"--db", "--nameserver", "--v6-control", "--delay", "--help"}
    for path, options in _command_options(typer.main.get_command(scheduler._mingjing_app), "mingjing"):
        if path in ("mingjing check-site", "mingjing version"):
            continue
        section = re.search(rf"^#+ `{re.escape(path)}\b.*?(?=^#+ `mingjing|\Z)", manual, re.MULTILINE | re.DOTALL)
        assert section, f"docs/commands.md has no section for `{path}`"
        for option in options - shared:
            assert f"`{option}" in section[0], f"{path}: docs/commands.md misses {option}"


def test_the_readme_names_every_make_target() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert targets
    for target in targets[1].split():
        assert f"make {target}" in README, target


def test_the_readme_gives_the_default_of_every_limit() -> None:
    for item in dataclasses.fields(Limits):
        assert f"`{item.name}`" in README, f"README's table of limits misses {item.name}"


def test_the_top_level_holds_only_what_it_should() -> None:
    tracked = subprocess.run(
        ["git", "-c", "core.quotepath=off", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=True
    ).stdout.split("\n")
    top = {name.split("/")[0] for name in tracked if name and not name.startswith(".")}
    allowed = {"crawler", "checks", "reports", "scheduler.py", "tests", "pyproject.toml", "README.md"}
    assert top - allowed <= {"Makefile", "constraints.txt", "CHANGELOG.md", "LICENSE", "docs"}


def test_the_commands_file_stays_small() -> None:
    assert len((ROOT / "scheduler.py").read_text(encoding="utf-8").splitlines()) <= 400


def test_several_workers_keep_the_tests_of_one_file_together(request: pytest.FixtureRequest) -> None:
    """Else every fixture that a file shares is made once a worker, and the whole takes twice as long."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert "@" in request.node.nodeid, "pytest-xdist's groups are lost: see the pin of pytest in pyproject.toml"
