"""The phones: what the page asks for and is told, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from adapters.sandbox.adapter import KIND, SandboxAdapter
from adapters.sandbox.settings import SandboxSettings
from core.api.adapter import Button, FileKind, Letter, LetterKind, Surroundings
from core.api.clock import FrozenClock
from core.api.web import WebServer

NOON = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)


@dataclass
class House:
    adapter: SandboxAdapter
    client: aiohttp.ClientSession

    def phone(self, user: str) -> Any:  # noqa: ANN401 - aiohttp's private context manager
        return self.client.ws_connect(f"/ws?user={user}")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    server = WebServer("127.0.0.1", 0)
    around = Surroundings(clock=FrozenClock(NOON), web=server)
    adapter = KIND.build("sandbox.main", SandboxSettings(), around)
    assert isinstance(adapter, SandboxAdapter)
    stage = adapter.stage()
    await stage.title("xiboliang", "西柏梁安置房")
    for user, name, label in (("wu", "仵金生", "worker 水暖工"), ("wang", "王建国", "cadre")):
        await stage.seat(user, name, label=label, private=user == "wu")
        await stage.join("xiboliang", user, name, quietly=True)
    serving = asyncio.create_task(server.run())
    await server.ready.wait()
    async with asyncio.timeout(20), aiohttp.ClientSession(server.url) as client:
        yield House(adapter, client)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def ask(phone: aiohttp.ClientWebSocketResponse, **deed: object) -> dict[str, Any]:
    """Send *deed*, skip the news and return the answer."""
    await phone.send_json({"ref": 5, **deed})
    while True:
        news: dict[str, Any] = await phone.receive_json()
        if news["t"] in {"done", "error"}:
            assert news["ref"] in {0, 5}
            return news


async def message(phone: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """Skip answers and return the next message that is told."""
    while True:
        news: dict[str, Any] = await phone.receive_json()
        if news["t"] == "message":
            told: dict[str, Any] = news["message"]
            return told


async def test_the_page_and_its_parts_are_served(house: House) -> None:
    for path, kind in (
        ("/", "text/html"),
        ("/page/app.js", "javascript"),
        ("/page/style.css", "text/css"),
        ("/page/icon.svg", "image/svg+xml"),
    ):
        async with house.client.get(path) as answer:
            assert answer.status == 200
            assert kind in answer.headers["Content-Type"]


async def test_people_are_listed_with_their_groups(house: House) -> None:
    async with house.client.get("/people") as answer:
        people = await answer.json()
    assert people[0] == {
        "user": "wu",
        "name": "仵金生",
        "label": "worker 水暖工",
        "chats": ["xiboliang"],
    }


async def test_a_phone_is_greeted_with_its_chats(house: House) -> None:
    async with house.phone("wu") as phone:
        hello = await phone.receive_json()
    assert hello["me"]["name"] == "仵金生"
    assert (hello["bot"], hello["zone"]) == ("连心", "Asia/Shanghai")
    assert [(chat["id"], chat["private"]) for chat in hello["chats"]] == [
        ("xiboliang", False),
        ("@wu", True),
    ]


async def test_a_stranger_is_told_so(house: House) -> None:
    async with house.phone("nobody") as phone:
        assert await phone.receive_json() == {"t": "stranger"}
        assert (await phone.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_what_one_says_others_see_and_the_private_stays_private(house: House) -> None:
    async with house.phone("wu") as wu, house.phone("wang") as wang:
        await ask(wu, do="say", chat="@wu", text="私下一句")
        said = await ask(wu, do="say", chat="xiboliang", text="能不能搭个棚子?")
        seen = await message(wang)
    assert (seen["id"], seen["text"]) == (said["id"], "能不能搭个棚子?")
    assert seen["by"] == {"user": "wu", "name": "仵金生", "label": "worker 水暖工"}


async def test_quotes_edits_and_the_bots_changes_are_told(house: House) -> None:
    async with house.phone("wu") as wu, house.phone("wang") as wang:
        said = await ask(wu, do="say", chat="xiboliang", text="搭个棚")
        await message(wang)
        await ask(wang, do="say", chat="xiboliang", text="办", quotes=said["id"])
        assert (await message(wang))["quotes"]["text"] == "搭个棚"
        await ask(wu, do="edit", message=said["id"], text="搭个棚子")
        edited = await message(wang)
        assert (edited["id"], edited["text"], edited["version"]) == (said["id"], "搭个棚子", 1)
        card = await house.adapter.send(letter(1, "收到", Button("私下说", "p")))
        told = await message(wang)
        assert (told["by"], told["buttons"]) == (None, [{"label": "私下说", "data": "p"}])
        assert (await ask(wu, do="press", chat="xiboliang", message=card, data="p"))["t"] == "done"
    events = house.adapter.world.scene.waiting["xiboliang"]
    assert [event.press for event in events] == ["", "", "", "p"]


async def test_a_message_that_goes_leaves_no_words_in_its_answers(house: House) -> None:
    async with house.phone("wu") as wu, house.phone("wang") as wang:
        said = (await ask(wu, do="say", chat="xiboliang", text="搭个棚"))["id"]
        await message(wang)
        answer = (await ask(wang, do="say", chat="xiboliang", text="办", quotes=said))["id"]
        assert (await message(wang))["quotes"]["text"] == "搭个棚"
        await house.adapter.send(replace(letter(1, ""), deletes=said))
        gone, told = await message(wang), await message(wang)
    assert (gone["id"], gone["gone"]) == (said, True)
    assert (told["id"], told["text"], told["quotes"]) == (answer, "办", None)


def letter(number: int, text: str, *buttons: Button) -> Letter:
    return Letter(
        id=number,
        account="sandbox.main",
        chat="xiboliang",
        kind=LetterKind.REPLY,
        text=text,
        buttons=buttons,
    )


async def test_the_private_chat_is_opened_from_the_phone(house: House) -> None:
    async with house.phone("wang") as wang:
        await wang.receive_json()
        await wang.send_json({"do": "open", "ref": 1})
        news = [await wang.receive_json(), await wang.receive_json()]
    opened = next(one for one in news if one["t"] == "chat")
    assert (opened["chat"]["id"], opened["chat"]["private"]) == ("@wang", True)


async def test_who_leaves_is_told_that_the_chat_is_gone(house: House) -> None:
    async with house.phone("wang") as wang:
        await wang.receive_json()
        await house.adapter.stage().leave("xiboliang", "wang")
        assert await wang.receive_json() == {"t": "left", "chat": "xiboliang"}


async def test_a_bad_deed_gets_an_answer_and_the_phone_stays_on(house: House) -> None:
    async with house.phone("wu") as wu:
        for deed, error in (
            ({"do": "dance"}, "sandbox.bad_deed"),
            ({"do": "say", "chat": "xiboliang", "text": ""}, "sandbox.empty"),
            ({"do": "say", "chat": "@wang", "text": "好"}, "sandbox.not_member"),
            ({"do": "say", "chat": "xiboliang", "files": ["no"]}, "sandbox.no_file"),
            ({"do": "press", "chat": "xiboliang", "message": "m99"}, "sandbox.no_message"),
        ):
            assert (await ask(wu, **deed))["error"] == error
        assert (await ask(wu, do="say", chat="xiboliang", text="好"))["t"] == "done"


async def test_a_photo_is_uploaded_sent_and_shown(house: House) -> None:
    async with house.client.post("/files?kind=photo&name=shed.PNG", data=b"\x89PNG") as answer:
        file = await answer.json()
    async with house.phone("wu") as wu:
        await ask(wu, do="say", chat="xiboliang", files=[file["ref"]])
    [event] = house.adapter.world.scene.waiting["xiboliang"]
    assert event.files[0].kind is FileKind.PHOTO
    async with house.client.get(f"/file?ref={file['ref']}&name=shed.PNG") as answer:
        assert (await answer.read(), answer.content_type) == (b"\x89PNG", "image/png")


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a", "../a.js"])
async def test_a_file_that_could_run_is_only_saved_never_shown(house: House, name: str) -> None:
    async with house.client.post("/files", params={"kind": "file", "name": name}, data=b"x") as up:
        ref = (await up.json())["ref"]
    async with house.client.get("/file", params={"ref": ref, "name": name}) as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"


async def test_bad_files_are_refused(house: House) -> None:
    async with house.client.post("/files?kind=film&name=a", data=b"x") as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "sandbox.bad_deed"})
    async with house.client.post(
        "/files?kind=file&name=a", data=BytesIO(b"x" * 10_000_001)
    ) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "sandbox.too_big"})
    for ref in ("nothing", "../sandbox-main.jsonl", "%2e%2e"):
        async with house.client.get(f"/file?ref={ref}") as answer:
            assert answer.status == 404
