"""The CMS styles, by name."""

from __future__ import annotations

from tests.portals.style import Style
from tests.portals.styles.application import Application
from tests.portals.styles.challenge import Wall, Walled
from tests.portals.styles.elsewhere import Elsewhere
from tests.portals.styles.frames import Frames
from tests.portals.styles.jpage import Jpage
from tests.portals.styles.plain import MetaRefresh, Slow, SoftMissing, V4Only
from tests.portals.styles.scripted import Scripted
from tests.portals.styles.tables import Tables

STYLES: dict[str, type[Style]] = {
    style.name: style
    for style in (Style, Jpage, Scripted, Application, Frames, Tables, MetaRefresh, Walled, Wall, SoftMissing, V4Only, Slow, Elsewhere)
}
