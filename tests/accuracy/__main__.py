"""``python -m tests.accuracy``: see `tests.accuracy.accuracy`."""

from tests.accuracy.accuracy import main

raise SystemExit(main())
