"""What stands before every handler: the Host and Origin checks and the headers of every answer.

A page of a stranger's site can make a browser call 127.0.0.1, under a name that it points there
(DNS rebinding) or by a socket, which knows no same-origin rule. So the name asked for must be
ours, and so must the page that asks, where the browser names one.
"""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not bound to

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Cache-Control": "no-cache",
}


class Guard:
    """Knows by which names this server may be asked."""

    def __init__(self, host: str, hosts: Iterable[str] = ()) -> None:
        self._names = LOCAL | {name.lower() for name in (host, *hosts)} - EVERYWHERE
        # Rebinding needs a name: whoever opens the server to the network may be asked by number.
        self._numbers = host in EVERYWHERE

    def knows(self, authority: str) -> bool:
        """Tell whether *authority* (``name:port``) is one of ours."""
        try:
            name = (urlsplit(f"//{authority}").hostname or "").rstrip(".")
        except ValueError:
            return False
        return name in self._names or (self._numbers and is_number(name))

    def check(self, request: web.Request) -> None:
        """Raise the refusal of *request*, if it is to be refused."""
        if not self.knows(request.headers.get("Host", "")):
            raise web.HTTPMisdirectedRequest(
                text="this server does not go by that name: open it by 127.0.0.1 or localhost"
            )
        origin = request.headers.get("Origin")
        if origin is not None and not self.knows(urlsplit(origin).netloc):
            raise web.HTTPForbidden(text="a page of another site may not ask here")


def guarding(guard: Guard) -> Middleware:
    """Return *guard* as what stands before all handlers."""

    @web.middleware
    async def check_first(request: web.Request, handler: Handler) -> web.StreamResponse:
        guard.check(request)
        return await handler(request)

    return check_first


def is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
