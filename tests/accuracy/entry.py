"""What `error-report-entry` says of one saved page: the static page first, then the page rendered with its saved scripts beside it.

The saved set has its own rule (its README): ``assets/`` holds the companion scripts of every page whose footer or entry a script
writes; a page that can't be decided from the files is labelled ``unclear`` and is no case. So a file that was not saved writes no
entry, and it is answered with nothing instead of an error (a POST that the browser never sends counts as such a file), apart from the little of jQuery (``stand_in.js``) that a saved footer
script may need from a library that was not saved. An inspection of a living site never makes this assumption: there a
script that does not answer leaves the page not assessed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from checks.entry_markup import observe_entry, observe_legacy
from crawler.browser import Rendered, Renderer
from crawler.document import Document
from crawler.fetch import Fetched
from crawler.settings import Limits

EntryVerdict = Literal["yes", "no", "legacy", "not_assessed"]
_WRITES_ENTRY = re.compile(r"^(?!\s*//).*(?:zfwzgl\.www\.gov\.cn|pucha\.kaipuyun\.cn|_jiucuo_|exposure/jiucuo)", re.MULTILINE)
STAND_IN = Path(__file__).with_name("stand_in.js").read_bytes()
AS_OF = date(2026, 11, 24)
TRIES = 3
"""Rounds in which a page that did not finish is rendered again; the first answers nearly all."""


class SavedFiles:
    """Answers the browser for one saved page: its companion scripts by file name, nothing for the rest."""

    def __init__(self, folder: Path, identity: str) -> None:
        self.assets, self.identity = folder / "assets", identity
        self.stand_in = STAND_IN if identity and any(self.assets.glob(f"{identity}__*.js")) else b""

    def saved(self, url: str) -> Path | None:
        """The saved file that answers an address."""
        path, name = self.assets / f"{self.identity}__{_name(url)}", _name(url)
        return path if name and path.is_file() else None

    async def get(self, url: str, *, kind: str, headers: Mapping[str, str] | None = None, robots: bool = True) -> Fetched:
        """A saved file; an empty answer for what was not saved, and for another page none: the page that asks for it keeps standing."""
        name = _name(url)
        saved = self.saved(url)
        body = saved.read_bytes() if saved is not None else self.stand_in if name.endswith(".js") else b""
        if not body and "application/xhtml+xml" in (headers or {}).get("accept", ""):
            return Fetched(url, url, 204, {}, b"", "", "", (), "", 0)
        content_type = "application/javascript" if name.endswith(".js") else "text/html"
        return Fetched(url, url, 200, {"content-type": content_type}, body, "", "", (), "", 0)


def _name(url: str) -> str:
    return unquote(PurePosixPath(urlsplit(url).path).name)


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
            found[row["id"]] = "not_assessed"
    for _ in range(TRIES):
        left = [(row, html) for row, html in doubted if found[row["id"]] == "not_assessed"]
        if left:
            found |= await _rendered(left, folder)
    return found


async def _rendered(rows: Sequence[tuple[Mapping[str, str], str]], folder: Path) -> dict[str, EntryVerdict]:
    """One round in a browser of its own; a page that a busy machine did not finish is asked again in the next."""
    found: dict[str, EntryVerdict] = {}
    async with Renderer(None, SavedFiles(folder, ""), None, limits=Limits(max_renders=len(rows)), as_of=AS_OF) as renderer:

        async def one(row: Mapping[str, str], html: str) -> None:
            files, address = SavedFiles(folder, row["id"]), page_address(row)
            rendered = await renderer.render(address, body=html.encode("utf-8", "replace"), answers=files)
            found[row["id"]] = _verdict(rendered, files)

        await asyncio.gather(*(one(row, html) for row, html in rows))
    return found


def _verdict(rendered: Rendered, files: SavedFiles) -> EntryVerdict:
    document = rendered.document
    if document is not None and observe_entry(document) is not None:
        return "yes"
    pending = [url for url in rendered.failed if url == rendered.url or files.saved(url) is not None]
    if document is None or pending or (rendered.status or 599) >= 400:
        return "not_assessed"
    if any(_WRITES_ENTRY.search(script.text) for script in document.scripts):
        return "not_assessed"  # an inline script means to write the entry; a library that was not saved may have kept it from doing so
    return "legacy" if observe_legacy(document) is not None else "no"
