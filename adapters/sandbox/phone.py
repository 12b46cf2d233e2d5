"""The sandbox's page and what it talks to: people, files, and one socket for every open phone."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.sandbox.scene import Chat
from adapters.sandbox.settings import SandboxSettings
from adapters.sandbox.view import Json, chat_view, file_view, message_view, people_view, user_view
from adapters.sandbox.world import Change, Words, World
from core.api.adapter import FileKind, Mounts, RuleError
from core.api.web import Reply, Request, Socket

PAGE: Final = Path(__file__).parent / "page"
# What a browser may show in the page; all else is only offered for saving, never rendered.
SHOWN: Final = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".png": "image/png",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
    ".webm": "audio/webm",
    ".webp": "image/webp",
}


class Deed(BaseModel):
    """What a phone asks for; ``ref`` comes back with the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Literal["say", "edit", "press", "open"]
    ref: int = 0
    chat: str = ""
    text: str = ""
    message: str = ""
    data: str = ""
    quotes: str | None = None
    files: tuple[str, ...] = ()


class Phones:
    """All phones of one world."""

    def __init__(self, world: World, settings: SandboxSettings) -> None:
        self._world = world
        self._settings = settings

    def mount(self, web: Mounts) -> None:
        web.get("/", self.page)
        web.files("/page", PAGE)
        web.get("/people", self.people)
        web.get("/file", self.file)
        web.post("/files", self.upload)
        web.socket("/ws", self.talk)

    async def page(self, _request: Request) -> Reply:
        content = (PAGE / "index.html").read_bytes()
        return Reply(body=content, content_type="text/html; charset=utf-8")

    async def people(self, _request: Request) -> Reply:
        return Reply.json(people_view(self._world.scene))

    async def file(self, request: Request) -> Reply:
        try:
            content = self._world.content(request.query.get("ref", ""))
        except KeyError:
            return Reply.text("there is no such file", 404)
        kind = SHOWN.get(Path(request.query.get("name", "")).suffix.lower())
        if kind is not None:
            return Reply(body=content, content_type=kind)
        save = {"Content-Disposition": "attachment"}
        return Reply(body=content, content_type="application/octet-stream", headers=save)

    async def upload(self, request: Request) -> Reply:
        try:
            kind = FileKind(request.query.get("kind", ""))
            file = self._world.upload(kind, request.query.get("name", ""), request.body)
        except ValueError:
            return Reply.json({"error": "sandbox.bad_deed"}, 400)
        except RuleError as error:
            return Reply.json({"error": error.key}, 400)
        return Reply.json(file_view(file))

    async def talk(self, request: Request, socket: Socket) -> None:
        """Serve one phone until it is put away."""
        user = request.query.get("user", "")
        if user not in self._world.scene.users:
            await self._say(socket, {"t": "stranger"})
            return
        with self._world.watching() as changes:
            await self._say(socket, self._hello(user))
            async with asyncio.TaskGroup() as both:
                telling = both.create_task(self._tell(user, socket, changes))
                await self._listen(user, socket)
                telling.cancel()

    async def _listen(self, user: str, socket: Socket) -> None:
        async for text in socket:
            await self._say(socket, self._answer(user, text))

    def _answer(self, user: str, text: str) -> Json:
        ref = 0
        try:
            deed = Deed.model_validate_json(text)
            ref = deed.ref
            done = self._do(user, deed)
        except ValidationError:
            return {"t": "error", "ref": ref, "error": "sandbox.bad_deed"}
        except RuleError as error:
            return {"t": "error", "ref": ref, "error": error.key}
        except OSError:
            return {"t": "error", "ref": ref, "error": "sandbox.disk"}
        return {"t": "done", "ref": ref, "id": done}

    def _do(self, user: str, deed: Deed) -> str:
        match deed.do:
            case "say":
                files = [self._world.uploaded(ref) for ref in deed.files]
                words = Words(text=deed.text, files=files, quotes=deed.quotes)
                return self._world.say(user, deed.chat, words)
            case "edit":
                self._world.edit(user, deed.message, deed.text)
            case "press":
                self._world.press(user, deed.chat, deed.message, deed.data)
            case "open":
                self._world.open(user, deed.text)
        return deed.message

    async def _tell(self, user: str, socket: Socket, changes: asyncio.Queue[Change]) -> None:
        while True:
            news = self._news(user, await changes.get())
            if news is not None:
                await self._say(socket, news)

    def _news(self, user: str, change: Change) -> Json | None:
        chat = self._world.scene.chats[change.chat]
        if user not in chat.members:
            told = change.message is None and not chat.private
            return {"t": "left", "chat": chat.id} if told else None
        if change.message is None:
            return {"t": "chat", "chat": chat_view(self._world.scene, chat)}
        message = self._world.scene.messages[change.message]
        return {"t": "message", "message": message_view(self._world.scene, message)}

    def _hello(self, user: str) -> Json:
        scene = self._world.scene
        return {
            "t": "hello",
            "me": user_view(scene.users[user]),
            "bot": self._settings.bot_name,
            "zone": self._settings.timezone,
            "chats": [chat_view(scene, chat) for chat in self._chats(user)],
        }

    def _chats(self, user: str) -> list[Chat]:
        return [chat for chat in self._world.scene.chats.values() if user in chat.members]

    async def _say(self, socket: Socket, value: Json) -> None:
        # A phone that was put away reads no more; its listening ends by itself.
        with suppress(ConnectionError):
            await socket.send(json.dumps(value, ensure_ascii=False))
