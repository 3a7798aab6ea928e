"""Whose site the tags name: a SiteIDCode, SiteDomain or SiteName that belongs to another site.

A code is another's where two kinds of places agree on the site's own. A foreign domain and a foreign name together weigh as much;
a foreign domain alone is for a person: a site may have moved, or have a second name; so is a unit's domain under the site's own.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from checks.page_tags_markup import Tags, placeholder
from checks.site_code import CODE, SITE_CODES
from checks.site_identity_codes import domain_state
from checks.site_identity_facts import OBSERVERS
from checks.site_identity_name import core
from crawler.domains import registered_domain
from crawler.evidence import Evidence, Page
from crawler.site import InvalidAddress, ascii_host, is_address

_HAN = re.compile(r"[\u4e00-\u9fff]")


class OwnSite:
    """What the site is known by, to hold tags against. ``given``: its code was given; ``agreed``: two kinds of places say it."""

    def __init__(self, evidence: Evidence, code: str, *, given: bool, agreed: bool) -> None:
        self.evidence, self.code, self.given, self.agreed = evidence, code, given, agreed
        home = evidence.home
        self._words = f"{evidence.site.name} {home.title if home is not None else ''}"
        self._hosts = evidence.site.hosts
        self._judged = domain_state(evidence) != "not_applicable"

    def foreign(self, page: Page, tags: Tags) -> tuple[bool, tuple[str, ...]]:
        """``(certain, tags at fault)``; () when the tags may be the site's own."""
        values = {name: value for name, value in tags.values.items() if not placeholder(value)}
        code = values.get("siteidcode", "").strip().lower()
        other_code = bool(self.code) and CODE.fullmatch(code) is not None and code != self.code
        other_domain = self._other_domain(values.get("sitedomain", ""))
        other_name = self._other_name(page, values.get("sitename", ""))
        certain = (other_code and self._certain(page, code)) or (
            other_domain and other_name and not self._under_one_roof(values["sitedomain"])
        )
        if not certain and not other_domain:
            return False, ()  # a code against one other place is site-identity's question; a name alone has too many forms
        named = (("SiteIDCode", other_code), ("SiteDomain", other_domain), ("SiteName", other_name))
        return certain, tuple(name for name, wrong in named if wrong)

    def _certain(self, page: Page, code: str) -> bool:
        """Whether another code in the tag is surely wrong: not where the page's foot shows it too, as another unit's own page would."""
        if self.given or not self.agreed:
            return self.given
        shown = self.evidence.seen(page, SITE_CODES).value
        return shown is None or code not in shown.footer

    def _other_domain(self, stated: str) -> bool:
        host = stated_host(stated)
        if not self._judged or not host or host in self._hosts or is_address(host):
            return False
        bare = host.removeprefix("www.")
        return f"www.{bare}" not in self._hosts and bare not in self._hosts

    def _under_one_roof(self, stated: str) -> bool:
        """Whether the stated host lies under the site's own registered domain: a unit's pages on the common platform, perhaps."""
        domain = registered_domain(stated_host(stated))
        return bool(domain) and any(registered_domain(host) == domain for host in self._hosts)

    def _other_name(self, page: Page, stated: str) -> bool:
        wanted = core(stated).removeprefix("中国")
        if len(wanted) < 2 or not _HAN.search(wanted):
            return False  # a name in another script says nothing against the Chinese one
        place = wanted.rstrip("省市县区州盟旗") if len(wanted) > 2 else wanted
        wanted = place if len(place) >= 2 else wanted  # 中国·青禾 is 青禾县人民政府
        owner = self.evidence.seen(page, OBSERVERS["owner"]).value
        known = f"{self._words} {page.title} {owner.text if owner is not None else ''}"
        return wanted not in known and not any(len(core(word)) >= 2 and core(word) in stated for word in known.split())


def stated_host(stated: str) -> str:
    """The host that a SiteDomain names, with or without scheme, port and path; "" when it names none."""
    text = stated.strip()
    try:
        host = ascii_host(urlsplit(text if "//" in text else f"//{text}").hostname or "")
    except (ValueError, InvalidAddress):
        return ""
    return host if "." in host else ""
