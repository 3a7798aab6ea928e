"""What `error-report-entry` says of one saved page: the static page first, then the page rendered with its saved scripts beside it.

The saved set has its own rule (its README): ``assets/`` holds the companion scripts of every page whose footer or entry a script
writes; a page that can't be decided from the files is labelled ``unclear`` and is no case. So a file that was not saved writes no
entry, and it is answered with nothing instead of an error, apart from the little of jQuery (``stand_in.js``) that a saved footer
script may need from a library that was not saved. An inspection of a living site never makes this assumption: there a
script that does not answer leaves the page not assessed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from checks.entry_markup import observe_entry, observe_legacy
from crawler.browser import Renderer
from crawler.document import Document
from crawler.fetch import Fetched
from crawler.settings import Limits

EntryVerdict = Literal["yes", "no", "legacy", "not_assessed"]
STAND_IN = Path(__file__).with_name("stand_in.js").read_bytes()
AS_OF = date(2026, 11, 24)


class SavedFiles:
    """Answers the browser for one saved page: its companion scripts by file name, nothing for the rest."""

    def __init__(self, folder: Path, identity: str) -> None:
        self.assets, self.identity = folder / "assets", identity
        self.stand_in = STAND_IN if identity and any(self.assets.glob(f"{identity}__*.js")) else b""

    async def get(self, url: str, *, kind: str, headers: Mapping[str, str] | None = None, robots: bool = True) -> Fetched:
        """A saved file; an empty answer for what was not saved."""
        name = unquote(PurePosixPath(urlsplit(url).path).name)
        saved = self.assets / f"{self.identity}__{name}"
        body = saved.read_bytes() if name and saved.is_file() else self.stand_in if name.endswith(".js") else b""
        content_type = "application/javascript" if name.endswith(".js") else "text/html"
        return Fetched(url, url, 200, {"content-type": content_type}, body, "", "", (), "", 0)


def page_address(row: Mapping[str, str]) -> str:
    """Where a saved page is shown: its own address where it is known."""
    return row["url"] or f"http://{row['host'] or 'page.invalid'}/"


def entry_verdict(row: Mapping[str, str], html: str, folder: Path) -> EntryVerdict:
    """The verdict of one page; `entry_verdicts` does many with one browser."""
    return entry_verdicts([(row, html)], folder)[row["id"]]


def entry_verdicts(rows: Sequence[tuple[Mapping[str, str], str]], folder: Path) -> dict[str, EntryVerdict]:
    """Verdicts by page id. A page whose static markup shows the entry is not rendered, as in an inspection."""
    return asyncio.run(_verdicts(rows, folder))


async def _verdicts(rows: Sequence[tuple[Mapping[str, str], str]], folder: Path) -> dict[str, EntryVerdict]:
    found: dict[str, EntryVerdict] = {}
    doubted = []
    for row, html in rows:
        if observe_entry(Document(html, page_address(row), as_of=AS_OF)) is not None:
            found[row["id"]] = "yes"
        else:
            doubted.append((row, html))
    limits = Limits(max_renders=max(1, len(doubted)))
    async with Renderer(None, SavedFiles(folder, ""), None, limits=limits, as_of=AS_OF) as renderer:

        async def one(row: Mapping[str, str], html: str) -> None:
            files = SavedFiles(folder, row["id"])
            rendered = await renderer.render(page_address(row), body=html.encode("utf-8", "replace"), answers=files)
            found[row["id"]] = _verdict(rendered.document, rendered.complete)

        await asyncio.gather(*(one(row, html) for row, html in doubted))
    return found


def _verdict(document: Document | None, complete: bool) -> EntryVerdict:
    if document is not None and observe_entry(document) is not None:
        return "yes"
    if document is None or not complete:
        return "not_assessed"
    return "legacy" if observe_legacy(document) is not None else "no"
