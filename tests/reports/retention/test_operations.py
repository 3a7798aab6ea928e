"""docs/operations.md: every command in it exists with every option it names, and what it links to is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import scheduler

DOCS = Path(__file__).parents[3] / "docs"
TEXT = (DOCS / "operations.md").read_text(encoding="utf-8")
_CODE = re.compile(r"`([^`\n]+)`|^ {4}(.+)$", re.MULTILINE)
_CALL = re.compile(r"(?:^|[ /])mingjing ((?:[a-z][a-z-]*(?:/[a-z]+)*)(?: [^#&|]*)?)")


def _calls() -> Iterator[str]:
    """Every `mingjing …` in code, without comments and what follows `&&`."""
    for inline, block in _CODE.findall(TEXT):
        for part in re.split(r"&&|#", inline or block):
            yield from (found.strip() for found in _CALL.findall(part) if not found.startswith("-"))


def _find(words: list[str]) -> Any:
    command: Any = typer.main.get_command(scheduler._mingjing_app)
    for word in words:
        children = getattr(command, "commands", None)
        if not children:
            break
        assert word in children, f"there is no command {word}"
        command = children[word]
    return command


@pytest.mark.parametrize("call", sorted(set(_calls())))
def test_every_command_exists_with_the_options_it_is_given(call: str) -> None:
    command = _find(call.split())
    options = {option for parameter in command.params for option in parameter.opts}
    assert not set(re.findall(r"--[a-z][a-z0-9-]*", call)) - options, call


def test_the_manual_names_the_commands_an_operator_needs() -> None:
    named = {call.split()[0] for call in _calls()}
    assert {"nightly", "watch", "registry", "backup", "prune", "status", "show", "check-site", "version"} <= named


def test_what_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (DOCS / target).exists(), target


def test_the_rates_it_computes_are_those_of_the_program() -> None:
    from crawler.settings import ADDRESS_SHARE, PER_ADDRESS, Limits

    limits = Limits()
    assert (limits.delay, ADDRESS_SHARE, PER_ADDRESS, limits.per_host) == (0.5, 0.25, 4, 2), (
        "the table and the letter of operations.md state these"
    )
