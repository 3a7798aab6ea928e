"""The inspectors' guide keeps to the program: its commands exist, its pictures exist and are described, and no picture lies about unused."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

import scheduler
from tests.guide.drawing import MOST_BYTES

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "inspector-guide.md").read_text(encoding="utf-8")
LINES = [line.strip() for line in GUIDE.splitlines() if line.startswith("    mingjing ")]
PICTURES = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", GUIDE)


def _command(words: list[str]) -> tuple[Any, list[str]]:
    """The command that a line names, and what follows it."""
    found: Any = typer.main.get_command(scheduler._mingjing_app)
    while words and words[0] in getattr(found, "commands", {}):
        found, words = found.commands[words[0]], words[1:]
    return found, words


@pytest.mark.parametrize("line", LINES)
def test_every_command_line_is_one_that_the_program_takes(line: str) -> None:
    command, rest = _command(shlex.split(line)[1:])
    assert not hasattr(command, "commands"), f"no such command: {line}"
    assert command.make_context(command.name, rest)  # wrong options and missing ones raise


def test_commands_and_options_that_are_only_named_exist() -> None:
    known = {option for line in LINES for option in _options(_command(shlex.split(line)[1:])[0])}
    for span in re.findall(r"`([^`\n]+)`", GUIDE):
        words = shlex.split(span)
        if words[0] == "mingjing":
            assert not hasattr(_command(words[1:])[0], "commands"), span
        assert {word for word in words if word.startswith("--")} <= known | {"--help"}, span


def _options(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


def test_every_picture_exists_is_small_and_says_what_it_shows() -> None:
    assert len(PICTURES) >= 10
    for alt, place in PICTURES:
        assert len(alt) >= 5, place
        assert (DOCS / place).stat().st_size < MOST_BYTES, place


def test_no_picture_lies_about_unused() -> None:
    assert {path.name for path in (DOCS / "pictures").iterdir()} == {Path(place).name for _, place in PICTURES}


def test_links_of_the_guide_lead_somewhere() -> None:
    for place in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)\)", GUIDE):
        assert (DOCS / place).is_file(), place


def test_the_guide_names_what_an_inspector_runs() -> None:
    for name in (
        "status",
        "show",
        "finding",
        "manual",
        "quarterly",
        "templates",
        "ledger",
        "objection",
        "evidence",
        "verify",
        "explain",
        "assess",
    ):
        assert any(line.startswith(f"mingjing {name}") for line in LINES), name
