"""Pictures of findings (截图) for print: out of the evidence of the night, else of the night the finding was first told; JPEG, small, always the same.

A finding is pictured once, on its first night. Pictures are made when they are asked for: those of a province need not lie in memory together.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from crawler.evidence import Evidence, EvidenceError

MAX_BYTES = 80 * 1024
A_SITE = 3
"""Pictures of one site at most, and bytes of each."""

_FILES = 12
"""Evidence files of one site that are opened in search of pictures, at most."""

_WIDTH, _HEIGHT = 800, 1000
_QUALITIES = (70, 55, 40)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A finding that may have a picture: its id and the evidence files to look in, best first."""

    finding: str
    files: tuple[Path, ...]


class Pictures(Mapping[str, bytes]):
    """Finding id → JPEG. Raises `EvidenceError` when evidence that was there at the beginning has gone since."""

    def __init__(self, places: Mapping[str, Path]) -> None:
        self._places = dict(places)

    def __getitem__(self, key: str) -> bytes:
        path = self._places[key]
        picture = jpeg(_screenshots(path, [key]).get(key))
        if picture is None:
            raise EvidenceError(f"证据文件 {path} 中的截图 {key} 读不出来：请检查证据目录后重新运行。")
        return picture

    def __contains__(self, key: object) -> bool:
        return key in self._places  # without making the picture

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def find(wanted: Sequence[Wanted]) -> dict[str, Path]:
    """Where the first pictures of a site are, at most `A_SITE`: finding id → evidence file. A file that can't be read has none."""
    places: dict[str, Path] = {}
    opened: dict[Path, set[str]] = {}
    for one in wanted:
        for path in one.files:
            if len(places) == A_SITE:
                return places
            if path not in opened:
                if len(opened) == _FILES:
                    continue
                asked = [each.finding for each in wanted if path in each.files]
                opened[path] = {finding for finding, png in _screenshots(path, asked, A_SITE).items() if _readable(png)}
            if one.finding in opened[path]:
                places[one.finding] = path
                break
    return places


def _screenshots(path: Path, findings: Iterable[str], most: int = 1) -> dict[str, bytes]:
    """The first pictures that a file holds of these findings."""
    try:
        evidence = Evidence(path)
    except EvidenceError:
        return {}
    found: dict[str, bytes] = {}
    try:
        for finding in findings:
            png = evidence.screenshot(finding)
            if png is not None:
                found[finding] = png
            if len(found) == most:
                break
    finally:
        evidence.close()
    return found


def _readable(png: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(png)) as image:
            image.verify()
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        return False  # a damaged picture is no picture: the finding stands without it
    return True


def jpeg(png: bytes | None) -> bytes | None:
    """The picture as a JPEG of at most `MAX_BYTES`, its upper part where it is very long; None for what is no picture."""
    if png is None:
        return None
    try:
        with Image.open(io.BytesIO(png)) as opened:
            image = opened.convert("RGB")
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    image = image.crop((0, 0, image.width, min(image.height, image.width * _HEIGHT // _WIDTH)))
    width = min(image.width, _WIDTH)
    while True:
        smaller = image.resize((width, max(1, image.height * width // image.width)), Image.Resampling.BILINEAR, reducing_gap=2.0)
        for quality in _QUALITIES:
            out = io.BytesIO()
            smaller.save(out, "JPEG", quality=quality, optimize=False)
            if out.tell() <= MAX_BYTES:
                return out.getvalue()
        width = width * 2 // 3
