"""Laws 1 and 2 with a real process: forty deaths at random moments, and nothing is amiss."""

import random
from pathlib import Path

import pytest

from core.crypto import Sealer
from tests.crash.harness import Site, audit, free_port, torture

POINTS = 40


@pytest.mark.timeout(600)
async def test_forty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    seed = random.SystemRandom().getrandbits(32)
    print(f"seed {seed}")  # noqa: T201 - the way to repeat a failure
    site = Site(tmp_path, Sealer.fresh_key(), free_port())
    await site.prepare()
    await torture(site, POINTS, seed)
    found = await audit(site)
    assert found.requests, "the load was no load"
    assert not found.faults(), f"seed {seed}"
