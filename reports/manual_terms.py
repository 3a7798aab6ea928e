"""The figures that people bring for a unit (单位数据), by id, from the catalogue of the annual assessment, where their use stands too."""

from __future__ import annotations

from collections.abc import Mapping

from checks.catalogue.assessment import Term, terms

__all__ = ["TERMS", "Term"]

TERMS: Mapping[str, Term] = {term.id: term for term in terms()}
