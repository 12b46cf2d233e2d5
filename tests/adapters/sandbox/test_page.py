"""The page in a real browser: two phones, one group, a bot that answers everything."""

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    async_playwright,
    expect,
)

from adapters.sandbox.adapter import KIND, SandboxAdapter
from adapters.sandbox.settings import SandboxSettings
from core.api.adapter import Button, Incoming, Kind, Letter, LetterKind, Surroundings
from core.api.clock import DemoClock
from core.api.web import Reply, Request, WebServer

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium found: apt-get install chromium to see the page tested"
)

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
NASTY = "<img src=x onerror=\"document.title='hacked'\">"


class EchoDesk:
    """Answers what is said with a card, and a press by changing that card."""

    def __init__(self, adapter: SandboxAdapter) -> None:
        self._adapter = adapter
        self._letters = 0

    async def hear(self, incoming: Incoming) -> None:
        if incoming.kind is Kind.SAID:
            card = (Button("我来", "take"), Button("转交", "pass"))
            answer = self._letter(incoming, f"有人要帮忙:{incoming.text}", card)
        elif incoming.kind is Kind.PRESSED:
            answer = self._letter(incoming, f"{incoming.sender.name}接了", (), incoming.quotes)
        else:
            return
        await self._adapter.send(answer)

    def _letter(
        self,
        incoming: Incoming,
        text: str,
        buttons: tuple[Button, ...],
        edits: str | None = None,
    ) -> Letter:
        self._letters += 1
        return Letter(
            id=self._letters,
            account=incoming.account,
            chat=incoming.chat,
            kind=LetterKind.REPLY,
            text=text,
            buttons=buttons,
            edits=edits,
            reply_to=incoming.id,
        )

    async def load(self, _key: str) -> str | None:
        return None

    async def save(self, _key: str, _value: str) -> None:
        pass

    async def read_file(self, _file: int) -> AsyncIterator[bytes]:
        yield b""


class DemoRoutes:
    """The demo's clock, as the app mounts it."""

    def __init__(self, clock: DemoClock) -> None:
        self._clock = clock
        self.asked: list[object] = []

    async def tell(self, _request: Request) -> Reply:
        now = self._clock.now()
        following = (now + timedelta(minutes=5)).isoformat()
        return Reply.json({"now": now.isoformat(), "zone": "Asia/Shanghai", "next": following})

    async def advance(self, request: Request) -> Reply:
        wish = request.json()
        self.asked.append(wish)
        by = wish.get("by", 3600) if isinstance(wish, dict) else 0
        self._clock.move_to(self._clock.now() + timedelta(seconds=by))
        return await self.tell(request)


@dataclass
class Site:
    server: WebServer
    adapter: SandboxAdapter
    browser: Browser
    demo: DemoRoutes
    errors: list[str] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Let server and adapter run."""
        desk = EchoDesk(self.adapter)
        self.tasks = [
            asyncio.create_task(run) for run in (self.server.run(), self.adapter.run(desk))
        ]
        await self.server.ready.wait()

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def phone(self, user: str, size: dict[str, int], **how: str) -> Page:
        """Open *user*'s phone in a browser of its own."""
        page = await (await self._context(size, **how)).new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        await page.goto(f"{self.server.url}/?user={user}" if user else self.server.url)
        return page

    async def _context(self, size: dict[str, int], **how: str) -> BrowserContext:
        return await self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            color_scheme="dark" if how.get("scheme") == "dark" else "light",
            has_touch=size is PHONE,
        )


@pytest.fixture
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    clock = DemoClock()
    server = WebServer("127.0.0.1", free_port())
    demo = DemoRoutes(clock)
    if getattr(request, "param", "demo") == "demo":
        server.get("/demo", demo.tell)
        server.post("/demo/advance", demo.advance)
    adapter = KIND.build("sandbox.main", SandboxSettings(), Surroundings(clock=clock, web=server))
    assert isinstance(adapter, SandboxAdapter)
    await people_come(adapter)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM)
        made = Site(server, adapter, browser, demo)
        await made.start()
        yield made
        await browser.close()
        await made.stop()
    assert made.errors == []


