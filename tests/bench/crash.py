"""The crash test at length: at least 500 deaths, and then everything must add up."""

import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory

from core.crypto import Sealer
from tests.bench.report import Figure, report
from tests.crash.harness import Site, audit, free_port, torture

POINTS = int(os.environ.get("CRASH_POINTS", "500"))


async def run() -> None:
    seed = random.SystemRandom().getrandbits(32)
    with TemporaryDirectory(prefix="bench-") as folder:
        site = Site(Path(folder), Sealer.fresh_key(), free_port())
        await site.prepare()
        await torture(site, POINTS, seed)
        faults = (await audit(site)).faults()
    name = f"faults after {POINTS} kills, seed {seed}"
    report(Figure(name, len(faults), "faults", "0", not faults))
