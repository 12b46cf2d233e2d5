"""What a web handler sees: a request, a reply, a socket; no framework shows through."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from aiohttp import WSMsgType, web


@dataclass(frozen=True, slots=True)
class Request:
    """One request, read whole; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> object:
        """Return the body as JSON; a body that is none is answered 400 by the server."""
        try:
            value: object = json.loads(self.body)
        except ValueError as error:
            raise web.HTTPBadRequest(text="the body is no JSON") from error
        return value


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def text(cls, text: str, status: int = 200) -> Self:
        return cls(status, text.encode())

    @classmethod
    def json(cls, value: object, status: int = 200) -> Self:
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(status, body, "application/json; charset=utf-8")


class Socket:
    """One open WebSocket: iterate over the texts that come in, send texts out."""

    def __init__(self, response: web.WebSocketResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[str]:
        async for frame in self._response:
            if frame.type is WSMsgType.TEXT:
                yield frame.data

    async def send(self, text: str) -> None:
        """Send *text*; raises ConnectionError once the other side has gone."""
        await self._response.send_str(text)

    async def close(self) -> None:
        await self._response.close()
