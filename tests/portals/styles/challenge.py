"""A web application firewall: 412 and a script that computes a cookie. `Walled`: a real browser passes. `Wall`: nobody does."""

from __future__ import annotations

from tests.portals.server import Request, Response
from tests.portals.style import Served, Style

_STUB = """<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><script>
(function () {
  var seed = %d, key = 0;
  for (var i = 0; i < 64; i++) { key = (key * 31 + seed + i) %% 1000003; }
  document.cookie = "wzws_cid=" + key + "; path=/";
  %s
})();
</script></body></html>"""


def _key(seed: int) -> int:
    key = 0
    for step in range(64):
        key = (key * 31 + seed + step) % 1000003
    return key


class Walled(Style):
    """Without the cookie every page is 412 with the script that makes it."""

    name = "walled"
    title = "防护（浏览器可通过）"
    scale = 0.5
    seed = 8193
    passes = True

    def respond(self, served: Served, request: Request) -> Response:
        if request.path == "/robots.txt" or (self.passes and request.cookie("wzws_cid") == str(_key(self.seed))):
            return super().respond(served, request)
        return self.html(_STUB % (self.seed, "location.reload();" if self.passes else "document.body.innerHTML = '';"), 412)


class Wall(Walled):
    """The cookie helps nobody: the site is blocked for every client."""

    name = "wall"
    title = "防护（无法通过）"
    passes = False
