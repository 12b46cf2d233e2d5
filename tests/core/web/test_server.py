"""The web server: mounting, answering, guarding, stopping."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from core.errors import ConfigError, PluginError
from core.web.exchange import Reply, Request, Socket
from core.web.server import WebServer


@asynccontextmanager
async def serving(server: WebServer) -> AsyncIterator[aiohttp.ClientSession]:
    task = asyncio.create_task(server.run())
    await server.ready.wait()
    async with aiohttp.ClientSession(server.url) as client:
        yield client
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def server() -> WebServer:
    return WebServer("127.0.0.1", 0, body_limit=1000)


async def mirror(request: Request) -> Reply:
    return Reply.json(
        {
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "agent": request.headers["user-agent"],
            "body": request.body.decode(),
        }
    )


async def parse(request: Request) -> Reply:
    return Reply.json({"got": request.json()})


async def shout(request: Request, socket: Socket) -> None:
    async for text in socket:
        if text == "stop":
            return
        await socket.send(f"{request.query['user']}: {text.upper()}")


async def test_a_handler_sees_the_request_and_its_reply_arrives(server: WebServer) -> None:
    server.get("/look", mirror)
    async with serving(server) as client, client.get("/look?a=1") as answer:
        seen = await answer.json()
    assert answer.status == 200
    assert (seen["method"], seen["path"], seen["query"]) == ("GET", "/look", {"a": "1"})
    assert seen["agent"]


async def test_a_body_arrives_and_one_too_big_does_not(server: WebServer) -> None:
    server.post("/look", mirror)
    async with serving(server) as client:
        async with client.post("/look", data=b"x" * 1000) as answer:
            assert (await answer.json())["body"] == "x" * 1000
        async with client.post("/look", data=b"x" * 1001) as answer:
            assert answer.status == 413


async def test_a_body_that_is_no_json_is_told_so(server: WebServer) -> None:
    server.post("/parse", parse)
    async with serving(server) as client:
        async with client.post("/parse", json={"by": 3600}) as answer:
            assert await answer.json() == {"got": {"by": 3600}}
        async with client.post("/parse", data=b"{") as answer:
            assert (answer.status, await answer.text()) == (400, "the body is no JSON")


async def test_every_answer_carries_the_security_headers(server: WebServer) -> None:
    server.get("/look", mirror)
    async with serving(server) as client:
        for path in ("/look", "/missing"):
            async with client.get(path) as answer:
                assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
                assert "unsafe" not in answer.headers["Content-Security-Policy"]
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["X-Frame-Options"] == "DENY"
                assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_a_strange_name_or_page_is_refused_before_any_handler(server: WebServer) -> None:
    called: list[Request] = []

    async def note(request: Request) -> Reply:
        called.append(request)
        return Reply()

    server.get("/look", note)
    server.socket("/ws", shout)
    strange = {"Origin": "https://evil.example"}
    async with serving(server) as client:
        async with client.get("/look", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 421
        async with client.get("/look", headers=strange) as answer:
            assert answer.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await client.ws_connect("/ws?user=wu", headers=strange)
        own = {"Origin": server.url}
        async with client.get("/look", headers=own) as answer:
            assert answer.status == 200
    assert len(called) == 1


async def test_a_socket_talks_both_ways_and_closes_when_its_handler_returns(
    server: WebServer,
) -> None:
    server.socket("/ws", shout)
    async with serving(server) as client, client.ws_connect("/ws?user=wu") as phone:
        await phone.send_str("hi")
        assert await phone.receive_str() == "wu: HI"
        await phone.send_str("stop")
        assert (await phone.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_stopping_says_good_bye_to_open_sockets(server: WebServer) -> None:
    server.socket("/ws", shout)
    task = asyncio.create_task(server.run())
    await server.ready.wait()
    async with (
        aiohttp.ClientSession(server.url) as client,
        client.ws_connect("/ws?user=w") as phone,
    ):
        task.cancel()
        farewell = await phone.receive()
        await asyncio.gather(task, return_exceptions=True)
    assert farewell.data == aiohttp.WSCloseCode.GOING_AWAY
    assert not server.ready.is_set()


async def test_a_folder_is_served_and_nothing_above_it(server: WebServer, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.css").write_text("p {}")
    (tmp_path / "secret").write_text("no")
    server.files("/page", tmp_path / "open")
    async with serving(server) as client:
        async with client.get("/page/a.css") as answer:
            assert await answer.text() == "p {}"
        async with client.get("/page/%2e%2e/secret") as answer:
            assert answer.status in {403, 404}


async def test_it_runs_again_after_it_was_stopped(server: WebServer) -> None:
    server.get("/look", mirror)
    for _ in range(2):
        async with serving(server) as client, client.get("/look") as answer:
            assert answer.status == 200


async def test_a_taken_port_is_told_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{port} is taken.*web\.port"):
            await WebServer("127.0.0.1", port).run()


async def test_a_host_that_is_not_ours_is_told() -> None:
    with pytest.raises(ConfigError, match=r"cannot listen on 192\.0\.2\.1:8080.*web\.host"):
        await WebServer("192.0.2.1", 8080).run()


async def test_a_path_has_one_handler_and_is_mounted_in_time(server: WebServer) -> None:
    server.get("/look", mirror)
    server.post("/look", mirror)
    with pytest.raises(PluginError, match="mounted twice"):
        server.get("/look", mirror)
    async with serving(server):
        with pytest.raises(PluginError, match="too late"):
            server.get("/late", mirror)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),  # noqa: S104 - a name only
        ("::1", "http://[::1]:1"),
    ],
)
def test_the_url_can_be_opened(host: str, url: str) -> None:
    assert WebServer(host, 1).url == url
