"""A turnstile: numbered parties pass in the order of their numbers, whoever comes first."""

from __future__ import annotations

import asyncio


class Turnstile:
    """Decisions that spend a shared budget are taken in the order of asking, so that two runs of one site spend it alike."""

    def __init__(self) -> None:
        self._next = 0
        self._passed: set[int] = set()
        self._waiting: dict[int, asyncio.Future[None]] = {}

    async def wait(self, number: int) -> None:
        """Return when every smaller number has passed."""
        while self._next < number:
            future = self._waiting.setdefault(number, asyncio.get_running_loop().create_future())
            await future

    def passed(self, number: int) -> None:
        """``number`` is through, or will never come. Safe to call again."""
        if number < self._next:
            return
        self._passed.add(number)
        while self._next in self._passed:
            self._passed.discard(self._next)
            self._next += 1
        future = self._waiting.pop(self._next, None)
        if future is not None and not future.done():
            future.set_result(None)
