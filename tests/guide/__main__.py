"""Make the pictures of docs/inspector-guide.md: run its commands on simulated provinces, draw what comes out.

python -m tests.guide                  # all, into docs/pictures
python -m tests.guide --only 通报      # those whose name contains this
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.guide.drawing import Studio
from tests.guide.story import GuideError, Story

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def main() -> int:
    """1 when a command did not do what the guide says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--only", action="append", default=[], help="may be repeated")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="mingjing-guide-") as room, Studio(arguments.out, arguments.only) as studio:
            Story(Path(room), studio).tell()
    except GuideError as error:
        print(error, file=sys.stderr)
        return 1
    if not arguments.only:
        for old in {path.name for path in arguments.out.glob("*.png")} - {name for name, _ in studio.made}:
            (arguments.out / old).unlink()
    for name, size in studio.made:
        print(f"{name}  {size / 1000:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
