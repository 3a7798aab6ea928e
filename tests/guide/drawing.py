"""How the guide's pictures are drawn: a terminal's text, a web page, a page of a Word or Excel file; each a small PNG."""

from __future__ import annotations

import html
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from types import TracebackType

from openpyxl import load_workbook
from openpyxl.worksheet.properties import PageSetupProperties
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Playwright, sync_playwright

from crawler.browser_chromium import find_chromium
from tests.office import convert, pdf_pages

MOST_BYTES = 150_000
"""No picture of the guide is larger: the repository keeps them all."""

_WIDTH, _COLOURS = 1100, 64
_TERMINAL = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; display: inline-block; background: #f7f8f9; }}
pre {{ margin: 0; padding: 14px 18px; font: 15px/1.55 "Noto Sans Mono CJK SC", "Noto Sans CJK SC", monospace; color: #1f2328; }}
b {{ color: #17548f; }} i {{ color: #6a737d; font-style: normal; }}
</style><pre><b>$ {command}</b>
{said}</pre>"""


class Studio:
    """Draws pictures into ``folder``; ``only``: those whose name contains one of these, all when there are none. `made`: (name, bytes) of each."""

    def __init__(self, folder: Path, only: Sequence[str] = ()) -> None:
        self.folder, self.only = folder, only
        self.made: list[tuple[str, int]] = []
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()

    def wants(self, name: str) -> bool:
        """Whether this picture is to be made."""
        return not self.only or any(each in name for each in self.only)

    def terminal(self, name: str, command: str, said: str, lines: int = 34) -> None:
        """What a command printed, as a terminal shows it; the first ``lines`` of it."""
        if not self.wants(name):
            return
        rows = said.rstrip().splitlines()
        rest = [f"<i>（以下略，共 {len(rows)} 行）</i>"] if len(rows) > lines else []
        shown = "\n".join([*(html.escape(row) for row in rows[:lines]), *rest])
        page = self._chromium().new_page(viewport={"width": 1400, "height": 400}, device_scale_factor=1.4)
        page.set_content(_TERMINAL.format(command=html.escape(command), said=shown))
        self._keep(name, page.locator("body").screenshot())
        page.close()

    def web(self, name: str, file: Path, width: int, height: int) -> None:
        """The beginning of a web page, on a screen of this size."""
        if not self.wants(name):
            return
        page = self._chromium().new_page(viewport={"width": width, "height": height}, device_scale_factor=1.4)
        page.goto(file.as_uri(), wait_until="load")
        self._keep(name, page.screenshot())
        page.close()

    def sheet(self, name: str, file: Path, title: str, columns: Sequence[str] = (), rows: int = 16) -> None:
        """The first ``rows`` of a workbook's sheet; ``columns``: only those with these headings. A copy is fitted to the width of a page."""
        if not self.wants(name):
            return
        book = load_workbook(file)
        for other in book.sheetnames:
            if other != title:
                book[other].sheet_state = "hidden"
        sheet = book[title]
        book.active = sheet
        top = next(row for row in range(1, 12) if not columns or columns[0] in [cell.value for cell in sheet[row]])
        for cell in sheet[top] if columns else ():
            sheet.column_dimensions[cell.column_letter].hidden = cell.value not in columns
        for row in range(top + 1, sheet.max_row + 1):
            sheet.row_dimensions[row].height = None  # what made a row high may stand in a column that is left out
        sheet.print_title_rows, sheet.print_area = None, f"A1:{sheet.cell(1, sheet.max_column).column_letter}{top + rows}"
        sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr = "landscape", PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        copy = self._room(file) / f"{name}.xlsx"
        book.save(copy)
        self.office(name, copy)

    def office(self, name: str, file: Path, pages: tuple[int, ...] = (0,)) -> None:
        """Pages of a Word or Excel file as LibreOffice shows them, side by side; one alone without its margins."""
        if not self.wants(name):
            return
        sheets = []
        for path in pdf_pages(convert(file, self._room(file)), dpi=130):
            with Image.open(path) as image:
                sheets.append(image.convert("RGB"))
        chosen = [sheets[number] for number in pages]
        shown = [_trimmed(each, framed=len(pages) > 1) for each in chosen]
        whole = Image.new("RGB", (sum(each.width for each in shown) + 20 * (len(shown) - 1), max(each.height for each in shown)), "white")
        at = 0
        for each in shown:
            whole.paste(each, (at, 0))
            at += each.width + 20
        held = BytesIO()
        whole.save(held, "PNG")
        self._keep(name, held.getvalue())

    def _room(self, file: Path) -> Path:
        room = file.parent / f"{file.stem}-pages"
        room.mkdir(exist_ok=True)
        return room

    def _chromium(self) -> Browser:
        if self._browser is None:
            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(executable_path=find_chromium(self._playwright), args=["--no-sandbox"])
        return self._browser

    def _keep(self, name: str, png: bytes) -> None:
        """Into the folder, in a palette and no wider than a page. Raises ValueError for a picture that stays too large."""
        with Image.open(BytesIO(png)) as image:
            drawn = image.convert("RGB")
        if drawn.width > _WIDTH:
            drawn = drawn.resize((_WIDTH, round(drawn.height * _WIDTH / drawn.width)), Image.Resampling.LANCZOS)
        held = BytesIO()
        for colours in (_COLOURS, 24, 12):
            held = BytesIO()
            drawn.quantize(colours, dither=Image.Dither.NONE).save(held, "PNG", optimize=True)
            if len(held.getvalue()) < MOST_BYTES:
                break
        else:
            raise ValueError(f"{name}: {len(held.getvalue())} bytes")
        (self.folder / f"{name}.png").write_bytes(held.getvalue())
        self.made.append((f"{name}.png", len(held.getvalue())))


def _trimmed(image: Image.Image, *, framed: bool) -> Image.Image:
    """Without its white margins, but for a little; a page that stands beside another keeps them and gets a frame."""
    if framed:
        edge = Image.new("RGB", (image.width + 2, image.height + 2), "#8d959d")
        edge.paste(image, (1, 1))
        return edge
    box = ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox()
    if box is None:
        return image
    left, upper, right, lower = box
    return image.crop((max(left - 12, 0), max(upper - 12, 0), min(right + 12, image.width), min(lower + 12, image.height)))
