"""What one answer says of a link (`read`), and what several together do (`decide`). Pure.

Order of trust: no such domain; 404 or 410 seen by HEAD and GET (or twice by GET where HEAD is refused); a server error twice; no
answer twice. A refusal of *us* (401, 403, 405, 412, 429, 451, a challenge, robots.txt) says nothing of the link.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from checks.catalogue import rules
from checks.links_facts import Kind, Look, Method, Result
from crawler.charset import decode
from crawler.document import Document
from crawler.fetch import Fetched
from crawler.interstitial import challenge, parked, soft_404
from crawler.responses import HUNG_UP
from crawler.site import host_of

_GONE = frozenset({404, 410})
_REFUSALS = frozenset({401, 403, 405, 406, 407, 412, 418, 421, 423, 451, 468, 493, 521, 567})
_LOOKS = 4
"""After so many looks without a result the target is inconsistent."""
_META = ("description", "keywords")


def read(fetched: Fetched, method: Method, kind: Kind, *, as_of: date, baseline: Document | None = None) -> Look:
    """What one exchange says. ``baseline``: the site's own answer for a random path, for its own pages."""
    grade, reason, title = "", "", ""
    document = None if fetched.error or method == "HEAD" else _document(fetched, as_of)
    if fetched.error and fetched.status is None:  # an answer that broke off, or came slowly, is judged by its status
        grade, reason = _failed(fetched, kind)
    elif document is not None and challenge(fetched.status, document, fetched.headers) is not None:
        grade, reason = "unverifiable", "challenge"
    else:
        grade, reason = _status(fetched)
        if grade == "ok" and kind == "link":
            grade, reason = _content(fetched, document, baseline)
    if document is not None:
        title = document.title[:120]
    return Look(method, grade, reason, fetched.status, fetched.detail, title, fetched.final_url, len(fetched.redirects))  # type: ignore[arg-type]


def _failed(fetched: Fetched, kind: Kind) -> tuple[str, str]:
    match fetched.error:
        case "dns-failed" | "robots":
            return "unverifiable", fetched.error
        case "no-such-domain":
            return "broken", "no-such-domain"
        case "tls" | "redirect-loop":
            return "caution", fetched.error
        case "refused-address":
            return ("caution", "private") if kind in ("link", "attachment") else ("unverifiable", "private")
        case "protocol" if not _hung_up(fetched.detail):  # browsers read what our parser refuses
            return "unverifiable", "protocol"
        case _:
            return "broken", "no-answer"


def _hung_up(detail: str) -> bool:
    """Whether a server took the request and closed the connection without a word."""
    return HUNG_UP in detail or "closed connection" in detail


def cut_off(look: Look) -> bool:
    """Whether the connection was made and then broken off: a device that turns programs away does that too."""
    return look.status is None and look.reason == "no-answer" and (_hung_up(look.detail) or os.strerror(errno.ECONNRESET) in look.detail)


def _status(fetched: Fetched) -> tuple[str, str]:
    status = fetched.status or 0
    if status < 400:
        return "ok", ""
    if status in _GONE:
        return "broken", "gone"
    if status in _REFUSALS:
        return "unverifiable", "forbidden"
    if status == 429 or (status == 503 and "retry-after" in fetched.headers):
        return "unverifiable", "limited"
    return ("broken", "server-error") if status >= 500 else ("unverifiable", "status")


def _document(fetched: Fetched, as_of: date) -> Document | None:
    """The answer as a page; None when it is none."""
    kind = fetched.headers.get("content-type", "")
    if not fetched.body or (kind and "html" not in kind):
        return None
    return Document(decode(fetched.body, kind).text, fetched.final_url, as_of=as_of)


