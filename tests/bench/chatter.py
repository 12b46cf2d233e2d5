"""Chatter through the whole engine: what costs nothing to anybody must cost little to us."""

import time

from core.app import App
from tests.bench.ground import deployment, many_commands, small_site, words
from tests.bench.report import Figure, median, report

LINES = [
    "今天真热啊",
    "收到",
    "哈哈哈哈",
    "中午食堂吃什么",
    "昨晚那场球看了没",
    "老李你的安全帽在我这",
    "下雨了早点收工",
]
MESSAGES = 4_000
ROUNDS = 5


async def run() -> None:
    async with deployment(small_site()) as (app, _clock):
        rates = {count: await _rates(app, count) for count in (10, 100, 1_000)}
    hundred = median(rates[100])
    report(Figure("chatter, 100 commands", hundred, "messages/s", ">= 5000", hundred >= 5_000))
    few, many = median(rates[10]), median(rates[1_000])
    cost = round(few / many, 3)
    report(
        Figure(
            "chatter, 1000 commands", many, "messages/s", "cost <= 1.3 x", cost <= 1.3, few, cost
        )
    )


async def _rates(app: App, commands: int) -> list[float]:
    app.take_up([*app.plugins, many_commands(commands)])
    return [await _one(app) for _ in range(ROUNDS)]


async def _one(app: App) -> float:
    talk = [
        words(LINES[number % len(LINES)], number, user=f"w{number % 100}")
        for number in range(MESSAGES)
    ]
    desk = next(iter(app.desks.values()))
    began = time.perf_counter()
    for incoming in talk:
        await desk.hear(incoming)
    return MESSAGES / (time.perf_counter() - began)
