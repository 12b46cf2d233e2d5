"""A request, from message to committed case, facts, offer and letters, beside bare Tortoise.

The peer writes the same rows, as many of each table, by ``Model.create`` in one transaction a
request, and does nothing else: no reading, no deciding, no sealing.
"""

import asyncio
import time
from collections.abc import Sequence
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
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
        async with deployment(small_site(REQUESTS * (ROUNDS + 1))) as (app, _clock):
            await open_private_chats(app)
            template = await _warm_up(app)
            pairs = [
                (await _requests(app, number), await _beside(elsewhere, template))
                for number in range(1, ROUNDS + 1)
            ]
        _tell(f"durable request ({len(template)} rows)", pairs)
        async with deployment(_many_groups()) as (app, _clock):
            await open_private_chats(app)
            pairs = [
                (await _side_by_side(app, number), await _beside(elsewhere, template))
                for number in range(ROUNDS)
            ]
        _tell(f"the same in {CHATS} chats at once", pairs)


async def _warm_up(app: App) -> Template:
    """Return rows like those that one request leaves behind."""
    before = await _counts(app)
    await _requests(app, 0)
    after = await _counts(app)
    return await _template(
        app, {model: round((after[model] - before[model]) / REQUESTS) for model in TABLES}
    )


async def _beside(elsewhere: ProcessPoolExecutor, template: Template) -> float:
    """Measure the peer right after us: a disk is not as fast now as a minute ago."""
    return await asyncio.get_running_loop().run_in_executor(elsewhere, bare_rate, template)


def _tell(name: str, pairs: Sequence[tuple[float, float]]) -> None:
    value, peer = median([ours for ours, _ in pairs]), median([bare for _, bare in pairs])
    ratio = median([ours / bare for ours, bare in pairs])
    report(Figure(name, value, "requests/s", ">= 0.5 x", ratio >= 0.5, peer, ratio))


async def _requests(app: App, number: int) -> float:
    desk = next(iter(app.desks.values()))
    began = time.perf_counter()
    for one in range(REQUESTS):
        serial = number * REQUESTS + one
        text = f"能不能修一下{serial}号楼的水管"
        await desk.hear(words(text, serial, user=f"w{serial}"))
        await app.scheduler.drain()
    return REQUESTS / (time.perf_counter() - began)


def _many_groups() -> list[list[str]]:
    workers = REQUESTS // CHATS * ROUNDS
    groups = (small_site(workers, f"g{chat}", f"p{chat}-") for chat in range(CHATS))
    return [row for rows in groups for row in rows]


async def _side_by_side(app: App, number: int) -> float:
    """Return the rate when each chat asks again as soon as it was answered."""
    desk = next(iter(app.desks.values()))
    each = REQUESTS // CHATS

    async def ask(chat: int) -> None:
        for one in range(number * each, (number + 1) * each):
            text = f"能不能修一下{one}号楼的水管"
            await desk.hear(words(text, one, user=f"p{chat}-w{one}", chat=f"g{chat}"))

    began = time.perf_counter()
    await asyncio.gather(*map(ask, range(CHATS)))
    await app.scheduler.drain()
    return REQUESTS / (time.perf_counter() - began)


async def _counts(app: App) -> dict[type[Model], int]:
    with app.house.store.models():
        return {model: await model.all().count() for model in TABLES}


async def _template(app: App, each: dict[type[Model], int]) -> Template:
    template: Template = []
    with app.house.store.models():
        for model, count in each.items():
            if count == 0:
                continue  # a limit of 0 would be none
            newest = "-at" if model is MarkRow else "-id"
            rows = model.all().order_by(newest).limit(count)
            template += [(model, row) for row in await rows.values()]
    return template


def bare_rate(template: Template) -> float:
    """Return the peer's rate, in a process where no store of ours was ever open."""
    return asyncio.run(_bare(template))


async def _bare(template: Template) -> float:
    with TemporaryDirectory(prefix="bench-") as folder:
        url = f"sqlite://{Path(folder) / 'bare.db'}"
        await Tortoise.init(db_url=url, modules={"models": list(MODULES)})
        try:
            await Tortoise.generate_schemas()
            return await _create(template)
        finally:
            await Tortoise.close_connections()


async def _create(template: Template) -> float:
    serial = 0
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