def _content(fetched: Fetched, document: Document | None, baseline: Document | None) -> tuple[str, str]:
    """Whether an answer of 200 is what a link should lead to."""
    host = host_of(fetched.final_url)
    if any(host == other or host.endswith(f".{other}") for other in rules("links").names["parking-hosts"]):
        return "danger", "for-sale"
    if document is None:
        return "ok", ""
    if bad_words(document):
        return "danger", "hijacked"
    if parked(document):
        said = f"{document.title}\n{document.text}".lower()
        selling = any(word in said for word in _words("parking-words"))
        if selling and any(word in document.title for word in _words("notice-words")):  # an article about such domains
            return "ok", ""
        return ("danger", "for-sale") if selling else ("caution", "default-page")
    return ("caution", "soft-404") if soft_404(document, baseline) else ("ok", "")


@cache
def _words(name: str) -> tuple[str, ...]:
    return rules("links").names[name]


def bad_words(document: Document) -> tuple[str, ...]:
    """Words of gambling, pornography or pharmacy that the title and the description advertise with; () when they only report on it.

    Two different words, or one in the title beside a word that sells (官网, 注册, 在线观看).
    """
    title = document.title.lower()
    said = "\n".join((title, *(document.meta.get(name, "").lower() for name in _META)))
    found = tuple(word for word in _words("bad-words") if _stands(word, said))
    if not found or any(word in said for word in _words("reporting-words")):
        return ()
    sold = any(_stands(word, title) for word in found) and any(_stands(word, title) for word in _words("selling-words"))
    return found if len(found) > 1 or sold else ()


def _stands(word: str, text: str) -> bool:
    """Whether ``word`` stands in ``text``; Latin letters at its ends not in the middle of others (*socialist*, *jpg电子版*)."""
    return word in text and re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])" if _latin(word) else re.escape(word), text) is not None


def _latin(word: str) -> bool:
    return word[0].isascii() or word[-1].isascii()


def decide(looks: Sequence[Look], kind: Kind) -> Result | Method:
    """The result of these looks, or how to look next. An answer that is fine settles the matter, whatever came before."""
    gets = [look for look in looks if look.method == "GET"]
    heads = [look for look in looks if look.method == "HEAD"]
    fine = next((look for look in (*gets, *(heads if kind != "link" else ())) if look.grade == "ok"), None)
    if fine is not None and (fine.method == "GET" or not gets):
        return _result(looks, fine)
    if not gets:
        return "GET"
    last = gets[-1]
    if last.grade == "unverifiable" or last.reason in ("no-such-domain", "private"):
        return _result(looks, last)
    if last.reason == "gone":
        return _gone(looks, gets, heads)
    if last.reason == "no-answer" and sum(look.reason == "no-answer" for look in looks) > 1:
        return _result(looks, last)
    if len(gets) < 2:
        return "GET"
    if gets[-2].reason == last.reason:
        return _result(looks, last)
    if {gets[-2].reason, last.reason} <= {"server-error", "no-answer"}:  # down either way
        return _result(looks, next(look for look in gets[-2:] if look.reason == "no-answer"))
    return "GET" if len(looks) < _LOOKS else _inconsistent(looks)


def _gone(looks: Sequence[Look], gets: Sequence[Look], heads: Sequence[Look]) -> Result | Method:
    """404 or 410 by GET: HEAD must say the same, or GET again where HEAD says nothing."""
    if any(look.reason == "gone" for look in heads):
        return _result(looks, gets[-1])
    if not heads:
        return "HEAD"
    if any(look.grade == "ok" for look in heads):
        return _inconsistent(looks)
    if sum(look.reason == "gone" for look in gets) > 1:
        return _result(looks, gets[-1])
    return "GET" if len(looks) < _LOOKS else _inconsistent(looks)


def _result(looks: Sequence[Look], by: Look) -> Result:
    tries = tuple(look.words() for look in looks)
    return Result(by.grade, by.reason, by.status, by.detail, tries, by.title, by.final_url)


def _inconsistent(looks: Sequence[Look]) -> Result:
    tries = tuple(look.words() for look in looks)
    return Result("unverifiable", "inconsistent", looks[-1].status, "", tries, looks[-1].title, looks[-1].final_url)
