"""Office files as a reader's machine sees them: LibreOffice opens them, poppler reads the pages, rules and schema data check the XML.

convert(path) -> Path                 a DOCX or XLSX as PDF (exit 0 within 60 s)
pdf_text(pdf) -> str                  all its text
pdf_pages(pdf) -> list[Path]          one PNG a page
problems(data, formulas=False)        rules of package, order and reference; [] for a sound file; fast
schema_problems(data)                 order, attributes and values by Microsoft's schema data; half a second and more
"""

from tests.office.libreoffice import convert, pdf_pages, pdf_text
from tests.office.rules import problems
from tests.office.schema import schema_problems

__all__ = ["convert", "pdf_pages", "pdf_text", "problems", "schema_problems"]
