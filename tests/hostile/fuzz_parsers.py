"""Fuzz the parsers with atheris (coverage-guided), see docs/hostile.md. atheris is no dependency of this project: `make fuzz` installs it.

python -m tests.hostile.fuzz_parsers CORPUS_FOLDER -max_total_time=3600 -timeout=20
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["crawler", "checks"]):
    from tests.hostile import targets
    from tests.hostile.seeds import seeds


def one_input(data: bytes) -> None:
    """The first byte names the target; pages get twice the share of everything else."""
    if data:
        order = (*targets.TARGETS, targets.html_tokens, targets.html_bytes)
        order[data[0] % len(order)](data[1:])


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (folder / f"seed-{number:04d}").write_bytes(seed)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
