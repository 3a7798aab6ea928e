"""The view-model and the template know the same names: every field says what it holds and is printed, every name exists."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from jinja2 import meta, nodes

from reports.html_report import environment, render_html
from reports.site_report import RunFacts, SiteReportView

GIVEN = {"v", "policy", "style", "script", "rate_chart", "latency_chart"}
"""What `render_html` hands to the template."""


def classes(kind: Any, seen: set[Any] | None = None) -> set[Any]:
    """Every view-model class reachable from ``kind``."""
    seen = set() if seen is None else seen
    if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind not in seen and kind is not RunFacts:
        seen.add(kind)
        for hint in typing.get_type_hints(kind).values():
            classes(hint, seen)
    for inner in typing.get_args(kind):
        classes(inner, seen)
    return seen


VIEWS = sorted(classes(SiteReportView), key=lambda kind: kind.__name__)
FIELDS = [(kind, item) for kind in VIEWS for item in dataclasses.fields(kind)]


TEMPLATES = ("site.html.j2", "parts.html.j2", "findings.html.j2", "sheets.html.j2", "score.html.j2")


def template(name: str) -> nodes.Template:
    source = (resources.files("reports.templates") / name).read_text(encoding="utf-8")
    return environment().parse(source)


@pytest.mark.parametrize(("kind", "item"), FIELDS, ids=[f"{kind.__name__}.{item.name}" for kind, item in FIELDS])
def test_every_field_says_what_it_holds(kind: type, item: dataclasses.Field[Any]) -> None:
    assert len(item.metadata["help"]) > 3


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_uses_only_what_it_is_given(name: str) -> None:
    assert meta.find_undeclared_variables(template(name)) == (GIVEN if name == "site.html.j2" else set())


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_name_a_template_asks_for_is_a_field_of_a_view(name: str) -> None:
    names = {item.name for _, item in FIELDS} | {"last"}  # loop.last
    assert {node.attr for node in template(name).find_all(nodes.Getattr)} <= names


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_computes_nothing(name: str) -> None:
    forbidden = (nodes.BinExpr, nodes.Filter, nodes.Getitem, nodes.Concat)
    tree = template(name)
    assert [node for kind in forbidden for node in tree.find_all(kind) if not isinstance(node, (nodes.And, nodes.Or))] == []


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, views: dict[str, SiteReportView]) -> Iterator[set[tuple[str, str]]]:
    """``(class, field)`` of every field read while the samples are printed."""
    seen: set[tuple[str, str]] = set()
    for kind in VIEWS:

        def watched(self: Any, name: str) -> Any:
            seen.add((type(self).__name__, name))
            return object.__getattribute__(self, name)

        monkeypatch.setattr(kind, "__getattribute__", watched, raising=False)
    for view in views.values():
        render_html(view)
    yield seen


def test_every_field_is_printed_unless_it_says_that_other_outputs_print_it(read: set[tuple[str, str]]) -> None:
    promised = {(kind.__name__, item.name) for kind, item in FIELDS if item.metadata["html"]}
    others = {(kind.__name__, item.name) for kind, item in FIELDS if not item.metadata["html"]}
    assert promised - read == set(), "never printed"
    charted = {("RateRow", "share"), ("LatencyRow", "v4_ms"), ("LatencyRow", "v6_ms")}
    assert (others & read) - charted == set(), "printed, though the field says it is not"
