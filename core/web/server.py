"""The HTTP server: handlers are mounted first, then it runs until cancelled."""

import asyncio
import errno
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Final
from weakref import WeakSet

from aiohttp import WSCloseCode, web

from core.errors import ConfigError, PluginError
from core.web.exchange import Reply, Request, Socket
from core.web.guard import EVERYWHERE, Guard, add_headers, guarding

Handler = Callable[[Request], Awaitable[Reply]]
SocketHandler = Callable[[Request, Socket], Awaitable[None]]

BODY_LIMIT: Final = 12_000_000
FRAME_LIMIT: Final = 64_000
HEARTBEAT: Final = 25.0
PARTING: Final = 2.0


class WebServer:
    """One address, many handlers. ``hosts``: more names by which it may be asked (a webhook's)."""

    def __init__(
        self, host: str, port: int, *, hosts: Iterable[str] = (), body_limit: int = BODY_LIMIT
    ) -> None:
        self.ready = asyncio.Event()
        self._host = host
        self._port = port
        self._bound = port
        self._guard = Guard(host, hosts)
        self._body_limit = body_limit
        self._routes: dict[tuple[str, str], web.AbstractRouteDef] = {}
        self._sockets: WeakSet[web.WebSocketResponse] = WeakSet()

    @property
    def url(self) -> str:
        """The address to open; with port 0 it is known once ``ready`` is set."""
        host = "127.0.0.1" if self._host in EVERYWHERE else self._host
        return f"http://{f'[{host}]' if ':' in host else host}:{self._bound}"

    def get(self, path: str, handler: Handler) -> None:
        self._mount("GET", path, web.get(path, answering(handler)))

    def post(self, path: str, handler: Handler) -> None:
        self._mount("POST", path, web.post(path, answering(handler)))

    def socket(self, path: str, on_socket: SocketHandler) -> None:
        """Call *on_socket* for every WebSocket opened at *path*; it closes when that returns."""

        async def talk(request: web.Request) -> web.WebSocketResponse:
            response = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=FRAME_LIMIT)
            await response.prepare(request)
            self._sockets.add(response)
            await on_socket(await to_request(request), Socket(response))
            await response.close()
            return response

        self._mount("GET", path, web.get(path, talk))

    def files(self, prefix: str, folder: Path) -> None:
        """Serve the files of *folder* under *prefix*, nothing above it."""
        self._mount("GET", prefix, web.static(prefix, folder))

    async def run(self) -> None:
        """Serve until cancelled. Raises ConfigError when the address cannot be had."""
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=PARTING)
        await runner.setup()
        try:
            await self._listen(runner)
            self.ready.set()
            await asyncio.Event().wait()
        finally:
            self.ready.clear()
            await runner.cleanup()

    def _mount(self, method: str, path: str, route: web.AbstractRouteDef) -> None:
        if self.ready.is_set():
            raise PluginError(f"{method} {path} comes too late: mount it before the server runs")
        if (method, path) in self._routes:
            raise PluginError(f"{method} {path} is mounted twice: only one may answer there")
        self._routes[method, path] = route

    def _app(self) -> web.Application:
        # A new one for every run: a keeper may start us again, and aiohttp's cannot be used twice.
        check = guarding(self._guard)
        app = web.Application(client_max_size=self._body_limit, middlewares=[check])
        app.add_routes(self._routes.values())
        app.on_response_prepare.append(add_headers)
        app.on_shutdown.append(self._part)
        return app

    async def _listen(self, runner: web.AppRunner) -> None:
        where = f"{self._host}:{self._port}"
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                problem = f"{where} is taken: stop the other program, or set another web.port"
            else:
                problem = f"cannot listen on {where} ({error.strerror}): set web.host and web.port"
            raise ConfigError(problem) from error
        self._bound = runner.addresses[0][1]

    async def _part(self, _app: web.Application) -> None:
        for response in set(self._sockets):
            await response.close(code=WSCloseCode.GOING_AWAY, message=b"the server stops")


def answering(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        reply = await handler(await to_request(request))
        headers = {"Content-Type": reply.content_type, **reply.headers}
        return web.Response(status=reply.status, body=reply.body, headers=headers)

    return answer


async def to_request(request: web.Request) -> Request:
    return Request(
        method=request.method,
        path=request.path,
        query=dict(request.query),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.read(),
    )
