"""Health as positive evidence: what worked last and when, not merely that a process is there."""

from core.app.app import App
from core.errors import StoreError
from core.web.exchange import Reply, Request
from core.web.server import WebServer


def mount_health(server: WebServer, app: App) -> None:
    """Answer ``/health``: 200 while messages can be heard, stored and sent, else 503."""

    async def health(_request: Request) -> Reply:
        try:
            state = await figures(app)
        except StoreError:
            return Reply.json({"ok": False, "store": "cannot be read"}, 503)
        return Reply.json({"ok": True, **state})

    server.get("/health", health)


async def figures(app: App) -> dict[str, int | str]:
    """Return what the operator looks at first."""
    backlog = await app.house.store.letters.backlog()
    return {
        "now": app.house.clock.now().isoformat(),
        "heard": app.dispatcher.heard,
        "sent": app.relay.sent,
        "waiting_letters": sum(backlog.values()),
        "parked": await app.house.store.parked.count(),
    }
