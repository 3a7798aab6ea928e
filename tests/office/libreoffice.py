"""LibreOffice and poppler, as a user's machine would open what was written."""

from __future__ import annotations

import atexit
import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

SECONDS = 60
"""Every file must be converted in this time."""


@functools.cache
def _profile() -> Path:
    """A LibreOffice profile of this process: two processes with one profile would wait for each other."""
    folder = Path(tempfile.mkdtemp(prefix="office-profile-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def convert(path: Path, folder: Path | None = None, kind: str = "pdf") -> Path:
    """``path`` (DOCX, XLSX) as PDF, or as ``kind``, in ``folder`` (beside it when None). AssertionError with LibreOffice's words when it fails or takes longer than 60 s."""
    target = folder or path.parent
    command = ["soffice", f"-env:UserInstallation={_profile().as_uri()}", "--headless", "--norestore", "--convert-to", kind]
    run = subprocess.run([*command, "--outdir", str(target), str(path)], capture_output=True, text=True, timeout=SECONDS, check=False)
    made = target / f"{path.stem}.{kind}"
    assert run.returncode == 0 and made.is_file(), f"{path.name}: soffice ended with {run.returncode}: {run.stdout}{run.stderr}"
    return made


def pdf_text(pdf: Path) -> str:
    """All text of a PDF, in reading order."""
    return subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, timeout=SECONDS, check=True).stdout


def pdf_pages(pdf: Path, dpi: int = 60) -> list[Path]:
    """Every page as PNG beside the PDF, in order."""
    stem = pdf.with_suffix("")
    subprocess.run(["pdftoppm", "-png", "-r", str(dpi), str(pdf), str(stem)], timeout=SECONDS, check=True)
    return sorted(pdf.parent.glob(f"{stem.name}-*.png"))
