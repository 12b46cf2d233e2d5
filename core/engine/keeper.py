"""A keeper for all that is long-lived: what falls over is logged and started again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from core import log
from core.errors import ConfigError, DriftError

LOG = log.get(__name__)
PAUSES: Final = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before the next start, growing while it keeps falling over."""
STEADY: Final = 60.0
"""Seconds after which a run counts as having worked."""

Run = Callable[[], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]


async def keep(name: str, run: Run, sleep: Sleep = asyncio.sleep) -> None:
    """Keep *run* running until cancelled; config errors and database drift end the App."""
    falls = 0
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            await run()
        except (ConfigError, DriftError):
            raise
        except Exception:
            LOG.exception("fell_over", what=name)
        else:
            LOG.warning("ended_by_itself", what=name)
        falls = 0 if loop.time() - began > STEADY else falls + 1
        await sleep(PAUSES[min(falls, len(PAUSES) - 1)])
