"""Where a portal's links lead astray: markup added to its pages, addresses that answer badly, other sites beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.portals.server import Response


@dataclass
class Astray:
    """``home`` and ``everywhere``: markup added before ``</body>`` of the home page and of every page; ``statuses``: own path → the status
    it answers; ``neighbours``: host → title of its only page, on the portal's own port."""

    home: str = ""
    everywhere: str = ""
    statuses: dict[str, int] = field(default_factory=dict)
    neighbours: dict[str, str] = field(default_factory=dict)

    def added(self, response: Response, *, home: bool) -> Response:
        """The page with what was added, in whatever charset it is."""
        markup = ((self.home if home else "") + self.everywhere).encode("ascii", "xmlcharrefreplace")
        if not markup or not response.type.startswith("text/html") or response.status != 200:
            return response
        end = response.body.lower().rfind(b"</body>")
        return response if end < 0 else replace(response, body=response.body[:end] + markup + response.body[end:])


def neighbour(title: str) -> Response:
    """The only page of another site."""
    return Response(
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1></body></html>'.encode()
    )
