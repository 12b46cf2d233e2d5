"""Web for adapters: mount handlers on the one server."""

from core.web.exchange import Reply, Request, Socket
from core.web.server import WebServer

__all__ = ["Reply", "Request", "Socket", "WebServer"]