def free_port() -> int:
    """Return a port that a stopped server can have again."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


async def people_come(adapter: SandboxAdapter) -> None:
    stage = adapter.stage()
    await stage.title("xiboliang", "西柏梁安置房")
    people = [
        ("wu", "仵金生", "worker 水暖工"),
        ("wang", "王建国", "cadre"),
        ("zhang", "张莉", "chair"),
    ]
    people += [(f"w{n}", f"工友{n}", "worker 木工") for n in range(120)]
    for user, name, label in people:
        await stage.seat(user, name, label=label, private=user != "wang")
        await stage.join("xiboliang", user, name, quietly=True)


async def write(page: Page, pane: str, text: str) -> None:
    await page.locator(f".pane.{pane} textarea").fill(text)
    await page.locator(f".pane.{pane} textarea").press("Enter")


async def test_a_person_is_chosen_speaks_and_others_see_it(site: Site, tmp_path: Path) -> None:
    wang = await site.phone("wang", DESK)
    wu = await site.phone("", PHONE)
    await wu.get_by_role("searchbox").fill("水暖")
    await expect(wu.locator(".person")).to_have_count(1)
    await wu.get_by_role("button", name="仵金生").click()
    await write(wu, "group", "能不能给大家搭个棚子?")
    for page, side in ((wu, "mine"), (wang, "theirs")):
        bubble = page.locator(f".pane.group .message.{side} .text")
        await expect(bubble).to_have_text("能不能给大家搭个棚子?")
    card = wang.locator(".pane.group .message.bot")
    await expect(card.locator(".text")).to_have_text("有人要帮忙:能不能给大家搭个棚子?")
    await expect(card.locator(".quoted")).to_contain_text("仵金生")
    await wang.screenshot(path=tmp_path / "desk.png")
    await wu.screenshot(path=tmp_path / "phone.png")
    assert (tmp_path / "desk.png").stat().st_size > 10_000


async def test_a_pressed_card_changes_in_its_place_on_every_phone(site: Site) -> None:
    wu, wang = await site.phone("wu", PHONE), await site.phone("wang", DESK)
    await write(wu, "group", "钥匙丢了")
    await wang.get_by_role("button", name="我来").click()
    for page in (wu, wang):
        card = page.locator(".pane.group .message.bot")
        await expect(card).to_have_count(1)
        await expect(card.locator(".text")).to_have_text("王建国接了")
        await expect(card.locator(".choice")).to_have_count(0)
        await expect(card).to_have_class(re.compile("changed"))


async def test_a_message_is_quoted_and_edited_from_its_menu(site: Site) -> None:
    wu, wang = await site.phone("wu", DESK), await site.phone("wang", DESK)
    await write(wu, "group", "搭个棚")
    mine = wu.locator(".pane.group .message.mine")
    await mine.locator(".bubble").click(button="right")
    await wu.get_by_role("button", name="修改").click()
    await write(wu, "group", "搭个棚子")
    theirs = wang.locator(".pane.group .message.theirs")
    await expect(theirs.locator(".text")).to_have_text("搭个棚子")
    await expect(theirs.locator(".byline")).to_contain_text("改过")
    await theirs.hover()
    await theirs.get_by_role("button", name="这条消息").click()
    await wang.get_by_role("button", name="引用").click()
    await write(wang, "group", "办")
    answer = wu.locator(".pane.group .message.theirs")
    await expect(answer.locator(".quoted")).to_contain_text("搭个棚子")
    await expect(answer.locator(".text")).to_have_text("办")


async def test_the_private_chat_is_opened_and_marked_unread_on_a_phone(site: Site) -> None:
    wang = await site.phone("wang", PHONE)
    await wang.get_by_role("tab", name="私聊").click()
    await wang.get_by_role("button", name="打开私聊").click()
    await write(wang, "private", "在不")
    await expect(wang.locator(".pane.private .message.bot")).to_be_visible()
    await write(await site.phone("wu", PHONE), "group", "有个事")
    dot = wang.locator('.tab[data-tab="group"] .dot')
    await expect(dot).to_be_visible()
    await wang.get_by_role("tab", name="群聊").click()
    await expect(dot).to_be_hidden()


async def test_what_people_write_is_never_markup(site: Site) -> None:
    wu = await site.phone("wu", DESK)
    await write(wu, "group", NASTY)
    await expect(wu.locator(".pane.group .message.mine .text")).to_have_text(NASTY)
    await expect(wu.locator(".pane.group .message img")).to_have_count(0)
    await expect(wu).to_have_title("仵金生 · 连心")


async def test_a_photo_is_sent_and_seen(site: Site) -> None:
    wu, wang = await site.phone("wu", PHONE), await site.phone("wang", DESK)
    await wu.locator(".pane.group").get_by_role("button", name="照片、语音、文件").click()
    async with wu.expect_file_chooser() as choosing:
        await wu.locator(".pane.group").get_by_role("button", name="照片").last.click()
    picture = FilePayload(name="shed.png", mimeType="image/png", buffer=PIXEL)
    await (await choosing.value).set_files(picture)
    await expect(wang.locator(".pane.group .theirs .photo img")).to_have_js_property(
        "naturalWidth", 1
    )


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


async def test_the_demo_clock_is_moved_by_its_buttons(site: Site) -> None:
    wu = await site.phone("wu", PHONE)
    before = await wu.locator(".demo-time").inner_text()
    for name in ("下一个话题", "+1 小时", "+1 天"):
        await wu.get_by_role("button", name=name).click()
        await expect(wu.locator(".demo")).not_to_have_attribute("aria-busy", "true")
    assert site.demo.asked == [{"to": "next"}, {"by": 3600}, {"by": 86400}]
    await expect(wu.locator(".demo-time")).not_to_have_text(before)


async def test_today_is_what_the_demo_clock_says(site: Site) -> None:
    wu = await site.phone("wu", DESK)
    await write(wu, "group", "在不")
    day = wu.locator(".pane.group .day")
    await expect(day).to_contain_text("今天")
    await wu.get_by_role("button", name="+1 天").click()
    await expect(day).not_to_contain_text("今天")


async def test_the_page_speaks_english_when_asked(site: Site) -> None:
    wu = await site.phone("wu", DESK, scheme="dark")
    await wu.get_by_role("button", name="Switch to English").click()
    await expect(wu.get_by_role("heading", name="Private with 连心")).to_be_visible()
    await expect(wu.locator("html")).to_have_attribute("lang", "en")
    await wu.reload()
    await expect(wu.get_by_role("button", name="+1 h")).to_be_visible()


async def test_a_phone_comes_back_by_itself_and_misses_nothing(site: Site) -> None:
    wu = await site.phone("wu", DESK)
    await write(wu, "group", "在不")
    await expect(wu.locator(".pane.group .message")).to_have_count(2)
    await site.stop()
    await expect(wu.locator(".offline")).to_be_visible()
    await site.adapter.stage().say("zhang", "xiboliang", "在呢")
    await site.start()
    await expect(wu.locator(".offline")).to_be_hidden()
    await expect(wu.locator(".pane.group .message.theirs .text")).to_have_text("在呢")
    site.errors.clear()  # the browser notes each vain attempt


@pytest.mark.parametrize("site", ["no demo"], indirect=True)
async def test_without_a_demo_there_is_no_clock_to_move(site: Site) -> None:
    wu = await site.phone("wu", DESK)
    await write(wu, "group", "在不")
    await expect(wu.locator(".pane.group .message.bot")).to_be_visible()
    await expect(wu.locator(".demo")).to_be_hidden()
    site.errors.clear()  # the browser notes that there is no /demo


async def test_every_target_is_large_and_every_text_readable(site: Site) -> None:
    wu = await site.phone("wu", PHONE)
    await write(wu, "group", "有个事")
    await expect(wu.locator(".choice").first).to_be_visible()
    await wu.get_by_role("button", name="照片、语音、文件").first.click()
    assert await wu.evaluate(TOO_SMALL) == []
    assert await wu.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await wu.evaluate(UNNAMED) == []


TOO_SMALL = """() => [...document.querySelectorAll("body *")]
  .filter((node) => node.matches("button, input, textarea, select, a, p, span, b, time, h1, h2"))
  .filter((node) => node.checkVisibility({ visibilityProperty: true }))
  .filter((node) => node.getClientRects().length)
  .filter((node) => {
    const { width, height } = node.getBoundingClientRect();
    const target = node.matches("button, input, textarea, select, a");
    const small = target && (width < 44 || height < 44);
    return small || parseFloat(getComputedStyle(node).fontSize) < 16;
  }).map((node) => node.outerHTML.slice(0, 120))"""

UNNAMED = """() => [...document.querySelectorAll("button, input, textarea, select, a")]
  .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim()))
  .map((node) => node.outerHTML.slice(0, 120))"""
