"""The demo's clock on the page: what time it is, the next thing to happen, and moving there."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from core.app.app import App
from core.web.exchange import Reply, Request
from core.web.server import WebServer

LONGEST: Final = timedelta(days=31)
NEXT: Final = "next"


def mount_demo(server: WebServer, app: App) -> None:
    """Let the page show and move the demo's clock."""
    moving = asyncio.Lock()

    async def show(_request: Request) -> Reply:
        return Reply.json(await _state(app))

    async def advance(request: Request) -> Reply:
        async with moving:
            try:
                to = await _target(app, request.json())
            except ValueError as error:
                return Reply.json({"error": str(error)}, 400)
            await app.advance(to)
        return Reply.json(await _state(app))

    server.get("/demo", show)
    server.post("/demo/advance", advance)


async def _state(app: App) -> dict[str, str | None]:
    at = await _next_prompt(app)
    return {
        "now": app.house.clock.now().isoformat(),
        "zone": str(app.house.zone),
        "next": at.isoformat() if at else None,
    }


async def _next_prompt(app: App) -> datetime | None:
    """Return when the next prompt is due; without that plugin, whatever is due next."""
    at = await app.house.store.jobs.next_due(("prompts",))
    return at or await app.next_at()


async def _target(app: App, wish: object) -> datetime:
    """Return the time to move to; raises ValueError with the way out."""
    now = app.house.clock.now()
    if isinstance(wish, dict) and wish.get("to") == NEXT:
        return await _next_prompt(app) or now
    seconds = wish.get("by") if isinstance(wish, dict) else None
    if not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST.total_seconds():
        raise ValueError('say {"by": seconds}, at most 31 days, or {"to": "next"}')
    return now + timedelta(seconds=seconds)
