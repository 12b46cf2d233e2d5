"""5,100 groups' prompts: written with nobody held up, sent at the limit, overtaken by a reply."""

import asyncio
import time
from datetime import timedelta

from core.app import App
from core.clock import FrozenClock
from tests.bench.ground import MONDAY, Sink, deployment, with_pace, words
from tests.bench.report import Figure, report

GROUPS = 5_100
PER_SECOND = 30
ASKING = 0.05
"""Seconds between two requests while the prompts are written."""
NOON = MONDAY.replace(hour=12, minute=15)


async def run() -> None:
    clock = FrozenClock(MONDAY)
    sink = with_pace(clock, PER_SECOND)
    async with deployment(_rows(), sink=sink) as (app, _clock):
        await app.advance(NOON - timedelta(seconds=1))
        clock.move_to(NOON)
        await _write(app)
        await _send(app, clock, sink)


def _rows() -> list[list[str]]:
    rows = []
    for number in range(GROUPS):
        rows.append([f"g{number}", f"li{number}", "李红梅", "cadre", "", ""])
        rows.append([f"g{number}", f"w{number}", "仵金生", "worker", f"li{number}", ""])
    return rows


async def _write(app: App) -> None:
    """Let the prompts be written while somebody asks for help again and again."""
    longest = 0.0
    done = asyncio.Event()

    async def ask() -> None:
        nonlocal longest
        desk = next(iter(app.desks.values()))
        number = 0
        while not done.is_set():
            number += 1
            began = time.perf_counter()
            text = f"能不能修一下{number}号楼的水管"
            await desk.hear(words(text, number, user=f"w{number}", chat=f"g{number}"))
            longest = max(longest, time.perf_counter() - began)
            await asyncio.sleep(ASKING)

    asking = asyncio.ensure_future(ask())
    began = time.perf_counter()
    await app.scheduler.drain()
    took = round(time.perf_counter() - began, 3)
    done.set()
    await asking
    reader = app.house.store.reader
    written = (await reader.fetch("SELECT COUNT(*) FROM letter WHERE kind = 'prompt'"))[0][0]
    good = took <= 5 and written == GROUPS
    report(Figure(f"{written} prompts written", took, "s", "<= 5 s", good))
    held = round(longest * 1000, 1)
    report(Figure("longest turn meanwhile", held, "ms", "<= 50 ms", held <= 50))


async def _send(app: App, clock: FrozenClock, sink: Sink) -> None:
    """Send them on a clock of our own: what counts is the platform's seconds, not ours."""
    sink.sent.clear()
    began, replied = clock.now(), None
    while clock.now() < began + timedelta(hours=1):
        await app.relay.drain()
        if replied is None and len(sink.sent) > GROUPS // 2:
            replied = await _overtake(app)
        at = await app.relay.next_at()
        if at is None:
            break
        clock.move_to(at)
    prompts = [when for when, letter in sink.sent if letter.kind.value == "prompt"]
    seconds = (prompts[-1] - prompts[0]).total_seconds()
    rate = round((len(sink.sent) - PER_SECOND) / seconds, 3)
    ratio = round(rate / PER_SECOND, 4)
    report(
        Figure("relayed", rate, "letters/s", "within 1 %", 0.99 <= ratio <= 1.0, PER_SECOND, ratio)
    )
    waited = replied if replied is not None else -1
    report(Figure("letters before a reply", waited, "letters", "<= 30", 0 <= waited <= PER_SECOND))


async def _overtake(app: App) -> int | None:
    """Ask for help in the midst of it; return how many prompts went before the acknowledgement."""
    desk = next(iter(app.desks.values()))
    await desk.hear(words("/help", 999_999, user=f"w{GROUPS - 1}", chat=f"g{GROUPS - 1}"))
    waiting = await app.house.store.letters.due("bench.main", app.house.clock.now(), 1)
    return 0 if waiting and waiting[0].letter.kind.value == "reply" else None
