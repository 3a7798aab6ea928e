"""The report as one self-contained HTML file (网页报告): no outside resource, readable on paper and on a phone.

Everything printed is escaped (autoescape) or drawn by us (`reports.charts`). The content security policy allows nothing but this
file's own style, its pictures as data and the few lines of script that open folded parts before printing.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from reports.charts import latency_chart, rate_chart
from reports.site_report import SiteReportView

PRINT_SCRIPT = (
    "let shut=[];"
    'addEventListener("beforeprint",()=>{shut=[...document.querySelectorAll("details:not([open])")];for(const d of shut)d.open=true});'
    'addEventListener("afterprint",()=>{for(const d of shut)d.open=false});'
)
"""Paper shows what the screen folds, as far as the style lets it; the screen is afterwards as it was."""


def render_html(view: SiteReportView) -> str:
    """The report as an HTML document in UTF-8."""
    style = _style()
    return (
        environment()
        .get_template("site.html.j2")
        .render(
            v=view,
            policy=style_policy(style, PRINT_SCRIPT),
            style=Markup(style),
            script=Markup(PRINT_SCRIPT),
            rate_chart=Markup(rate_chart(view.ipv6.rates) if view.ipv6 else ""),
            latency_chart=Markup(latency_chart(view.ipv6.latencies) if view.ipv6 else ""),
        )
    )


@cache
def environment() -> Environment:
    """The template environment: escaping on, an unknown name is an error."""
    return Environment(
        loader=PackageLoader("reports"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _style() -> str:
    return (resources.files("reports.templates") / "site.css").read_text(encoding="utf-8")


def style_policy(style: str, script: str = "") -> str:
    """The content security policy: our own style and script by their digests, pictures as data, nothing else."""
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; {scripts}base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
