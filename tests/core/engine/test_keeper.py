"""A keeper restarts what falls over, later and later, and lets only the hopeless end the App."""

import asyncio

import pytest

from core.engine.keeper import PAUSES, keep
from core.errors import ConfigError, DriftError, StoreError


class Falling:
    """Falls over with each of *errors*, then runs until cancelled."""

    def __init__(self, *errors: BaseException | None) -> None:
        self.errors = list(errors)
        self.runs = 0
        self.pauses: list[float] = []
        self.steady = asyncio.Event()

    async def run(self) -> None:
        self.runs += 1
        if not self.errors:
            self.steady.set()
            await asyncio.Event().wait()
        error = self.errors.pop(0)
        if error is not None:
            raise error

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def kept_until_steady(self) -> None:
        task = asyncio.ensure_future(keep("it", self.run, self.sleep))
        await asyncio.wait_for(self.steady.wait(), 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_what_falls_over_is_started_again() -> None:
    falling = Falling(ValueError("x"), StoreError("disk full"))
    await falling.kept_until_steady()
    assert falling.runs == 3


async def test_what_ends_by_itself_is_started_again() -> None:
    falling = Falling(None)
    await falling.kept_until_steady()
    assert falling.runs == 2


async def test_the_pauses_grow_to_a_limit() -> None:
    falling = Falling(*[ValueError("x")] * 7)
    await falling.kept_until_steady()
    assert falling.pauses == sorted(falling.pauses)
    assert falling.pauses[-2:] == [PAUSES[-1]] * 2


@pytest.mark.parametrize("error", [ConfigError("x"), DriftError("x")])
async def test_what_only_an_operator_can_mend_ends_the_app(error: Exception) -> None:
    falling = Falling(error)
    with pytest.raises(type(error)):
        await keep("it", falling.run, falling.sleep)
    assert falling.runs == 1
