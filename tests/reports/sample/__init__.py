"""Inspections to lay out, of an invented site: an ordinary one, a bad one at full size, one that attacks its reader, one that can't be read."""

from tests.reports.sample.content import NOTICES
from tests.reports.sample.ground import AS_OF, HOME, RUN, SITE, check, finding, page_facts, title_of
from tests.reports.sample.hostile import ATTACK, hostile_view
from tests.reports.sample.large import large_view
from tests.reports.sample.unread import unread_view
from tests.reports.sample.written import judgements, view, write

__all__ = [
    "AS_OF",
    "ATTACK",
    "HOME",
    "NOTICES",
    "RUN",
    "SITE",
    "check",
    "finding",
    "hostile_view",
    "judgements",
    "large_view",
    "page_facts",
    "title_of",
    "unread_view",
    "view",
    "write",
]
