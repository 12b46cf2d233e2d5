"""A request, from message to committed case, facts, offer and letters, beside bare Tortoise.

The peer writes the same rows, as many of each table, by ``Model.create`` in one transaction a
request, and does nothing else: no reading, no deciding, no sealing.
"""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tortoise import Tortoise
from tortoise.models import Model
from tortoise.transactions import in_transaction

from core.app import App
from core.store.tables_case import CaseMessageRow, CaseRow, FactRow
from core.store.tables_work import JobRow, LetterRow, MarkRow
from tests.bench.ground import deployment, open_private_chats, small_site, words
from tests.bench.report import Figure, median, report

REQUESTS = 200
CHATS = 20
ROUNDS = 5
TABLES: tuple[type[Model], ...] = (MarkRow, CaseRow, FactRow, LetterRow, JobRow, CaseMessageRow)
MODULES = ("core.store.tables_people", "core.store.tables_case", "core.store.tables_work")
UNIQUE = ("id", "key", "number", "message")
Template = list[tuple[type[Model], dict[str, Any]]]


async def run() -> None:
    async with deployment(small_site(REQUESTS * ROUNDS)) as (app, _clock):
        await open_private_chats(app)
        ours = []
        for number in range(ROUNDS):
            before = await _counts(app)
            ours.append(await _requests(app, number))
        after = await _counts(app)
        each = {model: round((after[model] - before[model]) / REQUESTS) for model in TABLES}
        template = await _template(app, each)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
        bare = elsewhere.submit(bare_rates, template).result()
    value, peer = median(ours), median(bare)
    ratio = round(value / peer, 3)
    name = f"durable request ({len(template)} rows)"
    report(Figure(name, value, "requests/s", ">= 0.5 x", ratio >= 0.5, peer, ratio))
    side_by_side = median(await _in_many_chats())
    ratio = round(side_by_side / peer, 3)
    name = f"the same in {CHATS} chats at once"
    report(Figure(name, side_by_side, "requests/s", ">= 0.5 x", ratio >= 0.5, peer, ratio))


async def _requests(app: App, number: int) -> float:
    desk = next(iter(app.desks.values()))
    began = time.perf_counter()
    for one in range(REQUESTS):
        serial = number * REQUESTS + one
        text = f"能不能修一下{serial}号楼的水管"
        await desk.hear(words(text, serial, user=f"w{serial}"))
        await app.scheduler.drain()
    return REQUESTS / (time.perf_counter() - began)


async def _in_many_chats() -> list[float]:
    """Return the rates when each chat asks as soon as it was answered."""
    each = REQUESTS // CHATS
    rows = [
        row for chat in range(CHATS) for row in small_site(each * ROUNDS, f"g{chat}", f"p{chat}-")
    ]
    async with deployment(rows) as (app, _clock):
        await open_private_chats(app)
        return [
            await _round(app, range(first, first + each))
            for first in range(0, each * ROUNDS, each)
        ]


async def _round(app: App, numbers: range) -> float:
    desk = next(iter(app.desks.values()))

    async def ask(chat: int) -> None:
        for one in numbers:
            text = f"能不能修一下{one}号楼的水管"
            await desk.hear(words(text, one, user=f"p{chat}-w{one}", chat=f"g{chat}"))

    began = time.perf_counter()
    await asyncio.gather(*map(ask, range(CHATS)))
    await app.scheduler.drain()
    return CHATS * len(numbers) / (time.perf_counter() - began)


async def _counts(app: App) -> dict[type[Model], int]:
    with app.house.store.models():
        return {model: await model.all().count() for model in TABLES}


async def _template(app: App, each: dict[type[Model], int]) -> Template:
    """Return rows like those that one request left behind."""
    template: Template = []
    with app.house.store.models():
        for model, count in each.items():
            if count == 0:
                continue  # a limit of 0 would be none
            newest = "-at" if model is MarkRow else "-id"
            rows = model.all().order_by(newest).limit(count)
            template += [(model, row) for row in await rows.values()]
    return template


def bare_rates(template: Template) -> list[float]:
    """Return the peer's rates, in a process where no store of ours was ever open."""
    return asyncio.run(_bare(template))


async def _bare(template: Template) -> list[float]:
    with TemporaryDirectory(prefix="bench-") as folder:
        url = f"sqlite://{Path(folder) / 'bare.db'}"
        await Tortoise.init(db_url=url, modules={"models": list(MODULES)})
        try:
            await Tortoise.generate_schemas()
            return [await _create(template, number) for number in range(ROUNDS)]
        finally:
            await Tortoise.close_connections()


async def _create(template: Template, number: int) -> float:
    serial = number * REQUESTS * len(template)
    began = time.perf_counter()
    for _ in range(REQUESTS):
        async with in_transaction():
            for model, row in template:
                serial += 1
                await model.create(**_fresh(model, row, serial))
    return REQUESTS / (time.perf_counter() - began)


def _fresh(model: type[Model], row: dict[str, Any], serial: int) -> dict[str, Any]:
    """Return *row* with everything that must be unique made so."""
    changed = {
        name: serial if isinstance(row[name], int) else f"{row[name]}{serial}"
        for name in UNIQUE
        if row.get(name) is not None and (name != "message" or model is CaseMessageRow)
    }
    return {**row, **changed}
