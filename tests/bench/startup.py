"""From start to ready, and how much memory, with 5,100 groups and 510,000 people."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from core.clock import SystemClock
from core.crypto import Sealer
from core.domain.roster import read_rows
from core.store.roster import import_roster
from tests.bench.report import Figure, median, report
from tests.crash.harness import Deployment, Site, free_port

GROUPS = 5_100
WORKERS = 96
CADRES = 3
BATCH = 50
STARTS = 5


async def run() -> None:
    with TemporaryDirectory(prefix="bench-") as folder:
        site = Site(Path(folder), Sealer.fresh_key(), free_port())
        await site.prepare()
        await _settle_in(site)
        starts = [await _start(site) for _ in range(STARTS)]
    seconds, memory = median([one for one, _ in starts]), median([two for _, two in starts])
    report(Figure("start to ready", seconds, "s", "<= 1.5 s", seconds <= 1.5))
    report(Figure("resident memory", memory, "MB", "<= 150 MB", memory <= 150))


async def _settle_in(site: Site) -> None:
    """Fill the database as an operator does, by rosters."""
    header = ("group", "handle", "name", "role", "cadre", "deputy")
    async with site.store() as store:
        for first in range(0, GROUPS, BATCH):
            plan = read_rows(
                header, [row for n in range(first, first + BATCH) for row in _group(n)]
            )
            await import_roster(store, plan, SystemClock().now(), site.settings.timezone)


def _group(site: int) -> Iterator[list[str]]:
    key = f"s{site}"
    yield [key, f"{key}z", "张莉", "chair", "", ""]
    for number in range(CADRES):
        yield [key, f"{key}c{number}", f"干部{number}", "cadre", "", ""]
    for worker in range(WORKERS):
        cadre, deputy = f"{key}c{worker % CADRES}", f"{key}c{(worker + 1) % CADRES}"
        yield [key, f"{key}w{worker}", f"工人{worker}", "worker", cadre, deputy]


async def _start(site: Site) -> tuple[float, float]:
    """Return the seconds until it answers, and its megabytes then."""
    async with aiohttp.ClientSession() as http:
        deployment = Deployment(site, http)
        try:
            began = time.perf_counter()
            await deployment.start()
            await deployment.ready()
            return time.perf_counter() - began, deployment.memory()
        finally:
            await deployment.kill()
            deployment.close()
