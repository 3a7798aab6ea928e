"""A command of `mingjing` as it is wired, in this process: starting another one takes longer than the command."""

from __future__ import annotations

from pathlib import Path

import typer

import scheduler


def mingjing(*words: str | Path) -> int:
    """Run it; its exit code. `UsageProblem` and `OversightError` are raised as the command raises them."""
    return int(
        typer.main.get_command(scheduler._mingjing_app).main([str(word) for word in words], prog_name="mingjing", standalone_mode=False)
        or 0
    )
