"""What a paper's text refers to: addresses and pictures become relationships and parts of the document, each once."""

from __future__ import annotations

import io
import re
from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.parts.image import ImagePart
from PIL import Image

from reports.hostile import line, safe_link
from reports.paper import Picture

EMU = 635
"""English Metric Units in a twip."""
TALLEST = 9000
"""A picture is at most this high, in twips (159 mm): its caption stays on the page."""
_LONGEST_LINK = 2000
"""Word takes no longer address."""
_NO_URI = re.compile(r'[<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})')
"""A raw one of these in an address makes Word call the file damaged."""


class Parts:
    """Relationships of one document. Ids are of our own, so that thousands of links cost no search."""

    def __init__(self, document: Document) -> None:
        self._part = document.part
        self._links: dict[str, str] = {}
        self._images: dict[bytes, tuple[str, tuple[int, int]] | None] = {}
        self._drawings = max((int(each) for each in document.element.xpath("//wp:docPr/@id") if str(each).isdigit()), default=0)

    def link(self, address: str) -> str:
        """Id of the relationship to a web address; "" for what is no plain one, or too long for Word: it is then shown and not linked."""
        if not safe_link(address) or len(address) > _LONGEST_LINK:
            return ""
        if address not in self._links:
            self._links[address] = f"link{len(self._links) + 1}"
            target = _NO_URI.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)
            self._part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, target, self._links[address], is_external=True)
        return self._links[address]

    def picture(self, picture: Picture, width: int) -> str:
        """A run with the picture, ``width`` twips wide or as high as a page allows; "" when its bytes are no picture."""
        held = self._image(picture.image)
        if held is None:
            return ""
        name, (wide, tall) = held
        self._drawings += 1
        high = width * tall / wide
        shrink = min(1.0, TALLEST / high)
        size = f'cx="{round(width * shrink) * EMU}" cy="{max(1, round(high * shrink)) * EMU}"'
        told = quoteattr(line(picture.alt or picture.caption) or "图片")
        number = self._drawings
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr id="{number}" '
            f'name="图片 {number}" descr={told}/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{number}" name="图片 {number}" descr={told}/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )

    def _image(self, data: bytes) -> tuple[str, tuple[int, int]] | None:
        """Relationship and size (pixels) of a picture, which is stored once; None for bytes that are no PNG or JPEG."""
        if data not in self._images:
            found = _looked_at(data)
            number = len(self._images) + 1
            self._images[data] = (f"picture{number}", found[1]) if found else None
            if found:
                kind = found[0].lower()
                part = ImagePart(PackURI(f"/word/media/paper{number}.{kind}"), f"image/{kind}", data)
                self._part.rels.add_relationship(RELATIONSHIP_TYPE.IMAGE, part, f"picture{number}")
        return self._images[data]


def _looked_at(data: bytes) -> tuple[str, tuple[int, int]] | None:
    """Format and size of a PNG or JPEG by its header; None for anything else."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            return (image.format or "", image.size) if min(image.size) > 0 else None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
