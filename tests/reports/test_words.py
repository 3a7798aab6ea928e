"""Every code the floors below can write has its Chinese word."""

from __future__ import annotations

import typing

from checks.catalogue import Basis
from checks.model import Severity, Verdict
from crawler import budget, visit
from crawler.evidence import PageState
from reports import words


def test_every_verdict_severity_basis_and_page_state_has_a_word() -> None:
    assert set(words.VERDICTS) == set(words.VERDICT_MARKS) == set(typing.get_args(Verdict))
    assert set(words.SEVERITIES) == set(typing.get_args(Severity))
    assert set(words.BASES) == set(typing.get_args(Basis))
    assert set(words.STATE_WORDS) == set(typing.get_args(PageState))


def test_every_purpose_of_a_request_has_a_word() -> None:
    assert set(words.REQUEST_KINDS) == set(typing.get_args(visit.Kind))


def test_every_cap_that_can_end_a_crawl_has_a_word() -> None:
    caps = set(typing.get_args(budget.Cap)) - {""}
    assert set(words.ENDED_BY) == caps | {"finished", "depth", "breaker", "safeguard", "interrupted"}


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert words.word(words.VERDICTS, "later-invention") == "later-invention"


def test_a_failed_request_is_named_by_cause_or_status() -> None:
    assert words.error_word("timeout") == "超时"
    assert words.error_word("404") == "HTTP 404 不存在"
    assert words.error_word("418") == "HTTP 418"
